import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FramePump } from './frame-pump.ts';

/** The pump's worker as the window sees it. */
class PumpWorker {
  static all: PumpWorker[] = [];
  readonly got: string[] = [];
  ended = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: { preventDefault(): void }) => void) | null = null;

  constructor() {
    PumpWorker.all.push(this);
  }

  postMessage({ type }: { type: string }): void {
    this.got.push(type);
  }

  terminate(): void {
    this.ended = true;
  }

  reads(): void {
    this.onmessage?.({ data: { type: 'reading' } });
  }

  fails(): void {
    this.onerror?.({ preventDefault: () => undefined });
  }
}

const newest = (): PumpWorker => PumpWorker.all.at(-1)!;

function seconds(count: number, reads: boolean): void {
  for (let i = 0; i < count; i++) {
    if (reads) newest().reads();
    vi.advanceTimersByTime(1000);
  }
}

function live(muted = false): MediaStreamTrack {
  return { readyState: 'live', muted } as MediaStreamTrack;
}

let pump: FramePump;
let renewed = 0;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', PumpWorker);
  vi.stubGlobal(
    'MediaStreamTrackProcessor',
    class {
      readonly readable = {};
    },
  );
  PumpWorker.all = [];
  renewed = 0;
  pump = new FramePump();
  pump.onRenewed(() => renewed++);
});

afterEach(() => {
  pump.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a pump that throws is replaced at once, gets the camera, and every port is opened again', () => {
  pump.setTrack(live());
  const first = newest();
  first.fails();
  vi.advanceTimersByTime(0);
  expect(first.ended).toBe(true);
  expect(newest()).not.toBe(first);
  expect(newest().got).toEqual(['frames']);
  expect(renewed).toBe(1);
});

test('a pump that says nothing of a live camera is replaced, less and less often', () => {
  pump.setTrack(live());
  seconds(30, true);
  expect(PumpWorker.all).toHaveLength(1);
  seconds(7, false);
  expect(PumpWorker.all).toHaveLength(2);
  expect(PumpWorker.all[0]!.ended).toBe(true);
  expect(newest().got).toEqual(['frames']);
  expect(renewed).toBe(1);
  seconds(8, false);
  expect(PumpWorker.all).toHaveLength(2);
  seconds(600, false);
  const { length } = PumpWorker.all;
  expect(length).toBeGreaterThan(8);
  expect(length).toBeLessThan(16);
});

test('no camera, or one that is muted, is no reason', () => {
  seconds(60, false);
  pump.setTrack(live(true));
  seconds(60, false);
  pump.setTrack(null);
  seconds(60, false);
  expect(PumpWorker.all).toHaveLength(1);
});

test('one that throws again waits longer, is never given up, and a minute of frames forgives', () => {
  pump.setTrack(live());
  const waits: number[] = [];
  for (let i = 0; i < 12; i++) {
    const failed = newest();
    failed.fails();
    let waited = 0;
    for (vi.advanceTimersByTime(0); newest() === failed && waited < 120; waited++)
      vi.advanceTimersByTime(1000);
    waits.push(waited);
  }
  expect(waits).toEqual([0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]);
  seconds(61, true);
  const before = newest();
  before.fails();
  vi.advanceTimersByTime(0);
  expect(newest()).not.toBe(before);
});

test('closed, nothing starts again', () => {
  pump.setTrack(live());
  newest().fails();
  pump.close();
  seconds(120, false);
  expect(PumpWorker.all).toHaveLength(1);
});
