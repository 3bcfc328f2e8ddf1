import { RateMeter, SampleWindow } from '../metrics.ts';
import type { TrackerMetrics } from './messages.ts';

/** After a longer pause the camera stood still; the rate must not say otherwise. */
const MISSED_MAX = 30;

/** What the tracker worker counts; read once a second. */
export class TrackerCounters {
  frames = 0;
  found = 0;
  faces = 0;
  cameraFrames = 0;
  dropped = 0;
  black = false;
  private readonly durations = new SampleWindow(300);
  private readonly rate = new RateMeter();
  private readonly cameraRate = new RateMeter();

  /** @param missed frames before this one that the camera took and nobody got */
  cameraFrame(nowMs: number, missed: number): void {
    this.cameraFrames += 1 + missed;
    this.dropped += missed;
    for (let i = 0; i <= Math.min(missed, MISSED_MAX); i++) this.cameraRate.tick(nowMs);
  }

  result(found: boolean, faces: number, durationMs: number, nowMs: number): void {
    this.frames++;
    if (found) this.found++;
    this.faces = faces;
    this.durations.add(durationMs);
    this.rate.tick(nowMs);
  }

  read(nowMs: number): TrackerMetrics {
    return {
      frames: this.frames,
      found: this.found,
      faces: this.faces,
      p50Ms: this.durations.percentile(0.5),
      p95Ms: this.durations.percentile(0.95),
      fps: this.rate.perSecond(nowMs),
      cameraFrames: this.cameraFrames,
      cameraFps: this.cameraRate.perSecond(nowMs),
      dropped: this.dropped,
      black: this.black,
    };
  }
}
