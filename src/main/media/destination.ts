import type { RenditionName } from '../../shared/domain/encoding.ts';
import {
  type DestinationState,
  type DestinationStatus,
  HISTORY_MAX,
} from '../../shared/domain/stream-state.ts';
import { type Reason, ReasonError } from '../../shared/errors.ts';
import type { GopCache, GopSnapshot } from './gop-cache.ts';
import { Publisher, type PublisherOptions } from './publisher.ts';
import { connectTimeoutMs, retryIntervalMs } from './retry-policy.ts';
import type { MediaUnit } from './units.ts';

/** Stopped before a destination could say why it is not live. */
const NEVER_LIVE = { rtmp: 'destination.timeout', file: 'record.failed' } as const;
/** A connection that ends sooner after it began was most likely not wanted by the server. */
const EARLY_MS = 5_000;
/** A server that has not answered when the stream is stopped will not get the rest either. */
const CONNECTING_GRACE_MS = 1_000;

/** What a connection that is about to be made may take. */
export interface Attempt {
  /** Aborted when nobody wants it any more. */
  readonly signal: AbortSignal;
  /** @param patientMs what a far server may need; while retries are quick it is less. */
  readonly timeoutMs: (patientMs: number) => number;
}

export type PublisherRecipe = Omit<PublisherOptions, 'onLive' | 'onLost'>;

export interface DestinationOptions {
  readonly id: string;
  readonly name: string;
  readonly kind: 'rtmp' | 'file';
  /** As it may be shown. */
  readonly url: string;
  /** The encode that it gets; {@link cache} holds that one. */
  readonly rendition: RenditionName;
  /** For every connection; a reason when there can be none. */
  readonly recipe: ((attempt: Attempt) => PublisherRecipe | Promise<PublisherRecipe>) | Reason;
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
  readonly #history: DestinationStatus['history'] = [];
  #state: DestinationState = 'idle';
  #reason: Reason | null = null;
  #publisher: Publisher | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** A connection is being secured; there is no publisher yet. */
  #preparing: AbortController | null = null;
  /** When {@link #timer} is due. */
  #retryAtMs = 0;
  #waiting = false;
  #wasLive: boolean;
  /** It has been live for a while before, so a short connection says nothing about the key. */
  #hadGoodRun: boolean;
  #liveMs = 0;
  #attemptMs = 0;
  #firstByteMs: number | null = null;
  #reconnects = 0;
  /** Begin of the outage; null while there is none. */
  #outageMs: number | null = null;
  #intervalMs: number | null = null;
  #stopping: Promise<boolean> | null = null;
  /** Counters of the connections that are over. */
  #past = { bytes: 0, frames: 0, dropped: 0 };

  constructor(options: DestinationOptions) {
    this.#options = options;
    this.#wasLive = options.resumed && options.kind === 'rtmp';
    this.#hadGoodRun = this.#wasLive;
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

  /** The size of the picture changed: what follows needs a new connection. */
  restart(): void {
    if (!this.#publisher || this.#state === 'stopping') return;
    this.#lost('destination.disconnected', ['the format of the picture changed'], true);
  }

  /** The user's retry: a failed one connects anew, as at first; one that waits for its next attempt tries at once. */
  retry(): void {
    if (this.#state === 'failed') {
      this.#wasLive = false;
      this.#hadGoodRun = false;
      this.#outageMs = null;
      this.#intervalMs = null;
      this.#stopping = null;
      this.start();
    } else if (this.#timer && this.#state !== 'stopping') {
      clearTimeout(this.#timer);
      this.#connect();
    }
  }

  /**
   * Writes the rest and closes; true when its FFmpeg had to be killed. Its process has gone and its socket is closed
   * when it resolves. A destination that was not live when it was stopped has failed, by the reason that kept it
   * from being so.
   */
  stop(graceMs: number): Promise<boolean> {
    return this.#end(graceMs, null);
  }

  /** Ends in order for a reason that is not its own, and keeps it: `ended` with `reason`. */
  stopBecause(reason: Reason, graceMs: number): Promise<boolean> {
    return this.#end(graceMs, reason);
  }

  status(): DestinationStatus {
    const { id, name, kind, url, rendition } = this.#options;
    const publisher = this.#publisher;
    return {
      id,
      name,
      kind,
      url,
      rendition,
      state: this.#state,
      reason: this.#reason,
      firstByteMs: this.#firstByteMs,
      bytes: this.#past.bytes + (publisher?.bytes ?? 0),
      frames: this.#past.frames + (publisher?.frames ?? 0),
      dropped: this.#past.dropped + (publisher?.dropped ?? 0),
      reconnects: this.#reconnects,
      queueMs: Math.round(publisher?.queueMs ?? 0),
      kbps: publisher?.kbps ?? 0,
      retryInMs: this.#timer ? Math.max(0, Math.round(this.#retryAtMs - performance.now())) : null,
      pid: publisher?.pid ?? null,
      history: [...this.#history],
    };
  }

  #end(graceMs: number, because: Reason | null): Promise<boolean> {
    if (this.#state === 'ended' || this.#state === 'failed') return Promise.resolve(false);
    this.#stopping ??= this.#close(graceMs, because);
    return this.#stopping;
  }

  async #close(graceMs: number, because: Reason | null): Promise<boolean> {
    this.#cancelTimer();
    this.#waiting = false;
    this.#preparing?.abort();
    this.#preparing = null;
    const publisher = this.#publisher;
    const wasLive = this.#state === 'live';
    const why = this.#reason ?? NEVER_LIVE[this.#options.kind];
    this.#set('stopping', because ?? this.#reason);
    const patience = wasLive ? graceMs : Math.min(graceMs, CONNECTING_GRACE_MS);
    const killed = publisher ? await publisher.end(patience) : false;
    const gotThere = wasLive || (publisher?.live === true && !killed);
    this.#retire();
    if (because) this.#set('ended', because);
    else this.#set(gotThere ? 'ended' : 'failed', gotThere ? null : why);
    return killed;
  }

  #connect(): void {
    this.#timer = null;
    this.#waiting = true;
    if (this.#options.cache.snapshot()) this.#begin();
    else this.#options.needKeyFrame();
  }

  #begin(): void {
    const { recipe, cache } = this.#options;
    const snapshot = cache.snapshot();
    if (!snapshot || typeof recipe === 'string') return;
    this.#waiting = false;
    this.#attemptMs = performance.now();
    const preparing = new AbortController();
    const timeoutMs = (patientMs: number): number => this.#timeoutMs(patientMs);
    try {
      const made = recipe({ signal: preparing.signal, timeoutMs });
      if (made instanceof Promise) void this.#prepare(made, preparing);
      else this.#publisher = this.#open(made, snapshot);
    } catch (error) {
      this.#notOpened(error);
    }
  }

  /** The picture to begin with is looked for when the connection is there. */
  async #prepare(making: Promise<PublisherRecipe>, preparing: AbortController): Promise<void> {
    this.#preparing = preparing;
    let recipe: PublisherRecipe | null = null;
    let failure: unknown = null;
    try {
      recipe = await making;
    } catch (error) {
      failure = error;
    }
    const wanted = this.#preparing === preparing;
    if (wanted) this.#preparing = null;
    const snapshot = wanted ? this.#options.cache.snapshot() : null;
    try {
      if (recipe && snapshot) {
        this.#publisher = this.#open(recipe, snapshot);
        return;
      }
    } catch (error) {
      failure = error;
    }
    if (recipe?.tunnel) await recipe.tunnel.close(0);
    if (!wanted) return;
    if (failure !== null) this.#notOpened(failure);
    else this.#connect();
  }

  #notOpened(error: unknown): void {
    // Otherwise: no process, no descriptor or no room for the preset, as if FFmpeg had died at once.
    const reason = error instanceof ReasonError ? error.reason : 'ffmpeg.died';
    this.#lost(reason, [error instanceof Error ? error.message : String(error)], false);
  }

