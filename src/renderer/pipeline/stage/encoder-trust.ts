/** An encoder that fails this often without a good run between is no encoder of this machine. */
const FAILURES_MAX = 5;
/** One that dies after each key frame gives pictures too: only so long without a failure is a good run. */
const GOOD_RUN_MS = 10_000;

/** Counts the failures of encoders that replace each other. */
export class EncoderTrust {
  private failures = 0;
  /** First key frame since the last failure. */
  private sinceMs: number | null = null;

  reset(): void {
    this.failures = 0;
    this.sinceMs = null;
  }

  /** @returns true when it is not worth another try */
  failed(): boolean {
    this.failures++;
    this.sinceMs = null;
    return this.failures >= FAILURES_MAX;
  }

  /** A key frame came out. @param nowMs of one monotonic clock */
  worked(nowMs: number): void {
    this.sinceMs ??= nowMs;
    if (nowMs - this.sinceMs >= GOOD_RUN_MS) this.failures = 0;
  }
}
