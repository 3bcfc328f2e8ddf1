import { expect, test } from 'vitest';
import { ARKIT_INDEX } from '../../../shared/domain/arkit.ts';
import { type AvatarPose, createAvatarPose } from '../../../shared/domain/avatar-pose.ts';
import { HUMAN_BONE_INDEX } from '../../../shared/domain/human-bones.ts';
import {
  createMotionSample,
  MAX_MOTION_BYTES,
  MAX_MOTION_FRAMES,
  MAX_MOTION_S,
  type Motion,
  parseMotion,
} from '../../../shared/domain/motion.ts';
import { idleMotion } from './idle-motions.ts';
import { MotionPlayer } from './motion-player.ts';
import { MotionRecorder } from './motion-recorder.ts';

const HEAD = HUMAN_BONE_INDEX.head * 4;
const JAW = ARKIT_INDEX.jawOpen;

/** A head that turns by its tracked yaw, an arm that is raised, a mouth that opens: one second at 30 a second. */
function recorded(seconds: number, fps = 30, names: string[] = ['wink', 'happy', 'happy']): Motion {
  const recorder = new MotionRecorder();
  recorder.start(names);
  for (let i = 0; i <= seconds * fps; i++)
    expect(recorder.add(posed(i / fps), 5000 + (i * 1000) / fps)).toBe(true);
  const file = recorder.stop();
  return parseMotion(file!);
}

function posed(t: number): AvatarPose {
  const pose = createAvatarPose();
  pose.channels[JAW] = Math.abs(Math.sin(t * 3));
  pose.yaw = 0.4 * Math.sin(t);
  pose.rotations[HEAD + 1] = Math.sin(pose.yaw / 2);
  pose.rotations[HEAD + 3] = Math.cos(pose.yaw / 2);
  pose.hipsX = 0.1 * t;
  pose.expressions[1] = t > 0.5 ? 1 : 0;
  return pose;
}

test('what was recorded is played back: every value at every time', () => {
  const motion = recorded(1);
  expect(motion.bones).toEqual(['head']);
  expect(motion.expressions).toEqual(['happy']);
  expect(motion.times).toHaveLength(31);
  const player = new MotionPlayer();
  player.setExpressionNames(['other', 'angry', 'happy']);
  player.play(motion);
  const pose = createAvatarPose();
  for (let ms = 0; ms < 1000; ms += 10) {
    pose.channels.fill(0.9);
    player.apply(70_000 + ms, pose);
    const wanted = posed(ms / 1000);
    expect(Math.abs(pose.channels[JAW]! - wanted.channels[JAW]!)).toBeLessThan(0.01);
    expect(Math.abs(pose.yaw - wanted.yaw)).toBeLessThan(0.002);
    expect(Math.abs(pose.rotations[HEAD + 1]! - wanted.rotations[HEAD + 1]!)).toBeLessThan(0.002);
    expect(Math.abs(pose.hipsX - wanted.hipsX)).toBeLessThan(0.001);
    if (ms < 480 || ms > 540) expect(pose.expressions[2]).toBe(ms > 500 ? 1 : 0);
    expect(pose.expressions[1]).toBe(0);
  }
});

test('it fades in from what was shown and back to it, and ends by itself', () => {
  const player = new MotionPlayer();
  const pose = createAvatarPose();
  const shown: number[] = [];
  for (let ms = 0; ms < 3000; ms += 10) {
    if (ms === 500) player.play(recorded(1));
    pose.channels[JAW] = 0.2;
    pose.yaw = -0.5;
    player.apply(ms, pose);
    shown.push(pose.yaw);
    if (ms === 400) expect(pose.yaw).toBe(-0.5);
    if (ms === 1400) expect(pose.yaw).toBeCloseTo(0.4 * Math.sin(0.9), 2);
    if (ms === 2500) expect([pose.yaw, player.playing]).toEqual([-0.5, false]);
  }
  const steps = shown.slice(1).map((yaw, i) => Math.abs(yaw - shown[i]!));
  // 0.9 rad within 350 ms, at most 1.5 times as fast as a straight line.
  expect(Math.max(...steps)).toBeLessThan(0.045);
});

