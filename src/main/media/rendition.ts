import { type Rendition, type RenditionName, renditionIndex } from '../../shared/domain/encoding.ts';
import type { VideoPacket } from '../../shared/domain/media-packet.ts';
import type { MediaStatus } from '../../shared/domain/stream-state.ts';
import {
  buildAvcC,
  codecString,
  isStartPoint,
  readAccessUnit,
  sameBytes,
  toLengthPrefixed,
} from './annexb.ts';
import { ByteRate } from './byte-rate.ts';
import { CardStandIn } from './card.ts';
import type { Destination } from './destination.ts';
import type { EncodedPicture } from './encoder/encoder-child.ts';
import { GopCache } from './gop-cache.ts';
import type { MediaUnit, VideoConfig } from './units.ts';

const NO_SETS = new Uint8Array(0);

/** A picture as it may go to the destinations. */
export interface TakenPicture {
  readonly start: boolean;
  readonly data: Uint8Array;
  readonly config: VideoConfig;
  /** The size changed: connections must begin anew. */
  readonly restart: boolean;
}

/** One encode of a session with everything that is its own: what it needs to begin, its card, who is served by it. */
export class RenditionStream {
  readonly name: RenditionName;
  readonly index: number;
  readonly spec: Rendition;
  readonly cache = new GopCache();
  readonly card: CardStandIn;
  /** Session time of the programme's last picture. */
  programmeUs = 0;
  targetKbps: number;
  #destinations: readonly Destination[] = [];
  #config: VideoConfig | null = null;
  #encoderAvcC: Uint8Array | null = null;
  #needsStart = false;
  readonly #rate = new ByteRate();
  #frames = 0;

  /** @param fps of the programme */
  constructor(spec: Rendition, fps: number) {
    this.name = spec.name;
    this.index = renditionIndex(spec.name);
    this.spec = spec;
    this.targetKbps = spec.bitrateKbps;
    this.card = new CardStandIn(fps);
  }

  /** What the picture that came last needs; null before the first. */
  get config(): VideoConfig | null {
    return this.#config;
  }

  get destinations(): readonly Destination[] {
    return this.#destinations;
  }

  /** A destination of it is neither ended nor failed. */
  get served(): boolean {
    return this.#destinations.some(({ state }) => state !== 'ended' && state !== 'failed');
  }

  /** A destination has nothing to begin with. */
  get waiting(): boolean {
    return this.#destinations.some((destination) => destination.waiting);
  }

  serve(destination: Destination): void {
    this.#destinations = [...this.#destinations, destination];
  }

  unserve(destination: Destination): void {
    this.#destinations = this.#destinations.filter((other) => other !== destination);
  }

  /** What comes next from the page is of another encoder: it can begin with nothing but a start picture. */
  expectStart(): void {
    this.#needsStart = true;
  }

  /** Reads a picture that the page encoded; `lost` when it refers to one that viewers no longer have. */
  take(packet: VideoPacket): TakenPicture | 'lost' | null {
    const unit = readAccessUnit(packet.data);
    const start = isStartPoint(unit);
    if ((this.card.showing || this.#needsStart) && !start) return 'lost';
    this.#needsStart = false;
    let restart = false;
    if (start) {
      const { width, height } = packet;
      const codec = codecString(unit.sps[0]!);
      const before = this.#config;
      restart = before !== null && (before.width !== width || before.height !== height);
      // Parameter sets that merely got another number travel inside the stream.
      if (!before || restart || before.codec !== codec) {
        this.#config = { avcC: buildAvcC(unit.sps, unit.pps), codec, width, height };
      }
    }
    const config = this.#config;
    if (!config) return null;
    const data = toLengthPrefixed(unit, this.card.changedSets ? NO_SETS : config.avcC);
    return data.length === 0 ? null : { start, data, config, restart };
  }

  /** Takes a picture of the encoder FFmpeg. */
  takeEncoded({ key, data, avcC }: EncodedPicture): TakenPicture {
    let restart = false;
    if (avcC !== this.#encoderAvcC) {
      this.#encoderAvcC = avcC;
      const { width, height } = this.spec;
      const before = this.#config;
      restart = before !== null && (before.width !== width || before.height !== height);
      if (!before || restart || !sameBytes(before.avcC, avcC)) {
        this.#config = { avcC, codec: codecString(avcC), width, height };
      }
    }
    return { start: key, data, config: this.#config!, restart };
  }

  /** Hands a unit to all that are served. */
  distribute(unit: MediaUnit, nowMs: number, restart = false): void {
    this.cache.push(unit);
    if (unit.kind === 'video') {
      this.#frames++;
      this.#rate.add(unit.data.length, nowMs);
    }
    for (const destination of this.#destinations) {
      if (restart) destination.restart();
      destination.feed(unit);
    }
  }

  /** Nobody wants it any more: what it knows will be too old for whoever comes next. */
  rest(): void {
    this.cache.clear();
    this.card.reset();
  }

  status(nowMs: number): MediaStatus['renditions'][number] {
    return {
      name: this.name,
      width: this.#config?.width ?? this.spec.width,
      height: this.#config?.height ?? this.spec.height,
      targetKbps: this.targetKbps,
      kbps: this.#rate.kbps(nowMs),
      frames: this.#frames,
    };
  }
}
