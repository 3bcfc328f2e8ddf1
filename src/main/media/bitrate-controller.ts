/** What one live RTMP destination of a rendition tells. */
export interface DestinationLoad {
  readonly queueMs: number;
  /** Lately handed to the server, sound included. */
  readonly kbps: number;
}

const LOWER_AT_MS = 200;
const RAISE_BELOW_MS = 100;
const RAISE_EVERY_MS = 4_000;
const RAISE_SHARE = 0.1;
/** A lower rate needs this long to show in the queues. */
const SETTLE_MS = 2_000;
/** Queues that are long for a shorter time are a burst of pictures that came late, not a slow network. */
const LASTING_MS = 1_000;
/** What was taken in a moment may be less than what can be: a step goes no further down than this. */
const STEP_SHARE = 0.5;
/** When the queue stays although the encoder already aims at what was taken. */
const FURTHER_SHARE = 0.9;
const FLOOR_SHARE = 0.3;
const FLOOR_KBPS = 200;
const ROUND_KBPS = 50;

/**
 * Dynamic bitrate of one rendition: down to what its destinations take when the queues of more than half of them
 * grow, up again in steps. Knows no clock: times are given, in ms of one monotonic clock.
 */
export class BitrateController {
  readonly #wantedKbps: number;
  readonly #audioKbps: number;
  #targetKbps: number;
  #changedMs = Number.NEGATIVE_INFINITY;
  #calmSinceMs: number | null = null;
  #slowSinceMs: number | null = null;

  /** @param audioKbps what the sound takes of a destination's rate */
  constructor(wantedKbps: number, audioKbps: number) {
    this.#wantedKbps = wantedKbps;
    this.#audioKbps = audioKbps;
    this.#targetKbps = wantedKbps;
  }

  get targetKbps(): number {
    return this.#targetKbps;
  }

  /** Never below this, and never above the wanted bitrate. */
  get floorKbps(): number {
    return Math.min(this.#wantedKbps, Math.max(FLOOR_KBPS, FLOOR_SHARE * this.#wantedKbps));
  }

  /** Looks at the live RTMP destinations. @returns the new bitrate, or null when it stays as it is */
  update(nowMs: number, loads: readonly DestinationLoad[]): number | null {
    const slow = loads.filter(({ queueMs }) => queueMs >= LOWER_AT_MS);
    if (slow.length * 2 > loads.length) return this.#lower(nowMs, slow);
    this.#slowSinceMs = null;
    if (loads.length === 0 || loads.some(({ queueMs }) => queueMs >= RAISE_BELOW_MS)) {
      this.#calmSinceMs = null;
      return null;
    }
    return this.#raise(nowMs);
  }

  #lower(nowMs: number, slow: readonly DestinationLoad[]): number | null {
    this.#calmSinceMs = null;
    this.#slowSinceMs ??= nowMs;
    if (nowMs - this.#slowSinceMs < LASTING_MS || nowMs - this.#changedMs < SETTLE_MS) return null;
    // One that takes nothing would be no better off with less.
    const rates = slow.map(({ kbps }) => kbps).filter((kbps) => kbps > 0);
    const taken = Math.min(...rates) - this.#audioKbps;
    const target = Math.min(Math.max(taken, this.#targetKbps * STEP_SHARE), this.#targetKbps * FURTHER_SHARE);
    return this.#set(nowMs, Math.max(this.floorKbps, Math.floor(target / ROUND_KBPS) * ROUND_KBPS));
  }

  #raise(nowMs: number): number | null {
    this.#calmSinceMs ??= nowMs;
    if (this.#targetKbps >= this.#wantedKbps) return null;
    if (nowMs - Math.max(this.#calmSinceMs, this.#changedMs) < RAISE_EVERY_MS) return null;
    return this.#set(nowMs, Math.min(this.#wantedKbps, this.#targetKbps + RAISE_SHARE * this.#wantedKbps));
  }

  #set(nowMs: number, kbps: number): number | null {
    if (kbps === this.#targetKbps) return null;
    this.#changedMs = nowMs;
    this.#targetKbps = kbps;
    return kbps;
  }
}
