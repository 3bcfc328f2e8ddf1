import type { MediaUnit } from './units.ts';

/**
 * Units of one destination that its FFmpeg has not taken yet. More than `maxMs` of queued video drops pictures
 * up to the next one a decoder can begin with; sound and start pictures are never dropped.
 */
export class PacketQueue {
  readonly #maxUs: number;
  #units: MediaUnit[] = [];
  /** A picture was dropped: what follows cannot be decoded until the next start picture. */
  #broken = false;
  #dropped = 0;

  constructor(maxMs = 700) {
    this.#maxUs = maxMs * 1000;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get length(): number {
    return this.#units.length;
  }

  /** Milliseconds of video between the oldest and the newest queued picture. */
  get queuedMs(): number {
    return this.#spanUs() / 1000;
  }

  push(unit: MediaUnit): void {
    if (unit.kind === 'video') {
      if (unit.start) this.#broken = false;
      else if (this.#broken) {
        this.#dropped++;
        return;
      }
    }
    this.#units.push(unit);
    if (unit.kind === 'video' && this.#spanUs() > this.#maxUs) this.#drop();
  }

  shift(): MediaUnit | undefined {
    return this.#units.shift();
  }

  #spanUs(): number {
    const oldest = this.#units.find((unit) => unit.kind === 'video');
    const newest = this.#units.findLast((unit) => unit.kind === 'video');
    return oldest && newest ? newest.timeUs - oldest.timeUs : 0;
  }

  #drop(): void {
    const keepFrom = this.#units.findLastIndex((unit) => unit.kind === 'video' && unit.start);
    const followers = this.#units.filter((unit, at) => at > keepFrom && unit.kind === 'video' && !unit.start);
    const start = this.#units[keepFrom];
    const newest = followers.at(-1);
    const keepFollowers =
      start !== undefined && (newest === undefined || newest.timeUs - start.timeUs <= this.#maxUs);
    if (!keepFollowers) this.#broken = true;
    this.#units = this.#units.filter((unit, at) => {
      if (unit.kind === 'audio' || unit.start || (at > keepFrom && keepFollowers)) return true;
      this.#dropped++;
      return false;
    });
  }
}
