import type { DestinationState, DestinationStatus } from '../../shared/domain/stream-state.ts';
import type { Reason } from '../../shared/errors.ts';
import type { GopCache, GopSnapshot } from './gop-cache.ts';
import { Publisher, type PublisherOptions } from './publisher.ts';
import { retryDelayMs } from './retry-policy.ts';
import type { MediaUnit } from './units.ts';

/** A connection that ends sooner after it began was most likely not wanted by the server. */
/** Stopped before a destination could say why it is not live. */
const NEVER_LIVE = { rtmp: 'destination.timeout', file: 'record.failed' } as const;

const EARLY_MS = 5_000;
const CONNECTING_GRACE_MS = 1_000;

export type PublisherRecipe = Pick<
  PublisherOptions,
  'command' | 'classify' | 'connectTimeoutMs' | 'stallTimeoutMs'
>;

export interface DestinationOptions {
  readonly id: string;
  readonly name: string;
  readonly kind: 'rtmp' | 'file';
  /** As it may be shown. */
  readonly url: string;
  /** For every connection; a reason when there can be none. */
  readonly recipe: (() => PublisherRecipe) | Reason;
  readonly cache: GopCache;
  /** It was live before the engine was replaced: a failed connect is tried again. */
  readonly resumed: boolean;
  readonly onChange: () => void;
  readonly needKeyFrame: () => void;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/**
 * One place the stream goes to, with a state machine of its own:
 * idle → connecting → live ⇄ reconnecting → stopping → ended | failed(reason).
 */
export class Destination {
  readonly #options: DestinationOptions;
  readonly #bornMs = performance.now();
  #state: DestinationState = 'idle';
  #reason: Reason | null = null;
  #publisher: Publisher | null = null;
  #timer: NodeJS.Timeout | null = null;
  #waiting = false;
  #wasLive = false;
  #liveMs = 0;
  #firstByteMs: number | null = null;
  #reconnects = 0;
  #outageMs: number | null = null;
  #lastDelayMs: number | null = null;
  /** Counters of the connections that are over. */
  #past = { bytes: 0, frames: 0, dropped: 0 };

  constructor(options: DestinationOptions) {
    this.#options = options;
    this.#wasLive = options.resumed && options.kind === 'rtmp';
  }

  get state(): DestinationState {
    return this.#state;
  }

  get name(): string {
    return this.#options.name;
  }

  /** It waits for a picture to begin with. */
  get waiting(): boolean {
    return this.#waiting;
  }

  start(): void {
    if (typeof this.#options.recipe === 'string') {
      this.#set('failed', this.#options.recipe);
      return;
    }
    this.#set('connecting', null);
    this.#connect();
  }

