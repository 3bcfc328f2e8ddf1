const SAMPLES = 16;

/** How fast a count grew lately. Counting allocates nothing. */
export class GrowthRate {
  readonly #windowMs: number;
  readonly #minMs: number;
  readonly #times = new Float64Array(SAMPLES);
  readonly #totals = new Float64Array(SAMPLES);
  #count = 0;

  /** @param minMs over less than this nothing is said */
  constructor(windowMs: number, minMs = 0) {
    this.#windowMs = windowMs;
    this.#minMs = minMs;
  }

  /** @param nowMs of one monotonic clock, @param total counted so far */
  add(nowMs: number, total: number): void {
    // Samples that come quickly share one place, so that all of them reach over the window.
    const before = this.#times[(this.#count - 2 + SAMPLES) % SAMPLES]!;
    const close = this.#count > 1 && nowMs - before < this.#windowMs / (SAMPLES - 1);
    if (!close) this.#count++;
    const at = (this.#count - 1) % SAMPLES;
    this.#times[at] = nowMs;
    this.#totals[at] = total;
  }

  /** Per second, up to now: what stands still becomes slower. 0 while it cannot be told. */
  perSecond(nowMs: number): number {
    const newest = (this.#count - 1 + SAMPLES) % SAMPLES;
    let oldest = newest;
    for (let back = 1; back < Math.min(this.#count, SAMPLES); back++) {
      const at = (this.#count - 1 - back) % SAMPLES;
      if (nowMs - this.#times[at]! > this.#windowMs) break;
      oldest = at;
    }
    const ms = nowMs - this.#times[oldest]!;
    if (oldest === newest || ms <= 0 || ms < this.#minMs) return 0;
    return ((this.#totals[newest]! - this.#totals[oldest]!) * 1000) / ms;
  }
}
