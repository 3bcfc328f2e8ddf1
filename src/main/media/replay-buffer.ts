import type { MediaUnit, VideoUnit } from './units.ts';

const MAX_BYTES = 256 * 1024 * 1024;

/** What a replay is written from: `units` begin with `start`. */
export interface ReplaySnapshot {
  readonly start: VideoUnit;
  readonly units: readonly MediaUnit[];
  readonly seconds: number;
}

interface Group {
  readonly start: VideoUnit;
  readonly units: MediaUnit[];
  bytes: number;
}

/** The last seconds of a rendition, in whole groups of pictures, bounded in time and in bytes. */
export class ReplayBuffer {
  readonly #seconds: number;
  readonly #maxBytes: number;
  #groups: Group[] = [];
  #bytes = 0;
  #lastUs = 0;

  /** @param seconds at least these are kept, when the bytes allow */
  constructor(seconds: number, maxBytes = MAX_BYTES) {
    this.#seconds = seconds;
    this.#maxBytes = maxBytes;
  }

  /** Seconds that would be saved now. */
  get seconds(): number {
    const first = this.#groups[0];
    return first ? (this.#lastUs - first.start.timeUs) / 1e6 : 0;
  }

  push(unit: MediaUnit): void {
    if (unit.kind === 'video') {
      this.#lastUs = unit.timeUs;
      if (unit.start) {
        // A file holds pictures of one size.
        const before = this.#groups[0]?.start.config;
        const { width, height } = unit.config;
        if (before && (before.width !== width || before.height !== height)) this.clear();
        this.#groups.push({ start: unit, units: [], bytes: 0 });
      }
    }
    const group = this.#groups.at(-1);
    if (!group) return;
    group.units.push(unit);
    group.bytes += unit.data.length;
    this.#bytes += unit.data.length;
    if (unit.kind === 'video') this.#trim();
  }

  /** Null before the first picture that a decoder could begin with. */
  snapshot(): ReplaySnapshot | null {
    const first = this.#groups[0];
    if (!first) return null;
    const units = this.#groups.flatMap((group) => group.units);
    const { start } = first;
    return {
      start,
      units: units.filter((unit) => unit.kind === 'video' || unit.timeUs >= start.timeUs),
      seconds: this.seconds,
    };
  }

  clear(): void {
    this.#groups = [];
    this.#bytes = 0;
  }

  #trim(): void {
    for (;;) {
      const [first, second] = this.#groups;
      if (!first) return;
      const enough = second && (this.#lastUs - second.start.timeUs) / 1e6 >= this.#seconds;
      if (!enough && this.#bytes <= this.#maxBytes) return;
      this.#groups.shift();
      this.#bytes -= first.bytes;
    }
  }
}
