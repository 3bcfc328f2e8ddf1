const CAPACITY = 8;

/**
 * The last few filtered results with the times at which their pictures were taken, so that a programme picture
 * can show any moment between them. A fixed ring: nothing is allocated after construction.
 */
export class PoseHistory {
  private readonly times = new Float64Array(CAPACITY);
  private readonly rows: readonly Float64Array[];
  private newest = -1;
  private count = 0;

  /** @param width values per result */
  constructor(width: number) {
    this.rows = Array.from({ length: CAPACITY }, () => new Float64Array(width));
  }

  clear(): void {
    this.count = 0;
  }

  /** @param atMs grows from call to call */
  push(atMs: number, values: Float64Array): void {
    this.newest = (this.newest + 1) % CAPACITY;
    this.times[this.newest] = atMs;
    this.rows[this.newest]!.set(values);
    this.count = Math.min(CAPACITY, this.count + 1);
  }

  /**
   * The values at a moment, linear between the results around it; before the first and after the last result the
   * nearest one. Leaves `out` as it is when there is none.
   */
  sample(atMs: number, out: Float64Array): void {
    if (this.count === 0) return;
    let later = this.newest;
    for (let back = 0; back < this.count; back++) {
      const index = (this.newest - back + CAPACITY) % CAPACITY;
      if (this.times[index]! <= atMs) {
        const span = this.times[later]! - this.times[index]!;
        const share = span > 0 ? Math.min(1, (atMs - this.times[index]!) / span) : 1;
        const a = this.rows[index]!;
        const b = this.rows[later]!;
        for (let i = 0; i < out.length; i++) out[i] = a[i]! + share * (b[i]! - a[i]!);
        return;
      }
      later = index;
    }
    out.set(this.rows[later]!);
  }
}
