import { expect, test } from 'vitest';
import { TUNED } from '../../../../../shared/domain/tracking-settings.ts';
import { isTuned, sharedValue, TUNING_GROUPS, withoutTuning, withValue } from './tuning-groups.ts';

const mouth = TUNING_GROUPS.find(({ group }) => group === 'mouth')!.members;

test('everything that can be tuned is in exactly one group, and no group is empty', () => {
  const listed = TUNING_GROUPS.flatMap(({ members }) => members);
  expect([...listed].sort()).toEqual([...TUNED].sort());
  expect(TUNING_GROUPS.filter(({ members }) => members.length === 0)).toEqual([]);
  expect(TUNING_GROUPS.find(({ group }) => group === 'wrists')!.members).toEqual(['wrists']);
});

test('a group sets all its members and keeps what else they have', () => {
  const one = withValue({}, ['mouthPucker'], 'curve', 2);
  const all = withValue(one, mouth, 'gain', 1.4);
  expect(Object.keys(all)).toHaveLength(mouth.length);
  expect(all.mouthPucker).toEqual({ gain: 1.4, deadZone: 0, curve: 2, smoothing: 0.5 });
  expect(sharedValue(all, mouth, 'gain')).toEqual({ value: 1.4, mixed: false });
  expect(sharedValue(all, mouth, 'curve')).toEqual({ value: 1 + 1 / mouth.length, mixed: true });
});

test('what is back where it was tuned by us is not kept', () => {
  const tuned = withValue({}, mouth, 'gain', 2);
  expect(isTuned(tuned, mouth)).toBe(true);
  expect(withValue(tuned, mouth, 'gain', 1)).toEqual({});
  expect(withoutTuning(tuned, ['mouthPucker'])).not.toHaveProperty('mouthPucker');
  expect(withoutTuning(tuned, mouth)).toEqual({});
});
