import { expect, test } from 'vitest';
import { clockText } from './clock-text.ts';

test('reads as a clock and never goes below zero', () => {
  expect([-1, 0, 59.9, 61, 3600, 36_061].map(clockText)).toEqual([
    '00:00',
    '00:00',
    '00:59',
    '01:01',
    '1:00:00',
    '10:01:01',
  ]);
});
