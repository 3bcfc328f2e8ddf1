import type { TrackerMetrics } from './messages.ts';

export function emptyMetrics(): TrackerMetrics {
  return {
    frames: 0,
    found: 0,
    count: 0,
    p50Ms: null,
    p95Ms: null,
    fps: 0,
    cameraFrames: 0,
    cameraFps: 0,
    dropped: 0,
    black: false,
    heapMb: 0,
  };
}

/** Counts add up over the workers of a tracker; rates and percentiles are the newest worker's. */
export function addMetrics(before: TrackerMetrics, now: TrackerMetrics): TrackerMetrics {
  return {
    ...now,
    frames: before.frames + now.frames,
    found: before.found + now.found,
    cameraFrames: before.cameraFrames + now.cameraFrames,
    dropped: before.dropped + now.dropped,
  };
}
