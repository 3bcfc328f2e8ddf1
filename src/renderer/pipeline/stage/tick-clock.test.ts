import { expect, test } from 'vitest';
import { TickClock, type TickTimers } from './tick-clock.ts';

/** Timers that only move when told to. */
class FakeTimers implements TickTimers {
  time = 1000;
  private pending: { run: () => void; at: number } | null = null;

  now(): number {
    return this.time;
  }

  set(run: () => void, ms: number): unknown {
    this.pending = { run, at: this.time + ms };
    return this.pending;
  }

  clear(): void {
    this.pending = null;
  }

  /** Runs the next timer, `late` ms after it was due. @returns false when none is set. */
  next(late = 0): boolean {
    const { pending } = this;
    if (!pending) return false;
    this.pending = null;
    this.time = Math.max(this.time, pending.at) + late;
    pending.run();
    return true;
  }
}

function record(
  fps: number,
  work = 0,
): { timers: FakeTimers; clock: TickClock; due: number[]; missed: number[] } {
  const timers = new FakeTimers();
  const due: number[] = [];
  const missed: number[] = [];
  const clock = new TickClock(
    fps,
    (tick) => {
      due.push(tick.dueMs - 1000);
      missed.push(tick.missed);
      timers.time += work;
    },
    timers,
  );
  clock.start();
  return { timers, clock, due, missed };
}

test('ticks lie on a grid although timers are late and work takes time', () => {
  const { timers, due, missed } = record(20, 15);
  for (const late of [0, 4, 12, 1, 30]) timers.next(late);
  expect(due).toEqual([0, 50, 100, 150, 200]);
  expect(missed).toEqual([0, 0, 0, 0, 0]);
});

test('a tick more than an interval late says what it left out and returns to the grid', () => {
  const { timers, due, missed } = record(20);
  timers.next();
  timers.next(130);
  timers.next();
  expect(due).toEqual([0, 150, 200]);
  expect(missed).toEqual([0, 2, 0]);
});

test('work slower than the rate: every tick counts what it cost', () => {
  const { timers, missed } = record(20, 120);
  for (let i = 0; i < 4; i++) timers.next();
  expect(missed.slice(1).every((count) => count >= 1)).toBe(true);
});

test('a tick that throws does not end the clock', () => {
  const timers = new FakeTimers();
  let runs = 0;
  const clock = new TickClock(
    20,
    () => {
      runs++;
      throw new Error('picture');
    },
    timers,
  );
  clock.start();
  expect(() => timers.next()).toThrow('picture');
  expect(() => timers.next()).toThrow('picture');
  expect(runs).toBe(2);
  clock.stop();
  expect(timers.next()).toBe(false);
});
