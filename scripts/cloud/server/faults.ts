import type { Fault } from '../types.ts';

/** The faults that are still to happen, in the order they were asked for. */
export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The fault for this request, counted down; null: none. */
  take(path: string): Fault['do'] | null;
}

export function createFaults(): Faults {
  let waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    add: (fault) => {
      waiting.push({ fault, left: fault.times ?? 1 });
    },
    clear: () => {
      waiting = [];
    },
    take: (path) => {
      const next = waiting.find((entry) => path.search(entry.fault.path) >= 0);
      if (!next) return null;
      next.left--;
      if (next.left <= 0) waiting = waiting.filter((entry) => entry !== next);
      return next.fault.do;
    },
  };
}
