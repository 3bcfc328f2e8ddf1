import type { Gesture } from '../../src/shared/domain/expressions.ts';
import type { HumanBone } from '../../src/shared/domain/human-bones.ts';
import { cross, dot, mul, normalise, sub, type V3 } from '../presets/model/maths.ts';

export type Quaternion = readonly [x: number, y: number, z: number, w: number];

/** One arm by directions in the avatar's frame, of the left arm: X outwards, Y up, Z forward. */
interface ArmPose {
  readonly upper: V3;
  readonly fore: V3;
  /** Where the palm looks; only what is square to the forearm counts. */
  readonly palm: V3;
  readonly hand: Gesture | 'relaxed';
}

/** A pose of both arms. */
export interface BodyPose {
  readonly name: string;
  readonly left: ArmPose;
  readonly right: ArmPose;
}

const DOWN: ArmPose = {
  upper: [0.26, -0.96, 0],
  fore: [0.2, -0.97, 0.14],
  palm: [-1, 0, 0],
  hand: 'relaxed',
};
const OUT: ArmPose = { upper: [1, -0.05, 0], fore: [1, -0.02, 0.06], palm: [0, -0.3, 1], hand: 'open' };
const UP: ArmPose = { upper: [0.5, 0.86, 0.05], fore: [0.25, 0.96, 0.1], palm: [0, 0, 1], hand: 'open' };
const FORWARD: ArmPose = {
  upper: [0.3, -0.15, 0.94],
  fore: [0.1, 0.1, 0.98],
  palm: [0, -1, 0],
  hand: 'relaxed',
};
const BENT_FORWARD: ArmPose = {
  upper: [0.3, -0.95, 0],
  fore: [0.2, 0.05, 0.98],
  palm: [-1, 0, 0],
  hand: 'relaxed',
};
const BENT_UP: ArmPose = { upper: [0.98, -0.1, 0.1], fore: [0.1, 0.99, 0.1], palm: [0, 0, 1], hand: 'open' };
const AT_FACE: ArmPose = {
  upper: [0.35, -0.75, 0.55],
  fore: [-0.25, 0.93, 0.25],
  palm: [-1, 0, -0.4],
  hand: 'relaxed',
};
const WAVE: ArmPose = { upper: [0.75, -0.6, 0.25], fore: [0.3, 0.94, 0.15], palm: [0, 0, 1], hand: 'open' };
const ON_HIP: ArmPose = {
  upper: [0.75, -0.64, -0.2],
  fore: [-0.68, -0.66, 0.3],
  palm: [-0.3, -0.8, -0.5],
  hand: 'relaxed',
};
const AT_CHEST: ArmPose = {
  upper: [0.4, -0.85, 0.3],
  fore: [-0.75, 0.35, 0.55],
  palm: [0, -0.1, -1],
  hand: 'relaxed',
};
const SALUTE: ArmPose = {
  upper: [0.95, 0.1, 0.3],
  fore: [-0.75, 0.6, 0.25],
  palm: [0, -0.6, 0.8],
  hand: 'open',
};

/** A hand shown to the camera beside the shoulder. */
const shown = (hand: Gesture): ArmPose => ({
  upper: [0.55, -0.8, 0.25],
  fore: [0.22, 0.93, 0.3],
  palm: [0, 0, 1],
  hand,
});

/** With the thumb upwards: the forearm comes in before the chest. */
const THUMB: ArmPose = {
  upper: [0.45, -0.86, 0.25],
  fore: [-0.55, 0.3, 0.78],
  palm: [-0.8, 0, -0.6],
  hand: 'thumbs-up',
};

const both = (name: string, arm: ArmPose): BodyPose => ({ name, left: arm, right: arm });

/** Poses of the arms alone; shown in both framings. */
export const ARM_POSES: readonly BodyPose[] = [
  both('down', DOWN),
  both('out', OUT),
  both('up', UP),
  both('forward', FORWARD),
  both('bent-forward', BENT_FORWARD),
  both('bent-up', BENT_UP),
  { name: 'hand-at-face', left: DOWN, right: AT_FACE },
  { name: 'wave', left: DOWN, right: WAVE },
  both('on-hips', ON_HIP),
  both('at-chest', AT_CHEST),
  { name: 'left-out-right-bent', left: OUT, right: BENT_UP },
  { name: 'left-up-right-hip', left: UP, right: ON_HIP },
  { name: 'salute', left: BENT_FORWARD, right: SALUTE },
];

/** Hand shapes shown to the camera; of the upper body only. */
export const HAND_POSES: readonly BodyPose[] = [
  both('fists', shown('fist')),
  both('pointing', shown('point')),
  both('peace', shown('peace')),
  both('thumbs-up', THUMB),
  both('open-hands', shown('open')),
  { name: 'peace-and-fist', left: shown('peace'), right: shown('fist') },
];

const multiply = (a: Quaternion, b: Quaternion): Quaternion => [
  a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1],
  a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0],
  a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3],
  a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2],
];

/** Turns by `degrees` around x (0), y (1) or z (2). */
const around = (axis: 0 | 1 | 2, degrees: number): Quaternion => {
  const half = (degrees * Math.PI) / 360;
  const q: [number, number, number, number] = [0, 0, 0, Math.cos(half)];
  q[axis] = Math.sin(half);
  return q;
};

