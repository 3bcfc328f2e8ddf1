import type { RawPacket } from '../../shared/domain/media-packet.ts';
import { PageSilence } from './page-silence.ts';

/**
 * What is encoded while the page that sends raw pictures is gone: the raw card itself, over and over, so that the
 * encode goes on and nothing has to begin anew afterwards. Knows no clock, as {@link PageSilence}.
 */
export class RawCardStandIn {
  readonly #silence: PageSilence;
  #card: RawPacket | null = null;
  #showing = false;

  /** @param fps of the programme */
  constructor(fps: number) {
    this.#silence = new PageSilence(fps);
  }

  get showing(): boolean {
    return this.#showing;
  }

  /** Keeps the newest card; its bytes must not change afterwards. */
  keep(packet: RawPacket): void {
    this.#card = packet;
  }

  /** The programme has shown a picture. */
  programme(nowMs: number): void {
    this.#silence.programme(nowMs);
    this.#showing = false;
  }

  /** Raw pictures are not wanted any more. */
  reset(): void {
    this.#silence.reset();
    this.#showing = false;
  }

  /** The card when it is to be encoded at this look; one look every CARD_LOOK_MS. */
  due(nowMs: number, connected: boolean): RawPacket | null {
    if (this.#silence.look(nowMs) > 0 || !this.#silence.isGone(nowMs, connected)) return null;
    if (this.#card) this.#showing = true;
    return this.#card;
  }

  /** Milliseconds since the programme's last picture. */
  goneMs(nowMs: number): number {
    return this.#silence.goneMs(nowMs);
  }
}
