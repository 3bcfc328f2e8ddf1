import { beforeEach, expect, test } from 'vitest';
import { ARKIT_INDEX } from '../../../shared/domain/arkit.ts';
import { createAvatarPose } from '../../../shared/domain/avatar-pose.ts';
import { HUMAN_BONE_INDEX } from '../../../shared/domain/human-bones.ts';
import type { VmcPose } from '../../../shared/ipc/vmc.ts';
import { VmcMerge } from './vmc-merge.ts';

const HEAD = HUMAN_BONE_INDEX.head;
const JAW = ARKIT_INDEX.jawOpen;
const EMPTY: VmcPose = { bones: [], hips: null, channels: [], expressions: {} };

let merge: VmcMerge;
let nowMs: number;
const pose = createAvatarPose();
beforeEach(() => {
  merge = new VmcMerge();
  nowMs = 1000;
});

/** Draws at 60 a second, with a tracked face that smiles and looks straight on. */
function draw(ms: number, each?: () => VmcPose): void {
  const end = nowMs + ms;
  let sentAt = Number.NEGATIVE_INFINITY;
  while (nowMs < end) {
    nowMs += 1000 / 60;
    if (each && nowMs - sentAt > 32) {
      sentAt = nowMs;
      merge.take(each(), nowMs);
    }
    Object.assign(pose, { ...createAvatarPose() });
    pose.channels[JAW] = 0.1;
    pose.channels[ARKIT_INDEX.browInnerUp] = 0.5;
    merge.apply(nowMs, pose);
  }
}

const yawed = (yaw: number): number[] => [HEAD, 0, Math.sin(yaw / 2), 0, Math.cos(yaw / 2)];

test('what is named overrides, what is not stays', () => {
  merge.setExpressionNames(['angry', 'happy']);
  draw(800, () => ({
    bones: yawed(0.5),
    hips: [0.1, -0.05, 0.02],
    channels: [JAW, 0.75],
    expressions: { happy: 0.5, toString: 1 },
  }));
  expect(merge.weight).toBe(1);
  expect(pose.rotations[HEAD * 4 + 1]).toBeCloseTo(Math.sin(0.25), 4);
  expect([pose.hipsX, pose.hipsY, pose.hipsZ].map((value) => Math.round(value * 1000))).toEqual([
    100, -50, 20,
  ]);
  expect(pose.channels[JAW]).toBeCloseTo(0.75, 4);
  expect(pose.channels[ARKIT_INDEX.browInnerUp]).toBe(0.5);
  expect(pose.expressions[0]).toBe(0);
  expect(pose.expressions[1]).toBeCloseTo(0.5, 4);
  expect(pose.rotations[HUMAN_BONE_INDEX.leftHand * 4 + 3]).toBe(1);
  // Models without bones turn, too.
  expect(pose.yaw).toBeCloseTo(0.5, 3);
  expect([pose.pitch, pose.roll].map((value) => Math.abs(value) < 1e-3)).toEqual([true, true]);
});

test('an expression that is on several keys is put on once', () => {
  merge.setExpressionNames(['happy', 'angry', 'happy']);
  draw(800, () => ({ ...EMPTY, expressions: { happy: 0.5 } }));
  expect([...pose.expressions.subarray(0, 3)].map((value) => Math.round(value * 100) / 100)).toEqual([
    0.5, 0, 0,
  ]);
});

test('comes and goes smoothly: tracking is back a second after the last packet', () => {
  const yaws: number[] = [];
  const watch = (ms: number, each?: () => VmcPose) => {
    for (let passed = 0; passed < ms; passed += 17) {
      draw(16, each);
      yaws.push(pose.yaw);
    }
  };
  watch(600, () => ({ ...EMPTY, bones: yawed(0.6) }));
  expect(yaws.at(-1)).toBeCloseTo(0.6, 3);
  watch(900);
  expect(yaws.at(-1)).toBeCloseTo(0.6, 3);
  watch(1000);
  expect([yaws.at(-1), merge.weight]).toEqual([0, 0]);
  const steps = yaws.slice(1).map((yaw, i) => Math.abs(yaw - yaws[i]!));
  expect(Math.max(...steps)).toBeLessThan(0.06);
  // A new sender begins from its own pose, not from where the last one ended.
  watch(17, () => ({ ...EMPTY, bones: yawed(-0.6) }));
  expect(yaws.at(-1)).toBeLessThanOrEqual(0);
});

test('pitch and roll are read from the head in the world', () => {
  const [s, c] = [Math.sin(0.15), Math.cos(0.15)];
  draw(800, () => ({ ...EMPTY, bones: [HEAD, s, 0, 0, c] }));
  expect([pose.yaw, pose.pitch, pose.roll].map((value) => Math.round(value * 1000) / 1000 + 0)).toEqual([
    0, 0.3, 0,
  ]);
  draw(800, () => ({ ...EMPTY, bones: [HEAD, 0, 0, s, c, HUMAN_BONE_INDEX.leftEye, 0, s, 0, c] }));
  expect(pose.roll).toBeCloseTo(0.3, 3);
  expect([pose.gazeYaw, pose.gazePitch].map((value) => Math.round(value * 100) / 100)).toEqual([0.3, 0]);
});

test('an index that is none is left out', () => {
  draw(800, () => ({ ...EMPTY, bones: [99, 0, 1, 0, 0, -1, 0, 1, 0, 0], channels: [500, 1] }));
  expect([...pose.rotations].filter((value) => value === 1)).toHaveLength(55);
});
