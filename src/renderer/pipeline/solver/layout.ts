import { ARKIT_CHANNELS, ARKIT_COUNT } from '../../../shared/domain/arkit.ts';
import type { SolvedFace } from '../../../shared/domain/solved-face.ts';
import {
  ANGLE_RATE,
  ANGLE_SMOOTHING,
  CHANNEL_RATE,
  FAST_RATE,
  GAZE_SMOOTHING,
  PITCH_SMOOTHING,
  PLACE_RATE,
  POSITION_SMOOTHING,
  smoothingOf,
} from './channels.ts';
import type { SmoothingParameters } from './one-euro.ts';

/** Where a value lies in the solver's rows: the 52 channels, the head, the gaze and how far the eyes differ. */
export const YAW = ARKIT_COUNT;
export const PITCH = YAW + 1;
export const ROLL = YAW + 2;
export const X = YAW + 3;
export const Y = YAW + 4;
export const Z = YAW + 5;
export const GAZE_YAW = YAW + 6;
export const GAZE_PITCH = YAW + 7;
/** What the person's left eye looks further than the mean of both; the right eye looks as much less. */
export const VERGE_YAW = YAW + 8;
export const VERGE_PITCH = YAW + 9;
export const COUNT = YAW + 10;

/** Values before this one are smoothed from the scores and the matrix; the rest comes from the smoothed eyes. */
export const FILTERED = GAZE_YAW;

/** The fastest a value may change, units per second. */
export const RATES: Float64Array = Float64Array.from([
  ...ARKIT_CHANNELS.map((name) =>
    name.startsWith('eyeBlink') || name === 'jawOpen' ? FAST_RATE : CHANNEL_RATE,
  ),
  ...[ANGLE_RATE, ANGLE_RATE, ANGLE_RATE],
  ...[PLACE_RATE, PLACE_RATE, PLACE_RATE],
  ...[ANGLE_RATE, ANGLE_RATE, ANGLE_RATE, ANGLE_RATE],
]);

export const SMOOTHING: readonly SmoothingParameters[] = [
  ...ARKIT_CHANNELS.map(smoothingOf),
  ...[ANGLE_SMOOTHING, PITCH_SMOOTHING, ANGLE_SMOOTHING],
  ...[POSITION_SMOOTHING, POSITION_SMOOTHING, POSITION_SMOOTHING],
];
export const EYE_SMOOTHING: readonly SmoothingParameters[] = Array.from({ length: 4 }, () => GAZE_SMOOTHING);

/** Fills a row with a face. */
export function packFace(face: SolvedFace, into: Float64Array): void {
  into.set(face.channels);
  into[YAW] = face.yaw;
  into[PITCH] = face.pitch;
  into[ROLL] = face.roll;
  into[X] = face.x;
  into[Y] = face.y;
  into[Z] = face.z;
  into[GAZE_YAW] = face.gazeYaw;
  into[GAZE_PITCH] = face.gazePitch;
  into[VERGE_YAW] = 0;
  into[VERGE_PITCH] = 0;
}
