/** 20 ms at 48 kHz. */
export const BLOCK_FRAMES = 960;

/** Worklet → window. */
export interface WorkletBlock {
  /** First frame of the block on the context's clock. */
  readonly frame: number;
  /** Interleaved stereo. */
  readonly samples: Int16Array<ArrayBuffer>;
  /** 0..1 over the block, before muting. */
  readonly peak: number;
  readonly rms: number;
}

/** Window → worklet. */
export interface WorkletMute {
  readonly muted: boolean;
}

/**
 * Collects 128-frame quanta into blocks of interleaved 16-bit stereo; one buffer, filled anew for each block.
 */
export class BlockBuilder {
  readonly samples = new Int16Array(BLOCK_FRAMES * 2);
  /** First frame of the block being filled. */
  frame = 0;
  muted = false;
  peak = 0;
  rms = 0;
  private filled = 0;
  private loudest = 0;
  private squares = 0;

  /**
   * Takes one quantum: no channel is silence, one is both sides, of more the first two count.
   * @param frame the quantum's first frame on the context's clock
   * @param length frames in the quantum
   * @param full called whenever a block is complete, before its samples are filled anew
   */
  add(channels: readonly Float32Array[], frame: number, length: number, full: () => void): void {
    const left = channels[0];
    const right = channels[1] ?? left;
    for (let i = 0; i < length; i++) {
      if (this.filled === 0) this.frame = frame + i;
      const l = left?.[i] ?? 0;
      const r = right?.[i] ?? 0;
      this.loudest = Math.max(this.loudest, Math.abs(l), Math.abs(r));
      this.squares += (l * l + r * r) / 2;
      this.samples[this.filled * 2] = this.muted ? 0 : toInt16(l);
      this.samples[this.filled * 2 + 1] = this.muted ? 0 : toInt16(r);
      if (++this.filled < BLOCK_FRAMES) continue;
      this.peak = this.muted ? 0 : this.loudest;
      this.rms = this.muted ? 0 : Math.sqrt(this.squares / BLOCK_FRAMES);
      this.filled = 0;
      this.loudest = 0;
      this.squares = 0;
      full();
    }
  }
}

function toInt16(value: number): number {
  return Math.round(Math.min(1, Math.max(-1, value)) * 32767);
}
