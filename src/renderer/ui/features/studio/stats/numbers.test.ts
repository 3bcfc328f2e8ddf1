import { expect, test } from 'vitest';
import { megabits, percentText } from './numbers.ts';

test('numbers have as many digits as are of use', () => {
  expect([0, 950, 3210, 12_400].map(megabits)).toEqual(['0.00', '0.95', '3.2', '12']);
  expect([0, 0.06, 1.44, 12.4].map(percentText)).toEqual(['0', '0.1', '1.4', '12']);
});
