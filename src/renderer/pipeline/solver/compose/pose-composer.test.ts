import { Euler, Quaternion, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { createAvatarPose } from '../../../../shared/domain/avatar-pose.ts';
import {
  HUMAN_BONE_INDEX,
  HUMAN_BONE_PARENT,
  type HumanBone,
} from '../../../../shared/domain/human-bones.ts';
import type { MotionSample } from '../../../../shared/domain/motion.ts';
import { createSolvedFace } from '../../../../shared/domain/solved-face.ts';
import { createSolvedBody } from '../body/solved-body.ts';
import { easeRotations } from './ease.ts';
import { PoseComposer } from './pose-composer.ts';

const DEG = Math.PI / 180;

function atEase(): MotionSample {
  const sample = { rotations: new Float32Array(55 * 4), hipsX: 0, hipsY: 0, hipsZ: 0 };
  easeRotations(sample.rotations);
  return sample;
}

const local = (rotations: Float32Array, bone: HumanBone): Quaternion =>
  new Quaternion().fromArray(rotations, HUMAN_BONE_INDEX[bone] * 4);

function world(rotations: Float32Array, bone: HumanBone): Quaternion {
  const result = new Quaternion();
  for (let i: number = HUMAN_BONE_INDEX[bone]; i >= 0; i = HUMAN_BONE_PARENT[i]!)
    result.premultiply(new Quaternion().fromArray(rotations, i * 4));
  return result;
}

const put = (rotations: Float32Array, bone: HumanBone, q: Quaternion) =>
  q.toArray(rotations, HUMAN_BONE_INDEX[bone] * 4);
const degrees = (a: Quaternion, b: Quaternion): number => a.angleTo(b) / DEG;

function turnedFace() {
  const face = createSolvedFace();
  face.yaw = 32 * DEG;
  face.pitch = -14 * DEG;
  face.roll = 9 * DEG;
  face.x = 0.07;
  face.y = -0.02;
  face.z = 0.11;
  face.breath = 0.6;
  face.presence = 1;
  return face;
}
const headOf = (face: { yaw: number; pitch: number; roll: number }): Quaternion =>
  new Quaternion().setFromEuler(new Euler(face.pitch, face.yaw, face.roll, 'YXZ'));

describe('the pose that a rig gets', () => {
  it("spreads the head's turn and the lean over the spine", () => {
    const face = turnedFace();
    const pose = createAvatarPose();
    new PoseComposer().compose(face, createSolvedBody(), atEase(), pose);
    const head = headOf(face);
    const lean = new Quaternion().setFromEuler(
      new Euler((0.11 / 0.18) * 9 * DEG - 0.6 * 0.5 * DEG, 0, (-0.07 / 0.18) * 14 * DEG, 'YXZ'),
    );
    for (const [bone, share] of [
      ['spine', 0.05],
      ['chest', 0.11],
      ['upperChest', 0.18],
      ['neck', 0.55],
    ] as const) {
      const wanted = new Quaternion().slerpQuaternions(new Quaternion(), head, share).premultiply(lean);
      expect(degrees(world(pose.rotations, bone), wanted), bone).toBeLessThan(0.05);
    }
    expect(degrees(world(pose.rotations, 'head'), head)).toBeLessThan(0.05);
    expect(pose.hipsX).toBeCloseTo(0.07 * 0.45, 6);
    expect(pose.hipsY).toBeCloseTo(-0.02 * 0.5 + 0.6 * 0.0025, 6);
    expect(pose.hipsZ).toBeCloseTo(0.11 * 0.3, 6);
    expect(pose.yaw).toBe(face.yaw);
  });

  it('lets the arms hang, palms to the thighs', () => {
    const pose = createAvatarPose();
    const face = createSolvedFace();
    new PoseComposer().compose(face, createSolvedBody(), atEase(), pose);
    for (const [side, out] of [
      ['left', 1],
      ['right', -1],
    ] as const) {
      const upper = new Vector3(out, 0, 0).applyQuaternion(world(pose.rotations, `${side}UpperArm`));
      expect(Math.asin(-upper.y) / DEG).toBeGreaterThan(70);
      const palm = new Vector3(0, -1, 0).applyQuaternion(world(pose.rotations, `${side}Hand`));
      expect(palm.x * out).toBeLessThan(-0.8);
      const elbow = degrees(local(pose.rotations, `${side}LowerArm`), new Quaternion());
      expect(elbow).toBeGreaterThan(8);
      expect(elbow).toBeLessThan(35);
    }
  });

  it("takes a tracked torso instead of the lean and keeps the head's own turn", () => {
    const face = turnedFace();
    const body = createSolvedBody();
    const torso = new Quaternion().setFromEuler(new Euler(0, -20 * DEG, 12 * DEG, 'YXZ'));
    put(body.rotations, 'upperChest', torso);
    body.presence.torso = 1;
    face.breath = 0;
    const pose = createAvatarPose();
    const composer = new PoseComposer();
    composer.compose(face, body, atEase(), pose);
    expect(degrees(world(pose.rotations, 'upperChest'), torso)).toBeLessThan(0.05);
    expect(degrees(world(pose.rotations, 'head'), headOf(face))).toBeLessThan(0.05);

    // Without a face the head goes with the chest.
    face.presence = 0;
    face.yaw = 0;
    face.pitch = 0;
    face.roll = 0;
    composer.compose(face, body, atEase(), pose);
    expect(degrees(world(pose.rotations, 'head'), torso)).toBeLessThan(0.05);
  });

  it('blends an arm in the short way, by its presence alone', () => {
    const body = createSolvedBody();
    const raised = new Quaternion().setFromEuler(new Euler(0, 0, 80 * DEG));
    // The same rotation by its other sign must not make the arm go round.
    put(body.rotations, 'leftUpperArm', new Quaternion(-raised.x, -raised.y, -raised.z, -raised.w));
    const pose = createAvatarPose();
    const composer = new PoseComposer();
    const motion = atEase();
    const rest = local(motion.rotations, 'leftUpperArm');
    for (const presence of [0, 0.25, 0.5, 1]) {
      body.presence.leftArm = presence;
      composer.compose(createSolvedFace(), body, motion, pose);
      const arm = local(pose.rotations, 'leftUpperArm');
      expect(degrees(rest, arm)).toBeCloseTo(degrees(rest, raised) * presence, 1);
      const other = local(pose.rotations, 'rightUpperArm');
      expect(degrees(other, local(motion.rotations, 'rightUpperArm'))).toBeLessThan(0.05);
    }
  });

  it('lets a played motion turn the head only while no face does', () => {
    const motion = atEase();
    const nod = new Quaternion().setFromEuler(new Euler(20 * DEG, 0, 0));
    put(motion.rotations, 'head', nod);
    const pose = createAvatarPose();
    const composer = new PoseComposer();
    const face = createSolvedFace();
    composer.compose(face, createSolvedBody(), motion, pose);
    expect(degrees(world(pose.rotations, 'head'), nod)).toBeLessThan(0.05);
    const driven = turnedFace();
    composer.compose(driven, createSolvedBody(), motion, pose);
    expect(degrees(world(pose.rotations, 'head'), headOf(driven))).toBeLessThan(0.05);
  });
});