  #timeoutMs(patientMs: number): number {
    const outageMs = this.#outageMs === null ? null : this.#attemptMs - this.#outageMs;
    return connectTimeoutMs(outageMs, patientMs);
  }

  #open(recipe: PublisherRecipe, { start, units }: GopSnapshot): Publisher {
    const timeoutMs = this.#timeoutMs(recipe.connectTimeoutMs);
    const publisher: Publisher = new Publisher(
      {
        ...recipe,
        // Of the time for an attempt what is left, but enough for a few round trips.
        connectTimeoutMs: Math.max(timeoutMs / 2, timeoutMs - (performance.now() - this.#attemptMs)),
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
    if (this.#state === 'reconnecting') {
      this.#reconnects++;
      this.#hadGoodRun = true;
    }
    this.#wasLive = true;
    this.#liveMs = performance.now();
    this.#set('live', null);
  }

  #lost(reason: Reason, lines: readonly string[], byUs: boolean): void {
    const now = performance.now();
    const livedMs = this.#state === 'live' ? now - this.#liveMs : null;
    if (byUs) this.#publisher?.kill();
    this.#retire();
    // Not every attempt of an outage: the same words twice a second help nobody.
    if (livedMs !== null || reason !== this.#reason) {
      const said = lines.slice(-3).join(' | ');
      this.#options.log('warn', `${this.#options.name}: ${reason}${said ? ` (${said})` : ''}`);
    }
    const final = byUs ? null : this.#finalReason(reason, livedMs);
    if (final) {
      this.#set('failed', final);
      return;
    }
    if (livedMs !== null && livedMs >= EARLY_MS) {
      this.#outageMs = null;
      this.#intervalMs = null;
    }
    this.#outageMs ??= now;
    this.#intervalMs = byUs ? 0 : retryIntervalMs(now - this.#outageMs, this.#intervalMs, Math.random());
    // From the begin of the attempt that failed; a connection that was live is given the whole time.
    const from = livedMs === null ? this.#attemptMs : now;
    this.#retryAtMs = Math.max(now, from + this.#intervalMs);
    this.#timer = setTimeout(() => this.#connect(), this.#retryAtMs - now);
    this.#set(this.#wasLive ? 'reconnecting' : 'connecting', reason);
  }

  /** The reason to give up for; null when it is worth another try. @param livedMs null when it was not live. */
  #finalReason(reason: Reason, livedMs: number | null): Reason | null {
    if (this.#options.kind === 'file') {
      const why = reason.startsWith('destination.') ? 'record.failed' : reason;
      // What was written stays; the recording goes on in a part of its own, unless that one breaks at once as well.
      const lasted = livedMs !== null && livedMs >= EARLY_MS;
      return lasted && (why === 'record.failed' || why === 'ffmpeg.died') ? null : why;
    }
    if (!this.#wasLive || reason === 'ffmpeg.missing') return reason;
    const early = livedMs !== null && livedMs < EARLY_MS && reason === 'destination.disconnected';
    return early && !this.#hadGoodRun ? 'destination.died-early' : null;
  }

  #cancelTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
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
    if (state !== this.#state || reason !== this.#reason) {
      this.#history.push({ atMs: Date.now(), state, reason });
      if (this.#history.length > HISTORY_MAX) this.#history.shift();
    }
    this.#state = state;
    this.#reason = reason;
    this.#options.onChange();
  }
}
