import type { SyncSnapshot } from '../../../shared/ipc/sync.ts';
import type {
  PullAnswer,
  PullRequest,
  PushOp,
  PushRequest,
  PushResult,
  SyncedTable,
  WritableTable,
} from './wire.ts';

/** The server as the sync engine sees it. Both calls throw a {@link RemoteError} and nothing else. */
export interface SyncRemote {
  pull(request: PullRequest, signal: AbortSignal): Promise<PullAnswer>;
  push(request: PushRequest, signal: AbortSignal): Promise<readonly PushResult[]>;
}

/**
 * Why a call to the cloud did not come to an end.
 * - `offline`: nothing was answered, or no session can be had without the network
 * - `busy`: 408, 425, 429, 5xx or a transient SQLSTATE; `retryAfterMs` when the server says so
 * - `signed-out`: 401 after a fresh token, or the auth server refused the refresh token
 * - `too-old`: VD426
 * - `refused`: any other 4xx for the whole call
 * - `bad-answer`: it cannot be read
 */
export class RemoteError extends Error {
  readonly kind: 'offline' | 'busy' | 'signed-out' | 'too-old' | 'refused' | 'bad-answer';
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  /** The server's own code (`PGRST301`, `42501`, `over_request_rate_limit`); for people who debug. */
  readonly code: string | null;
  readonly retryAfterMs: number | null;

  constructor(
    kind: RemoteError['kind'],
    more: { status?: number; code?: string | null; retryAfterMs?: number | null; message?: string } = {},
    options?: ErrorOptions,
  ) {
    super(more.message ?? `${kind}${more.code ? ` (${more.code})` : ''}`, options);
    this.name = 'RemoteError';
    this.kind = kind;
    this.status = more.status ?? 0;
    this.code = more.code ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
  }
}

/** Tables in which something was written. */
export type ChangedTables = ReadonlySet<SyncedTable>;

/**
 * The local side: tables, outbox and cursors of one account's database. Every method is one transaction, so that a
 * crash leaves either all of it or nothing. They throw ReasonError `storage.*`; nothing was changed then.
 */
export interface SyncStore {
  /**
   * A pull begins. Rows that could not be read are fetched again by another version of the program, and once a day.
   */
  beginPull(): void;
  /** 0: from the beginning. */
  cursors(): { own: number; cat: number };
  /**
   * Applies one page of both feeds with their cursors. A row with changes of its own in the outbox gets the server's
   * row and these on top. Rows that cannot be read are set aside and do not stop the page.
   * @returns how many rows were applied and set aside; `again`: the page was not applied and a
   *   feed begins anew, because tombstones were missed or the server has columns that it had not before
   */
  applyPull(page: PullAnswer): {
    applied: number;
    unreadable: number;
    again: boolean;
    tables: ChangedTables;
  };
  /** Both feeds are at their end: what leads nowhere is cleared as the tables say. */
  finishPull(): ChangedTables;
  /**
   * The next ops to send, oldest first, at most one of each row. They are marked as sent: what comes later queues
   * behind, and until they are settled they are given again exactly as they are, also after a crash.
   */
  takeBatch(limit: number): readonly PushOp[];
  /** The answers for what takeBatch gave, matched by op id; without one an op is given again. */
  settle(sent: readonly PushOp[], results: readonly PushResult[]): ChangedTables;
  /** Queued and sent. */
  pending(): number;
  /** The newest 200. */
  refused(): SyncSnapshot['refused'];
  unreadable(): number;
  /** @throws ReasonError `sync.no-such-change` */
  retry(opId: string): void;
  /** @throws ReasonError `sync.no-such-change` */
  keepLocal(opId: string): void;
  /**
   * The server's row takes the change's place: at once where it is known, else with the next pull.
   * @throws ReasonError `sync.no-such-change`
   */
  discard(opId: string): ChangedTables;
  lastSyncedAt(): string | null;
  setLastSyncedAt(iso: string): void;
}

/** A row that a service has changed, to be sent. Called inside the transaction of the change. */
export interface LocalChange {
  readonly table: WritableTable;
  readonly uid: string;
  readonly kind: 'upsert' | 'delete';
  /** Column names of the schema with values as the server takes them (booleans, objects, ISO times). */
  readonly patch?: Readonly<Record<string, unknown>>;
  readonly add?: Readonly<Record<string, number>>;
  /** False: it can wait for the next sync (a heartbeat). */
  readonly soon?: boolean;
}

/** Hears that something changed elsewhere; what it was is never taken from here. */
export interface ChangeHints {
  /** @returns stops listening */
  listen(userId: string, onHint: () => void): () => void;
}

/** Time as the engine sees it; a test's own. */
export interface SyncClock {
  now(): number;
  /** @returns cancels it */
  after(ms: number, run: () => void): () => void;
  /** 0 ≤ x < 1, for the jitter of the back-off. */
  random(): number;
}
