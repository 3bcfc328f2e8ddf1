import { ARKIT_COUNT } from './arkit.ts';
import { HUMAN_BONE_COUNT } from './human-bones.ts';
import { createSolvedFace, type SolvedFace } from './solved-face.ts';

/** Expressions that can be on at a time, by their place in the settings' list. */
export const MAX_EXPRESSIONS = 32;

/**
 * Everything a rig applies, filled anew at every tick: the face, and every bone of the body. `yaw`, `pitch`, `roll`,
 * `x`, `y` and `z` of the face are already in `rotations` and `hips*`; a model without bones uses them.
 */
export interface AvatarPose extends SolvedFace {
  /**
   * Unit quaternions (x, y, z, w) of HUMAN_BONES, local to the parent bone of that list, in the normalised pose: all
   * identity is the T-pose. An avatar at ease has its arms down in here.
   */
  readonly rotations: Float32Array;
  /** The hips against their place at rest, metres of the avatar, X to its left (right of the picture), Y up. */
  hipsX: number;
  hipsY: number;
  hipsZ: number;
  /** Weights 0..1 of the avatar's own expressions, by their place in the list that the rig was given. */
  readonly expressions: Float32Array;
}

export function createAvatarPose(): AvatarPose {
  const rotations = new Float32Array(HUMAN_BONE_COUNT * 4);
  for (let i = 3; i < rotations.length; i += 4) rotations[i] = 1;
  return {
    ...createSolvedFace(),
    rotations,
    hipsX: 0,
    hipsY: 0,
    hipsZ: 0,
    expressions: new Float32Array(MAX_EXPRESSIONS),
  };
}

const SCALARS = [
  'yaw',
  'pitch',
  'roll',
  'x',
  'y',
  'z',
  'gazeYaw',
  'gazePitch',
  'breath',
  'presence',
  'hipsX',
  'hipsY',
  'hipsZ',
] as const;

const ROTATIONS_AT = ARKIT_COUNT + SCALARS.length;
const EXPRESSIONS_AT = ROTATIONS_AT + HUMAN_BONE_COUNT * 4;

/** Numbers of one pose as it is sent to an output page: channels, scalars, rotations, expressions. The state stays behind. */
export const AVATAR_POSE_WIRE_VALUES = EXPRESSIONS_AT + MAX_EXPRESSIONS;

/** @param out at least {@link AVATAR_POSE_WIRE_VALUES} long, reused by the caller */
export function writeAvatarPose(pose: AvatarPose, out: Float32Array): void {
  out.set(pose.channels, 0);
  for (let i = 0; i < SCALARS.length; i++) out[ARKIT_COUNT + i] = pose[SCALARS[i]!];
  out.set(pose.rotations, ROTATIONS_AT);
  out.set(pose.expressions, EXPRESSIONS_AT);
}

/**
 * The inverse of {@link writeAvatarPose}; what is no finite number counts as zero, and rotations are made unit
 * quaternions again (a zero one is the identity), so that poses may be averaged number by number.
 */
export function readAvatarPose(values: ArrayLike<number>, pose: AvatarPose): void {
  for (let i = 0; i < ARKIT_COUNT; i++) pose.channels[i] = finite(values[i]);
  for (let i = 0; i < SCALARS.length; i++) pose[SCALARS[i]!] = finite(values[ARKIT_COUNT + i]);
  for (let i = 0; i < HUMAN_BONE_COUNT; i++) {
    const from = ROTATIONS_AT + i * 4;
    const x = finite(values[from]);
    const y = finite(values[from + 1]);
    const z = finite(values[from + 2]);
    const w = finite(values[from + 3]);
    const length = Math.hypot(x, y, z, w);
    const scale = length > 1e-6 ? 1 / length : 0;
    pose.rotations[i * 4] = x * scale;
    pose.rotations[i * 4 + 1] = y * scale;
    pose.rotations[i * 4 + 2] = z * scale;
    pose.rotations[i * 4 + 3] = scale > 0 ? w * scale : 1;
  }
  for (let i = 0; i < MAX_EXPRESSIONS; i++) pose.expressions[i] = finite(values[EXPRESSIONS_AT + i]);
}

function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
