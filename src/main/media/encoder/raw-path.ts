import type { FfmpegEncoder, RenditionName, X264Preset } from '../../../shared/domain/encoding.ts';
import type { MediaStatus } from '../../../shared/domain/stream-state.ts';
import type { EncodeTarget, Size } from './encoder-args.ts';
import type { EncodedPicture } from './encoder-child.ts';
import { EncoderLane } from './encoder-lane.ts';
import { Latency } from './latency.ts';

/** A restart of an encoder costs a key frame: smaller changes of the bitrate are not worth it. */
const WORTH_RESTART = 0.15;

export interface RawPathOptions {
  readonly ffmpeg: string;
  readonly encoders: readonly FfmpegEncoder[];
  readonly fps: number;
  /** Of libx264, where it is the encoder. */
  readonly preset: X264Preset;
  readonly onPicture: (rendition: RenditionName, picture: EncodedPicture) => void;
  /** Once: a rendition has no encoder left. */
  readonly onFailed: (detail: string) => void;
  readonly log: (level: 'info' | 'warn', message: string) => void;
}

/** The second encoder path: raw pictures, one encoder per rendition in use. */
export class RawPath {
  readonly #options: RawPathOptions;
  readonly #lanes = new Map<RenditionName, EncoderLane>();
  readonly #kbps = new Map<RenditionName, number>();
  readonly #wantedKbps = new Map<RenditionName, number>();
  readonly #ending = new Set<Promise<boolean>>();
  readonly #latency = new Latency();
  /** Counters of renditions that are not in use any more. */
  #past = { replaced: 0, frames: 0, keyFrames: 0, skipped: 0 };
  #failed = false;
  #preset: X264Preset;
  /** Of the lane that was closed last. */
  #last: FfmpegEncoder | null = null;

  constructor(options: RawPathOptions) {
    this.#options = options;
    this.#preset = options.preset;
  }

  /** Encodes a raw picture for one rendition; its bytes must not change afterwards. */
  encode(name: RenditionName, target: EncodeTarget, source: Size, data: Uint8Array, timeUs: number): void {
    let lane = this.#lanes.get(name);
    if (!lane) {
      lane = this.#open(name, target);
      this.#lanes.set(name, lane);
    }
    lane.submit(data, source, timeUs);
  }

  /**
   * Aims at another bitrate, when the difference is worth a key frame or it is the wanted one again.
   * @returns whether it does
   */
  retarget(name: RenditionName, kbps: number): boolean {
    const before = this.#kbps.get(name);
    const small = before !== undefined && Math.abs(kbps - before) < WORTH_RESTART * before;
    if (small && kbps !== this.#wantedKbps.get(name)) return false;
    this.#kbps.set(name, kbps);
    this.#lanes.get(name)?.retarget(kbps);
    return true;
  }

  /** Runs libx264 with another preset, at the price of a key frame. */
  setPreset(preset: X264Preset): void {
    this.#preset = preset;
    for (const lane of this.#lanes.values()) lane.setPreset(preset);
  }

  /** Ends the encode of a rendition that nobody wants any more. */
  close(name: RenditionName, graceMs: number): void {
    const lane = this.#lanes.get(name);
    if (!lane) return;
    this.#lanes.delete(name);
    this.#last = lane.encoder ?? this.#last;
    this.#past.replaced += lane.replaced;
    this.#past.frames += lane.frames;
    this.#past.keyFrames += lane.keyFrames;
    this.#past.skipped += lane.skipped;
    const ending = lane.end(graceMs);
    this.#ending.add(ending);
    void ending.then(() => this.#ending.delete(ending));
  }

  /** Delivers what is on the way, then ends; true when an FFmpeg had to be killed. */
  async end(graceMs: number): Promise<boolean> {
    for (const name of [...this.#lanes.keys()]) this.close(name, graceMs);
    return (await Promise.all(this.#ending)).includes(true);
  }

  status(): MediaStatus['encoder'] {
    const lanes = [...this.#lanes.values()];
    const { encoders } = this.#options;
    const name = lanes[0]?.encoder ?? this.#last ?? encoders.at(this.#failed ? -1 : 0);
    if (!name) return null;
    return {
      name,
      replaced: lanes.reduce((sum, lane) => sum + lane.replaced, this.#past.replaced),
      frames: lanes.reduce((sum, lane) => sum + lane.frames, this.#past.frames),
      keyFrames: lanes.reduce((sum, lane) => sum + lane.keyFrames, this.#past.keyFrames),
      skipped: lanes.reduce((sum, lane) => sum + lane.skipped, this.#past.skipped),
      p50Ms: this.#latency.percentile(0.5),
      p95Ms: this.#latency.percentile(0.95),
      pids: lanes.flatMap((lane) => lane.pid ?? []),
    };
  }

  #open(name: RenditionName, target: EncodeTarget): EncoderLane {
    const bitrateKbps = this.#kbps.get(name) ?? target.bitrateKbps;
    this.#kbps.set(name, bitrateKbps);
    this.#wantedKbps.set(name, target.bitrateKbps);
    const { ffmpeg, encoders, fps, log } = this.#options;
    return new EncoderLane({
      ffmpeg,
      encoders,
      target: { ...target, bitrateKbps, preset: this.#preset },
      fps,
      log,
      onPicture: (picture) => {
        this.#latency.add(picture.latencyMs);
        this.#options.onPicture(name, picture);
      },
      onFailed: (detail) => {
        if (this.#failed) return;
        this.#failed = true;
        this.#options.onFailed(detail);
      },
    });
  }
}
