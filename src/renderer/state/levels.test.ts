import { expect, test } from 'vitest';
import { CLIP_LIGHT_MS, LevelHold } from './levels.ts';

const level = (peak: number, clipped = false) => ({ peak, rms: peak / 3, clipped });

test('a peak is held, then falls to the level, and a higher one takes its place at once', () => {
  const hold = new LevelHold();
  hold.update(level(0.8), 0);
  hold.update(level(0.1), 1000);
  expect(hold.peak).toBe(0.8);
  hold.update(level(0.1), 1300);
  expect(hold.peak).toBeCloseTo(0.44);
  hold.update(level(0.1), 5000);
  expect(hold.peak).toBe(0.1);
  hold.update(level(0.9), 5010);
  expect(hold.peak).toBe(0.9);
});

test('the clip light stays for two seconds after the last clip', () => {
  const hold = new LevelHold();
  hold.update(level(1, true), 100);
  hold.update(level(0.1), 2000);
  expect(hold.clippedWithin(CLIP_LIGHT_MS, 2099)).toBe(true);
  expect(hold.clippedWithin(CLIP_LIGHT_MS, 2100)).toBe(false);
});
