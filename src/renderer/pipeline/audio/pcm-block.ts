/** 20 ms at 48 kHz. */
export const BLOCK_FRAMES = 960;

/** Collects quanta into blocks of interleaved 16-bit stereo; one buffer, filled anew for each block. */
export class BlockBuilder {
  readonly samples = new Int16Array(BLOCK_FRAMES * 2);
  /** First frame of the block being filled. */
  frame = 0;
  private filled = 0;

  /**
   * @param frame the quantum's first frame on the context's clock
   * @param length frames in the quantum, at most one block
   * @param full called when a block is complete, before its samples are filled anew
   */
  add(left: Float32Array, right: Float32Array, frame: number, length: number, full: () => void): void {
    for (let i = 0; i < length; i++) {
      if (this.filled === 0) this.frame = frame + i;
      this.samples[this.filled * 2] = toInt16(left[i]!);
      this.samples[this.filled * 2 + 1] = toInt16(right[i]!);
      if (++this.filled < BLOCK_FRAMES) continue;
      this.filled = 0;
      full();
    }
  }
}

function toInt16(value: number): number {
  return Math.round(Math.min(1, Math.max(-1, value)) * 32767);
}
