import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { assertNever } from '../../../shared/assert-never.ts';
import { ReasonError } from '../../../shared/errors.ts';
import type { Log } from '../../logging/log.ts';
import { hashFile } from '../files.ts';
import { backoffMs } from './backoff.ts';
import type { SyncClock } from './ports.ts';
import type {
  AvatarFile,
  FileRemote,
  FileTransfer,
  Transfer,
  TransferFolder,
  TransferStore,
} from './transfer-ports.ts';
import { verdictOf } from './transfer-verdict.ts';

/** Larger than any plan allows; a server that sends more must not fill the disk. */
const MOST_BYTES = { model: 1024 ** 3, thumbnail: 16 * 1024 ** 2 } as const;
/** No wait is longer; one that seems to be was planned by a clock that was set since. */
const LONGEST_WAIT_MS = 61 * 60_000;
const PROGRESS_EVERY_MS = 250;
const SHOWN = 200;

export interface TransfersOptions {
  readonly store: TransferStore;
  readonly remote: FileRemote;
  readonly folder: TransferFolder;
  readonly clock: SyncClock;
  readonly log: Log;
  /** In the transaction that takes the file out of the queue: writes the path into the avatar's row. */
  readonly onUploaded: (file: AvatarFile & { readonly objectPath: string }) => void;
  /** In the transaction that takes the file out of the queue; the file is at its place. */
  readonly onDownloaded: (file: AvatarFile & { readonly bytes: number }) => void;
  /** The snapshot has changed; four times a second at most while bytes flow. */
  readonly onChange: () => void;
}

/**
 * The files of the open account on their way to the storage and from there, one at a time. What is in the queue
 * outlives the program; a file that cannot be sent does not hold up the others.
 */
export class Transfers {
  readonly #options: TransfersOptions;
  #running = false;
  /** Nobody is signed in. */
  #paused = false;
  #failures = 0;
  #holdUntil = 0;
  #pump: Promise<void> | null = null;
  #current: { readonly id: string; readonly abort: AbortController; sent: number; total: number } | null =
    null;
  #cancelTimer: (() => void) | null = null;
  #shownAt = 0;

  constructor(options: TransfersOptions) {
    this.#options = options;
  }

  /** Goes on with the queue of the profile that is open now. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#paused = false;
    this.#failures = 0;
    this.#holdUntil = 0;
    this.#options.store.requeueRunning();
    this.#go();
  }

  /** Ends what is on its way, so that another profile can be opened; it goes on there with the next start. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#current?.abort.abort();
    await this.#pump;
  }

  /** Something was put into the queue, or taken out of it. */
  nudge(): void {
    const { store, onChange } = this.#options;
    if (this.#current && !store.get(this.#current.id)) this.#current.abort.abort();
    onChange();
    this.#go();
  }

  /** The network is back, or somebody has signed in. */
  resume(): void {
    this.#paused = false;
    this.#holdUntil = 0;
    this.#go();
  }

  /** Tries a failed file again at once; one that is not there any more is no error. */
  retry(id: string): void {
    const found = this.#options.store.get(id);
    if (found?.state !== 'failed') return;
    this.#options.store.update(id, { state: 'waiting', reason: null, attempts: 0, nextTryAt: null });
    this.resume();
    this.#options.onChange();
  }

  snapshot(): FileTransfer[] {
    const current = this.#current;
    return this.#options.store
      .list(SHOWN)
      .map((file) =>
        file.id === current?.id ? { ...file, sent: current.sent, total: current.total } : file,
      );
  }

  #go(): void {
    if (!this.#running || this.#paused || this.#pump) return;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const pump = this.#work()
      .catch((error: unknown) => {
        // The database does not answer (a full disk): what is in it stays as it is until the next try.
        this.#options.log.error('the file queue stopped', { error: String(error) });
        this.#hold(null);
      })
      .finally(() => {
        this.#pump = null;
        this.#plan();
      });
    this.#pump = pump;
  }

  /** Until there is nothing that may be tried now. */
  async #work(): Promise<void> {
    const { store, clock } = this.#options;
    while (this.#running && !this.#paused && this.#heldMs() === 0) {
      const now = clock.now();
      const transfer = store.next(iso(now), iso(now + LONGEST_WAIT_MS));
      if (!transfer) return;
      await this.#try(transfer);
    }
  }

  #plan(): void {
    if (!this.#running || this.#paused) return;
    const { store, clock } = this.#options;
    let dueMs: number | null = null;
    try {
      const at = store.nextTryAt();
      if (at !== null) dueMs = Math.min(Math.max(0, Date.parse(at) - clock.now()), LONGEST_WAIT_MS);
    } catch (error) {
      this.#options.log.error('the file queue cannot be read', { error: String(error) });
    }
    const heldMs = this.#heldMs();
    if (dueMs === null && heldMs === 0) return;
    this.#cancelTimer?.();
    this.#cancelTimer = clock.after(Math.max(dueMs ?? 0, heldMs), () => this.#go());
  }

