import type { Reason } from '../../shared/errors.ts';
import type { RenditionStream } from './rendition.ts';
import { ReplayBuffer } from './replay-buffer.ts';
import { writeReplay } from './replay-file.ts';
import type { AudioUnit, VideoUnit } from './units.ts';

/** From the wish to the answer. Whoever asked gives up after 30 s. */
const SAVE_TIMEOUT_MS = 25_000;

export interface ReplayResult {
  readonly seconds: number;
  /** Null: the file is complete. */
  readonly reason: Reason | null;
}

/** The replay of a session: what was lately made for the recording, or for the main rendition when there is none. */
export class Replay {
  readonly #buffer: ReplayBuffer | null;
  readonly #ffmpeg: string;
  readonly #main: RenditionStream | null;
  readonly #recording: RenditionStream | null;
  #kept: RenditionStream | null = null;
  /** One file after the other. */
  #tail: Promise<unknown> = Promise.resolve();

  /** @param seconds 0: nothing is kept */
  constructor(seconds: number, ffmpeg: string, renditions: readonly RenditionStream[]) {
    this.#buffer = seconds > 0 ? new ReplayBuffer(seconds) : null;
    this.#ffmpeg = ffmpeg;
    this.#main = renditions.find(({ name }) => name === 'main') ?? null;
    this.#recording = renditions.find(({ name }) => name === 'recording') ?? null;
  }

  /** Seconds that would be saved now. */
  get seconds(): number {
    return this.#buffer?.seconds ?? 0;
  }

  /** Of which rendition it keeps pictures; null when it is off. */
  source(): RenditionStream | null {
    if (!this.#buffer) return null;
    return this.#recording?.served ? this.#recording : this.#main;
  }

  picture(rendition: RenditionStream, unit: VideoUnit): void {
    if (!this.#buffer || this.source() !== rendition) return;
    if (this.#kept !== rendition) this.#buffer.clear();
    this.#kept = rendition;
    this.#buffer.push(unit);
  }

  sound(unit: AudioUnit): void {
    this.#buffer?.push(unit);
  }

  /** Writes what is kept now; files that are asked for meanwhile are written one after the other. */
  save(path: string): Promise<ReplayResult> {
    const snapshot = this.#buffer?.snapshot() ?? null;
    if (!snapshot) return Promise.resolve({ seconds: 0, reason: 'record.no-replay' });
    const deadlineMs = performance.now() + SAVE_TIMEOUT_MS;
    const saved = this.#tail.then(async (): Promise<ReplayResult> => {
      const leftMs = Math.max(0, deadlineMs - performance.now());
      const reason = await writeReplay(this.#ffmpeg, path, snapshot, leftMs);
      return { seconds: snapshot.seconds, reason };
    });
    this.#tail = saved.catch(() => undefined);
    return saved;
  }

  /** Resolves when no file is being written. */
  async idle(): Promise<void> {
    await this.#tail;
  }
}
