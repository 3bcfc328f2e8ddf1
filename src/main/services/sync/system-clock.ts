import type { SyncClock } from './ports.ts';

/** This machine's time. A sync that waits keeps no program alive. */
export const systemClock: SyncClock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
