const FAST_DELAY_MS = 500;
const FAST_PHASE_MS = 5_000;
const FACTOR = 1.5;
const MAX_DELAY_MS = 15_000;
const LONG_OUTAGE_MS = 10 * 60_000;
const LONG_OUTAGE_DELAY_MS = 60_000;
/** A server that is half dead must not use up the time in which retries are quick. */
const FAST_CONNECT_TIMEOUT_MS = 3_000;

/**
 * The time from one attempt to reconnect to the next, from begin to begin, so that an attempt that fails slowly
 * costs nothing on top.
 * @param outageMs since the connection was lost.
 * @param previousMs the interval before the attempt that just failed; null before the first.
 * @param random 0 ≤ random < 1, up to 20 % is added so that many destinations do not knock in step.
 */
export function retryIntervalMs(outageMs: number, previousMs: number | null, random: number): number {
  if (outageMs < FAST_PHASE_MS) return FAST_DELAY_MS;
  const limit = outageMs >= LONG_OUTAGE_MS ? LONG_OUTAGE_DELAY_MS : MAX_DELAY_MS;
  const next = (previousMs ?? FAST_DELAY_MS) * FACTOR * (1 + random * 0.2);
  return Math.min(limit, next);
}

/**
 * How long an attempt may take.
 * @param outageMs since the connection was lost; null on the first connect.
 * @param patientMs what a far server may need; allowed again when the quick retries are over.
 */
export function connectTimeoutMs(outageMs: number | null, patientMs: number): number {
  return outageMs !== null && outageMs < FAST_PHASE_MS
    ? Math.min(FAST_CONNECT_TIMEOUT_MS, patientMs)
    : patientMs;
}
