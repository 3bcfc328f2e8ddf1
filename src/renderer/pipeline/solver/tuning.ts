import { ARKIT_CHANNELS, ARKIT_COUNT } from '../../../shared/domain/arkit.ts';
import {
  DEFAULT_TUNING,
  type TrackingProfile,
  type Tuned,
} from '../../../shared/domain/tracking-settings.ts';
import { clamp01 } from '../../../shared/math/scalar.ts';
import { GAZE_PITCH_RANGE, GAZE_YAW_RANGE } from './gaze.ts';
import { ROLL, X, YAW, Z } from './layout.ts';
import { cutoffScale, type SmoothingBank } from './one-euro.ts';

/** What the face solver tunes: the 52 channels, then the head and the gaze. */
const KEYS = [...ARKIT_CHANNELS, 'yaw', 'pitch', 'roll', 'position', 'gaze'] as const satisfies Tuned[];
const POSITION = ARKIT_COUNT + 3;
const GAZE = ARKIT_COUNT + 4;

/** One unit of the formula, radians and metres: as far as a head turns and moves at a desk. */
export const ANGLE_UNIT = Math.PI / 4;
export const PLACE_UNIT = 0.2;

/** Glasses: lids and gaze are smoothed this much more. */
const GLASSES_BLINK = 0.55;
const GLASSES_GAZE = 0.35;

/**
 * out = gain · sign(v) · ((|v| − deadZone) / (1 − deadZone))^curve.
 * @param v in units of its full range
 */
export function tune(v: number, gain: number, deadZone: number, curve: number): number {
  const over = (Math.abs(v) - deadZone) / (1 - deadZone);
  if (!(over > 0)) return 0;
  const bent = curve === 1 ? over : over ** curve;
  return v < 0 ? -gain * bent : gain * bent;
}

/** The sliders of a profile as numbers per value; nothing is allocated but by set(). */
export class TuningTable {
  private readonly gain = new Float64Array(KEYS.length).fill(1);
  private readonly deadZone = new Float64Array(KEYS.length);
  private readonly curve = new Float64Array(KEYS.length).fill(1);
  private readonly scale = new Float64Array(KEYS.length).fill(1);
  private readonly touched = new Uint8Array(KEYS.length);

  /** Takes over a profile's sliders and its glasses preset. */
  set(profile: Pick<TrackingProfile, 'tuning' | 'glasses'>): void {
    KEYS.forEach((key, i) => {
      const one = profile.tuning[key] ?? DEFAULT_TUNING;
      this.gain[i] = one.gain;
      this.deadZone[i] = one.deadZone;
      this.curve[i] = one.curve;
      this.touched[i] = one.gain !== 1 || one.deadZone !== 0 || one.curve !== 1 ? 1 : 0;
      const glasses = !profile.glasses
        ? 1
        : key.startsWith('eyeBlink') || key.startsWith('eyeSquint')
          ? GLASSES_BLINK
          : key === 'gaze'
            ? GLASSES_GAZE
            : 1;
      this.scale[i] = cutoffScale(one.smoothing) * glasses;
    });
  }

  /** Hands the smoothing sliders to the filters of the scores and the head, and of the eyes. */
  smooth(bank: SmoothingBank, eyes: SmoothingBank): void {
    for (let i = 0; i < POSITION; i++) bank.scales[i] = this.scale[i]!;
    for (let i = X; i <= Z; i++) bank.scales[i] = this.scale[POSITION]!;
    eyes.scales.fill(this.scale[GAZE]!);
  }

  /** The 52 channels of a row in place; they stay within 0..1. */
  channels(row: Float64Array): void {
    for (let i = 0; i < ARKIT_COUNT; i++) {
      if (this.touched[i] === 1) row[i] = clamp01(this.one(i, row[i]!));
    }
  }

  /** The head's turns and place of a row, in place. */
  head(row: Float64Array): void {
    for (let i = YAW; i <= ROLL; i++) {
      if (this.touched[i] === 1) row[i] = this.one(i, row[i]! / ANGLE_UNIT) * ANGLE_UNIT;
    }
    if (this.touched[POSITION] !== 1) return;
    for (let i = X; i <= Z; i++) row[i] = this.one(POSITION, row[i]! / PLACE_UNIT) * PLACE_UNIT;
  }

  /** One eye's direction, radians, tuned. */
  gazeYaw(radians: number): number {
    return this.touched[GAZE] === 1 ? this.one(GAZE, radians / GAZE_YAW_RANGE) * GAZE_YAW_RANGE : radians;
  }

  gazePitch(radians: number): number {
    return this.touched[GAZE] === 1 ? this.one(GAZE, radians / GAZE_PITCH_RANGE) * GAZE_PITCH_RANGE : radians;
  }

  private one(index: number, v: number): number {
    return tune(v, this.gain[index]!, this.deadZone[index]!, this.curve[index]!);
  }
}
