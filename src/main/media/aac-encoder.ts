import { PCM_CHANNELS, PCM_SAMPLE_RATE } from '../../shared/domain/media-packet.ts';
import { AAC_FRAME_SAMPLES, AdtsParser } from './adts.ts';
import { aacArgs } from './ffmpeg/args.ts';
import { FfmpegChild } from './ffmpeg/child.ts';
import type { AudioUnit } from './units.ts';

const BYTES_PER_SAMPLE = 2 * PCM_CHANNELS;
const HANG_SECONDS = 4;
const RESTART_DELAY_MS = 250;
const MAX_RESTART_DELAY_MS = 5_000;

export interface AacEncoderOptions {
  readonly ffmpeg: string;
  readonly onUnit: (unit: AudioUnit) => void;
  readonly log: (level: 'info' | 'warn', message: string) => void;
}

/**
 * The session's only AAC encoder: samples of one gapless line in, stamped AAC frames out. Time comes from the
 * count of samples. When its FFmpeg dies or hangs, another one takes over at the first frame not yet delivered.
 */
export class AacEncoder {
  readonly #options: AacEncoderOptions;
  #child: FfmpegChild | null = null;
  #timer: NodeJS.Timeout | null = null;
  #ending = false;
  #restarts = 0;
  /** Samples not yet covered by a delivered frame, oldest first; they begin at sample {@link #delivered}. */
  #pending: Uint8Array[] = [];
  #pendingSamples = 0;
  #delivered = 0;
  #lastDeliveryMs = performance.now();

  constructor(options: AacEncoderOptions) {
    this.#options = options;
    this.#start();
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Takes the next samples of the line, interleaved s16le; the bytes are not kept by the caller afterwards. */
  write(samples: Uint8Array): void {
    if (this.#pendingSamples === 0) this.#lastDeliveryMs = performance.now();
    this.#pending.push(samples);
    this.#pendingSamples += samples.length / BYTES_PER_SAMPLE;
    if (this.#child && !this.#child.gone) this.#child.stdin.write(samples);
    const silentMs = performance.now() - this.#lastDeliveryMs;
    if (this.#pendingSamples > HANG_SECONDS * PCM_SAMPLE_RATE && silentMs > HANG_SECONDS * 1000) {
      this.#lastDeliveryMs = performance.now();
      this.#options.log('warn', 'the AAC encoder hangs and is replaced');
      this.#child?.kill();
    }
  }

  /** Delivers what is left, then ends; true when its FFmpeg had to be killed. */
  async end(graceMs: number): Promise<boolean> {
    this.#ending = true;
    if (this.#timer) clearTimeout(this.#timer);
    return this.#child && !this.#child.gone ? this.#child.end(graceMs) : false;
  }

  #start(): void {
    const child = new FfmpegChild({ ffmpeg: this.#options.ffmpeg, args: () => aacArgs() });
    const parser = new AdtsParser();
    let priming = true;
    this.#child = child;
    this.#lastDeliveryMs = performance.now();
    child.stdout.on('data', (chunk: Buffer) => {
      for (const frame of parser.push(chunk)) {
        // The encoder's first frame holds nothing but its 1024 samples of priming.
        if (priming) priming = false;
        else this.#deliver(frame);
      }
    });
    for (const samples of this.#pending) child.stdin.write(samples);
    void child.exited.then((exit) => {
      if (this.#ending) return;
      this.#restarts++;
      this.#options.log(
        'warn',
        `the AAC encoder ended (${exit.spawnError ?? exit.signal ?? exit.code}) and is replaced: ${child.lines.at(-1) ?? ''}`,
      );
      const delayMs = Math.min(MAX_RESTART_DELAY_MS, RESTART_DELAY_MS * this.#restarts);
      this.#timer = setTimeout(() => this.#start(), delayMs);
    });
  }

  #deliver(data: Uint8Array): void {
    const timeUs = (this.#delivered / PCM_SAMPLE_RATE) * 1e6;
    this.#delivered += AAC_FRAME_SAMPLES;
    this.#lastDeliveryMs = performance.now();
    this.#forget(AAC_FRAME_SAMPLES);
    this.#options.onUnit({ kind: 'audio', timeUs, data });
  }

  #forget(samples: number): void {
    let left = samples;
    while (left > 0 && this.#pending.length > 0) {
      const first = this.#pending[0]!;
      const length = first.length / BYTES_PER_SAMPLE;
      if (length <= left) this.#pending.shift();
      else this.#pending[0] = first.subarray(left * BYTES_PER_SAMPLE);
      const taken = Math.min(length, left);
      left -= taken;
      this.#pendingSamples -= taken;
    }
  }
}
