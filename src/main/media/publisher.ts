import type { Reason } from '../../shared/errors.ts';
import { RW_TIMEOUT_SECONDS } from './ffmpeg/args.ts';
import { FfmpegChild, type FfmpegOptions } from './ffmpeg/child.ts';
import type { FfmpegExit } from './ffmpeg/failure.ts';
import { ProgressParser } from './ffmpeg/progress.ts';
import { MatroskaMux } from './mux.ts';
import { PacketQueue } from './packet-queue.ts';
import type { MediaUnit, VideoUnit } from './units.ts';

const CHECK_MS = 250;

export interface PublisherOptions {
  readonly command: FfmpegOptions;
  /** From the first unit to the publish accepted. */
  readonly connectTimeoutMs: number;
  /** FFmpeg writes nothing although it is fed. */
  readonly stallTimeoutMs: number;
  readonly classify: (lines: readonly string[], exit: FfmpegExit, wasLive: boolean) => Reason;
  /** The server took the first bytes. */
  readonly onLive: () => void;
  /** Once, when its FFmpeg has exited, unless {@link Publisher.end} was called. */
  readonly onLost: (reason: Reason, lines: readonly string[]) => void;
}

/** One connection: one mux, one FFmpeg, one queue. It begins with a start picture and ends for good. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #child: FfmpegChild;
  readonly #mux: MatroskaMux;
  readonly #queue = new PacketQueue();
  readonly #timer: NodeJS.Timeout;
  readonly #startedMs = performance.now();
  #frames = 0;
  #bytes = 0;
  #live = false;
  #ending = false;
  /** Set when this side ends the connection: its own verdict counts, not what FFmpeg says when killed. */
  #verdict: Reason | null = null;
  #advancedMs = performance.now();
  #fedSinceAdvance = 0;

  constructor(options: PublisherOptions, start: VideoUnit, units: readonly MediaUnit[]) {
    this.#options = options;
    this.#child = new FfmpegChild(options.command);
    this.#mux = new MatroskaMux(
      start,
      (bytes) => {
        if (!this.#child.gone) this.#child.stdin.write(bytes);
      },
      () => this.#abort('destination.failed'),
    );
    this.#child.stdin.on('drain', () => this.#pump());
    const progress = new ProgressParser();
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      for (const report of progress.push(text)) this.#onProgress(report.totalSize);
    });
    this.#timer = setInterval(() => this.#check(), CHECK_MS);
    void this.#child.exited.then((exit) => this.#onExit(exit));
    for (const unit of units) this.add(unit);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get frames(): number {
    return this.#frames;
  }

  get dropped(): number {
    return this.#queue.dropped;
  }

  get queueMs(): number {
    return this.#queue.queuedMs;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  add(unit: MediaUnit): void {
    if (this.#ending || this.#verdict || this.#child.gone) return;
    this.#queue.push(unit);
    this.#pump();
  }

  /** Writes the rest and closes the connection; true when FFmpeg had to be killed. */
  async end(graceMs: number): Promise<boolean> {
    this.#ending = true;
    const deadline = performance.now() + graceMs;
    while (this.#queue.length > 0 && !this.#child.gone && performance.now() < deadline) {
      this.#pump();
      if (this.#queue.length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (!this.#child.gone) {
      await Promise.race([this.#mux.finish(), this.#child.exited]).catch(() => this.#child.kill());
    }
    const killed = await this.#child.end(Math.max(200, deadline - performance.now()));
    clearInterval(this.#timer);
    return killed;
  }

  /** Gives the connection up without waiting for anything. */
  kill(): void {
    this.#child.kill();
  }

  #pump(): void {
    while (!this.#child.stdin.writableNeedDrain) {
      const unit = this.#queue.shift();
      if (!unit) return;
      if (unit.kind === 'video') {
        this.#frames++;
        this.#fedSinceAdvance++;
      }
      this.#mux.add(unit);
    }
  }

  #onProgress(totalSize: number): void {
    if (totalSize <= this.#bytes) return;
    this.#bytes = totalSize;
    this.#advancedMs = performance.now();
    this.#fedSinceAdvance = 0;
    if (!this.#live) {
      this.#live = true;
      this.#options.onLive();
    }
  }

  #check(): void {
    const now = performance.now();
    if (!this.#live) {
      if (now - this.#startedMs > this.#options.connectTimeoutMs) this.#abort('destination.timeout');
      return;
    }
    const fed = this.#fedSinceAdvance > 1 || this.#queue.length > 0;
    if (!fed) this.#advancedMs = Math.max(this.#advancedMs, now - CHECK_MS);
    else if (now - this.#advancedMs > this.#options.stallTimeoutMs) this.#abort('destination.stalled');
  }

  #abort(reason: Reason): void {
    if (this.#ending || this.#verdict) return;
    this.#verdict = reason;
    this.#child.kill();
  }

  #onExit(exit: FfmpegExit): void {
    clearInterval(this.#timer);
    if (this.#ending) return;
    const said = this.#options.classify(this.#child.rawLines, exit, this.#live);
    // A server that never answers ends in FFmpeg's own time-out, which it calls an input/output error.
    const silent = !this.#live && performance.now() - this.#startedMs >= RW_TIMEOUT_SECONDS * 1000;
    const reason = this.#verdict ?? (said === 'destination.closed' && silent ? 'destination.timeout' : said);
    this.#options.onLost(reason, this.#child.lines);
  }
}
