import { GrowthRate } from '../../shared/domain/growth-rate.ts';
import type { Reason } from '../../shared/errors.ts';
import { FfmpegChild, type FfmpegOptions } from './ffmpeg/child.ts';
import type { FfmpegExit } from './ffmpeg/failure.ts';
import { type FfmpegProgress, ProgressParser } from './ffmpeg/progress.ts';
import { FlvMux, type FlvMuxOptions } from './flv-mux.ts';
import { PacketQueue } from './packet-queue.ts';
import type { TlsTunnel } from './tls-tunnel.ts';
import type { MediaUnit, VideoUnit } from './units.ts';

const CHECK_MS = 250;
/** While a server is being reached everything waits for it, and it has this long to catch up afterwards. */
const CONNECTING_QUEUE_MS = 4_000;
const CATCH_UP_MS = 3_000;
/**
 * FFmpeg is given no more than this ahead of what it has written: what lies in the buffers between us and it can be
 * dropped no more. Its own reports are 250 ms apart.
 */
const AHEAD_MS = 1_500;
/** As long as it takes everything at once, a queue that has built up may go to it faster. */
const MAX_AHEAD_MS = 4_000;
/** Without input it does not report either: then it gets a unit more, when its next report is due. */
const POKE_MS = 260;
const REPORT_PAIR_MS = 50;
/** What it has not written at the time of a report although nothing is wrong. */
const USUAL_AHEAD_MS = 100;
/** Sound goes with the next picture, in one write, if that comes before so many frames of sound (64 ms). */
const HELD_SOUND = 3;
const RATE_WINDOW_MS = 3_000;

/** How much may wait on this side of a connection that runs. */
export interface QueueLimits {
  /** Milliseconds of pictures; more is dropped. */
  readonly maxMs: number;
  /** Bytes of pictures; more is dropped. */
  readonly maxBytes: number;
  /** Sound and key frames are never dropped, so a queue that is as old as this goes nowhere any more. */
  readonly maxAgeMs: number;
}

export interface PublisherOptions {
  readonly command: FfmpegOptions;
  readonly mux: FlvMuxOptions;
  /** Through which its FFmpeg reaches the server; it is closed with the connection. */
  readonly tunnel?: TlsTunnel;
  /** Its time in the output tells how far the server has taken the stream. A file is written in lumps. */
  readonly paced: boolean;
  /** From the first unit to the publish accepted. */
  readonly connectTimeoutMs: number;
  /** FFmpeg writes nothing although it is fed. */
  readonly stallTimeoutMs: number;
  readonly queue: QueueLimits;
  readonly classify: (
    lines: readonly string[],
    exit: FfmpegExit,
    wasLive: boolean,
  ) => Reason | Promise<Reason>;
  /** The server took the first bytes. */
  readonly onLive: () => void;
  /** Once, when its FFmpeg has exited, unless {@link Publisher.end} was called. */
  readonly onLost: (reason: Reason, lines: readonly string[]) => void;
}

