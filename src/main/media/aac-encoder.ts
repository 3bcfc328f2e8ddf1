import { PCM_CHANNELS, PCM_SAMPLE_RATE } from '../../shared/domain/media-packet.ts';
import { AAC_FRAME_SAMPLES, AdtsParser } from './adts.ts';
import { aacArgs } from './ffmpeg/args.ts';
import { FfmpegChild } from './ffmpeg/child.ts';
import type { AudioUnit } from './units.ts';

const BYTES_PER_SAMPLE = 2 * PCM_CHANNELS;
/** Sound is given to its FFmpeg in pieces of at least 80 ms: every piece wakes both processes, and so does its answer. */
const PIECE_SAMPLES = 0.08 * PCM_SAMPLE_RATE;
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
  /** The newest of {@link #pending} that its FFmpeg has not been given. */
  #piece: Uint8Array[] = [];
  #pieceSamples = 0;
  #delivered = 0;
  #lastDeliveryMs = performance.now();

  constructor(options: AacEncoderOptions) {
    this.#options = options;
    this.#start();
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Of its FFmpeg; null while it is being replaced. */
  get pid(): number | null {
    return this.#child && !this.#child.gone ? (this.#child.pid ?? null) : null;
  }

  /** Takes the next samples of the line, interleaved s16le; the caller does not touch them afterwards. */
  write(samples: Uint8Array): void {
    if (this.#pendingSamples === 0) this.#lastDeliveryMs = performance.now();
    this.#pending.push(samples);
    this.#pendingSamples += samples.length / BYTES_PER_SAMPLE;
    this.#piece.push(samples);
    this.#pieceSamples += samples.length / BYTES_PER_SAMPLE;
    if (this.#pieceSamples >= PIECE_SAMPLES) this.#give();
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
    this.#give();
    if (this.#timer) clearTimeout(this.#timer);
    return this.#child && !this.#child.gone ? this.#child.end(graceMs) : false;
  }

  #give(): void {
    if (this.#child && !this.#child.gone && this.#pieceSamples > 0) {
      this.#child.stdin.write(this.#piece.length === 1 ? this.#piece[0]! : Buffer.concat(this.#piece));
    }
    this.#piece = [];
    this.#pieceSamples = 0;
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
    this.#piece = this.#pending.slice();
    this.#pieceSamples = this.#pendingSamples;
    this.#give();
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
