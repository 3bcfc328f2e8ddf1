import { PCM_SAMPLE_RATE } from '../../shared/domain/media-packet.ts';
import { AAC_CONFIG } from './adts.ts';
import {
  AUDIO_FORMAT,
  audioConfigTag,
  FLV_HEADER,
  metadataTag,
  TAG_AUDIO,
  TAG_HEADER_BYTES,
  TAG_TRAILER_BYTES,
  TAG_VIDEO,
  videoConfigTag,
  writeTagHeader,
} from './flv-tags.ts';
import { parameterSetsOf } from './parameter-sets.ts';
import type { AudioUnit, MediaUnit, VideoConfig, VideoUnit } from './units.ts';

const VIDEO_PREFIX_BYTES = 5;
const AUDIO_PREFIX_BYTES = 2;
const KEY_AVC = 0x17;
const DELTA_AVC = 0x27;
const NAL_UNITS = 1;
const AAC_RAW = 1;

/** Takes the bytes in order, keeps them until they are written and must not change them. */
export type ByteSink = (bytes: Uint8Array) => void;

export interface FlvMuxOptions {
  /** What is told in the header, as far as it is known. */
  readonly fps?: number;
  readonly bitrateKbps?: number;
  /**
   * How changed parameter sets travel within a connection: in front of every key frame, because a file's header is
   * written once and parsers read on with what they began with, and for a server also as a new sequence header,
   * which it gives to viewers who come later.
   */
  readonly changedSets: 'sequence-header' | 'in-band';
}

/**
 * FLV of one connection (Adobe Flash Video File Format 10.1, annex E). Its time 0 is its first picture; picture and
 * sound share it. Timestamps are whole milliseconds and strictly increasing per track. The units themselves are
 * handed on as they are, so all connections share their bytes.
 */
export class FlvMux {
  readonly #startUs: number;
  readonly #options: FlvMuxOptions;
  readonly #sink: ByteSink;
  #config: VideoConfig;
  #sets: Uint8Array | null = null;
  #lastVideoMs = -1;
  #lastAudioMs = -1;

  /** @param start the picture it begins with; {@link add} must get it first. */
  constructor(start: VideoUnit, sink: ByteSink, options: FlvMuxOptions) {
    this.#startUs = start.timeUs;
    this.#options = options;
    this.#sink = sink;
    this.#config = start.config;
    // Both tracks are announced before the first picture, so that a reader that looks no further knows them.
    sink(
      Buffer.concat([
        FLV_HEADER,
        metadataTag(start.config, PCM_SAMPLE_RATE, options),
        videoConfigTag(start.config.avcC, 0),
        audioConfigTag(AAC_CONFIG, 0),
      ]),
    );
  }

  /** Milliseconds of connection time of the newest unit. */
  get lastMs(): number {
    return Math.max(this.#lastVideoMs, this.#lastAudioMs);
  }

  add(unit: MediaUnit): void {
    const ms = Math.round((unit.timeUs - this.#startUs) / 1000);
    if (unit.kind === 'video') this.#addVideo(unit, ms);
    else if (ms >= 0) this.#addAudio(unit, ms);
  }

  #addVideo(unit: VideoUnit, wantedMs: number): void {
    const ms = Math.max(wantedMs, this.#lastVideoMs + 1);
    this.#lastVideoMs = ms;
    if (unit.config !== this.#config) this.#change(unit.config, ms);
    const sets = unit.start ? this.#sets : null;
    const bodyBytes = VIDEO_PREFIX_BYTES + (sets?.length ?? 0) + unit.data.length;
    // One small buffer holds what comes before and after the picture.
    const frame = Buffer.allocUnsafe(TAG_HEADER_BYTES + VIDEO_PREFIX_BYTES + TAG_TRAILER_BYTES);
    writeTagHeader(frame, TAG_VIDEO, bodyBytes, ms);
    let at = TAG_HEADER_BYTES;
    frame[at++] = unit.start ? KEY_AVC : DELTA_AVC;
    frame[at++] = NAL_UNITS;
    at = frame.writeUIntBE(0, at, 3);
    frame.writeUInt32BE(TAG_HEADER_BYTES + bodyBytes, at);
    this.#sink(frame.subarray(0, at));
    if (sets) this.#sink(sets);
    this.#sink(unit.data);
    this.#sink(frame.subarray(at));
  }

  #addAudio(unit: AudioUnit, wantedMs: number): void {
    const ms = Math.max(wantedMs, this.#lastAudioMs + 1);
    this.#lastAudioMs = ms;
    const bodyBytes = AUDIO_PREFIX_BYTES + unit.data.length;
    const tag = Buffer.allocUnsafe(TAG_HEADER_BYTES + bodyBytes + TAG_TRAILER_BYTES);
    writeTagHeader(tag, TAG_AUDIO, bodyBytes, ms);
    tag[TAG_HEADER_BYTES] = AUDIO_FORMAT;
    tag[TAG_HEADER_BYTES + 1] = AAC_RAW;
    tag.set(unit.data, TAG_HEADER_BYTES + AUDIO_PREFIX_BYTES);
    tag.writeUInt32BE(TAG_HEADER_BYTES + bodyBytes, TAG_HEADER_BYTES + bodyBytes);
    this.#sink(tag);
  }

  #change(config: VideoConfig, ms: number): void {
    const same = Buffer.compare(config.avcC, this.#config.avcC) === 0;
    this.#config = config;
    if (same) return;
    if (this.#options.changedSets === 'sequence-header') this.#sink(videoConfigTag(config.avcC, ms));
    // From now on in front of every key frame, so that a player can seek: also the header's own, if they come back.
    this.#sets = parameterSetsOf(config.avcC);
  }
}
