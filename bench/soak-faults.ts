import type { Fault } from '../e2e/support/fault-proxy.ts';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Between the begin of one fault and the begin of the next. */
export const FAULT_EVERY_MS = { least: 5_000, most: 20_000 } as const;

export interface PlannedFault {
  /** After the one before has begun. */
  readonly afterMs: number;
  readonly target: number;
  readonly fault: Fault;
  readonly lastsMs: number;
}

/** The next fault, on one of `targets` destinations, for a while that suits it. */
export function nextFault(random: () => number, targets: number): PlannedFault {
  const between = (low: number, high: number): number => low + random() * (high - low);
  const kinds: readonly (() => readonly [Fault, lastsMs: number])[] = [
    () => [{ kind: 'refuse' }, between(500, 6_000)],
    () => [{ kind: 'hang' }, between(3_000, 8_000)],
    () => [{ kind: 'close-after-handshake' }, between(1_000, 5_000)],
    () => [{ kind: 'reject', how: 'bad-name' }, between(1_000, 5_000)],
    () => [{ kind: 'reject', how: 'silent-close' }, between(1_000, 5_000)],
    () => [{ kind: 'reset' }, 0],
    () => [{ kind: 'stall' }, between(2_000, 14_000)],
    () => [{ kind: 'throttle', kbps: between(200, 700) }, between(4_000, 10_000)],
    () => [{ kind: 'slow-close', holdMs: between(500, 4_000) }, between(500, 4_000)],
  ];
  const afterMs = between(FAULT_EVERY_MS.least, FAULT_EVERY_MS.most);
  const target = Math.floor(random() * targets);
  const [fault, lastsMs] = kinds[Math.floor(random() * kinds.length)]!();
  return { afterMs, target, fault, lastsMs };
}
