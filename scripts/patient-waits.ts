import { vi } from 'vitest';

/** What is waited for comes when the machine gets to it. */
const PATIENCE_MS = 15_000;

// The default of a second is a speed test, and unlike that of expect.poll it cannot be configured (vitest 5.1).
const { waitFor } = vi;
vi.waitFor = (callback, options) =>
  waitFor(callback, {
    timeout: PATIENCE_MS,
    ...(typeof options === 'number' ? { timeout: options } : options),
  });
