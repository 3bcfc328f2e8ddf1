import { RateMeter, SampleWindow } from '../metrics.ts';
import type { TrackerMetrics } from './messages.ts';

/** After a longer pause the camera stood still; the rate must not say otherwise. */
const MISSED_MAX = 30;

/** What the tracker worker counts; read once a second. */
export class TrackerCounters {
  frames = 0;
  found = 0;
  count = 0;
  cameraFrames = 0;
  dropped = 0;
  black = false;
  private readonly durations = new SampleWindow(300);
  private readonly rate = new RateMeter();
  private readonly cameraRate = new RateMeter();

  /**
   * @param missed frames before this one that the camera took and nobody got
   * @param lost how many more of them would have been looked at than are
   */
  cameraFrame(nowMs: number, missed: number, lost: number): void {
    this.cameraFrames += 1 + missed;
    this.dropped += lost;
    for (let i = 0; i <= Math.min(missed, MISSED_MAX); i++) this.cameraRate.tick(nowMs);
  }

  /** @param count how many were found in the picture */
  result(count: number, durationMs: number, nowMs: number): void {
    this.frames++;
    if (count > 0) this.found++;
    this.count = count;
    this.durations.add(durationMs);
    this.rate.tick(nowMs);
  }

  /** @param heapMb of the worker */
  read(nowMs: number, heapMb: number): TrackerMetrics {
    return {
      frames: this.frames,
      found: this.found,
      count: this.count,
      p50Ms: this.durations.percentile(0.5),
      p95Ms: this.durations.percentile(0.95),
      fps: this.rate.perSecond(nowMs),
      cameraFrames: this.cameraFrames,
      cameraFps: this.cameraRate.perSecond(nowMs),
      dropped: this.dropped,
      black: this.black,
      heapMb,
    };
  }
}
