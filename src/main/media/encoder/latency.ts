const KEPT = 256;

/** The newest durations, for their percentiles. Taking one allocates nothing. */
export class Latency {
  readonly #values = new Float64Array(KEPT);
  #count = 0;

  add(ms: number): void {
    this.#values[this.#count % KEPT] = ms;
    this.#count++;
  }

  /** @param share 0.5 for the median; null before the first value. */
  percentile(share: number): number | null {
    const known = Math.min(this.#count, KEPT);
    if (known === 0) return null;
    const sorted = this.#values.slice(0, known).sort();
    return Math.round(sorted[Math.min(known - 1, Math.floor(share * known))]! * 10) / 10;
  }
}
