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
import type { VideoConfig } from './units.ts';

/** Without a programme picture for this long the page counts as gone: ms, and pictures of a slow programme. */
const SILENT = { ms: 2000, pictures: 3 } as const;
/** With its port closed it need not be waited for; a port that is merely replaced is back sooner. */
const CLOSED = { ms: 350, pictures: 1.5 } as const;
const CARD_EVERY_MS = 500;
/** How often it is looked whether a card is due. */
export const CARD_LOOK_MS = 50;
/** A look that comes later than this: this process itself stood still, and what was sent to it is not read yet. */
const STALLED_MS = 4 * CARD_LOOK_MS;

interface Card {
  readonly unit: AccessUnit;
  readonly avcC: Uint8Array;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
}

/** What is shown while the page is gone. Knows no clock: every time is given, in ms of one monotonic clock. */
export class CardStandIn {
  /** The newest two, used in turn: two IDR pictures in a row must differ in idr_pic_id (ITU-T H.264, 7.4.3). */
  #cards: Card[] = [];
  readonly #silentMs: number;
  readonly #closedMs: number;
  #turn = 0;
  #programmeMs: number | null = null;
  #cardMs = 0;
  #lookMs: number | null = null;
  #showing = false;
  #ownSets = false;

  /** @param fps of the programme */
  constructor(fps: number) {
    this.#silentMs = Math.max(SILENT.ms, (SILENT.pictures * 1000) / fps);
    this.#closedMs = Math.max(CLOSED.ms, (CLOSED.pictures * 1000) / fps);
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
    this.#programmeMs = nowMs;
    this.#showing = false;
    this.#ownSets = false;
  }

  /**
   * Begins a look, one every {@link CARD_LOOK_MS}.
   * @returns false when it comes much too late: the time in which nobody could look does not count as silence
   */
  look(nowMs: number): boolean {
    const sinceMs = nowMs - (this.#lookMs ?? nowMs);
    this.#lookMs = nowMs;
    if (sinceMs <= STALLED_MS) return true;
    const lostMs = sinceMs - CARD_LOOK_MS;
    if (this.#programmeMs !== null) this.#programmeMs = Math.min(nowMs, this.#programmeMs + lostMs);
    this.#cardMs = Math.min(nowMs, this.#cardMs + lostMs);
    return false;
  }

  /**
   * The card's picture when one is due, with 4-byte lengths; null when none is: the page is there, the stream has
   * not begun, or no card is of the running format.
   */
  due(nowMs: number, connected: boolean, config: VideoConfig | null): Uint8Array | null {
    if (this.#programmeMs === null || config === null) return null;
    if (nowMs - this.#programmeMs < (connected ? this.#silentMs : this.#closedMs)) return null;
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
    return this.#programmeMs === null ? 0 : nowMs - this.#programmeMs;
  }
}

type Format = Pick<VideoConfig, 'codec' | 'width' | 'height'>;

function sameFormat(a: Format, b: Format): boolean {
  return a.width === b.width && a.height === b.height && a.codec === b.codec;
}
