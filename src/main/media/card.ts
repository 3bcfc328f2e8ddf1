import type { VideoPacket } from '../../shared/domain/media-packet.ts';
import {
  type AccessUnit,
  buildAvcC,
  codecString,
  isStartPoint,
  readAccessUnit,
  sameBytes,
  toLengthPrefixed,
} from './annexb.ts';
import { PageSilence } from './page-silence.ts';
import type { VideoConfig } from './units.ts';

const CARD_EVERY_MS = 500;

interface Card {
  readonly unit: AccessUnit;
  readonly avcC: Uint8Array;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
}

/**
 * What is shown of one rendition while the page is gone, out of pictures that the page's encoder made. Knows no
 * clock: every time is given, in ms of one monotonic clock.
 */
export class CardStandIn {
  /** The newest two, used in turn: two IDR pictures in a row must differ in idr_pic_id (ITU-T H.264, 7.4.3). */
  #cards: Card[] = [];
  readonly #silence: PageSilence;
  #turn = 0;
  #cardMs = 0;
  #showing = false;
  #ownSets = false;

  /** @param fps of the programme */
  constructor(fps: number) {
    this.#silence = new PageSilence(fps);
  }

  /** The card is on; the programme can go on with nothing but a start picture. */
  get showing(): boolean {
    return this.#showing;
  }

  /** It came with parameter sets that the stream's header does not hold: the programme must bring back its own. */
  get changedSets(): boolean {
    return this.#showing && this.#ownSets;
  }

  /** Keeps a card. One that no decoder could begin with is let go. */
  keep(packet: VideoPacket): void {
    const unit = readAccessUnit(packet.data);
    if (!isStartPoint(unit)) return;
    const { width, height } = packet;
    const card: Card = {
      unit,
      avcC: buildAvcC(unit.sps, unit.pps),
      codec: codecString(unit.sps[0]!),
      width,
      height,
    };
    const before = this.#cards.at(-1);
    if (before && !sameFormat(before, card)) this.#cards = [];
    this.#cards = [...this.#cards.slice(-1), card];
  }

  /** The programme has shown a picture. */
  programme(nowMs: number): void {
    this.#silence.programme(nowMs);
    this.#showing = false;
    this.#ownSets = false;
  }

  /** Nobody wants this rendition any more: no card is due before its next picture. */
  reset(): void {
    this.#silence.reset();
    this.#showing = false;
    this.#ownSets = false;
  }

  /**
   * Begins a look, one every CARD_LOOK_MS.
   * @returns false when it comes much too late: the time in which nobody could look does not count as silence
   */
  look(nowMs: number): boolean {
    const lostMs = this.#silence.look(nowMs);
    this.#cardMs = Math.min(nowMs, this.#cardMs + lostMs);
    return lostMs === 0;
  }

  /**
   * The card's picture when one is due, with 4-byte lengths; null when none is: the page is there, the stream has
   * not begun, or no card is of the running format.
   */
  due(nowMs: number, connected: boolean, config: VideoConfig | null): Uint8Array | null {
    if (config === null || !this.#silence.isGone(nowMs, connected)) return null;
    if (this.#showing && nowMs - this.#cardMs < CARD_EVERY_MS) return null;
    const card = this.#cards[this.#turn % Math.max(1, this.#cards.length)];
    if (!card || !sameFormat(card, config)) return null;
    this.#turn++;
    this.#cardMs = nowMs;
    this.#showing = true;
    if (!sameBytes(card.avcC, config.avcC)) this.#ownSets = true;
    return toLengthPrefixed(card.unit, config.avcC);
  }

  /** Milliseconds since the programme's last picture. */
  goneMs(nowMs: number): number {
    return this.#silence.goneMs(nowMs);
  }
}

type Format = Pick<VideoConfig, 'codec' | 'width' | 'height'>;

function sameFormat(a: Format, b: Format): boolean {
  return a.width === b.width && a.height === b.height && a.codec === b.codec;
}
