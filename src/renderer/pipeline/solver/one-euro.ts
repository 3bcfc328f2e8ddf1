/** How one channel is smoothed: see {@link OneEuroBank}. */
export interface OneEuroParameters {
  /** Cut-off at rest, Hz: lower is calmer, and slower to begin. */
  readonly minCutoff: number;
  /** How much of the speed (units per second) is added to the cut-off: higher is less lag in motion. */
  readonly beta: number;
  /** Cut-off of the speed estimate, Hz. */
  readonly derivativeCutoff: number;
}

const TAU = 2 * Math.PI;

/** Smoothing factor of a first-order low-pass: α = 1 / (1 + τ/Δt), τ = 1 / (2π·cutoff). */
function alpha(cutoffHz: number, dtSeconds: number): number {
  const r = TAU * cutoffHz * dtSeconds;
  return r / (r + 1);
}

/**
 * A bank of One-Euro filters (Casiez, Roussel, Vogel: «1 € Filter», CHI 2012): a low-pass whose cut-off follows
 * the filtered speed, fc = fcmin + β·|ẋ|. One typed array per state, nothing is allocated after construction.
 */
export class OneEuroBank {
  readonly values: Float64Array;
  private readonly speeds: Float64Array;
  private readonly parameters: readonly OneEuroParameters[];
  private primed = false;

  constructor(parameters: readonly OneEuroParameters[]) {
    this.parameters = parameters;
    this.values = new Float64Array(parameters.length);
    this.speeds = new Float64Array(parameters.length);
  }

  /** The next step() takes its input as it is. */
  reset(): void {
    this.primed = false;
    this.speeds.fill(0);
  }

  /**
   * One step of every channel.
   * @param input as many finite values as there are channels
   * @param dtSeconds time since the step before, above 0
   * @param calm 1: as parameterised; below 1 scales the cut-off down (poor input)
   */
  step(input: Float64Array, dtSeconds: number, calm = 1): void {
    const { values, speeds, parameters } = this;
    if (!this.primed) {
      values.set(input);
      this.primed = true;
      return;
    }
    for (let i = 0; i < values.length; i++) {
      const p = parameters[i]!;
      const value = values[i]!;
      const speed =
        speeds[i]! + alpha(p.derivativeCutoff, dtSeconds) * ((input[i]! - value) / dtSeconds - speeds[i]!);
      speeds[i] = speed;
      const cutoff = (p.minCutoff + p.beta * Math.abs(speed)) * calm;
      values[i] = value + alpha(cutoff, dtSeconds) * (input[i]! - value);
    }
  }
}
