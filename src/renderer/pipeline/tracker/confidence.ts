import { LANDMARK_COUNT } from '../tracking-channel.ts';

const STEP = 7;
/** A face lower than this share of the picture gives landmarks of a few pixels. */
const SMALL = 0.08;
const LARGE_ENOUGH = 0.16;
/** Yaw in degrees at which the far half of the face begins to be guessed, and where nothing is left to see. */
const TURNED = 50;
const PROFILE = 80;

/**
 * How far a result can be trusted, 0..1. MediaPipe's landmarks come without a score, so it is judged by what
 * makes them bad: a face partly outside the picture, a very small one, one turned to profile.
 * @param landmarks x, y, z of each point, normalised to the picture
 * @param yaw radians
 */
export function confidenceOf(landmarks: ArrayLike<number>, yaw: number): number {
  let inside = 0;
  let seen = 0;
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < LANDMARK_COUNT; i += STEP) {
    const x = landmarks[i * 3]!;
    const y = landmarks[i * 3 + 1]!;
    seen++;
    if (x >= 0 && x <= 1 && y >= 0 && y <= 1) inside++;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  const share = inside / seen;
  const size = ramp(bottom - top, SMALL, LARGE_ENOUGH);
  const facing = 1 - ramp((Math.abs(yaw) * 180) / Math.PI, TURNED, PROFILE);
  const confidence = share * share * size * facing;
  return Number.isFinite(confidence) ? confidence : 0;
}

function ramp(value: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
