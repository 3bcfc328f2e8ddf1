import { ARKIT_CHANNELS, ARKIT_COUNT } from '../../../../../shared/domain/arkit.ts';
import type { SolvedFace } from '../../../../../shared/domain/solved-face.ts';
import { createHeadPose, readHeadPose } from '../../../../pipeline/solver/head-pose.ts';
import type { FaceObservation } from '../../../../pipeline/tracking-channel.ts';

const ANGLES = ['yaw', 'pitch', 'roll', 'gazeYaw', 'gazePitch'] as const;
const PLACES = ['x', 'y', 'z'] as const;

/** What the graphs can show, in the order of a history's columns. */
export const TRACES = [...ANGLES, ...PLACES, ...ARKIT_CHANNELS] as const;
export type Trace = (typeof TRACES)[number];

export const TRACE_COUNT = TRACES.length;
const CHANNELS_AT = ANGLES.length + PLACES.length;
const DEGREES = 180 / Math.PI;

/** What a graph spans, in what unit: degrees, centimetres, or the share of a channel's range. */
export function scaleOf(trace: Trace): {
  readonly low: number;
  readonly high: number;
  readonly unit: 'deg' | 'cm' | 'share';
} {
  if ((ANGLES as readonly string[]).includes(trace)) return { low: -45, high: 45, unit: 'deg' };
  if ((PLACES as readonly string[]).includes(trace)) return { low: -30, high: 30, unit: 'cm' };
  return { low: 0, high: 1, unit: 'share' };
}

const TWINS = Int32Array.from(ARKIT_CHANNELS, (name) => {
  const twin = name.endsWith('Left')
    ? name.replace(/Left$/, 'Right')
    : name.endsWith('Right')
      ? name.replace(/Right$/, 'Left')
      : name;
  return ARKIT_CHANNELS.indexOf(twin as (typeof ARKIT_CHANNELS)[number]);
});

const head = createHeadPose();

/**
 * One column of what the tracker read: degrees and scores. What it does not read as such (gaze, place against the
 * neutral one) is NaN, and so is everything while there is no face.
 */
export function writeRaw(face: FaceObservation, out: Float32Array, at: number): void {
  const found = face.found && readHeadPose(face.matrix, head);
  out.fill(Number.NaN, at, at + TRACE_COUNT);
  if (!found) return;
  out[at] = head.yaw * DEGREES;
  out[at + 1] = head.pitch * DEGREES;
  out[at + 2] = head.roll * DEGREES;
  for (let i = 0; i < ARKIT_COUNT; i++) out[at + CHANNELS_AT + i] = face.scores[i]!;
}

/** One column of what was solved, turned back as the camera sees it where the avatar is mirrored. */
export function writeSolved(face: SolvedFace, mirrored: boolean, out: Float32Array, at: number): void {
  const sign = mirrored ? -1 : 1;
  out[at] = sign * face.yaw * DEGREES;
  out[at + 1] = face.pitch * DEGREES;
  out[at + 2] = sign * face.roll * DEGREES;
  out[at + 3] = sign * face.gazeYaw * DEGREES;
  out[at + 4] = face.gazePitch * DEGREES;
  out[at + 5] = sign * face.x * 100;
  out[at + 6] = face.y * 100;
  out[at + 7] = face.z * 100;
  for (let i = 0; i < ARKIT_COUNT; i++) {
    out[at + CHANNELS_AT + i] = face.channels[mirrored ? TWINS[i]! : i]!;
  }
}
