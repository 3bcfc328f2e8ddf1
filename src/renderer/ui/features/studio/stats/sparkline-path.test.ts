import { expect, test } from 'vitest';
import { areaPath, linePath } from './sparkline-path.ts';

test('the newest value is at the right edge, the top of the scale at the upper one', () => {
  expect(linePath([0, 10, 20], 20)).toBe('M117 100.0L118 50.0L119 0.0');
  expect(areaPath([5], 20)).toBe('M119 75.0L119 100L119 100Z');
  expect(linePath([], 20)).toBe('');
  expect(areaPath([], 20)).toBe('');
});
