import { HUMAN_BONE_INDEX, HUMAN_BONES, type HumanBone } from '../../../shared/domain/human-bones.ts';
import {
  createMotionSample,
  IDLE_MOTIONS,
  type IdleMotion,
  type MotionSample,
} from '../../../shared/domain/motion.ts';
import { smoothstep } from '../../../shared/math/scalar.ts';
import { breathAt } from '../solver/idle.ts';
import { setEuler } from './rotations.ts';

/** All idle motions are made of waves that fit into this a whole number of times: they repeat without a seam. */
export const IDLE_LOOP_MS = 42_000;

/** Average length of a leg against which a shift of the hips is turned back, so that the feet stand still. */
const LEG_M = 0.85;

const B = HUMAN_BONE_INDEX;

/** What makes one idle motion different from another. Angles in radians, lengths in metres. */
interface IdleShape {
  /** Weight from one foot to the other, and how often per loop. */
  readonly shift: number;
  readonly shifts: number;
  /** Turn and tilt of the trunk. */
  readonly sway: number;
  /** Up and down of the hips, and how often per loop. */
  readonly bounce: number;
  readonly bounces: number;
  /** How far the arms stand off the body, against hanging straight. */
  readonly armsOut: number;
  readonly armSwing: number;
  readonly elbows: number;
  readonly fingers: number;
  /** Shoulders with the breath. */
  readonly breath: number;
  /** Head hanging, and how far it drops in a nod. */
  readonly droop: number;
  readonly nod: number;
  /** Head tilted from side to side. */
  readonly tilt: number;
}

const SHAPES: Readonly<Record<IdleMotion, IdleShape>> = {
  calm: {
    shift: 0.014,
    shifts: 3,
    sway: 0.012,
    bounce: 0.0015,
    bounces: 10,
    armsOut: 0.3,
    armSwing: 0.02,
    elbows: 0.22,
    fingers: 0.28,
    breath: 0.012,
    droop: 0,
    nod: 0,
    tilt: 0.006,
  },
  lively: {
    shift: 0.026,
    shifts: 14,
    sway: 0.035,
    bounce: 0.006,
    bounces: 42,
    armsOut: 0.38,
    armSwing: 0.07,
    elbows: 0.55,
    fingers: 0.4,
    breath: 0.016,
    droop: -0.02,
    nod: 0,
    tilt: 0.03,
  },
  sleepy: {
    shift: 0.02,
    shifts: 2,
    sway: 0.02,
    bounce: 0.002,
    bounces: 5,
    armsOut: 0.2,
    armSwing: 0.015,
    elbows: 0.12,
    fingers: 0.45,
    breath: 0.024,
    droop: 0.14,
    nod: 0.16,
    tilt: 0.03,
  },
  still: {
    shift: 0,
    shifts: 1,
    sway: 0,
    bounce: 0,
    bounces: 1,
    armsOut: 0.3,
    armSwing: 0,
    elbows: 0.22,
    fingers: 0.28,
    breath: 0,
    droop: 0,
    nod: 0,
    tilt: 0,
  },
};

/** Fingers of both sides by how much of the curl each joint takes; the thumb lies beside the hand. */
const CURLED: readonly { readonly bone: number; readonly side: number; readonly share: number }[] =
  HUMAN_BONES.flatMap((bone: HumanBone) => {
    const [, side, finger, joint] =
      /^(left|right)(Index|Middle|Ring|Little)(Proximal|Intermediate|Distal)$/.exec(bone) ?? [];
    if (!side) return [];
    const spread = { Index: 0.8, Middle: 0.95, Ring: 1.1, Little: 1.25 }[finger!]!;
    const share = spread * (joint === 'Distal' ? 0.7 : 1);
    return [{ bone: B[bone], side: side === 'left' ? 1 : -1, share }];
  });

/** What stands still in each motion: the curled fingers. */
const BASES = Object.fromEntries(
  IDLE_MOTIONS.map((id) => {
    const { rotations } = createMotionSample();
    for (const { bone, side, share } of CURLED) {
      setEuler(rotations, bone, 0, 0, -side * share * SHAPES[id].fingers);
    }
    return [id, rotations];
  }),
) as Readonly<Record<IdleMotion, Float32Array>>;

function wave(atMs: number, times: number, phase: number): number {
  return Math.sin(2 * Math.PI * ((times * (atMs % IDLE_LOOP_MS)) / IDLE_LOOP_MS + phase));
}

