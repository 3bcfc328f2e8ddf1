import { expect, test } from 'vitest';
import {
  AVATAR_POSE_WIRE_VALUES,
  createAvatarPose,
  MAX_EXPRESSIONS,
  readAvatarPose,
  writeAvatarPose,
} from './avatar-pose.ts';

test('a pose comes back as it was written', () => {
  const pose = createAvatarPose();
  pose.channels[3] = 0.25;
  pose.yaw = -0.5;
  pose.hipsZ = 0.125;
  pose.rotations.set([0.6, 0, 0, 0.8], 4 * 20);
  pose.expressions[MAX_EXPRESSIONS - 1] = 0.75;
  const wire = new Float32Array(AVATAR_POSE_WIRE_VALUES);
  writeAvatarPose(pose, wire);
  const back = createAvatarPose();
  readAvatarPose(wire, back);
  expect(back).toEqual(pose);
});

test('what is no rotation becomes one', () => {
  const back = createAvatarPose();
  readAvatarPose(new Float32Array(AVATAR_POSE_WIRE_VALUES).fill(Number.NaN), back);
  expect(back).toEqual(createAvatarPose());
  readAvatarPose(new Float32Array(AVATAR_POSE_WIRE_VALUES).fill(3), back);
  expect([...back.rotations.slice(0, 4)]).toEqual([0.5, 0.5, 0.5, 0.5]);
});
