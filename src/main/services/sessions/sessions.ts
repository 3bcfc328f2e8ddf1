import { randomUUID } from 'node:crypto';
import type { Log } from '../../logging/log.ts';
import type { SessionStore } from './ports.ts';

const HEARTBEAT_SECONDS = 3;
/** The column's own limit, one week. */
const MAX_SECONDS = 604_800;

/**
 * Writes broadcasts down. A database that fails here is logged and told, and never stops a stream.
 */
export class Sessions {
  readonly #store: SessionStore;
  readonly #log: Log;
  readonly #onFailure: () => void;
  readonly #newId: () => string;
  readonly #now: () => Date;
  #written: { id: string; seconds: number } | null = null;

  /** @param onFailure a row could not be written: `storage.failed` is to be told */
  constructor(
    store: SessionStore,
    log: Log,
    onFailure: () => void,
    newId: () => string = randomUUID,
    now: () => Date = () => new Date(),
  ) {
    this.#store = store;
    this.#log = log;
    this.#onFailure = onFailure;
    this.#newId = newId;
    this.#now = now;
  }

  /** Closes what a crashed run left open, as `failed` with the last known duration. Before the first open(). */
  recover(): void {
    this.#write(() => {
      for (const { id, duration, startTime } of this.#store.active()) {
        this.#store.finish(id, duration, new Date(startTime.getTime() + duration * 1000), 'failed');
        this.#log.warn('a broadcast of a crashed run was closed', { id, duration });
      }
    });
  }

  /** Opens a row. @returns its id, also when it could not be written */
  open(info: { startedAt: Date; avatarId: string; destinations: readonly string[] }): string {
    const id = this.#newId();
    const { startedAt, avatarId, destinations } = info;
    this.#write(() => this.#store.insert({ id, startTime: startedAt, avatarId, destinations }));
    this.#written = { id, seconds: 0 };
    return id;
  }

  /** May be called as often as the caller likes; writes every few seconds. */
  heartbeat(id: string, seconds: number): void {
    const last = this.#written?.id === id ? this.#written.seconds : Number.NEGATIVE_INFINITY;
    if (seconds - last < HEARTBEAT_SECONDS) return;
    this.#written = { id, seconds };
    this.#write(() => this.#store.setDuration(id, wholeSeconds(seconds)));
  }

  close(id: string, seconds: number, outcome: 'ended' | 'failed'): void {
    this.#written = null;
    this.#write(() => this.#store.finish(id, wholeSeconds(seconds), this.#now(), outcome));
  }

  #write(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#log.error('a broadcast could not be written down', {
        error: error instanceof Error ? error.message : String(error),
      });
      this.#onFailure();
    }
  }
}

function wholeSeconds(seconds: number): number {
  return Math.min(MAX_SECONDS, Math.max(0, Math.round(seconds)));
}
