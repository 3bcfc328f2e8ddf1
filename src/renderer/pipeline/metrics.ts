/**
 * Percentiles over the last `capacity` values. Adding allocates nothing; reading copies and sorts, so it belongs
 * to the once-a-second report, not to the frame.
 */
export class SampleWindow {
  private readonly values: Float64Array;
  private count = 0;
  private next = 0;

  constructor(capacity = 600) {
    this.values = new Float64Array(capacity);
  }

  add(value: number): void {
    this.values[this.next] = value;
    this.next = (this.next + 1) % this.values.length;
    if (this.count < this.values.length) this.count++;
  }

  reset(): void {
    this.count = 0;
    this.next = 0;
  }

  /** @param p 0..1. @returns null while there is no value. */
  percentile(p: number): number | null {
    if (this.count === 0) return null;
    const sorted = this.values.slice(0, this.count).sort();
    return sorted[Math.min(this.count - 1, Math.floor(p * this.count))]!;
  }
}

/** Events per second over a sliding window of `windowMs`. */
export class RateMeter {
  private readonly times: Float64Array;
  private next = 0;
  private filled = 0;
  private readonly windowMs: number;

  constructor(windowMs = 3000, capacity = 256) {
    this.windowMs = windowMs;
    this.times = new Float64Array(capacity);
  }

  tick(nowMs: number): void {
    this.times[this.next] = nowMs;
    this.next = (this.next + 1) % this.times.length;
    if (this.filled < this.times.length) this.filled++;
  }

  perSecond(nowMs: number): number {
    let count = 0;
    let oldest = nowMs;
    for (let i = 0; i < this.filled; i++) {
      const at = this.times[i]!;
      if (nowMs - at <= this.windowMs) {
        count++;
        if (at < oldest) oldest = at;
      }
    }
    const span = nowMs - oldest;
    return count > 1 && span > 0 ? ((count - 1) * 1000) / span : 0;
  }
}
