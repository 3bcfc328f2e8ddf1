import type { MediaUnit, VideoUnit } from './units.ts';

export interface GopCacheLimits {
  readonly bytes: number;
  readonly seconds: number;
}

/** What a destination begins with: `units` begin with `start`. */
export interface GopSnapshot {
  readonly start: VideoUnit;
  readonly units: readonly MediaUnit[];
}

const DEFAULT_LIMITS: GopCacheLimits = { bytes: 16 * 1024 * 1024, seconds: 10 };

/**
 * Everything since the newest picture a decoder can begin with, so that a destination can start at once.
 * A group longer than the limits is given up; the next start picture begins a new one.
 */
export class GopCache {
  readonly #limits: GopCacheLimits;
  #start: VideoUnit | null = null;
  #units: MediaUnit[] = [];
  #bytes = 0;

  constructor(limits: GopCacheLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  push(unit: MediaUnit): void {
    if (unit.kind === 'video' && unit.start) {
      // Sound may run ahead of the picture: what belongs to the new group stays.
      this.#units = this.#units.filter((other) => other.kind === 'audio' && other.timeUs >= unit.timeUs);
      this.#bytes = this.#units.reduce((sum, other) => sum + other.data.length, 0);
      this.#start = unit;
    } else if (unit.kind === 'video' && !this.#start) {
      return;
    }
    this.#units.push(unit);
    this.#bytes += unit.data.length;
    const first = this.#start ?? this.#units[0]!;
    const tooLong = unit.timeUs - first.timeUs > this.#limits.seconds * 1e6;
    if (tooLong || this.#bytes > this.#limits.bytes) this.clear();
  }

  /** The start picture, then the rest in the order of arrival, sound not before it; null when there is none. */
  snapshot(): GopSnapshot | null {
    const start = this.#start;
    if (!start) return null;
    const rest = this.#units.filter(
      (unit) => unit !== start && (unit.kind === 'video' || unit.timeUs >= start.timeUs),
    );
    return { start, units: [start, ...rest] };
  }

  clear(): void {
    this.#start = null;
    this.#units = [];
    this.#bytes = 0;
  }
}
