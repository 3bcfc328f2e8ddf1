import { describe, expect, it } from 'vitest';
import { createSeen, readArms, show } from '../../../../../e2e/body/arm-samples.ts';
import { GestureReader } from './gesture-reader.ts';

const shapes = readArms()['hands']!;
const sides = ['left', 'right'] as const;

describe('gestures of hands', () => {
  // Smooth palms of a drawn hand are often read as the other hand's back: that hand's points are not its own.
  const readable = shapes.flatMap((sample) =>
    sample.detected.hands
      .filter(({ side, handedness }) => handedness.toLowerCase() === side)
      .map(({ side }) => [sample.pose, side, sample] as const),
  );

  it('has every shape but the open hand to read', () => {
    const wanted = new Set(readable.map(([, side, sample]) => sample.gestures[side]));
    expect(wanted).toEqual(new Set(['fist', 'point', 'peace', 'thumbs-up']));
  });

  it.each(readable)('reads %s of the %s hand, once it was held', (_pose, side, sample) => {
    const reader = new GestureReader();
    const seen = createSeen();
    for (let i = 1; i <= 20; i++) {
      show(sample, seen, i, i * 33);
      reader.observe(seen.hands);
      if (i * 33 < 200) expect(reader[side]).toBeNull();
    }
    expect(reader[side]).toBe(sample.gestures[side]);
  });

  it('reads the open hand and forgets a hand that has gone', () => {
    const reader = new GestureReader();
    const seen = createSeen();
    const open = readArms()['upper']!.find((sample) => sample.pose === 'bent-up')!;
    for (let i = 1; i <= 10; i++) {
      show(open, seen, i, i * 33);
      reader.observe(seen.hands);
    }
    expect(sides.map((side) => reader[side])).toContain('open');
    for (let i = 11; i <= 30; i++) {
      seen.hands.sequence = i;
      seen.hands.capturedAtMs = i * 33;
      seen.hands.left.found = false;
      seen.hands.right.found = false;
      reader.observe(seen.hands);
    }
    expect(sides.map((side) => reader[side])).toEqual([null, null]);
  });

  it('forgets a hand when results stop coming, and reads it again when they do', () => {
    const reader = new GestureReader();
    const seen = createSeen();
    const fist = shapes.find((sample) => sample.pose === 'fists')!;
    let at = 0;
    // Hands are looked at by another clock than the one that ticks.
    const show20 = (): void => {
      for (let i = 0; i < 20; i++) {
        at++;
        show(fist, seen, at, at * 33);
        reader.observe(seen.hands);
        reader.update(50_000 + at * 33);
      }
    };
    show20();
    expect(reader.left).toBe('fist');
    const endMs = 50_000 + at * 33;
    reader.update(endMs + 590);
    expect(reader.left).toBe('fist');
    reader.observe(seen.hands);
    reader.update(endMs + 610);
    expect(sides.map((side) => reader[side])).toEqual([null, null]);
    at += 100;
    show20();
    expect(reader.left).toBe('fist');
  });

  it('keeps a gesture over one bad picture and takes none from a shape that flickers', () => {
    const fist = shapes.find((sample) => sample.pose === 'fists')!;
    const point = shapes.find((sample) => sample.pose === 'pointing')!;
    const reader = new GestureReader();
    const seen = createSeen();
    let at = 0;
    const next = (sample: typeof fist): void => {
      at++;
      show(sample, seen, at, at * 33);
      reader.observe(seen.hands);
    };
    for (let i = 0; i < 10; i++) next(point);
    expect(reader.left).toBe('point');
    next(fist);
    expect(reader.left).toBe('point');
    for (let i = 0; i < 20; i++) {
      next(i % 3 === 0 ? fist : point);
      expect(reader.left).toBe('point');
    }
  });
});
