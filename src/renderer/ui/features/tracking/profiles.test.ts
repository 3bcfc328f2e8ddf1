import { expect, test } from 'vitest';
import { DEFAULT_PROFILE, type Profiles } from '../../../../shared/domain/tracking-settings.ts';
import { choicesOf, profileKey, withChoices } from './profiles.ts';

const NEUTRAL = { scores: new Array(52).fill(0.1), yaw: 0.1, pitch: 0, roll: 0 };

test('what was learnt meanwhile stays, what the user set is taken', () => {
  const learnt: Profiles = { Desk: { ...DEFAULT_PROFILE, neutral: NEUTRAL } };
  const next = withChoices(learnt, 'Desk', { ...choicesOf(DEFAULT_PROFILE), glasses: true });
  expect(next['Desk']).toEqual({ ...DEFAULT_PROFILE, neutral: NEUTRAL, glasses: true });
});

test('a camera that is not known yet begins with what stands for all of them', () => {
  const all: Profiles = { default: { ...DEFAULT_PROFILE, neutral: NEUTRAL } };
  const next = withChoices(all, profileKey('Phone'), { ...choicesOf(DEFAULT_PROFILE), prediction: 1 });
  expect(next['Phone']).toMatchObject({ neutral: NEUTRAL, prediction: 1 });
  expect(next['default']).toEqual(all['default']);
  expect(profileKey('')).toBe('default');
});
