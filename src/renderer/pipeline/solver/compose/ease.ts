import {
  HUMAN_BONE_COUNT,
  HUMAN_BONE_INDEX,
  HUMAN_BONE_PARENT,
  type HumanBone,
} from '../../../../shared/domain/human-bones.ts';
import {
  between,
  copyQuaternion,
  IDENTITY,
  multiply,
  relative,
  rotate,
} from '../../../../shared/math/quaternion.ts';

/**
 * World directions of bones at ease, of the left side: a little off the body, the elbow a little bent, the fingers
 * bent towards the palm, which faces the thigh.
 */
const DIRECTIONS: readonly (readonly [string, number, number, number])[] = [
  ['UpperArm', 0.24, -0.95, -0.06],
  ['LowerArm', 0.12, -0.95, 0.26],
  ['IndexProximal', -0.02, -0.95, 0.22],
  ['IndexIntermediate', -0.3, -0.95, 0.15],
  ['MiddleProximal', -0.05, -0.95, 0.2],
  ['MiddleIntermediate', -0.34, -0.95, 0.12],
  ['RingProximal', -0.08, -0.95, 0.18],
  ['RingIntermediate', -0.38, -0.95, 0.1],
  ['LittleProximal', -0.1, -0.95, 0.15],
  ['LittleIntermediate', -0.42, -0.95, 0.08],
];

function measureEase(): Float32Array {
  const world = new Float64Array(HUMAN_BONE_COUNT * 4);
  const local = new Float64Array(HUMAN_BONE_COUNT * 4);
  const turn = new Float64Array(4);
  const now = new Float64Array(3);
  const wanted = new Float64Array(3);
  for (let bone = 0; bone < HUMAN_BONE_COUNT; bone++) {
    const parent = HUMAN_BONE_PARENT[bone]!;
    if (parent < 0) copyQuaternion(world, 0, IDENTITY, 0);
    else copyQuaternion(world, bone * 4, world, parent * 4);
    for (const side of ['left', 'right'] as const) {
      const out = side === 'left' ? 1 : -1;
      for (const [name, x, y, z] of DIRECTIONS) {
        if (HUMAN_BONE_INDEX[`${side}${name}` as HumanBone] !== bone) continue;
        const length = Math.hypot(x, y, z);
        now[0] = out;
        now[1] = now[2] = 0;
        rotate(now, 0, world, bone * 4, now, 0);
        wanted[0] = (x * out) / length;
        wanted[1] = y / length;
        wanted[2] = z / length;
        between(turn, 0, now, 0, wanted, 0);
        multiply(world, bone * 4, turn, 0, world, bone * 4);
      }
    }
    if (parent < 0) copyQuaternion(local, 0, IDENTITY, 0);
    else relative(local, bone * 4, world, parent * 4, world, bone * 4);
  }
  return Float32Array.from(local);
}

const EASE = measureEase();

/**
 * Fills the rotations of HUMAN_BONES (local, normalised pose) with somebody who stands at ease: the arms hang, about
 * 75° below the T-pose, elbows and fingers a little bent; everything else at rest.
 */
export function easeRotations(out: Float32Array): void {
  out.set(EASE);
}
