/** A running worker reports every second; this long without a word, it hangs. */
export const SILENT_AFTER_MS = 5000;
/** Loading wasm and model, and measuring both delegates, on a slow and busy machine. */
export const START_TIMEOUT_MS = 30_000;

const START_FAILURES_MAX = 3;

/**
 * When to start the next worker.
 * @param startFailures failures to start in a row; 0 after one that had been running
 * @returns the wait in ms, null when to give up
 */
export function nextStart(startFailures: number): number | null {
  if (startFailures >= START_FAILURES_MAX) return null;
  return startFailures === 0 ? 0 : 1000 * 2 ** (startFailures - 1);
}

/**
 * Wasm memory of one worker, millions of bytes: several times what a landmarker settles at (33 of the face, 86 of the
 * pose, 72 of two hands on the CPU), with room for the two that are measured against each other at the first start.
 */
const HEAP_MAX_MB = 400;

/** Whether a worker has grown so far that it is to be replaced. */
export function grown(heapMb: number): boolean {
  return heapMb > HEAP_MAX_MB;
}

const RECYCLE_UNSEEN_MS = 60 * 60_000;
const RECYCLE_ANYWAY_MS = 120 * 60_000;

/**
 * Whether a healthy worker is to be replaced before it grows: MediaPipe's GPU path keeps every GL handle it ever
 * made (google-ai-edge/mediapipe#6352), so it gets a new one after an hour without anybody, after two in any case.
 * The CPU path does not grow. To be removed when the handles are freed.
 * @param runningMs since the worker was ready
 * @param count how many it saw last
 */
export function recycleDue(delegate: string, runningMs: number, count: number): boolean {
  if (delegate !== 'GPU') return false;
  return runningMs > RECYCLE_ANYWAY_MS || (runningMs > RECYCLE_UNSEEN_MS && count === 0);
}
