import type { FfmpegEncoder, RenditionName, X264Preset } from '../../../shared/domain/encoding.ts';
import { RawPath, type RawPathOptions } from './raw-path.ts';

const GRACE_MS = 1_500;

/** The raw path in use, if raw pictures come at all, and former ones that still end. */
export class RawPaths {
  readonly #options: Omit<RawPathOptions, 'encoders' | 'preset'>;
  #preset: X264Preset;
  #current: RawPath | null = null;
  /** Whether one of the former had to be killed. */
  #former: Promise<boolean> = Promise.resolve(false);

  constructor({ preset, ...options }: Omit<RawPathOptions, 'encoders'>) {
    this.#options = options;
    this.#preset = preset;
  }

  /** Null: pictures come encoded. */
  get current(): RawPath | null {
    return this.#current;
  }

  /** What libx264 is run with, now or when its turn comes. */
  setPreset(preset: X264Preset): void {
    this.#preset = preset;
    this.#current?.setPreset(preset);
  }

  /** Raw pictures are encoded by these from now on; none of them: pictures come encoded. */
  use(encoders: readonly FfmpegEncoder[]): void {
    this.#former = this.end();
    this.#current =
      encoders.length === 0 ? null : new RawPath({ ...this.#options, encoders, preset: this.#preset });
  }

  /** Ends the encode of a rendition that nobody wants any more. */
  close(rendition: RenditionName): void {
    this.#current?.close(rendition, GRACE_MS);
  }

  /** Delivers what is on the way, then ends; true when an FFmpeg had to be killed, a former one's as well. */
  async end(): Promise<boolean> {
    const ending = this.#current?.end(GRACE_MS) ?? false;
    return (await Promise.all([this.#former, ending])).includes(true);
  }
}
