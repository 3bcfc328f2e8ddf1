import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MotionPlayer } from '../../src/renderer/pipeline/motion/motion-player.ts';
import { createAvatarPose } from '../../src/shared/domain/avatar-pose.ts';
import { HUMAN_BONE_INDEX } from '../../src/shared/domain/human-bones.ts';
import { type Motion, motionSeconds, motionStride, parseMotion } from '../../src/shared/domain/motion.ts';
import { parsePerformance } from '../../src/shared/domain/performance.ts';
import { motionFromPerformance } from './from-performance.ts';

const RESOURCES = new URL('../../resources/', import.meta.url);
const read = (name: string) => new Uint8Array(readFileSync(new URL(name, RESOURCES)));
const performance = parsePerformance(read('performance/performer.perf'));

function column(motion: Motion, at: number): number[] {
  return Array.from(motion.times, (_, frame) => motion.values[frame * motionStride(motion) + at]!);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  const dot = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return dot(a, ma, b, mb) / Math.sqrt(dot(a, ma, a, ma) * dot(b, mb, b, mb));
}

test('the motion that comes with the program is the recorded performance, solved', () => {
  const shipped = parseMotion(read('motions/performer.vmotion'));
  const made = parseMotion(motionFromPerformance(performance));
  const { times, values, ...tracks } = made;
  expect(shipped).toMatchObject(tracks);
  expect(shipped.times).toHaveLength(performance.frames.length);
  expect(shipped.loop).toBe(true);
  expect(motionSeconds(shipped)).toBeCloseTo(10, 3);
  expect(shipped.bones).toEqual(['spine', 'chest', 'upperChest', 'neck', 'head']);
  // A solver that was tuned since then differs in the details.
  for (const name of ['yaw', 'pitch'] as const) {
    const at = shipped.channels.length + shipped.scalars.indexOf(name);
    expect(correlation(column(shipped, at), column(made, at))).toBeGreaterThan(0.98);
  }
  const jaw = shipped.channels.indexOf('jawOpen');
  const scores = performance.frames.map(({ scores: of }) => of[performance.names.indexOf('jawOpen')]!);
  expect(correlation(column(shipped, jaw), scores)).toBeGreaterThan(0.85);
});

test('played, it moves head and face and leaves the arms to the idle motion', () => {
  const player = new MotionPlayer();
  player.play(parseMotion(read('motions/performer.vmotion')));
  const pose = createAvatarPose();
  let turned = 0;
  for (let ms = 0; ms < 21_000; ms += 33) {
    pose.rotations.set([0.5, 0.5, 0.5, 0.5], HUMAN_BONE_INDEX.leftUpperArm * 4);
    player.apply(ms, pose);
    turned = Math.max(turned, Math.abs(pose.rotations[HUMAN_BONE_INDEX.head * 4 + 1]!));
    expect(pose.rotations[HUMAN_BONE_INDEX.leftUpperArm * 4]).toBe(0.5);
  }
  expect(player.playing).toBe(true);
  expect(turned).toBeGreaterThan(0.05);
});
