import { median } from './median.ts';

/** Memory of one process over the run. */
export interface MemoryTrack {
  readonly name: string;
  readonly pid: number;
  /** Seconds since the begin of the run, and KB. */
  readonly samples: { readonly atSeconds: number; readonly kb: number }[];
}

export interface MemoryGrowth {
  readonly name: string;
  readonly pid: number;
  readonly beforeKb: number;
  readonly afterKb: number;
  /** 0.05 = five per cent more at the end than after the warm-up. */
  readonly growth: number;
}

const WARM_UP_SECONDS = 30;
const WARM_UP_SHARE = 0.25;
const WINDOW_SHARE = 0.15;
const WINDOW_SECONDS = 10;

/**
 * Growth between the window after the warm-up (a quarter of the run, at least 30 s) and the last window, each by its
 * median. Processes that did not live through both are left out.
 */
export function memoryGrowth(tracks: readonly MemoryTrack[], totalSeconds: number): MemoryGrowth[] {
  const warm = Math.max(WARM_UP_SECONDS, totalSeconds * WARM_UP_SHARE);
  const window = Math.max(WINDOW_SECONDS, totalSeconds * WINDOW_SHARE);
  return tracks.flatMap(({ name, pid, samples }) => {
    const first = samples[0]?.atSeconds ?? Number.POSITIVE_INFINITY;
    const last = samples.at(-1)?.atSeconds ?? 0;
    if (first > warm || last < totalSeconds - window / 2) return [];
    const inside = (from: number, to: number): number[] =>
      samples.filter(({ atSeconds }) => atSeconds >= from && atSeconds <= to).map(({ kb }) => kb);
    const beforeKb = median(inside(warm, warm + window));
    const afterKb = median(inside(totalSeconds - window, totalSeconds));
    return [{ name, pid, beforeKb, afterKb, growth: afterKb / beforeKb - 1 }];
  });
}
