import { expect, test } from 'vitest';
import { lostPercent, megabits, percentText } from './numbers.ts';

test('numbers have as many digits as are of use', () => {
  expect([0, 950, 3210, 12_400].map(megabits)).toEqual(['0.00', '0.95', '3.2', '12']);
  expect([0, 0.06, 1.44, 12.4].map(percentText)).toEqual(['0', '0.1', '1.4', '12']);
});

test('never more than all of the pictures are lost', () => {
  const loss = (share: number) => ({ lost: 1, share, recent: 0, level: 'bad' as const });
  expect(lostPercent({ render: loss(0.6), encode: loss(0.5), network: loss(0.03) })).toBe(100);
  expect(lostPercent({ render: loss(0.25), encode: loss(0.125), network: loss(0) })).toBe(37.5);
});