  /** Takes the next unit; the GOP cache must hold it already. */
  feed(unit: MediaUnit): void {
    if (this.#publisher) this.#publisher.add(unit);
    else if (this.#waiting && unit.kind === 'video' && unit.start) this.#begin();
  }

  /** The format of the picture changed: what follows needs a new header. */
  restart(): void {
    if (!this.#publisher || this.#state === 'stopping') return;
    this.#lost('destination.disconnected', ['the format of the picture changed'], true);
  }

  /**
   * Writes the rest and closes; true when its FFmpeg had to be killed. A destination that was not live when it was
   * stopped has failed, by the reason that kept it from being so.
   */
  async stop(graceMs: number): Promise<boolean> {
    if (this.#state === 'ended' || this.#state === 'failed') return false;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting = false;
    const publisher = this.#publisher;
    const wasLive = this.#state === 'live';
    const why = wasLive ? null : (this.#reason ?? NEVER_LIVE[this.#options.kind]);
    this.#set('stopping', this.#reason);
    // A server that has not answered yet will not get the rest either.
    const patience = wasLive ? graceMs : Math.min(graceMs, CONNECTING_GRACE_MS);
    const killed = publisher ? await publisher.end(patience) : false;
    this.#retire();
    this.#set(why === null ? 'ended' : 'failed', why);
    return killed;
  }

  status(): DestinationStatus {
    const { id, name, kind, url } = this.#options;
    return {
      id,
      name,
      kind,
      url,
      state: this.#state,
      reason: this.#reason,
      firstByteMs: this.#firstByteMs,
      bytes: this.#past.bytes + (this.#publisher?.bytes ?? 0),
      frames: this.#past.frames + (this.#publisher?.frames ?? 0),
      dropped: this.#past.dropped + (this.#publisher?.dropped ?? 0),
      reconnects: this.#reconnects,
      queueMs: Math.round(this.#publisher?.queueMs ?? 0),
    };
  }

  #connect(): void {
    this.#timer = null;
    this.#waiting = true;
    if (this.#options.cache.snapshot()) this.#begin();
    else this.#options.needKeyFrame();
  }

  #begin(): void {
    const snapshot = this.#options.cache.snapshot();
    const { recipe } = this.#options;
    if (!snapshot || typeof recipe === 'string') return;
    this.#waiting = false;
    try {
      this.#publisher = this.#open(recipe, snapshot);
    } catch (error) {
      // No process, no descriptor or no room for the preset: as if FFmpeg had died at once.
      this.#lost('ffmpeg.died', [error instanceof Error ? error.message : String(error)], false);
    }
  }

  #open(recipe: () => PublisherRecipe, { start, units }: GopSnapshot): Publisher {
    const publisher: Publisher = new Publisher(
      {
        ...recipe(),
        onLive: () => this.#onLive(publisher),
        onLost: (reason, lines) => {
          if (this.#publisher === publisher) this.#lost(reason, lines, false);
        },
      },
      start,
      units,
    );
    return publisher;
  }

  #onLive(publisher: Publisher): void {
    if (this.#publisher !== publisher || this.#state === 'stopping') return;
    this.#firstByteMs ??= Math.round(performance.now() - this.#bornMs);
    if (this.#state === 'reconnecting') this.#reconnects++;
    this.#wasLive = true;
    this.#liveMs = performance.now();
    this.#set('live', null);
  }

  #lost(reason: Reason, lines: readonly string[], byUs: boolean): void {
    const wasThisLive = this.#state === 'live';
    const livedMs = performance.now() - this.#liveMs;
    if (byUs) this.#publisher?.kill();
    this.#retire();
    const said = lines.slice(-3).join(' | ');
    this.#options.log('warn', `${this.#options.name}: ${reason}${said ? ` (${said})` : ''}`);
    const final = byUs ? null : this.#finalReason(reason, wasThisLive ? livedMs : null);
    if (final) {
      this.#set('failed', final);
      return;
    }
    const now = performance.now();
    if (wasThisLive && livedMs >= EARLY_MS) {
      this.#outageMs = null;
      this.#lastDelayMs = null;
    }
    this.#outageMs ??= now;
    this.#lastDelayMs = byUs ? 0 : retryDelayMs(now - this.#outageMs, this.#lastDelayMs, Math.random());
    this.#set(this.#wasLive ? 'reconnecting' : 'connecting', reason);
    this.#timer = setTimeout(() => this.#connect(), this.#lastDelayMs);
  }

  /** The reason to give up for; null when it is worth another try. @param livedMs null when it was not live. */
  #finalReason(reason: Reason, livedMs: number | null): Reason | null {
    if (this.#options.kind === 'file') return reason.startsWith('destination.') ? 'record.failed' : reason;
    if (!this.#wasLive || reason === 'ffmpeg.missing') return reason;
    const early = livedMs !== null && livedMs < EARLY_MS && reason === 'destination.disconnected';
    return early && !this.#hadGoodRun() ? 'destination.died-early' : null;
  }

  /** It has been live for a while before, so a short connection says nothing about the key. */
  #hadGoodRun(): boolean {
    return this.#options.resumed || this.#reconnects > 0;
  }

  #retire(): void {
    const publisher = this.#publisher;
    this.#publisher = null;
    if (!publisher) return;
    this.#past.bytes += publisher.bytes;
    this.#past.frames += publisher.frames;
    this.#past.dropped += publisher.dropped;
  }

  #set(state: DestinationState, reason: Reason | null): void {
    this.#state = state;
    this.#reason = reason;
    this.#options.onChange();
  }
}