/** A nod of somebody falling asleep: slowly down, a start, up again; 0..1, once a quarter of the loop. */
function nodAt(atMs: number): number {
  const t = ((atMs % IDLE_LOOP_MS) / IDLE_LOOP_MS) * 4;
  const phase = t - Math.floor(t);
  const down = smoothstep((phase - 0.35) / 0.5);
  const up = smoothstep((phase - 0.88) / 0.06);
  return down * (1 - up);
}

/**
 * Fills `out` with an idle motion: a function of the time alone, periodic with IDLE_LOOP_MS, in the normalised pose.
 * The turn of the head that the face wants comes on top of it. Allocates nothing.
 */
export function idleMotion(id: IdleMotion, atMs: number, out: MotionSample): void {
  const shape = SHAPES[id];
  const { rotations } = out;
  rotations.set(BASES[id]);
  const breath = shape.breath * breathAt(atMs % IDLE_LOOP_MS);
  const side = wave(atMs, shape.shifts, 0);
  const shift = shape.shift * (side + 0.25 * wave(atMs, shape.shifts * 2 + 1, 0.3));
  const roll = shape.shift * 1.4 * side;
  const turn = shape.sway * (wave(atMs, shape.shifts, 0.21) + 0.5 * wave(atMs, shape.shifts + 2, 0.63));
  const lean = 0.5 * shape.sway * wave(atMs, shape.shifts + 1, 0.4);
  const bounce = shape.bounce * wave(atMs, shape.bounces, 0);
  out.hipsX = shift;
  out.hipsY = bounce - shape.bounce;
  out.hipsZ = 0;
  setEuler(rotations, B.hips, 0, turn * 0.4, roll);
  const leg = -shift / LEG_M - roll;
  // A body that sinks bends its knees.
  const knee = Math.sqrt(Math.max(0, (-2 * out.hipsY) / LEG_M));
  setEuler(rotations, B.leftUpperLeg, -knee, -turn * 0.4, leg);
  setEuler(rotations, B.rightUpperLeg, -knee, -turn * 0.4, leg);
  setEuler(rotations, B.leftLowerLeg, 2 * knee, 0, 0);
  setEuler(rotations, B.rightLowerLeg, 2 * knee, 0, 0);
  setEuler(rotations, B.leftFoot, -knee, 0, 0);
  setEuler(rotations, B.rightFoot, -knee, 0, 0);
  setEuler(rotations, B.spine, lean + shape.droop * 0.2, turn * 0.3, -roll * 0.7);
  setEuler(rotations, B.chest, lean - breath * 0.5, turn * 0.3, -roll * 0.4);
  setEuler(rotations, B.upperChest, -breath * 0.5, 0, 0);
  const nod = shape.droop + shape.nod * (shape.nod > 0 ? nodAt(atMs) : 0);
  const tilt = shape.tilt * (wave(atMs, shape.shifts, 0.55) + 0.4 * wave(atMs, shape.shifts + 3, 0.1));
  setEuler(rotations, B.neck, nod * 0.5, 0, tilt * 0.5);
  setEuler(rotations, B.head, nod * 0.5, 0, tilt * 0.5);
  arm(rotations, shape, atMs, breath, 1);
  arm(rotations, shape, atMs, breath, -1);
}

/** An arm at ease; `side` 1 is the left one. From the T-pose down, a little off the body, the elbow a little bent. */
function arm(rotations: Float32Array, shape: IdleShape, atMs: number, breath: number, side: 1 | -1): void {
  const left = side === 1;
  const swing = shape.armSwing * wave(atMs, shape.shifts, left ? 0.1 : 0.35);
  const down =
    Math.PI / 2 - shape.armsOut + shape.armSwing * 0.4 * wave(atMs, shape.shifts + 1, left ? 0 : 0.2);
  setEuler(rotations, left ? B.leftShoulder : B.rightShoulder, 0, 0, side * (breath - 0.04));
  setEuler(rotations, left ? B.leftUpperArm : B.rightUpperArm, swing, 0, -side * (down - 0.04));
  setEuler(rotations, left ? B.leftLowerArm : B.rightLowerArm, 0, -side * (shape.elbows + swing), 0);
  setEuler(rotations, left ? B.leftHand : B.rightHand, 0, 0, -side * 0.06);
}
