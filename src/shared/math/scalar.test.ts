import { describe, expect, test } from 'vitest';
import { clamp, clamp01, clampAbs, ramp, smoothstep } from './scalar.ts';

describe('numbers within limits', () => {
  test.each([
    [-2, 0, 0, -0.5],
    [0.3, 0.3, 0.3, 0.3],
    [5, 3, 1, 0.5],
  ])('%d', (value, within3, within1, withinHalf) => {
    expect(clamp(value, 0, 3)).toBe(within3);
    expect(clamp01(value)).toBe(within1);
    expect(clampAbs(value, 0.5)).toBe(withinHalf);
  });

  test('what is no number stays none', () => expect(clamp(Number.NaN, 0, 1)).toBeNaN());
});

test('a ramp goes from one number to another, also downwards', () => {
  expect([1, 2, 3, 5].map((value) => ramp(value, 2, 4))).toEqual([0, 0, 0.5, 1]);
  expect([5, 3, 1].map((value) => ramp(value, 4, 2))).toEqual([0, 0.5, 1]);
});

test('a smooth step starts and ends gently', () => {
  expect([-1, 0, 0.25, 0.5, 0.75, 1, 2].map(smoothstep)).toEqual([0, 0, 0.15625, 0.5, 0.84375, 1, 1]);
});
