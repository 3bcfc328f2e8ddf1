import type { MediaUnit } from './units.ts';

/** Units that have been taken are cut off the array when there are this many of them. */
const COMPACT_AT = 64;

/**
 * Units of one destination that its FFmpeg has not taken yet. More than {@link maxMs} or `maxBytes` of queued video drops
 * pictures up to the next one a decoder can begin with; sound and start pictures are never dropped.
 */
export class PacketQueue {
  #maxUs: number;
  readonly #maxBytes: number;
  #units: MediaUnit[] = [];
  #head = 0;
  #newestVideoUs = 0;
  #videoBytes = 0;
  /** A picture was dropped: what follows cannot be decoded until the next start picture. */
  #broken = false;
  #dropped = 0;

  constructor(maxMs = 700, maxBytes = Number.POSITIVE_INFINITY) {
    this.#maxUs = maxMs * 1000;
    this.#maxBytes = maxBytes;
  }

  set maxMs(ms: number) {
    this.#maxUs = ms * 1000;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get length(): number {
    return this.#units.length - this.#head;
  }

  /** Milliseconds of video between the oldest and the newest queued picture. */
  get queuedMs(): number {
    return this.#spanUs() / 1000;
  }

  /** Milliseconds between the oldest and the newest unit of any kind: what is never dropped adds up here. */
  get ageMs(): number {
    const oldest = this.#units[this.#head];
    const newest = this.#units.at(-1);
    return oldest && newest ? (newest.timeUs - oldest.timeUs) / 1000 : 0;
  }

  push(unit: MediaUnit): void {
    if (unit.kind === 'audio') {
      this.#units.push(unit);
      return;
    }
    if (unit.start) this.#broken = false;
    else if (this.#broken) {
      this.#dropped++;
      return;
    }
    this.#newestVideoUs = unit.timeUs;
    this.#videoBytes += unit.data.byteLength;
    this.#units.push(unit);
    this.trim();
  }

  /** Drops what is too much now, after a change of {@link maxMs}. */
  trim(): void {
    if (this.#videoBytes > this.#maxBytes || this.#spanUs() > this.#maxUs) this.#drop();
  }

  shift(): MediaUnit | undefined {
    const unit = this.#units[this.#head];
    if (!unit) return undefined;
    this.#head++;
    if (unit.kind === 'video') this.#videoBytes -= unit.data.byteLength;
    if (this.#head === this.#units.length) {
      this.#units.length = 0;
      this.#head = 0;
    } else if (this.#head >= COMPACT_AT) {
      this.#units.splice(0, this.#head);
      this.#head = 0;
    }
    return unit;
  }

  clear(): void {
    this.#units = [];
    this.#head = 0;
    this.#videoBytes = 0;
  }

  #spanUs(): number {
    for (let at = this.#head; at < this.#units.length; at++) {
      const unit = this.#units[at]!;
      if (unit.kind === 'video') return this.#newestVideoUs - unit.timeUs;
    }
    return 0;
  }

  #drop(): void {
    const units = this.#units.slice(this.#head);
    const keepFrom = units.findLastIndex((unit) => unit.kind === 'video' && unit.start);
    const followers = units.filter((unit, at) => at > keepFrom && unit.kind === 'video' && !unit.start);
    const start = units[keepFrom];
    const newest = followers.at(-1);
    const keepFollowers =
      start !== undefined &&
      (newest === undefined || newest.timeUs - start.timeUs <= this.#maxUs) &&
      bytesOf(followers) <= this.#maxBytes / 2;
    if (!keepFollowers) this.#broken = true;
    this.#head = 0;
    this.#units = units.filter((unit, at) => {
      if (unit.kind === 'audio' || unit.start || (at > keepFrom && keepFollowers)) return true;
      this.#dropped++;
      return false;
    });
    this.#newestVideoUs = this.#units.findLast((unit) => unit.kind === 'video')?.timeUs ?? 0;
    this.#videoBytes = bytesOf(this.#units.filter((unit) => unit.kind === 'video'));
  }
}

function bytesOf(units: readonly MediaUnit[]): number {
  return units.reduce((bytes, { data }) => bytes + data.byteLength, 0);
}
