const FRAMES_PER_MS = 48;
/** The least delays of so many blocks of 20 ms (four seconds) are taken for the true ones. */
const WINDOW_BLOCKS = 200;
/** A page that has just begun is busy: its first second of blocks may only be late, and is put right at once. */
const SETTLING_BLOCKS = 50;
/** How fast the clocks are brought together, and what of it is remembered as their difference in speed. */
const SLEW_MS_PER_SECOND = 5;
const LEARNED_PER_MS = 0.00002;
/** No clock is more than half a percent wrong. */
const MAX_SPEED = 0.005;
/** More than this apart is no drift but a device that paused or began anew. */
const JUMP_MS = 60;

/**
 * Maps the audio clock (frames of the AudioContext) to the programme clock. Blocks arrive late by a varying time,
 * never early: a line under all delays is the offset, its slope the difference in speed. Timestamps follow it slowly,
 * so that neighbouring blocks join without a gap, and jump only where the sound itself does.
 */
export class AudioClock {
  /** Delays of the last blocks above the line, as it was when they came; moved whenever the line is. */
  private readonly above = new Float64Array(WINDOW_BLOCKS);
  private count = 0;
  private next = 0;
  /** The line at `lastEnd`, and its slope in ms per ms. */
  private offset = Number.NaN;
  private speed = 0;
  private lastEnd = Number.NaN;

  /**
   * @param frame first frame of the block on the audio clock
   * @param length frames of the block
   * @param arrivalMs when it arrived, programme clock
   * @returns time of the first frame, ms on the programme clock
   */
  map(frame: number, length: number, arrivalMs: number): number {
    const endMs = (frame + length) / FRAMES_PER_MS;
    const lengthMs = length / FRAMES_PER_MS;
    // A block leaves when its last frame is there.
    const delay = arrivalMs - endMs;
    if (!(endMs > this.lastEnd)) this.restart(delay);
    else this.offset += this.speed * (endMs - this.lastEnd);
    const sinceMs = endMs - this.lastEnd;
    this.lastEnd = endMs;
    this.above[this.next] = delay - this.offset;
    this.next = (this.next + 1) % WINDOW_BLOCKS;
    if (this.count < WINDOW_BLOCKS) this.count++;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.count; i++) least = Math.min(least, this.above[i]!);
    if (this.count < SETTLING_BLOCKS || Math.abs(least) > JUMP_MS) {
      this.move(least);
    } else {
      const limit = (SLEW_MS_PER_SECOND * sinceMs) / 1000;
      this.speed += Math.min(limit, Math.max(-limit, least)) * LEARNED_PER_MS * sinceMs;
      this.speed = Math.min(MAX_SPEED, Math.max(-MAX_SPEED, this.speed));
      this.move(Math.min(limit, Math.max(-limit, least)));
    }
    return endMs - lengthMs + this.offset - this.speed * lengthMs;
  }

  private move(by: number): void {
    this.offset += by;
    for (let i = 0; i < this.count; i++) this.above[i]! -= by;
  }

  private restart(delay: number): void {
    this.count = 0;
    this.next = 0;
    this.offset = delay;
    this.speed = 0;
    this.lastEnd = Number.NaN;
  }
}
