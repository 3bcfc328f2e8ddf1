import { assertNever } from '../../../shared/assert-never.ts';
import { type Reason, ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { SyncSnapshot } from '../../../shared/ipc/sync.ts';
import type { Log } from '../../logging/log.ts';
import { backoffMs } from './backoff.ts';
import type { ChangedTables, ChangeHints, SyncClock, SyncRemote, SyncStore } from './ports.ts';
import { afterSync, type Outcome, outcomeOf } from './states.ts';
import { syncOnce } from './sync-once.ts';

const AFTER_WRITE_MS = 2000;
const AFTER_HINT_MS = 300;
const TICK_MS = 5 * 60_000;

export type SyncState = Omit<SyncSnapshot, 'files'>;

export interface SyncDeps {
  readonly remote: SyncRemote;
  readonly clock: SyncClock;
  readonly log: Log;
  readonly hints?: ChangeHints;
  /** A new state, only when it differs from the one before. */
  readonly onState: (state: SyncState) => void;
  /** Rows of these tables were written by a sync: what is shown of them is to be read again. */
  readonly onChanged: (tables: ChangedTables) => void;
  /** Rows of a page, 1 to 1000. */
  readonly pullLimit?: number;
}

/** Whose data is synced. */
export interface SyncProfile {
  readonly userId: string;
  readonly store: SyncStore;
}

const LOCAL: SyncState = {
  mode: 'local',
  pending: 0,
  pulled: null,
  lastSyncedAt: null,
  nextTryAt: null,
  problem: null,
  refused: [],
  unreadable: 0,
};

interface Running {
  readonly profile: SyncProfile;
  readonly abort: AbortController;
  readonly stopHints: () => void;
  /** The next sync. By its kind, not its time, because the clock may be put right meanwhile. */
  planned: { readonly kind: 'soon' | 'tick' | 'back-off'; readonly at: number; cancel(): void } | null;
  failures: number;
  /** Nothing is tried until somebody asks. */
  held: boolean;
  mode: Exclude<SyncSnapshot['mode'], 'syncing'>;
  problem: Reason | null;
  /** The sync that is going on. */
  sync: Promise<void> | null;
  /** Asked for while one was going on. */
  again: boolean;
  pulled: number | null;
}

/**
 * Keeps one account's database and the server equal: one sync at a time, push before pull, at the start, two seconds
 * after a local change, every five minutes, when the network is back, on a hint, and when asked. Failures are tried
 * again by themselves, later each time. Another account is stop() and start() with its own store.
 */
export class SyncService {
  readonly #deps: SyncDeps;
  #running: Running | null = null;
  #published = '';
  #publishing = false;

  constructor(deps: SyncDeps) {
    this.#deps = deps;
  }

  /** The state as of now; `local` while nobody's data is synced. */
  get state(): SyncState {
    const running = this.#running;
    if (!running) return LOCAL;
    const { store } = running.profile;
    return {
      mode: running.sync ? 'syncing' : running.mode,
      pending: store.pending(),
      pulled: running.pulled,
      lastSyncedAt: store.lastSyncedAt(),
      nextTryAt: running.planned ? new Date(running.planned.at).toISOString() : null,
      problem: running.problem,
      refused: store.refused(),
      unreadable: store.unreadable(),
    };
  }

  /**
   * Begins with an account: the first sync follows at once. Nothing of it belongs on the start path of the program.
   * @param signedIn false: there is no session, so nothing is tried until signedIn()
   */
  start(profile: SyncProfile, signedIn = true): void {
    if (this.#running) throw new Error('Sync is running already: stop() comes first');
    const running: Running = {
      profile,
      abort: new AbortController(),
      stopHints: this.#deps.hints?.listen(profile.userId, () => this.#hinted(running)) ?? (() => undefined),
      planned: null,
      failures: 0,
      held: !signedIn,
      mode: signedIn ? 'idle' : 'needs-sign-in',
      problem: signedIn ? null : 'account.needs-sign-in',
      sync: null,
      again: false,
      pulled: null,
    };
    this.#running = running;
    if (signedIn) void this.#sync(running);
    else this.#publish();
  }

  /** Ends it; resolves when nothing is in flight. What was sent and not answered goes out again at the next start. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = null;
    running.stopHints();
    running.planned?.cancel();
    running.abort.abort();
    await running.sync;
    this.#publish();
  }

  /** Syncs at once, whatever the back-off says. @returns when that sync has ended, however it did */
  async now(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    running.held = false;
    running.failures = 0;
    await this.#sync(running);
  }

  /** A change waits in the outbox. May be called inside its transaction. */
  changed(): void {
    const running = this.#running;
    if (!running) return;
    this.#publishSoon();
    if (!running.held) this.#planSoon(running, AFTER_WRITE_MS);
  }

  /** There is a session again. */
  signedIn(): void {
    void this.now();
  }

  /** The session is gone: nothing is tried until signedIn(). */
  signedOut(): void {
    const running = this.#running;
    if (!running) return;
    this.#hold(running);
    running.mode = 'needs-sign-in';
    running.problem = 'account.needs-sign-in';
    this.#publish();
  }

  /** Sends a refused change again. @throws ReasonError `sync.no-such-change` */
  retry(opId: string): void {
    this.#store(opId).retry(opId);
    this.#publish();
    void this.now();
  }

  /** The change stays on this machine only. @throws ReasonError `sync.no-such-change` */
  keepLocal(opId: string): void {
    this.#store(opId).keepLocal(opId);
    this.#publish();
  }

  /** The server's row takes the change's place. @throws ReasonError `sync.no-such-change` */
  discard(opId: string): void {
    const tables = this.#store(opId).discard(opId);
    if (tables.size > 0) this.#deps.onChanged(tables);
    this.#publish();
    this.changed();
  }

  #store(opId: string): SyncStore {
    if (!this.#running) throw new ReasonError('sync.no-such-change', opId);
    return this.#running.profile.store;
  }

  #hinted(running: Running): void {
    if (this.#running !== running || running.held) return;
    if (running.sync) running.again = true;
    else this.#planSoon(running, AFTER_HINT_MS);
  }

  /** Runs a sync, or waits for the one that runs and then one more, so that what was asked for is in it. */
  async #sync(running: Running): Promise<void> {
    if (running.sync) {
      running.again = true;
      await running.sync;
      return;
    }
    this.#unplan(running);
    running.sync = this.#untilQuiet(running).finally(() => {
      running.sync = null;
      running.pulled = null;
      this.#publish();
    });
    this.#publish();
    await running.sync;
  }

  async #untilQuiet(running: Running): Promise<void> {
    do {
      running.again = false;
      const outcome = await this.#once(running);
      if (outcome.kind === 'stopped' || this.#running !== running) return;
      this.#conclude(running, outcome);
    } while (running.again && !running.held && running.failures === 0);
  }

  async #once(running: Running): Promise<Outcome> {
    const { store } = running.profile;
    try {
      const first = store.lastSyncedAt() === null;
      if (first) running.pulled = 0;
      await syncOnce({
        store,
        remote: this.#deps.remote,
        signal: running.abort.signal,
        pullLimit: this.#deps.pullLimit,
        onPage: (rows) => {
          if (running.pulled !== null) running.pulled += rows;
          this.#publish();
        },
        onChanged: this.#deps.onChanged,
      });
      if (running.abort.signal.aborted) return { kind: 'stopped' };
      store.setLastSyncedAt(new Date(this.#deps.clock.now()).toISOString());
      return { kind: 'done' };
    } catch (error) {
      if (running.abort.signal.aborted) return { kind: 'stopped' };
      const outcome = outcomeOf(error);
      if (outcome.kind === 'local') {
        const { reason, message } = toReasonError(error);
        this.#deps.log.error('A sync failed on this machine', { reason, message });
      } else {
        const { kind, status, code, message } = outcome.error;
        this.#deps.log.info('A sync came to no end', { kind, status, code, message });
      }
      return outcome;
    }
  }

  #conclude(running: Running, outcome: Exclude<Outcome, { kind: 'stopped' }>): void {
    const { mode, problem, next, retryAfterMs } = afterSync(outcome);
    running.mode = mode;
    running.problem = problem;
    switch (next) {
      case 'tick':
        running.failures = 0;
        // What was changed meanwhile goes soon.
        if (running.profile.store.pending() > 0) this.#plan(running, 'soon', AFTER_WRITE_MS);
        else this.#plan(running, 'tick', TICK_MS);
        break;
      case 'back-off':
        running.failures++;
        this.#plan(running, 'back-off', backoffMs(running.failures, this.#deps.clock.random(), retryAfterMs));
        break;
      case 'asked':
        this.#hold(running);
        break;
      default:
        assertNever(next);
    }
  }

  #hold(running: Running): void {
    running.held = true;
    running.again = false;
    this.#unplan(running);
  }

  /** Comes before the tick; a sync that is near, or planned after a failure, takes it along. */
  #planSoon(running: Running, ms: number): void {
    if (!running.sync && running.planned?.kind !== 'soon' && running.planned?.kind !== 'back-off') {
      this.#plan(running, 'soon', ms);
    }
  }

  #plan(running: Running, kind: 'soon' | 'tick' | 'back-off', ms: number): void {
    this.#unplan(running);
    const cancel = this.#deps.clock.after(ms, () => {
      running.planned = null;
      if (this.#running === running) void this.#sync(running);
    });
    running.planned = { kind, at: this.#deps.clock.now() + ms, cancel };
  }

  #unplan(running: Running): void {
    running.planned?.cancel();
    running.planned = null;
  }

  /** After the transaction that is going on. */
  #publishSoon(): void {
    if (this.#publishing) return;
    this.#publishing = true;
    queueMicrotask(() => {
      this.#publishing = false;
      this.#publish();
    });
  }

  #publish(): void {
    const state = this.state;
    const text = JSON.stringify(state);
    if (text === this.#published) return;
    this.#published = text;
    this.#deps.onState(state);
  }
}