/** The rotation whose columns are the three axes (right-handed, square to each other). */
const ofAxes = (x: V3, y: V3, z: V3): Quaternion => {
  const trace = x[0] + y[1] + z[2];
  const candidates = [trace, x[0] - y[1] - z[2], y[1] - x[0] - z[2], z[2] - x[0] - y[1]];
  const largest = candidates.indexOf(Math.max(...candidates));
  const s = 2 * Math.sqrt(1 + (candidates[largest] as number));
  if (largest === 0) return [(y[2] - z[1]) / s, (z[0] - x[2]) / s, (x[1] - y[0]) / s, s / 4];
  if (largest === 1) return [s / 4, (y[0] + x[1]) / s, (z[0] + x[2]) / s, (y[2] - z[1]) / s];
  if (largest === 2) return [(y[0] + x[1]) / s, s / 4, (z[1] + y[2]) / s, (z[0] - x[2]) / s];
  return [(z[0] + x[2]) / s, (z[1] + y[2]) / s, s / 4, (x[1] - y[0]) / s];
};

const squareTo = (axis: V3, v: V3): V3 => normalise(sub(v, mul(axis, dot(v, axis))));

type Rotations = Partial<Record<HumanBone, Quaternion>>;

/**
 * Left arm of the normalised T-pose: it lies along X, the palm looks down, the elbow bends around −Y towards Z.
 * The upper arm turns so that the elbow's hinge bends to `fore`; the palm's turn is shared by forearm and hand.
 */
const leftArm = ({ upper, fore, palm }: ArmPose): readonly [Quaternion, Quaternion, Quaternion] => {
  const x = normalise(upper);
  const f = normalise(fore);
  const bend = (Math.acos(Math.min(1, dot(x, f))) * 180) / Math.PI;
  const z = squareTo(x, sub(f, mul(x, dot(x, f))));
  const y = cross(z, x);
  const atRest = squareTo(f, mul(y, -1));
  const wanted = squareTo(f, palm);
  const twist = (Math.atan2(dot(f, cross(atRest, wanted)), dot(atRest, wanted)) * 180) / Math.PI;
  return [ofAxes(x, y, z), multiply(around(1, -bend), around(0, twist / 2)), around(0, twist / 2)];
};

const FINGERS = ['Index', 'Middle', 'Ring', 'Little'] as const;

/** Bends of the finger's three joints in degrees. */
const STRAIGHT = [4, 4, 2] as const;
const EASY = [22, 26, 14] as const;
const FOLDED = [84, 98, 62] as const;

const bendsOf = (
  finger: (typeof FINGERS)[number],
  hand: ArmPose['hand'],
): readonly [number, number, number] => {
  switch (hand) {
    case 'relaxed':
      return EASY;
    case 'open':
      return STRAIGHT;
    case 'fist':
    case 'thumbs-up':
      return FOLDED;
    case 'point':
      return finger === 'Index' ? STRAIGHT : FOLDED;
    case 'peace':
      return finger === 'Index' || finger === 'Middle' ? STRAIGHT : FOLDED;
  }
};

/** Spread of open fingers around the palm's normal, degrees; towards the thumb is negative. */
const SPREAD = { Index: -9, Middle: -1, Ring: 6, Little: 13 } as const;

const leftThumb = (hand: ArmPose['hand']): readonly [Quaternion, Quaternion, Quaternion] => {
  if (hand === 'thumbs-up') return [around(1, -34), around(1, -8), around(1, -4)];
  if (hand === 'open') return [around(1, -16), around(1, -4), around(1, -2)];
  if (hand === 'relaxed') return [around(2, -10), around(1, 8), around(1, 8)];
  return [multiply(around(2, -38), around(1, 22)), around(1, 42), around(1, 46)];
};

const leftFingers = (hand: ArmPose['hand']): Rotations => {
  const out: Rotations = {};
  const [metacarpal, proximal, distal] = leftThumb(hand);
  out.leftThumbMetacarpal = metacarpal;
  out.leftThumbProximal = proximal;
  out.leftThumbDistal = distal;
  for (const finger of FINGERS) {
    const bends = bendsOf(finger, hand);
    const spread = bends === STRAIGHT ? SPREAD[finger] : 0;
    out[`left${finger}Proximal`] = multiply(around(1, spread), around(2, -bends[0]));
    out[`left${finger}Intermediate`] = around(2, -bends[1]);
    out[`left${finger}Distal`] = around(2, -bends[2]);
  }
  return out;
};

const leftSide = (arm: ArmPose): Rotations => {
  const [upper, lower, hand] = leftArm(arm);
  return { leftUpperArm: upper, leftLowerArm: lower, leftHand: hand, ...leftFingers(arm.hand) };
};

/** The same on the other side: mirrored at the plane between left and right. */
const mirrored = (rotations: Rotations): Rotations =>
  Object.fromEntries(
    Object.entries(rotations).map(([name, [x, y, z, w]]) => [name.replace('left', 'right'), [x, -y, -z, w]]),
  );

/** Local rotations of the normalised pose; bones that are left out are at rest. */
export const rotationsOf = (pose: BodyPose): Rotations => ({
  ...leftSide(pose.left),
  ...mirrored(leftSide(pose.right)),
});

/** The gestures that the hands show; null: none that is told apart. */
export const gesturesOf = ({ left, right }: BodyPose): { left: Gesture | null; right: Gesture | null } => ({
  left: left.hand === 'relaxed' ? null : left.hand,
  right: right.hand === 'relaxed' ? null : right.hand,
});
