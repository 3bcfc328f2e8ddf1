import { alpha } from '../one-euro.ts';

/** How a value is smoothed: cut-off at rest (Hz), what speed (units per second) adds to it, and the speed's own cut-off. */
export interface Calm {
  readonly minCutoff: number;
  readonly beta: number;
  readonly derivativeCutoff: number;
}

/**
 * One-Euro filters (Casiez, Roussel, Vogel: «1 € Filter», CHI 2012) over vectors: all numbers of one vector share the
 * cut-off that its speed gives, so that the result does not depend on how the axes lie.
 */
export class VectorFilters {
  readonly values: Float64Array;
  private readonly speeds: Float64Array;
  private readonly primed: Uint8Array;
  private readonly size: number;
  private readonly calm: Calm;

  constructor(count: number, size: number, calm: Calm) {
    this.values = new Float64Array(count * size);
    this.speeds = new Float64Array(count * size);
    this.primed = new Uint8Array(count);
    this.size = size;
    this.calm = calm;
  }

  /** The next step() of every vector takes its input as it is. */
  reset(): void {
    this.primed.fill(0);
    this.speeds.fill(0);
  }

  /**
   * @param input finite numbers, as many vectors as there are
   * @param dtSeconds above 0
   * @param scale what the cut-off is multiplied by; ∞: no smoothing
   */
  step(input: Float64Array, dtSeconds: number, scale: number): void {
    const { values, speeds, primed, size, calm } = this;
    const rate = alpha(calm.derivativeCutoff, dtSeconds);
    for (let k = 0; k < primed.length; k++) {
      const at = k * size;
      if (primed[k] === 0) {
        for (let i = at; i < at + size; i++) values[i] = input[i]!;
        primed[k] = 1;
        continue;
      }
      let square = 0;
      for (let i = at; i < at + size; i++) {
        const speed = speeds[i]! + rate * ((input[i]! - values[i]!) / dtSeconds - speeds[i]!);
        speeds[i] = speed;
        square += speed * speed;
      }
      const share = alpha((calm.minCutoff + calm.beta * Math.sqrt(square)) * scale, dtSeconds);
      for (let i = at; i < at + size; i++) values[i] = values[i]! + share * (input[i]! - values[i]!);
    }
  }
}
