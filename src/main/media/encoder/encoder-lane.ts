import type { FfmpegEncoder, X264Preset } from '../../../shared/domain/encoding.ts';
import { type EncodeTarget, rawEncodeArgs, type Size } from './encoder-args.ts';
import { type EncodedPicture, EncoderChild } from './encoder-child.ts';

const CHECK_MS = 250;
/** An encoder that has delivered gets another try before the next one takes its place, but only once in so long. */
const SECOND_TRY_MS = 30_000;
const HANDOVER_GRACE_MS = 1_000;

export interface EncoderLaneOptions {
  readonly ffmpeg: string;
  /** The wanted one first; at least one. */
  readonly encoders: readonly FfmpegEncoder[];
  readonly target: EncodeTarget;
  readonly fps: number;
  readonly onPicture: (picture: EncodedPicture) => void;
  /** The last encoder has failed. */
  readonly onFailed: (detail: string) => void;
  readonly log: (level: 'info' | 'warn', message: string) => void;
}

/**
 * The encode of one rendition from raw pictures. A failing FFmpeg is replaced at once, so that whoever gets the
 * pictures sees nothing but a key frame at the next one.
 */
export class EncoderLane {
  readonly #options: EncoderLaneOptions;
  readonly #timer: NodeJS.Timeout;
  /** Former ones that still deliver. */
  readonly #ending = new Set<Promise<boolean>>();
  #target: EncodeTarget;
  #source: Size | null = null;
  #child: EncoderChild | null = null;
  #at = 0;
  #replaced = 0;
  #skipped = 0;
  #frames = 0;
  #keyFrames = 0;
  #lastUs = Number.NEGATIVE_INFINITY;
  #triedAgainMs = Number.NEGATIVE_INFINITY;
  #ended = false;

  constructor(options: EncoderLaneOptions) {
    this.#options = options;
    this.#target = options.target;
    this.#timer = setInterval(() => this.#child?.check(), CHECK_MS);
  }

  /** The encoder in charge; null when all have failed. */
  get encoder(): FfmpegEncoder | null {
    return this.#options.encoders[this.#at] ?? null;
  }

  /** How many times an encoder failed and another process took over. */
  get replaced(): number {
    return this.#replaced;
  }

  /** Pictures that were not encoded: too many were on the way, or their encoder died with them. */
  get skipped(): number {
    return this.#skipped;
  }

  get frames(): number {
    return this.#frames;
  }

  get keyFrames(): number {
    return this.#keyFrames;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Takes a raw picture; its bytes must not change afterwards. */
  submit(data: Uint8Array, source: Size, timeUs: number): void {
    const encoder = this.encoder;
    if (this.#ended || !encoder) return;
    const before = this.#source;
    if (!before || before.width !== source.width || before.height !== source.height) {
      this.#source = { width: source.width, height: source.height };
      this.#handOver();
    }
    this.#child ??= this.#start(encoder, this.#source!);
    if (!this.#child.submit(data, timeUs)) this.#skipped++;
  }

  /** Aims at another bitrate from the next picture on, which will be a key frame. */
  retarget(bitrateKbps: number): void {
    if (bitrateKbps === this.#target.bitrateKbps) return;
    this.#target = { ...this.#target, bitrateKbps };
    this.#handOver();
  }

  /** Runs libx264 with another preset from the next picture on, which will be a key frame; other encoders go on. */
  setPreset(preset: X264Preset): void {
    if (preset === this.#target.preset) return;
    this.#target = { ...this.#target, preset };
    if (this.encoder === 'libx264') this.#handOver();
  }

  /** Delivers what is on the way, then ends; true when an FFmpeg had to be killed. */
  async end(graceMs: number): Promise<boolean> {
    this.#ended = true;
    clearInterval(this.#timer);
    if (this.#child) this.#ending.add(this.#child.end(graceMs));
    this.#child = null;
    return (await Promise.all(this.#ending)).includes(true);
  }

  /** The process that runs delivers what it has and ends; the next picture starts another one. */
  #handOver(): void {
    if (!this.#child) return;
    const ending = this.#child.end(HANDOVER_GRACE_MS);
    this.#child = null;
    this.#ending.add(ending);
    void ending.then(() => this.#ending.delete(ending));
  }

  #start(encoder: FfmpegEncoder, source: Size): EncoderChild {
    const { ffmpeg, fps } = this.#options;
    const child: EncoderChild = new EncoderChild({
      ffmpeg,
      args: rawEncodeArgs(encoder, source, this.#target, fps),
      onPicture: (picture) => this.#deliver(picture),
      onLost: (detail) => {
        if (this.#child === child) this.#lost(child, encoder, detail);
      },
    });
    return child;
  }

  #deliver(picture: EncodedPicture): void {
    // Late, from the process before: its successor has begun already.
    if (picture.timeUs <= this.#lastUs) return;
    this.#lastUs = picture.timeUs;
    this.#frames++;
    if (picture.key) this.#keyFrames++;
    this.#options.onPicture(picture);
  }

  #lost(child: EncoderChild, encoder: FfmpegEncoder, detail: string): void {
    this.#child = null;
    this.#skipped += child.inFlight;
    if (this.#ended) return;
    const now = performance.now();
    const worthIt = child.delivered && now - this.#triedAgainMs > SECOND_TRY_MS;
    if (worthIt) this.#triedAgainMs = now;
    else this.#at++;
    const next = this.encoder;
    if (!next) {
      this.#options.log('warn', `encoder ${encoder} failed, and there is no other: ${detail}`);
      this.#options.onFailed(detail);
      return;
    }
    this.#replaced++;
    this.#options.log('warn', `encoder ${encoder} failed, ${next} takes over: ${detail}`);
    if (this.#source) this.#child = this.#start(next, this.#source);
  }
}
