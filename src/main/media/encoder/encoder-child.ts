import { FfmpegChild } from '../ffmpeg/child.ts';
import { FlvReader } from './flv-reader.ts';

/** Pictures on the way while FFmpeg starts: they are encoded as soon as it has, instead of being lost. */
const STARTING_QUEUE = 8;
const QUEUE = 2;
/** An encoder that keeps pictures back by itself may keep one more than this. */
const MAX_HELD = 2;
const RING = 32;
const START_TIMEOUT_MS = 5_000;
const HANG_TIMEOUT_MS = 2_000;

export interface EncodedPicture {
  readonly timeUs: number;
  readonly key: boolean;
  /** NAL units with 4-byte lengths. */
  readonly data: Uint8Array;
  /** AVCDecoderConfigurationRecord; the same object as long as it does not change. */
  readonly avcC: Uint8Array;
  /** From the raw picture's arrival. */
  readonly latencyMs: number;
}

export interface EncoderChildOptions {
  readonly ffmpeg: string;
  readonly args: readonly string[];
  readonly onPicture: (picture: EncodedPicture) => void;
  /** Once, when it has ended without being asked to. */
  readonly onLost: (detail: string) => void;
}

/** One FFmpeg that encodes: raw pictures in, one encoded picture out for each, in the same order. */
export class EncoderChild {
  readonly #options: EncoderChildOptions;
  readonly #child: FfmpegChild;
  readonly #reader: FlvReader;
  /** Times of the pictures on the way, oldest at {@link #returned}. */
  readonly #timesUs = new Float64Array(RING);
  readonly #sentMs = new Float64Array(RING);
  #submitted = 0;
  #returned = 0;
  #held = MAX_HELD;
  #lastMs = performance.now();
  #avcC: Uint8Array | null = null;
  #fault: string | null = null;
  #ending = false;

  constructor(options: EncoderChildOptions) {
    this.#options = options;
    this.#child = new FfmpegChild({ ffmpeg: options.ffmpeg, args: () => options.args });
    this.#reader = new FlvReader({
      config: (avcC) => {
        this.#avcC = avcC;
      },
      picture: (key, data) => this.#picture(key, data),
    });
    this.#child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    void this.#child.exited.then((exit) => {
      if (this.#ending) return;
      const said = this.#child.lines.at(-1);
      options.onLost(this.#fault ?? said ?? exit.spawnError ?? `ended (${exit.signal ?? exit.code})`);
    });
  }

  get pid(): number | undefined {
    return this.#child.gone ? undefined : this.#child.pid;
  }

  /** Pictures that went in and have not come out. */
  get inFlight(): number {
    return this.#submitted - this.#returned;
  }

  /** A picture has come out: it works on this machine. */
  get delivered(): boolean {
    return this.#returned > 0;
  }

  /**
   * Takes a picture; its bytes must not change afterwards.
   * @returns false when too many are on the way: this one is skipped
   */
  submit(data: Uint8Array, timeUs: number): boolean {
    const limit = !this.delivered ? STARTING_QUEUE : QUEUE + this.#held;
    if (this.inFlight >= limit || this.#child.gone) return false;
    const nowMs = performance.now();
    if (this.inFlight === 0) this.#lastMs = nowMs;
    this.#timesUs[this.#submitted % RING] = timeUs;
    this.#sentMs[this.#submitted % RING] = nowMs;
    this.#submitted++;
    this.#child.stdin.write(data);
    return true;
  }

  /** Kills it when it is fed and nothing comes; to be called now and then. */
  check(): void {
    if (this.inFlight === 0 || this.#fault) return;
    const patienceMs = !this.delivered ? START_TIMEOUT_MS : HANG_TIMEOUT_MS;
    if (performance.now() - this.#lastMs > patienceMs) this.#fail('nothing comes out of the encoder');
  }

  /** Delivers what is on the way, then ends; true when it had to be killed. */
  end(graceMs: number): Promise<boolean> {
    this.#ending = true;
    return this.#child.gone ? Promise.resolve(false) : this.#child.end(graceMs);
  }

  #read(chunk: Buffer): void {
    if (this.#fault) return;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #picture(key: boolean, data: Uint8Array): void {
    if (!this.#avcC) throw new Error('the encoder wrote a picture without its parameters');
    if (this.inFlight === 0) throw new Error('the encoder wrote more pictures than it was given');
    const nowMs = performance.now();
    const at = this.#returned % RING;
    this.#returned++;
    this.#lastMs = nowMs;
    this.#held = Math.min(this.#held, this.inFlight);
    this.#options.onPicture({
      timeUs: this.#timesUs[at]!,
      key,
      data,
      avcC: this.#avcC,
      latencyMs: nowMs - this.#sentMs[at]!,
    });
  }

  #fail(detail: string): void {
    this.#fault = detail;
    this.#child.kill();
  }
}
