import { describe, expect, test } from 'vitest';
import { namedPlacement, type Placement, placementSchema } from '../../../../../shared/domain/scene.ts';
import {
  frameOf,
  placementAfterDrag,
  placementAfterKey,
  placementAfterPull,
  wheelZoom,
} from './placement-moves.ts';

const FULL = namedPlacement('full');
const press = (key: string, shiftKey = false) => ({
  key,
  shiftKey,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
});

describe('the avatar by keys', () => {
  test('arrows move by 2 %, with Shift by 10 %', () => {
    expect(placementAfterKey(FULL, press('ArrowRight'))?.x).toBeCloseTo(0.52);
    expect(placementAfterKey(FULL, press('ArrowUp', true))?.y).toBeCloseTo(0.4);
    expect(placementAfterKey(FULL, press('ArrowLeft'))?.name).toBe('custom');
  });

  test('plus and minus scale, digits and Home name places', () => {
    expect(placementAfterKey(FULL, press('+', true))?.scale).toBeCloseTo(1.05);
    expect(placementAfterKey(FULL, press('-'))?.scale).toBeCloseTo(1 / 1.05);
    expect(placementAfterKey(FULL, press('5'))).toEqual(namedPlacement('corner-right'));
    expect(placementAfterKey(namedPlacement('left'), press('Home'))).toEqual(FULL);
  });

  test('other keys and shortcuts mean nothing', () => {
    for (const key of ['6', '0', 'a', 'Enter', 'Tab']) expect(placementAfterKey(FULL, press(key))).toBeNull();
    expect(placementAfterKey(FULL, { ...press('1'), ctrlKey: true })).toBeNull();
  });

  test('whatever is pressed how often, the place stays one that can be saved', () => {
    for (const key of ['ArrowRight', 'ArrowUp', '+', 'PageDown']) {
      let at: Placement = FULL;
      for (let i = 0; i < 200; i++) at = placementAfterKey(at, press(key, true)) ?? at;
      expect(placementSchema.safeParse(at).success).toBe(true);
    }
  });
});

describe('the avatar by pointer', () => {
  test('a drag is drawn to the middle and to the lower edge, and not when it is free', () => {
    const from: Placement = { name: 'custom', x: 0.3, y: 0.7, scale: 0.5 };
    expect(placementAfterDrag(from, 0.195, 0.06, false)).toMatchObject({ x: 0.5, y: 0.75 });
    expect(placementAfterDrag(from, 0.195, 0.06, true).x).toBeCloseTo(0.495);
  });

  test('pulling a corner leaves the opposite one', () => {
    const after = placementAfterPull(FULL, 0.2, { x: 1, y: 1 });
    expect(after.scale).toBeCloseTo(1.2);
    expect(after.x - after.scale / 2).toBeCloseTo(0);
    expect(after.y - after.scale / 2).toBeCloseTo(0);
    expect(placementAfterPull(FULL, -5, { x: -1, y: -1 }).scale).toBeCloseTo(0.15);
  });

  test('the wheel up makes it larger', () => {
    expect(wheelZoom(-100)).toBeGreaterThan(1);
    expect(wheelZoom(100) * wheelZoom(-100)).toBeCloseTo(1);
  });
});

test('the frame stays on the canvas and large enough to be taken hold of', () => {
  expect(frameOf(FULL)).toEqual({ left: 0, top: 0, right: 1, bottom: 1 });
  expect(frameOf({ x: 0.5, y: 0.5, scale: 2.5 })).toEqual({ left: 0, top: 0, right: 1, bottom: 1 });
  const far = frameOf({ x: -0.5, y: 1.5, scale: 0.15 });
  expect(far.left).toBe(0);
  expect(far.right).toBeCloseTo(0.06);
  expect(far.bottom).toBe(1);
  expect(far.top).toBeCloseTo(0.94);
});
