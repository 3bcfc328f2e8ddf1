import { expect, test } from 'vitest';
import { sameShape } from './picture-fit.ts';

test.each([
  [640, 360, 1280, 720, true],
  [640, 360, 854, 480, true],
  [640, 360, 426, 240, true],
  [1920, 1080, 1080, 1920, false],
  [640, 360, 640, 480, false],
])('%i×%i and %i×%i have one shape: %s', (width, height, otherWidth, otherHeight, same) => {
  expect(sameShape({ width, height }, { width: otherWidth, height: otherHeight })).toBe(same);
});
