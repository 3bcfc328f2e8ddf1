import { describe, expect, test } from 'vitest';
import { CELLS, cellOf, centreOf, resized } from './overlay-place.ts';

const WIDE = { image: 2, canvas: 16 / 9 };

describe('places of an overlay', () => {
  test('each of the nine is found again, lying and upright', () => {
    for (const canvas of [16 / 9, 9 / 16]) {
      for (const cell of CELLS) {
        const place = centreOf(cell, 0.2, { image: 1.5, canvas });
        expect(cellOf({ ...place, width: 0.2 }, { image: 1.5, canvas })).toBe(cell);
      }
    }
  });

  test('the margin is the same in pixels at every edge', () => {
    const { x, y } = centreOf('top-left', 0.25, WIDE);
    // 1600 × 900: the picture is 400 × 200 and 36 from both edges.
    expect(x * 1600 - 200).toBeCloseTo(36);
    expect(y * 900 - 100).toBeCloseTo(36);
  });

  test('what is larger than the canvas stays in its middle', () => {
    expect(centreOf('bottom-right', 2, WIDE)).toEqual({ x: 0.5, y: 0.5 });
  });

  test('another width keeps the cell; a place of its own stays', () => {
    const overlay = { imageId: 'i', opacity: 1, width: 0.2, ...centreOf('bottom-right', 0.2, WIDE) };
    const larger = resized(overlay, 0.3, WIDE);
    expect(cellOf(larger, WIDE)).toBe('bottom-right');
    const free = { ...overlay, x: 0.31, y: 0.44 };
    expect(resized(free, 0.3, WIDE)).toEqual({ ...free, width: 0.3 });
  });
});
