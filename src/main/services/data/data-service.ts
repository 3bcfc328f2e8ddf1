import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Reason, ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { DataSnapshot } from '../../../shared/ipc/data.ts';
import { storageError } from '../../../shared/storage-error.ts';
import type { AssetResolver } from '../../host/port.ts';
import type { ImportCounts } from './archive/import.ts';
import { STAGING } from './archive/limits.ts';
import type { DataOptions } from './ports.ts';

const FOLDER = 'exports';
const UNFINISHED = '.unfinished';
const ARCHIVE_NAME = /^vida3-[a-z0-9-]+\.zip$/;
/** Progress is told at most this often. */
const PROGRESS_MS = 250;

/** What became of the database at the opening of a profile. */
export interface OpenedData {
  readonly recovered: DataSnapshot['recovered'];
  readonly writable: boolean;
  /** Why not. */
  readonly problem: Reason | null;
}

/** The user's data as a whole: backups, and archives of everything. One job at a time. */
export class DataService {
  readonly #options: DataOptions;
  #opened: OpenedData = { recovered: null, writable: true, problem: null };
  #job: DataSnapshot['job'] = null;
  #exported: DataSnapshot['exported'] = null;
  #running: { readonly abort: AbortController; readonly done: Promise<unknown> } | null = null;
  #toldAt = 0;

  constructor(options: DataOptions) {
    this.#options = options;
  }

  get snapshot(): DataSnapshot {
    return {
      ...this.#opened,
      backups: this.#options.backups.list().map(({ name, at, bytes }) => ({ name, at, bytes })),
      job: this.#job,
      exported: this.#exported,
    };
  }

  /** A profile was opened; what a job that was killed left there is removed. */
  async opened(data: OpenedData): Promise<void> {
    this.#opened = data;
    this.#exported = null;
    await this.#sweep(this.#options.profile().folder, (name) => name.startsWith(STAGING));
    await this.#sweep(this.#folder, (name) => name.endsWith(UNFINISHED));
    this.publish();
  }

  publish(): void {
    this.#options.publish(this.snapshot);
  }

  /** @throws ReasonError `storage.full`, `storage.read-only`, `storage.backup-failed` */
  async backUp(): Promise<void> {
    await this.#options.backups.backUp();
    this.publish();
  }

  /**
   * Everything of the open profile as one archive in `exports/`.
   * @throws ReasonError `data.busy`, `data.cancelled`, `data.failed`, `storage.*`
   */
  export(): Promise<{ path: string }> {
    return this.#run('export', async (signal) => {
      // The libraries of the archives are loaded with the first one, not at every start.
      const { writeArchive } = await import('./archive/write.ts');
      const { rows, version } = this.#options;
      const now = (this.#options.now ?? (() => new Date()))();
      const library = this.#options.library();
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const unfinished = join(this.#folder, `${randomUUID()}${UNFINISHED}`);
      try {
        await writeArchive(unfinished, { rows, library, app: version, now }, this.#progress, signal);
        signal.throwIfAborted();
        const { name, path } = await this.#freeName(now);
        const { size } = await stat(unfinished);
        await rename(unfinished, path);
        this.#exported = { name, path, url: `/${FOLDER}/${name}`, bytes: size };
        return { path };
      } finally {
        await rm(unfinished, { force: true, maxRetries: 3 });
      }
    });
  }

  /**
   * Adds what an archive has and the open profile has not.
   * @param path of the archive, which may come from anybody
   * @throws ReasonError `data.bad-archive`, `data.too-new`, `data.busy`, `data.cancelled`, `data.failed`, `storage.*`
   */
  import(path: string): Promise<ImportCounts> {
    return this.#run('import', async (signal) => {
      const { importArchive } = await import('./archive/import.ts');
      const { rows, profile } = this.#options;
      const target = { rows, library: this.#options.library(), folder: profile().folder };
      const counts = await importArchive(path, target, this.#progress, signal);
      if (counts.added > 0) this.#options.onImported?.();
      return counts;
    });
  }

  /** Ends the job that runs; nothing of it stays. An import that already puts its rows in comes to its end. */
  cancel(): void {
    this.#running?.abort.abort(new ReasonError('data.cancelled'));
  }

  /** Cancels what runs and waits for its end: before the profile changes, and at the end of the program. */
  async close(): Promise<void> {
    this.cancel();
    await this.#running?.done.catch(() => undefined);
  }

  /** What stands behind `/exports/<name>`. */
  readonly asset: AssetResolver = async (name) =>
    ARCHIVE_NAME.test(name) ? { path: join(this.#folder, name), type: 'application/zip' } : null;

  get #folder(): string {
    return join(this.#options.home, FOLDER);
  }

  async #run<T>(kind: 'export' | 'import', work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#running) throw new ReasonError('data.busy', this.#job?.kind);
    const abort = new AbortController();
    this.#job = { kind, done: 0, total: 0 };
    this.publish();
    const done = work(abort.signal).catch((error: unknown) => {
      if (abort.signal.aborted) throw abort.signal.reason;
      throw this.#explain(error);
    });
    this.#running = { abort, done };
    try {
      return await done;
    } finally {
      this.#running = null;
      this.#job = null;
      this.publish();
    }
  }

  readonly #progress = (done: number, total: number): void => {
    if (!this.#job) return;
    this.#job = { ...this.#job, done, total };
    const now = performance.now();
    if (now - this.#toldAt < PROGRESS_MS) return;
    this.#toldAt = now;
    this.publish();
  };

  #explain(error: unknown): ReasonError {
    if (error instanceof ReasonError) return error;
    const stored = storageError(error);
    if (stored.reason !== 'storage.failed') return stored;
    this.#options.log.error('a job on the data failed', {
      error: error instanceof Error ? error.stack : String(error),
    });
    return new ReasonError('data.failed', toReasonError(error).detail, { cause: error });
  }

  /** The day's name, with a number when there is one already. */
  async #freeName(now: Date): Promise<{ name: string; path: string }> {
    const stem = `vida3-${slugOf(this.#options.profile().name)}-${now.toISOString().slice(0, 10)}`;
    for (let number = 1; ; number++) {
      const name = `${stem}${number === 1 ? '' : `-${number}`}.zip`;
      const path = join(this.#folder, name);
      if (!(await stat(path).catch(() => null))) return { name, path };
    }
  }

  async #sweep(folder: string, isLeftOver: (name: string) => boolean): Promise<void> {
    for (const name of await readdir(folder).catch(() => [])) {
      if (isLeftOver(name)) await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

function slugOf(name: string | null): string {
  const slug = (name ?? '')
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '');
  return slug || 'studio';
}
