import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Quaternion, Vector3 } from 'three';
import { z } from 'zod';
import {
  createHandsObservation,
  createPoseObservation,
  type HandsObservation,
  type PoseObservation,
} from '../../src/renderer/pipeline/part-channels.ts';
import { GESTURES } from '../../src/shared/domain/expressions.ts';
import {
  HUMAN_BONE_INDEX,
  HUMAN_BONE_PARENT,
  HUMAN_BONES,
  type HumanBone,
} from '../../src/shared/domain/human-bones.ts';

const numbers = z.array(z.number());
const gesture = z.enum(GESTURES).nullable();
const armsSchema = z.object({
  framings: z.record(
    z.string(),
    z.array(
      z.object({
        pose: z.string(),
        rotations: z.record(z.string(), z.array(z.number()).length(4)),
        gestures: z.object({ left: gesture, right: gesture }),
        detected: z.object({
          found: z.boolean(),
          points: numbers,
          world: numbers,
          visibility: numbers,
          hands: z.array(
            z.object({
              side: z.enum(['left', 'right']),
              handedness: z.string(),
              score: z.number(),
              points: numbers,
              world: numbers,
            }),
          ),
        }),
      }),
    ),
  ),
});
/** A rendered pose of our own avatar, what the landmarkers saw in it, and how its bones really were. */
export type ArmSample = z.infer<typeof armsSchema>['framings'][string][number];

/** Rendered by scripts/performances, landmarks by MediaPipe's full pose and hands. */
export function readArms(): Record<string, ArmSample[]> {
  const file = path.resolve(import.meta.dirname, '../../bench/performances/arms.json');
  return armsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).framings;
}

export interface Seen {
  readonly pose: PoseObservation;
  readonly hands: HandsObservation;
}

export const createSeen = (): Seen => ({ pose: createPoseObservation(), hands: createHandsObservation() });

/** Fills the observations with one sample as it came at a time. */
export function show(sample: ArmSample, seen: Seen, sequence: number, atMs: number): void {
  const { pose, hands } = seen;
  const { detected } = sample;
  pose.sequence = sequence;
  pose.capturedAtMs = atMs;
  pose.trackedAtMs = atMs + 40;
  pose.found = detected.found;
  pose.points.set(detected.points);
  pose.world.set(detected.world);
  pose.visibility.set(detected.visibility);
  hands.sequence = sequence;
  hands.capturedAtMs = atMs;
  hands.trackedAtMs = atMs + 40;
  hands.left.found = false;
  hands.right.found = false;
  for (const one of detected.hands) {
    const hand = one.side === 'left' ? hands.left : hands.right;
    hand.found = true;
    hand.score = one.score;
    hand.points.set(one.points);
    hand.world.set(one.world);
  }
}

export type Rotations = (bone: number) => Quaternion;
export const solvedRotations =
  (rotations: Float32Array): Rotations =>
  (bone) =>
    new Quaternion().fromArray(rotations, bone * 4);
export const trueRotations =
  (sample: ArmSample): Rotations =>
  (bone) =>
    new Quaternion().fromArray(sample.rotations[HUMAN_BONES[bone]!] ?? [0, 0, 0, 1]);

export function worldOf(rotations: Rotations, bone: HumanBone): Quaternion {
  const result = new Quaternion();
  for (let i: number = HUMAN_BONE_INDEX[bone]; i >= 0; i = HUMAN_BONE_PARENT[i]!)
    result.premultiply(rotations(i));
  return result;
}

/** Direction of the upper arm against the chest, unit. */
export function upperArm(rotations: Rotations, side: 'left' | 'right'): Vector3 {
  const arm = worldOf(rotations, `${side}UpperArm`);
  return new Vector3(side === 'left' ? 1 : -1, 0, 0)
    .applyQuaternion(arm)
    .applyQuaternion(worldOf(rotations, 'upperChest').invert());
}

/** Bend of the elbow, radians. */
export function elbow(rotations: Rotations, side: 'left' | 'right'): number {
  const axis = new Vector3(side === 'left' ? 1 : -1, 0, 0);
  const upper = axis.clone().applyQuaternion(worldOf(rotations, `${side}UpperArm`));
  return upper.angleTo(axis.applyQuaternion(worldOf(rotations, `${side}LowerArm`)));
}
