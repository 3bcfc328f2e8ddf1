const FIRST_MS = 1000;
const LONGEST_MS = 5 * 60_000;
/** A server that asks for more than this is asked again anyway. */
const LONGEST_ASKED_MS = 60 * 60_000;

/**
 * How long to wait before the next try: full jitter between 1 s and a limit that doubles up to 5 min, so that many
 * clients do not come back together; never less than the server asked for.
 * @param failures how many tries in a row have failed, 1 or more
 * @param random 0 ≤ x < 1
 * @param retryAfterMs what the server asked for
 */
export function backoffMs(failures: number, random: number, retryAfterMs: number | null): number {
  const limit = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20));
  const own = FIRST_MS + random * (limit - FIRST_MS);
  const asked = Math.min(LONGEST_ASKED_MS, Math.max(0, retryAfterMs ?? 0));
  return Math.round(Math.max(own, asked));
}
