const FRAMES_PER_MS = 48;
/** The least delay of so many blocks of 20 ms (four seconds) is taken for the true one. */
const WINDOW_BLOCKS = 200;
/** A page that has just begun is busy: its first second of blocks may only be late, and is put right at once. */
const SETTLING_BLOCKS = 50;
/** How fast the clocks are brought together: inaudible, and far above the drift of any crystal. */
const SLEW_MS_PER_SECOND = 5;
/** More than this apart is no drift but a device that paused or began anew. */
const JUMP_MS = 60;

/**
 * Maps the audio clock (frames of the AudioContext) to the programme clock. Blocks arrive late by a varying time,
 * never early: the least delay is the offset. Timestamps follow it slowly, so that neighbouring blocks join
 * without a gap, and jump only where the sound itself does.
 */
export class AudioClock {
  private readonly delays = new Float64Array(WINDOW_BLOCKS);
  private count = 0;
  private next = 0;
  private offset = Number.NaN;
  private lastEnd = Number.NaN;

  /**
   * @param frame first frame of the block on the audio clock
   * @param length frames of the block
   * @param arrivalMs when it arrived, programme clock
   * @returns time of the first frame, ms on the programme clock
   */
  map(frame: number, length: number, arrivalMs: number): number {
    const startMs = frame / FRAMES_PER_MS;
    const endMs = (frame + length) / FRAMES_PER_MS;
    // A block leaves when its last frame is there.
    const delay = arrivalMs - endMs;
    const restarted = !(endMs > this.lastEnd);
    if (Number.isNaN(this.offset) || restarted) this.restart();
    this.delays[this.next] = delay;
    this.next = (this.next + 1) % WINDOW_BLOCKS;
    if (this.count < WINDOW_BLOCKS) this.count++;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.count; i++) least = Math.min(least, this.delays[i]!);
    const settling = this.count < SETTLING_BLOCKS;
    if (settling || Number.isNaN(this.offset) || Math.abs(least - this.offset) > JUMP_MS) {
      this.offset = least;
    } else {
      const limit = (SLEW_MS_PER_SECOND * (endMs - this.lastEnd)) / 1000;
      this.offset += Math.min(limit, Math.max(-limit, least - this.offset));
    }
    this.lastEnd = endMs;
    return startMs + this.offset;
  }

  private restart(): void {
    this.count = 0;
    this.next = 0;
    this.offset = Number.NaN;
  }
}
