const CAPACITY = 8;

/** Time over which a movement is expected to fade, ms. */
const FADE_MS = 90;
/** Results farther apart than this say nothing about speed. */
const APART_MS = 250;

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
   * @param from, to the range of values, `to` excluded; all of them by default
   */
  sample(atMs: number, out: Float64Array, from = 0, to = out.length): void {
    if (this.count === 0) return;
    let later = this.newest;
    for (let back = 0; back < this.count; back++) {
      const index = (this.newest - back + CAPACITY) % CAPACITY;
      if (this.times[index]! <= atMs) {
        const span = this.times[later]! - this.times[index]!;
        const share = span > 0 ? Math.min(1, (atMs - this.times[index]!) / span) : 1;
        const a = this.rows[index]!;
        const b = this.rows[later]!;
        for (let i = from; i < to; i++) out[i] = a[i]! + share * (b[i]! - a[i]!);
        return;
      }
      later = index;
    }
    const first = this.rows[later]!;
    for (let i = from; i < to; i++) out[i] = first[i]!;
  }

  /**
   * The values of one range at a moment that may lie after the newest result. Between results as sample(); beyond,
   * they go on with a speed that fades, v·τ·(1 − e^(−t/τ)), where v is the smaller of the last two differences and 0
   * where these disagree: what has just begun or turned is not carried on, so that a stop is hardly overshot.
   * @param from, to the range of values, `to` excluded
   * @param rest speed that is noise, units per ms
   * @param most how far a prediction may go, units
   */
  predict(atMs: number, out: Float64Array, from: number, to: number, rest: number, most: number): void {
    const ahead = atMs - this.times[this.newest]!;
    if (this.count < 3 || !(ahead > 0)) return;
    const one = (this.newest - 1 + CAPACITY) % CAPACITY;
    const two = (this.newest - 2 + CAPACITY) % CAPACITY;
    const late = this.times[this.newest]! - this.times[one]!;
    const early = this.times[one]! - this.times[two]!;
    if (!(late > 0 && late < APART_MS && early > 0 && early < APART_MS)) return;
    const reach = FADE_MS * (1 - Math.exp(-ahead / FADE_MS));
    const a = this.rows[this.newest]!;
    const b = this.rows[one]!;
    const c = this.rows[two]!;
    for (let i = from; i < to; i++) {
      const now = (a[i]! - b[i]!) / late;
      const before = (b[i]! - c[i]!) / early;
      if (now * before <= 0) continue;
      // A movement that slows down goes on slowing down.
      const braking = Math.min(1, now / before);
      const speed = Math.max(0, Math.min(Math.abs(now), Math.abs(before)) - rest) * braking;
      out[i] = out[i]! + Math.sign(now) * Math.min(most, speed * reach);
    }
  }
}
