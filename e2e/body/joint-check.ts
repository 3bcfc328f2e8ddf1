import { LIMITS } from '../../src/renderer/pipeline/solver/body/limits.ts';
import { HUMAN_BONE_INDEX, type HumanBone } from '../../src/shared/domain/human-bones.ts';
import { clampAbs } from '../../src/shared/math/scalar.ts';
import { norm } from '../../src/shared/math/vector.ts';

/**
 * The first joint that is beyond its limit, in words; null when all are within.
 * @param rotations of HUMAN_BONES, local, normalised pose
 * @param tolerance radians; between two allowed rotations the way may lead a little outside
 */
export function brokenLimit(rotations: ArrayLike<number>, tolerance: number): string | null {
  for (const side of ['left', 'right'] as const) {
    const sign = side === 'left' ? 1 : -1;
    const read = (part: string): Joint => joint(rotations, `${side}${part}` as HumanBone);
    const wrong = (part: string, value: number, low: number, high: number): string | null =>
      value < low - tolerance || value > high + tolerance
        ? `${side} ${part} at ${Math.round((value * 180) / Math.PI)}°`
        : null;
    const elbow = read('LowerArm');
    const hand = read('Hand');
    const upper = read('UpperArm');
    const [ax, ay, az] = LIMITS.upperArm.axis;
    const { finger, thumb, wrist } = LIMITS;
    const found =
      wrong('elbow', hinge(elbow, sign), 0, LIMITS.elbow) ??
      wrong('forearm', twistX(elbow) + twistX(hand), -LIMITS.forearmTwist, LIMITS.forearmTwist) ??
      wrong('wrist', bendZ(hand, sign), -wrist.extension, wrist.flexion) ??
      wrong('wrist aside', bendY(hand), -wrist.deviation, wrist.deviation) ??
      wrong(
        'shoulder',
        Math.acos(clampAbs(ax * upper.xx * sign * sign + ay * upper.xy * sign + az * upper.xz * sign, 1)),
        0,
        LIMITS.upperArm.cone,
      ) ??
      wrong('thumb', read('ThumbMetacarpal').angle, 0, thumb.metacarpal) ??
      wrong('thumb', read('ThumbProximal').angle, 0, thumb.proximal) ??
      wrong('thumb', read('ThumbDistal').angle, 0, thumb.distal);
    if (found) return found;
    for (const name of ['Index', 'Middle', 'Ring', 'Little']) {
      const proximal = read(`${name}Proximal`);
      const fingers =
        wrong(name, bendZ(proximal, sign), finger.proximalMin, finger.proximal) ??
        wrong(name, bendZ(read(`${name}Intermediate`), sign), 0, finger.intermediate) ??
        wrong(name, bendZ(read(`${name}Distal`), sign), 0, finger.distal);
      if (fingers) return fingers;
    }
  }
  return null;
}

interface Joint {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly w: number;
  readonly angle: number;
  /** Image of the X axis. */
  readonly xx: number;
  readonly xy: number;
  readonly xz: number;
}

function joint(rotations: ArrayLike<number>, bone: HumanBone): Joint {
  const at = HUMAN_BONE_INDEX[bone] * 4;
  const sign = rotations[at + 3]! < 0 ? -1 : 1;
  const x = rotations[at]! * sign;
  const y = rotations[at + 1]! * sign;
  const z = rotations[at + 2]! * sign;
  const w = rotations[at + 3]! * sign;
  return {
    x,
    y,
    z,
    w,
    angle: 2 * Math.acos(clampAbs(w, 1)),
    xx: 1 - 2 * (y * y + z * z),
    xy: 2 * (x * y + w * z),
    xz: 2 * (x * z - w * y),
  };
}

const twistX = ({ x, w }: Joint): number => 2 * Math.atan2(x, w);

/** What is left of a rotation when its turn about X is taken off its beginning: q = T·S. */
function swing({ x, y, z, w }: Joint): { readonly y: number; readonly z: number; readonly scale: number } {
  const length = norm(x, w) || 1;
  const sy = (w * y + x * z) / length;
  const sz = (w * z - x * y) / length;
  const sine = norm(sy, sz);
  return { y: sy, z: sz, scale: sine > 1e-6 ? (2 * Math.atan2(sine, length)) / sine : 2 };
}

function bendZ(one: Joint, sign: number): number {
  const { z, scale } = swing(one);
  return -sign * z * scale;
}

function bendY(one: Joint): number {
  const { y, scale } = swing(one);
  return y * scale;
}

/** Bend of an elbow: q = hinge · twist, the hinge about −Y of a left arm, +Y of a right one. */
function hinge({ x, y, z, w }: Joint, sign: number): number {
  const length = norm(x, w) || 1;
  // S = q·T⁻¹
  const sy = (w * y - x * z) / length;
  return -sign * 2 * Math.atan2(sy, length);
}
