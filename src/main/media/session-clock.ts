const MAX_GAP_US = 30e6;
const MAX_BACK_US = 1e6;
const MIN_STEP_US = 1000;

/**
 * Maps the programme clock to session time, which begins at 0 with the first picture. A jump of the programme
 * clock (the machine slept, a page with another idea of the time) becomes one frame, so that no server sees an
 * hour of nothing.
 */
export class SessionClock {
  readonly #frameUs: number;
  #offsetUs: number | null = null;
  #lastUs = 0;

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

  /** Session time of a picture, strictly later than the one before. */
  video(timestampUs: number): number {
    if (this.#offsetUs === null) {
      this.#offsetUs = timestampUs;
      return 0;
    }
    let time = timestampUs - this.#offsetUs;
    if (time - this.#lastUs > MAX_GAP_US || this.#lastUs - time > MAX_BACK_US) {
      this.#offsetUs = timestampUs - this.#lastUs - this.#frameUs;
      time = this.#lastUs + this.#frameUs;
    }
    this.#lastUs = Math.max(time, this.#lastUs + MIN_STEP_US);
    return this.#lastUs;
  }

  /**
   * Session time of a picture that no page sent, wanted at `timeUs`: strictly later than the one before; earlier
   * than wanted when that is too far ahead. Only after {@link started}.
   */
  standIn(timeUs: number): number {
    const time = timeUs - this.#lastUs > MAX_GAP_US ? this.#lastUs + this.#frameUs : timeUs;
    this.#lastUs = Math.max(time, this.#lastUs + MIN_STEP_US);
    return this.#lastUs;
  }

  /** Session time of sound; negative before the first picture. Only after {@link started}. */
  audio(timestampUs: number): number {
    return timestampUs - (this.#offsetUs ?? timestampUs);
  }
}
