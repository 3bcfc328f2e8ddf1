import { expect, test } from 'vitest';
import { ByteRate } from './byte-rate.ts';

test('the rate of the last seconds', () => {
  const meter = new ByteRate();
  expect(meter.kbps(0)).toBe(0);
  for (let ms = 10_000; ms < 20_000; ms += 50) meter.add(1250, ms);
  expect(meter.kbps(19_990)).toBe(200);
  expect(meter.kbps(21_500)).toBeLessThan(120);
  expect(meter.kbps(60_000)).toBe(0);
});

test('a steady rate from the first second on', () => {
  const meter = new ByteRate();
  for (let ms = 0; ms < 1_000; ms += 50) meter.add(1250, ms);
  expect(meter.kbps(1_000)).toBe(200);
});
