import { expect, test } from 'vitest';
import { h264Level } from './h264-level.ts';

// Levels by table A-1 of the standard.
test.each([
  [640, 360, 30, 30],
  [854, 480, 30, 31],
  [1280, 720, 30, 31],
  [1280, 720, 60, 32],
  [1920, 1080, 30, 40],
  [1920, 1080, 60, 42],
  [720, 1280, 30, 31],
  [1080, 1920, 60, 42],
  [2560, 1440, 60, 51],
  [3840, 2160, 30, 51],
  [3840, 2160, 60, 52],
])('the level of %d × %d at %d', (width, height, fps, level) => {
  expect(h264Level(width, height, fps)).toBe(level);
});

test('a high bitrate raises the level', () => {
  expect(h264Level(1920, 1080, 30, 20_000)).toBe(40);
  expect(h264Level(1920, 1080, 30, 25_000)).toBe(41);
  expect(h264Level(1920, 1080, 30, 51_000)).toBe(50);
});
