import { expect, test } from 'vitest';
import { HUMAN_BONE_INDEX, HUMAN_BONE_MIRROR } from '../../../shared/domain/human-bones.ts';
import { createMotionSample, IDLE_MOTIONS, type MotionSample } from '../../../shared/domain/motion.ts';
import { IDLE_LOOP_MS, idleMotion } from './idle-motions.ts';

const at = (id: (typeof IDLE_MOTIONS)[number], ms: number): MotionSample => {
  const sample = createMotionSample();
  idleMotion(id, ms, sample);
  return sample;
};

/** Degrees between two rotations of a bone. */
const apart = (a: MotionSample, b: MotionSample, bone: number): number => {
  let dot = 0;
  for (let k = 0; k < 4; k++) dot += a.rotations[bone * 4 + k]! * b.rotations[bone * 4 + k]!;
  return (2 * Math.acos(Math.min(1, Math.abs(dot))) * 180) / Math.PI;
};
const apartMost = (a: MotionSample, b: MotionSample): number => {
  let most = 0;
  for (let bone = 0; bone < 55; bone++) most = Math.max(most, apart(a, b, bone));
  return most;
};

test.each(IDLE_MOTIONS)('%s is smooth, periodic, of unit rotations and small', (id) => {
  const first = at(id, 0);
  let before = first;
  let range = 0;
  let unit = 0;
  for (let ms = 50; ms <= IDLE_LOOP_MS; ms += 50) {
    const now = at(id, ms);
    for (let i = 0; i < now.rotations.length; i += 4) {
      let square = 0;
      for (let k = 0; k < 4; k++) square += now.rotations[i + k]! ** 2;
      unit = Math.max(unit, Math.abs(square - 1));
    }
    // 70° a second is quick for somebody who stands there.
    expect(apartMost(now, before)).toBeLessThan(3.5);
    expect(Math.hypot(now.hipsX, now.hipsY, now.hipsZ)).toBeLessThan(0.06);
    range = Math.max(range, apartMost(now, first));
    before = now;
  }
  expect(unit).toBeLessThan(1e-5);
  expect(range > 0.5).toBe(id !== 'still');
  const [start, again] = [at(id, 1234), at(id, 1234 + IDLE_LOOP_MS * 3)];
  expect(again).toEqual(start);
  expect(apartMost(at(id, IDLE_LOOP_MS - 1), at(id, 0))).toBeLessThan(0.2);
});

test('the motions differ', () => {
  const energy = IDLE_MOTIONS.map((id) => {
    let sum = 0;
    for (let ms = 0; ms < IDLE_LOOP_MS; ms += 500) sum += apartMost(at(id, ms), at(id, ms + 500));
    return { id, sum };
  }).sort((a, b) => b.sum - a.sum);
  expect(energy.map(({ id }) => id)).toEqual(['lively', 'calm', 'sleepy', 'still']);
});

test('arms hang down beside the body, mirrored', () => {
  const { rotations } = at('still', 0);
  const arm = HUMAN_BONE_INDEX.leftUpperArm * 4;
  const [x, y, z, w] = rotations.subarray(arm, arm + 4) as unknown as [number, number, number, number];
  // The left arm points to +X in the T-pose; its image under the rotation:
  const direction = [1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)];
  expect(direction[1]!).toBeLessThan(-0.9);
  expect(direction[0]!).toBeGreaterThan(0.1);
  for (let bone = 0; bone < 55; bone++) {
    const twin = HUMAN_BONE_MIRROR[bone]! * 4;
    const signs = [1, -1, -1, 1];
    for (let k = 0; k < 4; k++)
      expect(rotations[twin + k]).toBeCloseTo(signs[k]! * rotations[bone * 4 + k]!, 5);
  }
});

test('weight shifts over feet that stand', () => {
  const LEG = 0.85;
  for (let ms = 0; ms < IDLE_LOOP_MS; ms += 700) {
    const sample = at('lively', ms);
    // Roll of the hips and of the thigh together, about Z; the trunk turns little enough to leave it out.
    const roll =
      2 * Math.asin(sample.rotations[HUMAN_BONE_INDEX.hips * 4 + 2]!) +
      2 * Math.asin(sample.rotations[HUMAN_BONE_INDEX.leftUpperLeg * 4 + 2]!);
    expect(Math.abs(sample.hipsX + LEG * Math.sin(roll))).toBeLessThan(0.004);
  }
});
