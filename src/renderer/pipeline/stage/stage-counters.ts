import { RateMeter, SampleWindow } from '../metrics.ts';
import type { StageMetrics } from './messages.ts';

/** Counts and times of the ticks. */
export class StageCounters {
  avatar: StageMetrics['avatar'] = { id: '', state: 'loading', reason: null };
  private frames = 0;
  private late = 0;
  private liveTicks = 0;
  private liveLate = 0;
  private readonly workMs = new SampleWindow();
  private readonly rate = new RateMeter();

  /** Live counts begin anew. */
  goLive(): void {
    this.liveTicks = 0;
    this.liveLate = 0;
  }

  /** @param missed ticks left out before this one because it began more than an interval late. */
  tick(startMs: number, endMs: number, missed: number, live: boolean): void {
    this.frames++;
    this.late += missed;
    if (live) {
      this.liveTicks += 1 + missed;
      this.liveLate += missed;
    }
    this.workMs.add(endMs - startMs);
    this.rate.tick(endMs);
  }

  /** A tick of a broadcast that drew nothing because the encoder is behind. */
  skip(missed: number): void {
    this.late += missed;
    this.liveTicks += 1 + missed;
    this.liveLate += missed;
  }

  render(nowMs: number): StageMetrics['render'] {
    return {
      frames: this.frames,
      fps: this.rate.perSecond(nowMs),
      p50Ms: this.workMs.percentile(0.5),
      p95Ms: this.workMs.percentile(0.95),
      late: this.late,
    };
  }

  live(): StageMetrics['live'] {
    return { ticks: this.liveTicks, late: this.liveLate };
  }
}
