import { expect, test } from 'vitest';
import { decibels, meterShare } from './level.ts';

test('full scale fills the meter, silence empties it, half amplitude is six decibels less', () => {
  expect(meterShare(1)).toBe(1);
  expect(meterShare(0)).toBe(0);
  expect(meterShare(2)).toBe(1);
  expect(decibels(0.5)).toBeCloseTo(-6.02, 2);
});