test('a loop goes over its seam without a jump in time, and is stopped by hand', () => {
  const motion = { ...recorded(1), loop: true };
  const player = new MotionPlayer();
  player.play(motion);
  const pose = createAvatarPose();
  for (let ms = 0; ms < 5000; ms += 7) player.apply(ms, pose);
  expect(player.playing).toBe(true);
  // 1.0333 s long: at 5 s it is 0.8667 s into its fifth turn.
  player.apply(5000, pose);
  expect(pose.hipsX).toBeCloseTo(0.0867, 3);
  player.stop();
  player.stop();
  expect(player.playing).toBe(false);
});

test('another recording while one plays goes on from the picture shown', () => {
  const player = new MotionPlayer();
  const pose = createAvatarPose();
  player.apply(0, pose);
  player.play(recorded(2));
  let before = 0;
  for (let ms = 10; ms < 1500; ms += 10) {
    if (ms === 800) player.play(recorded(1));
    pose.hipsX = 0;
    player.apply(ms, pose);
    expect(Math.abs(pose.hipsX - before)).toBeLessThan(0.005);
    before = pose.hipsX;
  }
});

test('idle motions change by a cross-fade, also in the middle of one', () => {
  const player = new MotionPlayer();
  const out = createMotionSample();
  player.sample(0, out);
  let before = out.rotations.slice();
  for (let ms = 10; ms < 4000; ms += 10) {
    if (ms === 1000) player.setIdle('sleepy');
    if (ms === 1300) player.setIdle('lively');
    if (ms === 1310) player.setIdle('lively');
    player.sample(ms, out);
    out.rotations.forEach((value, i) => {
      if (Math.abs(value - before[i]!) > 0.01) throw new Error(`a jump at ${ms} ms, number ${i}`);
    });
    before = out.rotations.slice();
  }
  const lively = createMotionSample();
  idleMotion('lively', 4000, lively);
  player.sample(4000, out);
  expect(out).toEqual(lively);
  player.setIdle('no such motion');
  player.sample(4010, out);
  player.sample(6000, out);
  idleMotion('calm', 6000, lively);
  expect(out).toEqual(lively);
});

test('60 ticks a second are recorded as 30; ten minutes are the end', () => {
  expect(recorded(2, 60).times.length).toBe(61);
  const recorder = new MotionRecorder();
  expect([recorder.add(posed(0), 0), recorder.stop()]).toEqual([false, null]);
  recorder.start();
  expect(recorder.stop()).toBeNull();
  recorder.start();
  expect(recorder.add(posed(0), 0)).toBe(true);
  expect(recorder.add(posed(1), 599_990)).toBe(true);
  expect([recorder.recording, Math.round(recorder.seconds)]).toEqual([true, 600]);
  expect(recorder.add(posed(1), 600_040)).toBe(false);
  const motion = parseMotion(recorder.stop()!);
  expect([...motion.times]).toEqual([0, Math.fround(599.99)]);
});

test('ten full minutes fit into the largest file that is taken', () => {
  const recorder = new MotionRecorder();
  recorder.start(Array.from({ length: 32 }, (_, i) => `the longest name of an expression ${i}`));
  const pose = createAvatarPose();
  pose.rotations.fill(0.5);
  pose.expressions.fill(1);
  for (let i = 0; i < 10; i++) recorder.add(pose, (i * 1000) / 30);
  const tenFrames = recorder.stop()!.length;
  recorder.start(Array.from({ length: 32 }, (_, i) => `the longest name of an expression ${i}`));
  recorder.add(pose, 0);
  const perFrame = (tenFrames - recorder.stop()!.length) / 9;
  expect(tenFrames + perFrame * MAX_MOTION_FRAMES).toBeLessThan(MAX_MOTION_BYTES);
  expect(MAX_MOTION_FRAMES).toBeGreaterThan(MAX_MOTION_S * 30);
});
