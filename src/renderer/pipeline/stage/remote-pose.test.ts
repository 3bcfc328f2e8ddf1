import { expect, test } from 'vitest';
import {
  AVATAR_POSE_WIRE_VALUES,
  createAvatarPose,
  writeAvatarPose,
} from '../../../shared/domain/avatar-pose.ts';
import { RemotePose } from './remote-pose.ts';

function pose(yaw: number): Float32Array {
  const face = createAvatarPose();
  face.yaw = yaw;
  face.channels[0] = 0.5;
  face.presence = 1;
  const values = new Float32Array(AVATAR_POSE_WIRE_VALUES);
  writeAvatarPose(face, values);
  return values;
}

/** Ticks at 30 a second. */
function run(remote: RemotePose, fromMs: number, toMs: number) {
  const face = createAvatarPose();
  for (let now = fromMs; now <= toMs; now += 1000 / 30) remote.solve(now, face);
  return face;
}

test('the newest pose is followed within a few ticks', () => {
  const remote = new RemotePose();
  run(remote, 1000, 2000);
  remote.take(pose(0.6), 2000);
  const face = run(remote, 2033, 2300);
  expect(face.yaw).toBeCloseTo(0.6, 2);
  expect(face.channels[0]).toBeCloseTo(0.5, 2);
  expect(face.state).toBe('tracking');
});

test('without a pose the avatar idles, and goes there gently', () => {
  const remote = new RemotePose();
  remote.take(pose(0.6), 1000);
  expect(run(remote, 1000, 10_990).yaw).toBeCloseTo(0.6, 2);
  const face = createAvatarPose();
  let last = 0.6;
  for (let now = 11_010; now < 13_000; now += 1000 / 30) {
    remote.solve(now, face);
    expect(Math.abs(face.yaw - last)).toBeLessThan(0.08);
    last = face.yaw;
  }
  expect(Math.abs(last)).toBeLessThan(0.06);
  expect(face.state).toBe('no-camera');
});

test('what is no pose changes nothing', () => {
  const remote = new RemotePose();
  remote.take(pose(0.6), 1000);
  remote.take(new Float32Array(3), 1100);
  remote.take(pose(Number.NaN), 1200);
  // It idles.
  expect(Math.abs(run(remote, 1000, 2000).yaw)).toBeLessThan(0.06);
});
