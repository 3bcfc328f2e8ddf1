import { expect, test } from 'vitest';
import { HUMAN_BONE_INDEX, HUMAN_BONE_MIRROR, HUMAN_BONE_PARENT, HUMAN_BONES } from './human-bones.ts';

const parent = (bone: keyof typeof HUMAN_BONE_INDEX) =>
  HUMAN_BONES[HUMAN_BONE_PARENT[HUMAN_BONE_INDEX[bone]]!];

test('every bone but the hips has a parent that comes before it', () => {
  HUMAN_BONES.forEach((bone, index) => {
    const at = HUMAN_BONE_PARENT[index]!;
    expect(at, bone).toBeLessThan(index);
    if (bone !== 'hips') expect(at, bone).toBeGreaterThanOrEqual(0);
  });
  expect(parent('leftShoulder')).toBe('upperChest');
  expect(parent('rightLowerArm')).toBe('rightUpperArm');
  expect(parent('leftIndexProximal')).toBe('leftHand');
  expect(parent('leftLittleDistal')).toBe('leftLittleIntermediate');
  expect(parent('rightThumbMetacarpal')).toBe('rightHand');
  expect(parent('rightThumbDistal')).toBe('rightThumbProximal');
  expect(parent('leftUpperLeg')).toBe('hips');
  expect(parent('rightToes')).toBe('rightFoot');
});

test('twins are each other’s', () => {
  HUMAN_BONES.forEach((bone, index) => {
    const twin = HUMAN_BONE_MIRROR[index]!;
    expect(HUMAN_BONE_MIRROR[twin], bone).toBe(index);
  });
  expect(HUMAN_BONES[HUMAN_BONE_MIRROR[HUMAN_BONE_INDEX.leftRingDistal]!]).toBe('rightRingDistal');
  expect(HUMAN_BONES[HUMAN_BONE_MIRROR[HUMAN_BONE_INDEX.neck]!]).toBe('neck');
});
