const MAX_GAP_US = 30e6;
const MAX_BACK_US = 1e6;
const MIN_STEP_US = 1000;

/**
 * Maps the programme clock to session time, which begins at 0 with the first picture. A jump of the programme
 * clock (the machine slept, a page with another idea of the time) becomes one frame, so that no server sees an
 * hour of nothing. Renditions show the same pictures, each at its own pace: one picture has one session time in all
 * of them, and in each the time only grows.
 */
export class SessionClock {
  readonly #frameUs: number;
  #offsetUs: number | null = null;
  /** Before the last jump: pictures of a slower rendition may still be from there. */
  #formerOffsetUs: number | null = null;
  #lastUs = 0;
  readonly #tracksUs: number[] = [];

  constructor(fps: number) {
    this.#frameUs = 1e6 / fps;
  }

  get started(): boolean {
    return this.#offsetUs !== null;
  }

  /** Session time of the newest picture. */
  get lastUs(): number {
    return this.#lastUs;
  }

  /** Session time of a picture, strictly later than the one before of the same rendition. */
  video(timestampUs: number, rendition = 0): number {
    if (this.#offsetUs === null) {
      this.#offsetUs = timestampUs;
      this.#tracksUs[rendition] = 0;
      return 0;
    }
    return this.#step(this.#timeOf(timestampUs, this.#offsetUs), rendition);
  }

  /**
   * Session time of a picture that no page sent, wanted at `timeUs`: strictly later than the one before; earlier
   * than wanted when that is too far ahead. Only after {@link started}.
   */
  standIn(timeUs: number, rendition = 0): number {
    const tooFar = timeUs - this.#lastUs > MAX_GAP_US;
    return this.#step(tooFar ? this.#lastUs + this.#frameUs : timeUs, rendition);
  }

  /** Session time of sound; negative before the first picture. Only after {@link started}. */
  audio(timestampUs: number): number {
    return timestampUs - (this.#offsetUs ?? timestampUs);
  }

  #timeOf(timestampUs: number, offsetUs: number): number {
    const time = timestampUs - offsetUs;
    if (this.#isNear(time)) return time;
    if (this.#formerOffsetUs !== null && this.#isNear(timestampUs - this.#formerOffsetUs)) {
      return timestampUs - this.#formerOffsetUs;
    }
    this.#formerOffsetUs = offsetUs;
    this.#offsetUs = timestampUs - this.#lastUs - this.#frameUs;
    return this.#lastUs + this.#frameUs;
  }

  #isNear(timeUs: number): boolean {
    return timeUs - this.#lastUs <= MAX_GAP_US && this.#lastUs - timeUs <= MAX_BACK_US;
  }

  #step(timeUs: number, rendition: number): number {
    const before = this.#tracksUs[rendition];
    // A rendition's first picture may be older than the session: it takes its place at the begin.
    const time = before === undefined ? Math.max(0, timeUs) : Math.max(timeUs, before + MIN_STEP_US);
    this.#tracksUs[rendition] = time;
    this.#lastUs = Math.max(this.#lastUs, time);
    return time;
  }
}
