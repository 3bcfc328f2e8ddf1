const HISTORY = 24;
const ENOUGH = 8;
/** A gap this much longer than the camera's period lost a frame; less is a camera that jitters. */
const GAP = 1.6;

/**
 * Counts frames that the camera took and that never came: while the tracker is busy the source replaces them
 * itself, without a word. Seen by their timestamps against the camera's own period, the lower quartile of the last
 * ones, so that a camera which slows down in the dark is followed and not blamed.
 */
export class GapCounter {
  private readonly deltas = new Float64Array(HISTORY);
  private readonly sorted = new Float64Array(HISTORY);
  private count = 0;
  private next = 0;
  private last = Number.NaN;

  /** @returns how many frames are missing before the one of this time, ms on the camera's clock */
  add(timestampMs: number): number {
    const delta = timestampMs - this.last;
    this.last = timestampMs;
    if (!(delta > 0)) return 0;
    this.deltas[this.next] = delta;
    this.next = (this.next + 1) % HISTORY;
    if (this.count < HISTORY) this.count++;
    if (this.count < ENOUGH) return 0;
    this.sorted.fill(Number.POSITIVE_INFINITY);
    for (let i = 0; i < this.count; i++) this.sorted[i] = this.deltas[i]!;
    const period = this.sorted.sort()[Math.floor(this.count / 4)]!;
    return delta > GAP * period ? Math.round(delta / period) - 1 : 0;
  }
}
