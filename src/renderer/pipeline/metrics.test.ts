import { expect, test } from 'vitest';
import { RateMeter, SampleWindow } from './metrics.ts';

test('percentiles cover the newest values only', () => {
  const window = new SampleWindow(4);
  expect(window.percentile(0.5)).toBeNull();
  for (const value of [100, 1, 2, 3, 4]) window.add(value);
  expect(window.percentile(0.5)).toBe(3);
  expect(window.percentile(0.95)).toBe(4);
});

test('a rate needs two events and forgets old ones', () => {
  const rate = new RateMeter(1000);
  rate.tick(0);
  expect(rate.perSecond(10)).toBe(0);
  for (let t = 5000; t <= 6000; t += 100) rate.tick(t);
  expect(rate.perSecond(6000)).toBeCloseTo(10);
});
