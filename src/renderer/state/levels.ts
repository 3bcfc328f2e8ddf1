import { create } from 'zustand';

/** How long the clip light stays on after the last sound that was too loud. */
export const CLIP_LIGHT_MS = 2000;
/** How long a hint may still speak of it. */
export const CLIP_TOLD_MS = 6000;
const PEAK_HELD_MS = 1200;
/** The held peak falls by so much of full scale a second once it is no longer held. */
const PEAK_FALL = 1.2;

/** The part of the pipeline's meter that is drawn; amplitudes 0..1. */
export interface Level {
  readonly peak: number;
  readonly rms: number;
  readonly clipped: boolean;
}

/** What a meter shows besides the level itself: the highest peak of the last moment, and the clip light. */
export class LevelHold {
  /** Amplitude 0..1. */
  peak = 0;
  private peakAtMs = Number.NEGATIVE_INFINITY;
  private lastMs = 0;
  private clippedAtMs = Number.NEGATIVE_INFINITY;

  /** Once per drawn picture; allocates nothing. */
  update(level: Level, nowMs: number): void {
    if (level.clipped) this.clippedAtMs = nowMs;
    if (level.peak >= this.peak) {
      this.peak = level.peak;
      this.peakAtMs = nowMs;
    } else if (nowMs - this.peakAtMs > PEAK_HELD_MS) {
      this.peak = Math.max(level.peak, this.peak - ((nowMs - this.lastMs) / 1000) * PEAK_FALL);
    }
    this.lastMs = nowMs;
  }

  clippedWithin(ms: number, nowMs: number): boolean {
    return nowMs - this.clippedAtMs < ms;
  }

  rest(): void {
    this.peak = 0;
    this.clippedAtMs = Number.NEGATIVE_INFINITY;
  }
}

/** Changes only when a clip begins or is over: everything faster is drawn without React. */
export const useClipping = create<{ readonly clipping: boolean }>()(() => ({ clipping: false }));
