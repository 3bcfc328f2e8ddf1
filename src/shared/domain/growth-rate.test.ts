import { expect, test } from 'vitest';
import { GrowthRate } from './growth-rate.ts';

test('the rate is of the last seconds and falls when nothing comes', () => {
  const rate = new GrowthRate(3_000);
  expect(rate.perSecond(0)).toBe(0);
  for (let ms = 0; ms <= 10_000; ms += 250) rate.add(ms, ms * (ms < 5000 ? 1000 : 125) + 1e7);
  expect(rate.perSecond(10_000)).toBe(125_000);
  expect(rate.perSecond(11_000)).toBeLessThan(125_000);
  expect(rate.perSecond(20_000)).toBe(0);
});

test('says nothing over less than it is told to, and reaches over its window however often it is asked', () => {
  const rate = new GrowthRate(10_000, 2_000);
  for (let ms = 0; ms < 2_000; ms += 10) rate.add(ms, ms);
  expect(rate.perSecond(1_990)).toBe(0);
  // 200 a second for 5 s, then 1000 a second: samples of the last 10 s count, not the last few.
  let total = 0;
  for (let ms = 100_000; ms <= 105_000; ms += 10) {
    total += 2;
    rate.add(ms, total);
  }
  for (let ms = 105_010; ms <= 110_000; ms += 10) {
    total += 10;
    rate.add(ms, total);
  }
  expect(rate.perSecond(110_000)).toBeGreaterThan(550);
  expect(rate.perSecond(110_000)).toBeLessThan(700);
});