  async #try(transfer: Transfer): Promise<void> {
    const { store, onChange } = this.#options;
    const abort = new AbortController();
    this.#current = { id: transfer.id, abort, sent: transfer.offset, total: transfer.bytes };
    store.update(transfer.id, { state: 'running', reason: null, nextTryAt: null });
    onChange();
    try {
      if (transfer.direction === 'up') await this.#upload(transfer, abort.signal);
      else await this.#download(transfer, abort.signal);
      this.#failures = 0;
    } catch (error) {
      if (abort.signal.aborted) store.update(transfer.id, { state: 'waiting' });
      else this.#failed(transfer, error);
    } finally {
      this.#current = null;
      onChange();
    }
  }

  async #upload(transfer: Transfer, signal: AbortSignal): Promise<void> {
    const { store, remote, folder, onUploaded } = this.#options;
    const file = folder.path(transfer);
    const { size } = await stat(file);
    // What was begun was checked then; the name says what must be in it.
    const changed =
      size !== transfer.bytes || (!transfer.uploadUrl && (await hashFile(file)) !== transfer.sha256);
    if (changed) throw new ReasonError('files.changed', transfer.id);
    signal.throwIfAborted();
    await remote.upload({
      objectPath: transfer.objectPath,
      file,
      bytes: transfer.bytes,
      uploadUrl: transfer.uploadUrl,
      signal,
      onUrl: (uploadUrl) => {
        store.update(transfer.id, { uploadUrl });
      },
      onProgress: (sent) => this.#progress(sent, transfer.bytes),
      onAccepted: (offset) => {
        store.update(transfer.id, { offset });
      },
    });
    const { avatarUid, part, sha256, extension, objectPath } = transfer;
    store.complete(transfer.id, () => onUploaded({ avatarUid, part, sha256, extension, objectPath }));
  }

  async #download(transfer: Transfer, signal: AbortSignal): Promise<void> {
    const { store, remote, folder, onDownloaded } = this.#options;
    const { avatarUid, part, sha256, extension } = transfer;
    const target = folder.path(transfer);
    const there = await wholeBytes(target, sha256);
    const done = (bytes: number) =>
      store.complete(transfer.id, () => onDownloaded({ avatarUid, part, sha256, extension, bytes }));
    if (there !== null) {
      done(there);
      return;
    }
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const temporary = `${target}.${randomUUID()}.tmp`;
    try {
      const got = await remote.download({
        objectPath: transfer.objectPath,
        file: temporary,
        maxBytes: transfer.bytes > 0 ? transfer.bytes : MOST_BYTES[part],
        signal,
        onProgress: (received, total) => this.#progress(received, total ?? transfer.bytes),
      });
      if (got.sha256 !== sha256) throw new ReasonError('files.changed', transfer.id);
      signal.throwIfAborted();
      await rename(temporary, target);
      done(got.bytes);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  #progress(sent: number, total: number): void {
    if (!this.#current) return;
    this.#current.sent = sent;
    this.#current.total = Math.max(sent, total);
    const now = this.#options.clock.now();
    if (Math.abs(now - this.#shownAt) < PROGRESS_EVERY_MS) return;
    this.#shownAt = now;
    this.#options.onChange();
  }

  #failed(transfer: Transfer, error: unknown): void {
    const { store, clock, log } = this.#options;
    const attempts = transfer.attempts + 1;
    const verdict = verdictOf(error, {
      direction: transfer.direction,
      attempts,
      overPlan:
        transfer.direction === 'up' && transfer.bytes > (store.planBytes() ?? Number.POSITIVE_INFINITY),
    });
    const { reason } = verdict;
    log.warn('a file was not transferred', {
      transfer: transfer.id,
      verdict: verdict.kind,
      reason,
      error: String(error),
    });
    switch (verdict.kind) {
      case 'hold':
        this.#hold(verdict.retryAfterMs);
        store.update(transfer.id, { state: 'waiting', reason });
        return;
      case 'pause':
        this.#paused = true;
        store.update(transfer.id, { state: 'waiting', reason });
        return;
      case 'again': {
        const at = clock.now() + backoffMs(attempts, clock.random(), null);
        store.update(transfer.id, {
          state: 'waiting',
          reason,
          attempts,
          nextTryAt: iso(at),
        });
        return;
      }
      case 'fail':
        // Begun anew by the next try: what is there may be the cause.
        store.update(transfer.id, { state: 'failed', reason, attempts, uploadUrl: null, offset: 0 });
        return;
      default:
        assertNever(verdict);
    }
  }

  /** How long nothing may be sent; 0: it may. */
  #heldMs(): number {
    const left = this.#holdUntil - this.#options.clock.now();
    return left > 0 && left <= LONGEST_WAIT_MS ? left : 0;
  }

  #hold(retryAfterMs: number | null): void {
    const { clock } = this.#options;
    this.#failures++;
    this.#holdUntil = clock.now() + backoffMs(this.#failures, clock.random(), retryAfterMs);
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Size of a file that has this content; null: it is not there, or it is another one. */
async function wholeBytes(path: string, sha256: string): Promise<number | null> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return info && (await hashFile(path)) === sha256 ? info.size : null;
}
