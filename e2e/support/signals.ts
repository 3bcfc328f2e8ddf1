/** A signal sampled at given times, linear between samples. */
export interface Signal {
  readonly t: readonly number[];
  readonly v: readonly number[];
}

/** Value at a time; outside the samples the nearest one. */
export function valueAt({ t, v }: Signal, at: number): number {
  let high = t.findIndex((time) => time >= at);
  if (high === 0) return v[0]!;
  if (high < 0) high = t.length;
  if (high === t.length) return v[t.length - 1]!;
  const span = t[high]! - t[high - 1]!;
  const share = span > 0 ? (at - t[high - 1]!) / span : 0;
  return v[high - 1]! * (1 - share) + v[high]! * share;
}

/** Pearson's correlation of two rows of equal length. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (row: readonly number[]) => row.reduce((sum, x) => sum + x, 0) / row.length;
  const ma = mean(a);
  const mb = mean(b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

export function rmse(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0) / a.length);
}

/**
 * Correlation of a received signal with a truth that is played in a loop of `period` seconds and arrives later
 * by `lag`.
 */
export function correlationAtLag(received: Signal, truth: Signal, lag: number, period: number): number {
  const expected = received.t.map((t) => valueAt(truth, (((t - lag) % period) + period) % period));
  return correlation(received.v, expected);
}

/** The lag (seconds, within one period) at which a signal follows its looped truth best. */
export function bestLag(received: Signal, truth: Signal, period: number, step = 0.01): number {
  let best = 0;
  let bestValue = Number.NEGATIVE_INFINITY;
  for (let lag = 0; lag < period; lag += step) {
    const value = correlationAtLag(received, truth, lag, period);
    if (value > bestValue) {
      bestValue = value;
      best = lag;
    }
  }
  return best;
}
