import { beforeEach, describe, expect, test, vi } from 'vitest';
import { namedPlacement, type Placement } from '../../../../../shared/domain/scene.ts';
import { PlacementEdit } from './placement-edit.ts';

const FULL = namedPlacement('full');
const at = (x: number): Placement => ({ name: 'custom', x, y: 0.5, scale: 1 });

let log: string[];
let frames: (() => void)[];
let accepts: boolean;
let edit: PlacementEdit;
const draw = () => {
  for (const frame of frames.splice(0)) frame();
};

beforeEach(() => {
  vi.useFakeTimers();
  log = [];
  frames = [];
  accepts = true;
  edit = new PlacementEdit(
    {
      draw: ({ x }) => log.push(`draw ${x}`),
      preview: (placement) => log.push(`preview ${placement?.x ?? 'saved'}`),
      save: async (sceneId, { x }) => {
        log.push(`save ${sceneId} ${x}`);
        return accepts;
      },
      settled: ({ x }) => log.push(`settled ${x}`),
      nextFrame: (callback) => {
        frames.push(callback);
        return () => frames.splice(frames.indexOf(callback), 1);
      },
    },
    'a',
    FULL,
  );
  return () => vi.useRealTimers();
});

describe('a change of the avatar’s place', () => {
  test('many moves are one preview a picture, and one save when the hand rests', async () => {
    for (const x of [0.1, 0.2, 0.3]) edit.move(at(x));
    expect(frames.length).toBe(1);
    draw();
    expect(log).toEqual(['draw 0.3', 'preview 0.3']);
    edit.settle(100);
    await vi.advanceTimersByTimeAsync(100);
    expect(log.slice(2)).toEqual(['save a 0.3', 'preview saved', 'settled 0.3']);
    expect(edit.isDirty).toBe(false);
  });

  test('what main says in between does not pull the avatar out of the hand', () => {
    edit.move(at(0.2));
    edit.take('a', at(0.9));
    expect(edit.placement.x).toBe(0.2);
    expect(edit.cancel()).toBe(true);
    expect(log).toEqual(['draw 0.9', 'preview saved']);
    expect(frames).toEqual([]);
    expect(edit.cancel()).toBe(false);
  });

  test('moving on during a save keeps the newer place', async () => {
    edit.move(at(0.2));
    edit.settle(0);
    vi.advanceTimersByTime(0);
    edit.move(at(0.4));
    await vi.advanceTimersByTimeAsync(0);
    expect(edit.isDirty).toBe(true);
    expect(log).toEqual(['save a 0.2']);
  });

  test('a refused save goes back to what is saved', async () => {
    accepts = false;
    edit.move(at(0.2));
    edit.settle(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(edit.placement).toBe(FULL);
    expect(log.slice(1)).toEqual(['draw 0.5', 'preview saved']);
  });

  test('another scene ends it: a rested change is saved to its own scene, a drag is dropped', () => {
    edit.move(at(0.2));
    edit.settle(500);
    edit.take('b', FULL);
    expect(log).toEqual(['save a 0.2', 'preview saved', 'draw 0.5']);
    log.length = 0;
    edit.move(at(0.3));
    edit.take('c', FULL);
    expect(log).toEqual(['preview saved', 'draw 0.5']);
  });
});
