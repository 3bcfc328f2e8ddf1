import type { VRM } from '@pixiv/three-vrm';
import { Object3D, Quaternion, Vector3 } from 'three';
import { expect, test } from 'vitest';
import { createAvatarPose } from '../../../../shared/domain/avatar-pose.ts';
import { HUMAN_BONE_INDEX } from '../../../../shared/domain/human-bones.ts';
import { VrmEyes } from './vrm-eyes.ts';

test('eye bones that the pose turns stay where it says, though lookAt leaves them alone', () => {
  const root = new Object3D();
  const eye = new Object3D();
  const rest = new Quaternion().setFromAxisAngle(new Vector3(1, 0, 0), 0.4);
  eye.quaternion.copy(rest);
  root.add(eye);
  const vrm = {
    humanoid: { getRawBoneNode: (name: string) => (name === 'leftEye' ? eye : null) },
    // By expression: no bone is set.
    lookAt: { yaw: 0, pitch: 0, applier: null, update: () => undefined },
  } as unknown as VRM;
  const eyes = new VrmEyes(root, vrm, null);
  const turn = new Quaternion().setFromAxisAngle(new Vector3(0, 1, 0), 0.2);
  const pose = createAvatarPose();
  pose.rotations.set(turn.toArray(), HUMAN_BONE_INDEX.leftEye * 4);
  for (let frame = 0; frame < 10; frame++) eyes.apply(pose, 1 / 60);
  expect(eye.quaternion.angleTo(turn.clone().multiply(rest))).toBeLessThan(1e-3);
  pose.rotations.set([0, 0, 0, 1], HUMAN_BONE_INDEX.leftEye * 4);
  eyes.apply(pose, 1 / 60);
  expect(eye.quaternion.angleTo(rest)).toBeLessThan(1e-3);
});
