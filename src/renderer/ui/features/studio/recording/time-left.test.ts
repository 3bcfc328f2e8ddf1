import { expect, test } from 'vitest';
import { timeLeft } from './time-left.ts';

test('as roughly as it is known, and never more than there is', () => {
  expect(timeLeft(11 * 3600 + 1800)).toEqual({ unit: 'hours', count: 11 });
  expect(timeLeft(7199)).toEqual({ unit: 'minutes', count: 119 });
  expect(timeLeft(59)).toEqual({ unit: 'minutes', count: 0 });
  expect(timeLeft(-5)).toEqual({ unit: 'minutes', count: 0 });
});
