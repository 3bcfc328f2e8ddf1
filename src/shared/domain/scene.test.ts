import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_SCENES,
  FIRST_SCENE,
  MAX_SCENES,
  movePlacement,
  namedPlacement,
  PLACEMENTS,
  placementSchema,
  sceneSchema,
} from './scene.ts';

const NAMED = PLACEMENTS.filter((name) => name !== 'custom');

describe('placements', () => {
  test.each(NAMED)('%s is valid, carries its name, and a part of it is on the canvas', (name) => {
    const placement = placementSchema.parse(namedPlacement(name));
    expect(placement.name).toBe(name);
    for (const centre of [placement.x, placement.y]) {
      expect(centre - placement.scale / 2).toBeLessThan(1);
      expect(centre + placement.scale / 2).toBeGreaterThan(0);
    }
  });

  test.each(NAMED)('the lower edge of %s lies on the canvas’s', (name) => {
    const { y, scale } = namedPlacement(name);
    expect(y + scale / 2).toBeCloseTo(1, 1);
  });

  test('left and right are mirror images', () => {
    for (const [a, b] of [
      ['left', 'right'],
      ['corner-left', 'corner-right'],
    ] as const) {
      const [left, right] = [namedPlacement(a), namedPlacement(b)];
      expect(left.x + right.x).toBeCloseTo(1);
      expect([left.y, left.scale]).toEqual([right.y, right.scale]);
    }
  });

  test('moving is by shares of the canvas and makes a place of one’s own', () => {
    expect(movePlacement(namedPlacement('full'), 0.1, -0.2, 0.5)).toEqual({
      name: 'custom',
      x: 0.6,
      y: 0.3,
      scale: 0.5,
    });
  });

  test('however far it is dragged and zoomed, it can be saved and dragged back', () => {
    const step = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const zoom = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom(...NAMED),
        fc.array(fc.tuple(step, step, zoom), { maxLength: 8 }),
        (name, moves) => {
          const moved = moves.reduce(
            (from, [dx, dy, by]) => movePlacement(from, dx, dy, by),
            namedPlacement(name),
          );
          expect(placementSchema.safeParse(moved).success).toBe(true);
          const back = movePlacement(moved, 0.5 - moved.x, 0.5 - moved.y, 1 / moved.scale);
          expect(back.x).toBeCloseTo(0.5);
          expect(back.scale).toBeCloseTo(1);
        },
      ),
    );
  });
});

describe('scenes', () => {
  test('what a new user finds is valid, and each is its own', () => {
    for (const scene of DEFAULT_SCENES) expect(sceneSchema.parse(scene)).toEqual(scene);
    expect(DEFAULT_SCENES[0]).toBe(FIRST_SCENE);
    expect(new Set(DEFAULT_SCENES.map(({ id }) => id)).size).toBe(DEFAULT_SCENES.length);
    expect(DEFAULT_SCENES.length).toBeLessThan(MAX_SCENES);
  });

  test.each([
    ['no name', { name: '   ' }],
    ['a name too long', { name: 'x'.repeat(61) }],
    ['no background', { background: '' }],
    ['a fit nobody knows', { capture: { shown: true, fit: 'fill' } }],
    [
      'a placement that is not a number',
      { avatar: { shown: true, placement: { ...namedPlacement('full'), x: Number.NaN } } },
    ],
    [
      'an avatar too large',
      { avatar: { shown: true, placement: { ...namedPlacement('full'), scale: 2.6 } } },
    ],
    ['an overlay without a width', { overlay: { imageId: 'a', x: 0, y: 0, width: 0, opacity: 1 } }],
    ['an overlay more than opaque', { overlay: { imageId: 'a', x: 0, y: 0, width: 1, opacity: 1.01 } }],
  ])('%s is refused', (_, change) => {
    expect(sceneSchema.safeParse({ ...FIRST_SCENE, ...change }).success).toBe(false);
  });

  test('a name is kept without the spaces around it', () => {
    expect(sceneSchema.parse({ ...FIRST_SCENE, name: ' Me ' }).name).toBe('Me');
  });
});
