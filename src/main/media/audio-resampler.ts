const BYTES_PER_FRAME = 4;
/** Samples that one output sample is made of. */
const TAPS = 16;
const BEFORE = TAPS / 2 - 1;
const AFTER = TAPS / 2;
const PHASES = 256;

/**
 * Windowed-sinc kernels for every 1/256 of a sample, Blackman window (A. V. Oppenheim, R. W. Schafer, «Discrete-Time
 * Signal Processing», 7.5.1). Each sums to 1; the one of a whole sample is that sample alone.
 */
const KERNELS = (() => {
  const kernels = new Float64Array((PHASES + 1) * TAPS);
  for (let phase = 0; phase <= PHASES; phase++) {
    const kernel = kernels.subarray(phase * TAPS, (phase + 1) * TAPS);
    let sum = 0;
    for (let tap = 0; tap < TAPS; tap++) {
      const x = tap - BEFORE - phase / PHASES;
      const turn = (Math.PI * x) / AFTER;
      const window = Math.abs(x) >= AFTER ? 0 : 0.42 + 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn);
      kernel[tap] = Number.isInteger(x) ? Number(x === 0) : (window * Math.sin(Math.PI * x)) / (Math.PI * x);
      sum += kernel[tap]!;
    }
    for (let tap = 0; tap < TAPS; tap++) kernel[tap]! /= sum;
  }
  return kernels;
})();

/**
 * Plays interleaved 16-bit stereo a little faster or slower, without a seam when the speed changes. Needs
 * {@link AudioResampler.pending} samples of what follows before it can give the last ones.
 */
export class AudioResampler {
  #input = new Float64Array(4096 * 2);
  #frames = BEFORE;
  #whole = BEFORE;
  /** Position of the next output sample behind `#whole`, 0..1. */
  #part = 0;
  /** Samples of silence at the end of the input. */
  #quiet = BEFORE;

  /** Input samples that are not in the output yet. */
  get pending(): number {
    return this.#frames - this.#whole - this.#part;
  }

  /**
   * @param data interleaved s16le stereo
   * @param step input samples per output sample; 1: as it is
   * @returns what can be given now, interleaved s16le stereo, its own memory
   */
  push(data: Uint8Array, step: number): Uint8Array {
    this.#take(data);
    const most = Math.max(0, Math.ceil((this.#frames - AFTER - this.#whole) / step) + 1);
    const out = new Int16Array(most * 2);
    const count = step === 1 && this.#part === 0 ? this.#copy(out) : this.#resample(out, step);
    const used = this.#whole - BEFORE;
    this.#input.copyWithin(0, used * 2, this.#frames * 2);
    this.#frames -= used;
    this.#whole = BEFORE;
    return new Uint8Array(out.buffer, 0, count * BYTES_PER_FRAME);
  }

  #take(data: Uint8Array): void {
    const frames = Math.floor(data.length / BYTES_PER_FRAME);
    if ((this.#frames + frames) * 2 > this.#input.length) {
      const larger = new Float64Array((this.#frames + frames) * 4);
      larger.set(this.#input.subarray(0, this.#frames * 2));
      this.#input = larger;
    }
    const even = data.byteOffset % 2 === 0 ? data : new Uint8Array(data);
    const samples = new Int16Array(even.buffer, even.byteOffset, frames * 2);
    const at = this.#frames * 2;
    let loudAt = -1;
    for (let i = 0; i < frames * 2; i++) {
      const value = samples[i]!;
      this.#input[at + i] = value;
      if (value !== 0) loudAt = i;
    }
    this.#frames += frames;
    this.#quiet = loudAt < 0 ? this.#quiet + frames : frames - 1 - (loudAt >> 1);
  }

  #copy(out: Int16Array): number {
    const count = Math.max(0, this.#frames - AFTER - this.#whole);
    out.set(this.#input.subarray(this.#whole * 2, (this.#whole + count) * 2));
    this.#whole += count;
    return count;
  }

  #resample(out: Int16Array, step: number): number {
    const input = this.#input;
    const silent = this.#quiet >= this.#frames;
    let count = 0;
    while (this.#whole + AFTER < this.#frames) {
      if (!silent) {
        const place = this.#part * PHASES;
        const phase = Math.floor(place);
        const blend = place - phase;
        let left = 0;
        let right = 0;
        let from = (this.#whole - BEFORE) * 2;
        for (let tap = phase * TAPS; tap < (phase + 1) * TAPS; tap++) {
          const weight = KERNELS[tap]! + (KERNELS[tap + TAPS]! - KERNELS[tap]!) * blend;
          left += weight * input[from++]!;
          right += weight * input[from++]!;
        }
        out[count * 2] = toInt16(left);
        out[count * 2 + 1] = toInt16(right);
      }
      count++;
      this.#part += step;
      const passed = Math.floor(this.#part);
      this.#whole += passed;
      this.#part -= passed;
    }
    return count;
  }
}

function toInt16(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)));
}
