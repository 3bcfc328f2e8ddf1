import { describe, expect, test } from 'vitest';
import { coverFit } from './background.ts';
import { FOV_DEG, frameShot, type HeadFrame, unitsPerMetre } from './framing.ts';

const head: HeadFrame = {
  kind: 'bust',
  centerX: 0,
  centerZ: 0,
  top: 1.7,
  bottom: 1.46,
  width: 0.18,
  depth: 0.22,
};

/** Place of a world height in the picture: 0 top, 1 bottom. */
function row(y: number, frame: HeadFrame, aspect: number): number {
  const shot = frameShot(frame, aspect);
  const half = (shot.z - frame.centerZ) * Math.tan((FOV_DEG * Math.PI) / 360);
  return (shot.y + half - y) / (2 * half);
}

describe('frameShot', () => {
  test.each([16 / 9, 4 / 3, 1, 9 / 16])(
    'bust in a picture of %f: air above, head in the upper half',
    (aspect) => {
      expect(row(head.top, head, aspect)).toBeGreaterThan(0.06);
      expect(row(head.top, head, aspect)).toBeLessThan(0.3);
      expect(row((head.top + head.bottom) / 2, head, aspect)).toBeLessThan(0.5);
    },
  );

  test('a narrow picture leaves the head room to turn', () => {
    const shot = frameShot(head, 9 / 16);
    const width = 2 * shot.z * Math.tan((FOV_DEG * Math.PI) / 360) * (9 / 16);
    expect(width).toBeGreaterThan(head.width * 1.9);
  });

  test.each([16 / 9, 9 / 16])('a head without a body is in the middle and whole at %f', (aspect) => {
    const alone = { ...head, kind: 'head' as const };
    expect(row((head.top + head.bottom) / 2, alone, aspect)).toBeCloseTo(0.5, 5);
    expect(row(head.top, alone, aspect)).toBeGreaterThan(0.1);
  });

  test('size does not matter: a giant is framed like a person', () => {
    const giant = Object.fromEntries(
      Object.entries(head).map(([key, value]) => [key, typeof value === 'number' ? value * 10 : value]),
    ) as unknown as HeadFrame;
    expect(row(giant.top, giant, 16 / 9)).toBeCloseTo(row(head.top, head, 16 / 9), 6);
    expect(unitsPerMetre(giant)).toBeCloseTo(10 * unitsPerMetre(head), 6);
  });
});

test('coverFit fills the picture without distortion, centred', () => {
  expect(coverFit(1000, 1000, 640, 360)).toEqual({ x: 0, y: 218.75, width: 1000, height: 562.5 });
  expect(coverFit(1600, 900, 1600, 900)).toEqual({ x: 0, y: 0, width: 1600, height: 900 });
});
