import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PartTracking } from '../part-tracking.ts';
import type { TrackerState } from './tracker.ts';

/** A part's worker that says what the test wants it to. */
class PartWorker {
  static all: PartWorker[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor() {
    PartWorker.all.push(this);
  }

  postMessage(): void {
    // Nobody looks at what a worker is told here.
  }

  terminate(): void {
    this.onmessage = null;
  }

  says(data: unknown): void {
    this.onmessage?.({ data });
  }
}

const newest = (): PartWorker => PartWorker.all.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', PartWorker);
  vi.stubGlobal('window', globalThis);
  PartWorker.all = [];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a part that was given up is tried again when asked, as if for the first time', () => {
  let state: TrackerState | null = null;
  const part = new PartTracking((now) => {
    state = now;
  });
  const source = { kind: 'camera', modelUrl: 'model', wasmUrl: 'wasm' } as const;
  part.want({ part: 'hands', source, channel: null, frames: null, fps: 15 });
  const failThrice = (): void => {
    for (let i = 0; i < 3; i++) {
      newest().says({ type: 'failed', message: 'no graphics' });
      vi.advanceTimersByTime(5000);
    }
  };
  failThrice();
  const given = { phase: 'failed', reason: 'tracker.start-failed' };
  expect(state).toMatchObject(given);
  expect(PartWorker.all).toHaveLength(3);

  part.retry();
  expect(PartWorker.all).toHaveLength(4);
  expect(state).toMatchObject({ phase: 'starting', reason: null });
  part.retry();
  expect(PartWorker.all, 'what is starting is left alone').toHaveLength(4);
  failThrice();
  expect(PartWorker.all).toHaveLength(6);
  expect(state).toMatchObject(given);

  part.retry();
  newest().says({ type: 'ready', delegate: 'CPU', renderer: null, measured: false });
  expect(state).toMatchObject({ phase: 'running', reason: null, delegate: 'CPU' });
  part.end();
});
