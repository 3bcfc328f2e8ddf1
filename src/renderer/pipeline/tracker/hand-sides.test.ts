import { describe, expect, test } from 'vitest';
import { HandSides } from './hand-sides.ts';

type Hand = readonly [x: number, y: number, left: number];

/** Places of the left and right hand after these pictures, 50 ms apart. */
function after(...pictures: readonly (readonly Hand[])[]): { left: Hand | null; right: Hand | null } {
  const sides = new HandSides();
  pictures.forEach((hands, i) => {
    sides.begin(1000 + i * 50);
    for (const [x, y, left] of hands) sides.add(x, y, left);
    sides.assign();
  });
  const last = pictures.at(-1) ?? [];
  return { left: last[sides.left] ?? null, right: last[sides.right] ?? null };
}

const LEFT: Hand = [0.7, 0.8, 0.97];
const RIGHT: Hand = [0.3, 0.8, 0.02];

describe('which hand is which', () => {
  test('the landmarker’s word is taken, in any order, for one hand and for two', () => {
    expect(after([LEFT, RIGHT])).toEqual({ left: LEFT, right: RIGHT });
    expect(after([RIGHT, LEFT])).toEqual({ left: LEFT, right: RIGHT });
    expect(after([RIGHT])).toEqual({ left: null, right: RIGHT });
    expect(after([LEFT])).toEqual({ left: LEFT, right: null });
    expect(after([LEFT, RIGHT], [])).toEqual({ left: null, right: null });
  });

  test('two hands are never the same side', () => {
    const unsure: Hand = [0.3, 0.8, 0.6];
    expect(after([LEFT, unsure])).toEqual({ left: LEFT, right: unsure });
  });

  test('a hand that is called the other one for a picture keeps its side', () => {
    const wrong: Hand = [0.71, 0.79, 0.03];
    expect(after([LEFT], [LEFT], [wrong])).toEqual({ left: wrong, right: null });
    const crossed: readonly Hand[] = [
      [0.31, 0.8, 0.9],
      [0.7, 0.79, 0.1],
    ];
    expect(after([LEFT, RIGHT], crossed)).toEqual({ left: crossed[1], right: crossed[0] });
  });

  test('after some pictures that agree it changes', () => {
    const other: Hand = [0.7, 0.8, 0.03];
    expect(after([LEFT], [other], [other], [other], [other], [other]).right).toEqual(other);
  });

  test('one hand found twice is one', () => {
    const again: Hand = [0.705, 0.805, 0.1];
    expect(after([LEFT, again])).toEqual({ left: LEFT, right: null });
  });

  test('what was known is forgotten after half a second', () => {
    const sides = new HandSides();
    sides.begin(0);
    sides.add(...LEFT);
    sides.assign();
    sides.begin(600);
    sides.add(0.7, 0.8, 0.2);
    sides.assign();
    expect([sides.left, sides.right]).toEqual([-1, 0]);
    expect(sides.rightScore).toBeCloseTo(0.8);
  });
});
