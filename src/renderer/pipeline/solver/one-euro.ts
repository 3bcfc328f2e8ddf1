/** How one value is smoothed: see {@link SmoothingBank}. Without `restSpeed` and `pull` it is the plain One-Euro filter. */
export interface SmoothingParameters {
  /** Cut-off at rest, Hz: lower is calmer, and slower to begin. */
  readonly minCutoff: number;
  /** How much of the speed (units per second) is added to the cut-off: higher is less lag in motion. */
  readonly beta: number;
  /** Cut-off of the speed estimate, Hz. */
  readonly derivativeCutoff: number;
  /** Speed below which a value counts as resting: noise, not motion. Default 0. */
  readonly restSpeed?: number;
  /** How much of the distance between input and output beyond `band` is added to the cut-off, Hz per unit. Default 0. */
  readonly pull?: number;
  readonly band?: number;
  /** How quickly the band closes as the speed leaves restSpeed behind, per unit per second. Default 0: it stays. */
  readonly closing?: number;
}

const TAU = 2 * Math.PI;

/** Smoothing factor of a first-order low-pass: α = 1 / (1 + τ/Δt), τ = 1 / (2π·cutoff); 1 without a cut-off (∞). */
export function alpha(cutoffHz: number, dtSeconds: number): number {
  const r = TAU * cutoffHz * dtSeconds;
  return r < 1e9 ? r / (r + 1) : 1;
}

/** From a `smoothing` of 0..1 to what the cut-off is multiplied by: ∞ at 0, 1 at 0.5, 0.02 at 1. */
export function cutoffScale(smoothing: number): number {
  if (!(smoothing > 0)) return Number.POSITIVE_INFINITY;
  return smoothing < 0.5 ? (0.5 / smoothing) ** 2 : 0.0004 ** (smoothing - 0.5);
}

/**
 * A bank of One-Euro filters (Casiez, Roussel, Vogel: «1 € Filter», CHI 2012): a low-pass whose cut-off follows the
 * filtered speed. Two terms of our own keep what rests at rest and hold back no slow motion:
 * fc = fcmin + β·m + pull·max(0, |x − y| − band / (1 + closing·m)), where m = max(0, |ẋ| − restSpeed).
 * One typed array per state, nothing is allocated after construction.
 */
export class SmoothingBank {
  readonly values: Float64Array;
  /** What each cut-off is multiplied by; ∞: not smoothed at all. */
  readonly scales: Float64Array;
  private readonly speeds: Float64Array;
  private readonly min: Float64Array;
  private readonly beta: Float64Array;
  private readonly derivative: Float64Array;
  private readonly rest: Float64Array;
  private readonly pull: Float64Array;
  private readonly band: Float64Array;
  private readonly closing: Float64Array;
  private primed = false;

  constructor(parameters: readonly SmoothingParameters[]) {
    const column = (pick: (p: SmoothingParameters) => number) => Float64Array.from(parameters, pick);
    this.values = new Float64Array(parameters.length);
    this.speeds = new Float64Array(parameters.length);
    this.scales = new Float64Array(parameters.length).fill(1);
    this.min = column((p) => p.minCutoff);
    this.beta = column((p) => p.beta);
    this.derivative = column((p) => p.derivativeCutoff);
    this.rest = column((p) => p.restSpeed ?? 0);
    this.pull = column((p) => p.pull ?? 0);
    this.band = column((p) => p.band ?? 0);
    this.closing = column((p) => p.closing ?? 0);
  }

  /** The next step() takes its input as it is. */
  reset(): void {
    this.primed = false;
    this.speeds.fill(0);
  }

  /**
   * One step of every value.
   * @param input at least as many finite values as there are filters
   * @param dtSeconds time since the step before, above 0
   * @param calm 1: as parameterised; below 1 scales the cut-off down (poor input)
   */
  step(input: Float64Array, dtSeconds: number, calm = 1): void {
    const { values, speeds, scales, min, beta, derivative, rest, pull, band, closing } = this;
    const count = values.length;
    if (!this.primed) {
      for (let i = 0; i < count; i++) values[i] = input[i]!;
      this.primed = true;
      return;
    }
    for (let i = 0; i < count; i++) {
      const value = values[i]!;
      const apart = input[i]! - value;
      const speed = speeds[i]! + alpha(derivative[i]!, dtSeconds) * (apart / dtSeconds - speeds[i]!);
      speeds[i] = speed;
      const scale = scales[i]!;
      if (scale === Number.POSITIVE_INFINITY) {
        values[i] = input[i]!;
        continue;
      }
      const moving = Math.max(0, Math.abs(speed) - rest[i]!);
      const away = Math.max(0, Math.abs(apart) - band[i]! / (1 + closing[i]! * moving));
      const cutoff = (min[i]! + beta[i]! * moving + pull[i]! * away) * calm * scale;
      values[i] = value + alpha(cutoff, dtSeconds) * apart;
    }
  }
}
