/** Time constant of the low-pass on the error: timestamps may jitter, sound must not. */
const SMOOTH_S = 1;
/** Speed per second of error, and what of the error is remembered: critically damped at 0.2 rad/s. */
const PROPORTIONAL = 0.4;
const INTEGRAL = 0.04;
/** 0.5 % is a twelfth of a semitone: nobody hears it, and no clock is that wrong. */
const MAX_CORRECTION = 0.005;
/** Differences up to this are nothing: sound passes as it came. */
const DEAD_ZONE_S = 0.0004;

/**
 * Brings two clocks together by the speed of the sound: a PI controller on the smoothed difference between where a
 * block should be and where it would be put.
 */
export class DriftController {
  #error = 0;
  #learned = 0;

  /** Smoothed difference, seconds; positive: the sound is played too early. */
  get errorS(): number {
    return this.#error;
  }

  /** The sound was put exactly where it belongs; what was learned of its clock stays. */
  settle(): void {
    this.#error = 0;
  }

  /**
   * @param errorS where the block should begin minus where it would
   * @param lengthS of the block
   * @returns input samples per output sample: under 1 stretches the sound
   */
  step(errorS: number, lengthS: number): number {
    this.#error += (errorS - this.#error) * (1 - Math.exp(-lengthS / SMOOTH_S));
    const error = Math.abs(this.#error) < DEAD_ZONE_S ? 0 : this.#error;
    this.#learned = clamped(this.#learned + INTEGRAL * error * lengthS);
    return 1 / (1 + clamped(PROPORTIONAL * error + this.#learned));
  }
}

function clamped(correction: number): number {
  return Math.max(-MAX_CORRECTION, Math.min(MAX_CORRECTION, correction));
}
