import type { SyncClock } from '../../src/main/services/sync/ports.ts';
import type { Random } from './sync-random.ts';

/** Time that moves only when told; the wall clock may be set apart from it. */
export class SimClock implements SyncClock {
  readonly #random: Random;
  #elapsed = 0;
  #wall: number;
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>();

  constructor(random: Random, wall = Date.parse('2026-06-01T00:00:00Z')) {
    this.#random = random;
    this.#wall = wall;
  }

  now(): number {
    return this.#wall + this.#elapsed;
  }

  random(): number {
    return this.#random.next();
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#elapsed + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    this.#elapsed += ms;
    const due = [...this.#timers].filter(({ at }) => at <= this.#elapsed).sort((a, b) => a.at - b.at);
    for (const timer of due) if (this.#timers.delete(timer)) timer.run();
  }

  /** Somebody puts the clock right, or wrong. */
  jump(ms: number): void {
    this.#wall += ms;
  }
}
