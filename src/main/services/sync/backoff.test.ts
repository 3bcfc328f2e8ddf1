import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test('between a second and five minutes, later each time', () => {
  expect(backoffMs(1, 0, null)).toBe(1000);
  expect(backoffMs(1, 1, null)).toBe(2000);
  expect(backoffMs(4, 0.5, null)).toBe(8500);
  expect(backoffMs(50, 1, null)).toBe(300_000);
});

test('never sooner than the server asks for, within an hour', () => {
  expect(backoffMs(1, 0, 90_000)).toBe(90_000);
  expect(backoffMs(1, 0, 86_400_000)).toBe(3_600_000);
  expect(backoffMs(1, 0, -5)).toBe(1000);
});

test('in its bounds, whatever comes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.option(fc.integer({ min: 0, max: 10_000_000 })),
      (failures, random, asked) => {
        const ms = backoffMs(failures, random, asked);
        expect(ms).toBeGreaterThanOrEqual(1000);
        expect(ms).toBeLessThanOrEqual(Math.max(300_000, Math.min(asked ?? 0, 3_600_000)));
        expect(ms).toBeGreaterThanOrEqual(Math.min(asked ?? 0, 3_600_000));
      },
    ),
  );
});
