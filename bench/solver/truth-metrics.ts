/** How a signal follows the truth; every function is over samples at a steady rate. */

/** Root mean square of the difference. */
export function rmse(signal: ArrayLike<number>, truth: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < signal.length; i++) sum += (signal[i]! - truth[i]!) ** 2;
  return Math.sqrt(sum / signal.length);
}

/** Pearson's correlation and the least-squares slope of `signal` over `truth`; 0 where one does not move. */
export function regression(
  signal: ArrayLike<number>,
  truth: ArrayLike<number>,
): { correlation: number; slope: number } {
  return shifted(signal, truth, 0);
}

/** Regression of signal[i + shift] over truth[i], where both exist. */
function shifted(signal: ArrayLike<number>, truth: ArrayLike<number>, shift: number) {
  const from = Math.max(0, -shift);
  const to = Math.min(truth.length, signal.length - shift);
  const count = to - from;
  let meanSignal = 0;
  let meanTruth = 0;
  for (let i = from; i < to; i++) {
    meanSignal += signal[i + shift]! / count;
    meanTruth += truth[i]! / count;
  }
  let both = 0;
  let ofSignal = 0;
  let ofTruth = 0;
  for (let i = from; i < to; i++) {
    const s = signal[i + shift]! - meanSignal;
    const t = truth[i]! - meanTruth;
    both += s * t;
    ofSignal += s * s;
    ofTruth += t * t;
  }
  return {
    correlation: ofSignal > 0 && ofTruth > 0 ? both / Math.sqrt(ofSignal * ofTruth) : 0,
    slope: ofTruth > 0 ? both / ofTruth : 0,
  };
}

const MOST_LAG = 12;

/**
 * By how many samples `signal` comes after `truth`: the shift of the best correlation within ±12, refined by the
 * parabola through it and its neighbours.
 */
export function lagOf(signal: ArrayLike<number>, truth: ArrayLike<number>): number {
  const at = (shift: number) => shifted(signal, truth, shift).correlation;
  let best = -MOST_LAG;
  for (let shift = -MOST_LAG; shift <= MOST_LAG; shift++) if (at(shift) > at(best)) best = shift;
  const [before, top, after] = [at(best - 1), at(best), at(best + 1)];
  const bend = before - 2 * top + after;
  return bend < 0 ? best + (before - after) / (2 * bend) : best;
}

/** A stretch of samples, [from, to). */
export type Stretch = readonly [from: number, to: number];

/** Jitter: root mean square of the second difference over all stretches together. */
export function jitter(signal: ArrayLike<number>, stretches: readonly Stretch[]): number {
  let sum = 0;
  let count = 0;
  for (const [from, to] of stretches) {
    for (let i = from + 2; i < to; i++) {
      sum += (signal[i]! - 2 * signal[i - 1]! + signal[i - 2]!) ** 2;
      count++;
    }
  }
  return count > 0 ? Math.sqrt(sum / count) : Number.NaN;
}

/** Largest minus smallest value over all stretches together. */
export function peakToPeak(signal: ArrayLike<number>, stretches: readonly Stretch[]): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const [from, to] of stretches) {
    for (let i = from; i < to; i++) {
      low = Math.min(low, signal[i]!);
      high = Math.max(high, signal[i]!);
    }
  }
  return high - low;
}

/** Standard deviation. */
export function spread(values: ArrayLike<number>): number {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]! / values.length;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - mean) ** 2;
  return Math.sqrt(sum / values.length);
}

/** Stretches of at least `least` samples in which no value changes, without the first `settle` samples of each. */
export function stillStretches(truth: ArrayLike<number>, least: number, settle: number): Stretch[] {
  const found: Stretch[] = [];
  let start = 0;
  for (let i = 1; i <= truth.length; i++) {
    if (i < truth.length && truth[i] === truth[i - 1]) continue;
    if (i - start >= least && i - start > settle + 2) found.push([start + settle, i]);
    start = i;
  }
  return found;
}

/**
 * How far turning from side to side tilts the head: peak to peak of `roll` over the longest stretch in which the
 * truth knows neither pitch nor roll but at least 40° of yaw; NaN where there is none.
 */
export function rollLeak(
  roll: ArrayLike<number>,
  truth: readonly { readonly yaw: number; readonly pitch: number; readonly roll: number }[],
): number {
  const yaw = truth.map((frame) => frame.yaw);
  const turning = stillStretches(
    truth.map((frame) => Math.abs(frame.pitch) + Math.abs(frame.roll)),
    15,
    15,
  )
    .filter((stretch) => peakToPeak(yaw, [stretch]) > 40)
    .sort(([a, b], [c, d]) => d - c - (b - a))[0];
  return turning ? peakToPeak(roll, [turning]) : Number.NaN;
}
