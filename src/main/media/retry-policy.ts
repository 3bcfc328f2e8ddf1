const FAST_DELAY_MS = 500;
const FAST_PHASE_MS = 5_000;
const FACTOR = 1.5;
const MAX_DELAY_MS = 15_000;
const LONG_OUTAGE_MS = 10 * 60_000;
const LONG_OUTAGE_DELAY_MS = 60_000;

/**
 * How long to wait before the next attempt to reconnect.
 * @param outageMs since the connection was lost.
 * @param previousMs the wait before the attempt that just failed; null before the first.
 * @param random 0 ≤ random < 1, up to 20 % is added so that many destinations do not knock in step.
 */
export function retryDelayMs(outageMs: number, previousMs: number | null, random: number): number {
  if (outageMs < FAST_PHASE_MS) return FAST_DELAY_MS;
  const limit = outageMs >= LONG_OUTAGE_MS ? LONG_OUTAGE_DELAY_MS : MAX_DELAY_MS;
  const next = (previousMs ?? FAST_DELAY_MS) * FACTOR * (1 + random * 0.2);
  return Math.min(limit, next);
}
