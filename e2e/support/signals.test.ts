import { expect, test } from 'vitest';
import { bestLag, correlation, correlationAtLag, rmse, valueAt } from './signals.ts';

test('a looped truth is found again at its lag', () => {
  const t = Array.from({ length: 300 }, (_, i) => i / 30);
  const truth = {
    t,
    v: t.map((x) => Math.sin((x / 10) * 2 * Math.PI) + 0.3 * Math.sin((x / 10) * 6 * Math.PI)),
  };
  const received = { t: t.map((x) => x + 5), v: t.map((x) => valueAt(truth, (x + 5 - 3.2 + 10) % 10)) };
  expect(bestLag(received, truth, 10)).toBeCloseTo(3.2, 1);
  expect(correlationAtLag(received, truth, 3.2, 10)).toBeGreaterThan(0.999);
  expect(correlationAtLag(received, truth, 5.7, 10)).toBeLessThan(0.5);
});

test('correlation and error are what they say', () => {
  expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1);
  expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1);
  expect(correlation([1, 2, 3], [5, 5, 5])).toBe(0);
  expect(rmse([0, 0], [3, 4])).toBeCloseTo(Math.sqrt(12.5));
});
