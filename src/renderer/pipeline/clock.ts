/**
 * The programme clock: milliseconds since the Unix epoch with sub-millisecond steps, the same in the window and
 * in every worker (each has its own timeOrigin), monotonic within one page.
 */
export function programmeNowMs(): number {
  return performance.timeOrigin + performance.now();
}
