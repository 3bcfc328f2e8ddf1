/** Without a programme picture for this long the page counts as gone: ms, and pictures of a slow programme. */
const SILENT = { ms: 2000, pictures: 3 } as const;
/** With its port closed it need not be waited for; a port that is merely replaced is back sooner. */
const CLOSED = { ms: 350, pictures: 1.5 } as const;
/** How often it is looked whether the page is gone. */
export const CARD_LOOK_MS = 50;
/** A look that comes later than this: this process itself stood still, and what was sent to it is not read yet. */
const STALLED_MS = 4 * CARD_LOOK_MS;

/** Tells when the page is gone. Knows no clock: every time is given, in ms of one monotonic clock. */
export class PageSilence {
  readonly #silentMs: number;
  readonly #closedMs: number;
  #programmeMs: number | null = null;
  #lookMs: number | null = null;

  /** @param fps of the programme */
  constructor(fps: number) {
    this.#silentMs = Math.max(SILENT.ms, (SILENT.pictures * 1000) / fps);
    this.#closedMs = Math.max(CLOSED.ms, (CLOSED.pictures * 1000) / fps);
  }

  /** The programme has shown a picture. */
  programme(nowMs: number): void {
    this.#programmeMs = nowMs;
  }

  /** Nothing is expected of the programme until it shows its next picture. */
  reset(): void {
    this.#programmeMs = null;
  }

  /**
   * Begins a look, one every {@link CARD_LOOK_MS}.
   * @returns ms in which nobody could look: they do not count as silence, and no card is due at such a look; mostly 0
   */
  look(nowMs: number): number {
    const sinceMs = nowMs - (this.#lookMs ?? nowMs);
    this.#lookMs = nowMs;
    if (sinceMs <= STALLED_MS) return 0;
    const lostMs = sinceMs - CARD_LOOK_MS;
    if (this.#programmeMs !== null) this.#programmeMs = Math.min(nowMs, this.#programmeMs + lostMs);
    return lostMs;
  }

  isGone(nowMs: number, connected: boolean): boolean {
    if (this.#programmeMs === null) return false;
    return nowMs - this.#programmeMs >= (connected ? this.#silentMs : this.#closedMs);
  }

  /** Milliseconds since the programme's last picture. */
  goneMs(nowMs: number): number {
    return this.#programmeMs === null ? 0 : nowMs - this.#programmeMs;
  }
}