/** One connection: one mux, one FFmpeg, one queue. It begins with a start picture and ends for good. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #child: FfmpegChild;
  readonly #mux: FlvMux;
  readonly #queue: PacketQueue;
  readonly #rate = new GrowthRate(RATE_WINDOW_MS);
  readonly #timer: NodeJS.Timeout;
  readonly #startedMs = performance.now();
  #frames = 0;
  #bytes = 0;
  #liveMs: number | null = null;
  #caughtUp = false;
  #ending = false;
  /** Set when this side ends the connection: its own verdict counts, not what FFmpeg says when killed. */
  #verdict: Reason | null = null;
  #advancedMs = this.#startedMs;
  #fedSinceAdvance = 0;
  /** Connection time that FFmpeg has written, by its last report; null before the first. */
  #writtenMs: number | null = null;
  /** How far it had been fed beyond that at the time of the report. */
  #aheadMs = 0;
  #windowMs = AHEAD_MS;
  #reportedMs = 0;
  #poke: NodeJS.Timeout | null = null;

  constructor(options: PublisherOptions, start: VideoUnit, units: readonly MediaUnit[]) {
    this.#options = options;
    const { maxMs, maxBytes } = options.queue;
    this.#queue = new PacketQueue(Math.max(CONNECTING_QUEUE_MS, maxMs), maxBytes);
    const child = new FfmpegChild(options.command);
    this.#child = child;
    child.stdin.cork();
    this.#mux = new FlvMux(start, (bytes) => child.stdin.write(bytes), options.mux);
    child.stdin.uncork();
    child.stdin.on('drain', () => this.#pump());
    const progress = new ProgressParser();
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      for (const report of progress.push(text)) this.#onProgress(report);
    });
    this.#timer = setInterval(() => this.#check(), CHECK_MS);
    void child.exited.then((exit) => this.#onExit(exit));
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

  /** Milliseconds of the stream that wait on this side. */
  get queueMs(): number {
    if (this.#liveMs === null) return this.#queue.queuedMs;
    return this.#queue.queuedMs + Math.max(0, this.#aheadMs - USUAL_AHEAD_MS);
  }

  get kbps(): number {
    return Math.round((this.#rate.perSecond(performance.now()) * 8) / 1000);
  }

  get pid(): number | undefined {
    return this.#child.gone ? undefined : this.#child.pid;
  }

  /** The server has taken bytes. */
  get live(): boolean {
    return this.#liveMs !== null;
  }

  add(unit: MediaUnit): void {
    if (this.#ending || this.#verdict || this.#child.gone) return;
    this.#queue.push(unit);
    if (unit.kind === 'video' || this.#queue.length >= HELD_SOUND) this.#pump();
  }

  /** Writes the rest and closes the connection; true when it had to be cut: FFmpeg killed, or a rest not taken. */
  async end(graceMs: number): Promise<boolean> {
    this.#ending = true;
    const deadline = performance.now() + graceMs;
    while (this.#queue.length > 0 && !this.#child.gone && performance.now() < deadline) {
      this.#pump();
      if (this.#queue.length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const killed = await this.#child.end(Math.max(200, deadline - performance.now()));
    const { tunnel } = this.#options;
    const patience = killed ? 0 : Math.max(200, deadline - performance.now());
    const sent = tunnel ? await tunnel.close(patience) : true;
    this.#cease();
    return killed || !sent;
  }

  /** Gives the connection up without waiting for anything. */
  kill(): void {
    this.#child.kill();
  }

  /** @param poke one unit goes even if FFmpeg has been given enough. */
  #pump(poke = false): void {
    const { stdin } = this.#child;
    if (this.#queue.length === 0 || this.#child.gone) return;
    let poking = poke;
    stdin.cork();
    while (!stdin.writableNeedDrain && (poking || !this.#tooFarAhead())) {
      poking = false;
      const unit = this.#queue.shift();
      if (!unit) break;
      if (unit.kind === 'video') {
        this.#frames++;
        this.#fedSinceAdvance++;
      }
      this.#mux.add(unit);
    }
    stdin.uncork();
    if (this.#queue.length > 0 && this.#tooFarAhead()) {
      this.#poke ??= setTimeout(() => {
        this.#poke = null;
        this.#pump(true);
      }, POKE_MS);
    }
  }

  #tooFarAhead(): boolean {
    if (this.#ending || !this.#caughtUp || this.#writtenMs === null) return false;
    return this.#mux.lastMs - this.#writtenMs > this.#windowMs;
  }

  #onProgress({ totalSize, outTimeMs }: FfmpegProgress): void {
    const now = performance.now();
    if (this.#options.paced && outTimeMs !== null && totalSize > 0) {
      this.#writtenMs = outTimeMs;
      // A second report at once knows nothing yet of what the first one let through.
      if (now - this.#reportedMs > REPORT_PAIR_MS) this.#measure(outTimeMs);
      this.#reportedMs = now;
      this.#pump();
    }
    if (totalSize <= this.#bytes) return;
    this.#bytes = totalSize;
    this.#rate.add(now, totalSize);
    this.#advancedMs = now;
    this.#fedSinceAdvance = 0;
    if (this.#liveMs === null) {
      this.#liveMs = now;
      this.#options.onLive();
    }
  }

  #measure(writtenMs: number): void {
    this.#aheadMs = this.#mux.lastMs - writtenMs;
    const catchingUp = this.#aheadMs <= USUAL_AHEAD_MS && this.#queue.length > HELD_SOUND;
    this.#windowMs = catchingUp ? Math.min(MAX_AHEAD_MS, 2 * this.#windowMs) : AHEAD_MS;
  }

  #check(): void {
    const now = performance.now();
    if (this.#liveMs === null) {
      if (now - this.#startedMs > this.#options.connectTimeoutMs) this.#abort('destination.timeout');
      return;
    }
    this.#tighten(now - this.#liveMs);
    this.#pump();
    const fed = this.#fedSinceAdvance > 1 || this.#queue.length > 0;
    if (!fed) this.#advancedMs = Math.max(this.#advancedMs, now - CHECK_MS);
    else if (now - this.#advancedMs > this.#options.stallTimeoutMs) this.#abort('destination.stalled');
    if (this.#queue.ageMs > this.#options.queue.maxAgeMs) this.#abort('destination.stalled');
    // FFmpeg cannot know that what it has written goes no further.
    const stuckMs = this.#options.tunnel?.stuckMs ?? 0;
    if (stuckMs > this.#options.stallTimeoutMs) this.#abort('destination.stalled');
  }

  /** From the patience of connecting to the limits of a running stream. */
  #tighten(liveMs: number): void {
    if (this.#caughtUp) return;
    const { maxMs } = this.#options.queue;
    const behind = this.#queue.queuedMs > maxMs || this.#aheadMs > AHEAD_MS;
    if (behind && liveMs < CATCH_UP_MS) return;
    this.#caughtUp = true;
    this.#queue.maxMs = maxMs;
    this.#queue.trim();
  }

  #cease(): void {
    clearInterval(this.#timer);
    if (this.#poke) clearTimeout(this.#poke);
    this.#queue.clear();
  }

  #abort(reason: Reason): void {
    if (this.#ending || this.#verdict) return;
    this.#verdict = reason;
    this.#child.kill();
  }

  async #onExit(exit: FfmpegExit): Promise<void> {
    if (this.#ending) return;
    this.#cease();
    const { tunnel, classify, onLost } = this.#options;
    if (tunnel) await tunnel.close(0);
    const reason = this.#verdict ?? (await classify(this.#child.rawLines, exit, this.live));
    // It may have been ended while the reason was looked for.
    if (!this.#ending) onLost(reason, this.#child.lines);
  }
}
