import { clamp01 } from '../../../../shared/math/scalar.ts';
import { norm } from '../../../../shared/math/vector.ts';

/** What 21 points of a hand say, without any memory. Filled anew by {@link measureHand}. */
export interface HandShape {
  /**
   * Images of X, Y, Z of the hand bone's frame in the normalised frame (columns of a rotation): the middle finger of a
   * left hand along +X, of a right one along −X; index side +Z; back of the hand +Y.
   */
  readonly frame: Float64Array;
  /** Bend at palm, middle and last joint of index, middle, ring, little; radians. */
  readonly bends: Float64Array;
  /** Of index, middle, ring, little: towards the thumb, radians. */
  readonly spreads: Float64Array;
  /** Unit directions of the thumb's three bones in the hand bone's frame. */
  readonly thumb: Float64Array;
  /** How far the fingers lie on the palm's side, −1..1; clearly below 0 no hand can: it is the other one, or no hand. */
  towardsPalm: number;
}

export function createHandShape(): HandShape {
  return {
    frame: new Float64Array(9),
    bends: new Float64Array(12),
    spreads: new Float64Array(4),
    thumb: new Float64Array(9),
    towardsPalm: 0,
  };
}

const DEG = Math.PI / 180;
const WRIST = 0;
const INDEX = 5;
const MIDDLE = 9;
const LITTLE = 17;
/** The fan that knuckles of a flat hand with closed fingers make by themselves in MediaPipe's points. */
const FAN = Float64Array.of(5 * DEG, 0, -4 * DEG, -9 * DEG);

/**
 * @param points 21 · (x, y, z), metres, x right in the picture, y down, z away from the camera
 * @param left which hand it is
 * @returns false if the points make no hand
 */
export function measureHand(points: Float32Array, left: boolean, out: HandShape): boolean {
  const { frame, bends, spreads, thumb } = out;
  const side = left ? 1 : -1;
  // (x, y, z) of MediaPipe is (x, −y, −z) here.
  const wx = points[WRIST * 3]!;
  const wy = points[WRIST * 3 + 1]!;
  const wz = points[WRIST * 3 + 2]!;
  let fx = mid(points, 0) - wx;
  let fy = -(mid(points, 1) - wy);
  let fz = -(mid(points, 2) - wz);
  const length = norm(fx, fy, fz);
  if (!(length > 1e-3)) return false;
  fx /= length;
  fy /= length;
  fz /= length;
  let sx = points[INDEX * 3]! - points[LITTLE * 3]!;
  let sy = points[LITTLE * 3 + 1]! - points[INDEX * 3 + 1]!;
  let sz = points[LITTLE * 3 + 2]! - points[INDEX * 3 + 2]!;
  const along = sx * fx + sy * fy + sz * fz;
  sx -= along * fx;
  sy -= along * fy;
  sz -= along * fz;
  const width = norm(sx, sy, sz);
  if (!(width > 1e-3)) return false;
  sx /= width;
  sy /= width;
  sz /= width;
  // Out of the back of the hand: Z × X.
  const nx = side * (sy * fz - sz * fy);
  const ny = side * (sz * fx - sx * fz);
  const nz = side * (sx * fy - sy * fx);
  frame[0] = side * fx;
  frame[1] = side * fy;
  frame[2] = side * fz;
  frame[3] = nx;
  frame[4] = ny;
  frame[5] = nz;
  frame[6] = sx;
  frame[7] = sy;
  frame[8] = sz;

  let towards = 0;
  for (let finger = 0; finger < 4; finger++) {
    const knuckle = (INDEX + finger * 4) * 3;
    let previousAngle = 0;
    let firstSide = 0;
    for (let joint = 0; joint < 3; joint++) {
      const from = knuckle + joint * 3;
      const x = points[from + 3]! - points[from]!;
      const y = -(points[from + 4]! - points[from + 1]!);
      const z = -(points[from + 5]! - points[from + 2]!);
      const forward = x * fx + y * fy + z * fz;
      const down = -(x * nx + y * ny + z * nz);
      const aside = x * sx + y * sy + z * sz;
      const angle = Math.atan2(down, forward);
      if (joint === 0) {
        bends[finger * 3] = angle;
        firstSide = Math.atan2(aside, norm(forward, down));
      } else {
        let bend = angle - previousAngle;
        if (bend < -Math.PI) bend += 2 * Math.PI;
        bends[finger * 3 + joint] = bend;
      }
      previousAngle = angle;
    }
    const tip = knuckle + 9;
    const x = points[tip]! - points[knuckle]!;
    const y = -(points[tip + 1]! - points[knuckle + 1]!);
    const z = -(points[tip + 2]! - points[knuckle + 2]!);
    const reach = norm(x, y, z);
    if (reach > 1e-4) towards -= (x * nx + y * ny + z * nz) / reach;
    // A bent finger cannot be spread; what is seen then is the bend's own noise.
    const straight = clamp01(1 - bends[finger * 3]! / (70 * DEG));
    spreads[finger] = (firstSide - FAN[finger]!) * straight;
  }
  out.towardsPalm = towards / 4;

  for (let bone = 0; bone < 3; bone++) {
    const from = (bone + 1) * 3;
    const x = points[from + 3]! - points[from]!;
    const y = -(points[from + 4]! - points[from + 1]!);
    const z = -(points[from + 5]! - points[from + 2]!);
    const size = norm(x, y, z);
    if (!(size > 1e-4)) return false;
    thumb[bone * 3] = (side * (x * fx + y * fy + z * fz)) / size;
    thumb[bone * 3 + 1] = (x * nx + y * ny + z * nz) / size;
    thumb[bone * 3 + 2] = (x * sx + y * sy + z * sz) / size;
  }
  return Number.isFinite(out.towardsPalm + thumb[0]! + thumb[3]! + thumb[6]!);
}

/** The middle of the knuckles, most of it the middle finger's. */
function mid(points: Float32Array, axis: number): number {
  return points[MIDDLE * 3 + axis]! * 0.5 + (points[INDEX * 3 + axis]! + points[LITTLE * 3 + axis]!) * 0.25;
}

/** 0 straight … 1 closed, of index 0, middle 1, ring 2, little 3. */
export function curlOf(shape: HandShape, finger: number): number {
  const { bends } = shape;
  const sum = bends[finger * 3]! + bends[finger * 3 + 1]! + bends[finger * 3 + 2]!;
  return clamp01(sum / (230 * DEG));
}
