import { afterEach, expect, test, vi } from 'vitest';
import { MAX_MOTION_S } from '../../shared/domain/motion.ts';
import type { MotionDeskState } from '../pipeline/motion-desk.ts';
import { followMotion, motionNameOf, useMotion } from './motion.ts';

afterEach(() => void vi.useRealTimers());

class Desk {
  motion: MotionDeskState = { recording: false, playing: null, unkept: [] };
  readonly listeners = new Set<(state: MotionDeskState) => void>();
  onMotion(listener: (state: MotionDeskState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  recordMotion(recording: boolean): void {
    this.set({ recording });
  }
  set(change: Partial<MotionDeskState>): void {
    this.motion = { ...this.motion, ...change };
    for (const listener of this.listeners) listener(this.motion);
  }
}

test('a recording keeps its beginning while something else changes, and ends by itself when it is full', () => {
  vi.useFakeTimers();
  const desk = new Desk();
  const undo = followMotion(desk);
  desk.recordMotion(true);
  const since = useMotion.getState().recordingSince;
  expect(since).toBe(performance.now());
  vi.advanceTimersByTime(5000);
  desk.set({ playing: '/motions/a.vmotion' });
  expect(useMotion.getState()).toMatchObject({ recordingSince: since, playing: '/motions/a.vmotion' });
  vi.advanceTimersByTime((MAX_MOTION_S - 6) * 1000);
  expect(desk.motion.recording).toBe(true);
  vi.advanceTimersByTime(1000);
  expect(desk.motion.recording).toBe(false);
  expect(useMotion.getState().recordingSince).toBeNull();

  // One that the user ended does not end the next one.
  desk.recordMotion(true);
  desk.recordMotion(false);
  vi.advanceTimersByTime(1000);
  desk.recordMotion(true);
  vi.advanceTimersByTime((MAX_MOTION_S - 1) * 1000);
  expect(desk.motion.recording).toBe(true);
  undo();
  expect(desk.listeners.size).toBe(0);
});

test('a recording is called as its file is', () => {
  expect(motionNameOf('A wave.VMOTION')).toBe('A wave');
  expect(motionNameOf(`${'x'.repeat(200)}.vmotion`)).toBe('x'.repeat(80));
  expect(motionNameOf(' .vmotion')).toBeNull();
});
