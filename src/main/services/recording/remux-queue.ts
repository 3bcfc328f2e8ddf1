import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Reason, ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { RecordingSnapshot } from '../../../shared/ipc/recording.ts';
import type { Log } from '../../logging/log.ts';
import { FINAL_EXTENSION, firstFree, PART_SUFFIX, stemOf } from './names.ts';
import type { Remux } from './ports.ts';

type Job = RecordingSnapshot['jobs'][number];

/** As many as a snapshot may hold; finished ones are forgotten first. */
const MAX_JOBS = 50;
/** The copy is as long as the original; the disk must not be full after it. */
const SPARE_BYTES = 100e6;

export interface RemuxQueueOptions {
  readonly remux: Remux;
  /** Room on the disk of a folder in bytes; null when it cannot be told. */
  readonly freeBytes: (folder: string) => Promise<number | null>;
  readonly onChange: () => void;
  /** The job of a file is over: done, failed or cancelled. Not told of those that close() interrupts. */
  readonly onSettled: (source: string) => void;
  readonly log: Log;
}

interface Entry {
  readonly source: string;
  readonly cancel: AbortController;
  job: Job;
}

/** Makes recordings MP4s, one after the other. The original is removed when its copy is whole and on the disk. */
export class RemuxQueue {
  readonly #options: RemuxQueueOptions;
  /** Newest first. */
  #entries: Entry[] = [];
  #working: Promise<void> | null = null;
  #closed = false;

  constructor(options: RemuxQueueOptions) {
    this.#options = options;
  }

  get jobs(): Job[] {
    return this.#entries.slice(0, MAX_JOBS).map(({ job }) => job);
  }

  add(source: string): void {
    const job: Job = {
      id: randomUUID(),
      name: stemOf(source) + FINAL_EXTENSION,
      state: 'waiting',
      progress: null,
      reason: null,
    };
    this.#entries.unshift({ source, cancel: new AbortController(), job });
    while (this.#entries.length > MAX_JOBS) {
      const oldest = this.#entries.findLastIndex(({ job: { state } }) => !isOpen(state));
      if (oldest < 0) break;
      this.#entries.splice(oldest, 1);
    }
    this.#options.onChange();
    this.#working ??= this.#work();
  }

  /** Ends a job; its original stays. One that is over, or unknown, stays as it is. */
  cancel(id: string): void {
    const entry = this.#entries.find(({ job }) => job.id === id);
    if (!entry || !isOpen(entry.job.state)) return;
    entry.cancel.abort(new ReasonError('record.cancelled'));
    if (entry.job.state === 'waiting') this.#settle(entry, 'cancelled', 'record.cancelled');
  }

  /** Resolves when nothing waits or runs. */
  async idle(): Promise<void> {
    while (this.#working) await this.#working;
  }

  /** Interrupts what runs. Resolves when nothing of it is left but the originals. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { cancel } of this.#entries)
      cancel.abort(new ReasonError('record.cancelled', 'the studio ends'));
    await this.idle();
  }

  async #work(): Promise<void> {
    for (;;) {
      // Whoever adds the first one sees it waiting.
      await Promise.resolve();
      const next = this.#entries.findLast(({ job }) => job.state === 'waiting');
      if (!next || this.#closed) break;
      await this.#run(next);
    }
    this.#working = null;
  }

  async #run(entry: Entry): Promise<void> {
    const { source, cancel } = entry;
    const folder = dirname(source);
    const isTaken = (stem: string): boolean => existsSync(join(folder, stem + FINAL_EXTENSION));
    const name = firstFree(stemOf(source), isTaken) + FINAL_EXTENSION;
    const target = join(folder, name);
    const part = target + PART_SUFFIX;
    this.#change(entry, { name, state: 'running', progress: 0 });
    try {
      await this.#mustFit(source, folder);
      await this.#options.remux(source, part, {
        signal: cancel.signal,
        onProgress: (progress) => this.#change(entry, { progress }),
      });
      await flush(part);
      await rename(part, target);
      await rm(source);
      this.#settle(entry, 'done', null);
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      if (cancel.signal.aborted) {
        this.#settle(entry, 'cancelled', 'record.cancelled');
        return;
      }
      this.#options.log.warn(`${name}: ${toReasonError(error).message}`);
      this.#settle(entry, 'failed', 'record.remux-failed');
    }
  }

  /** @throws ReasonError `record.remux-failed` */
  async #mustFit(source: string, folder: string): Promise<void> {
    const [{ size }, free] = await Promise.all([stat(source), this.#options.freeBytes(folder)]);
    if (free !== null && free < size + SPARE_BYTES) {
      throw new ReasonError('record.remux-failed', `${free} bytes are free, ${size} are needed`);
    }
  }

  #settle(entry: Entry, state: 'done' | 'failed' | 'cancelled', reason: Reason | null): void {
    this.#change(entry, { state, reason, progress: state === 'done' ? 1 : null });
    if (!this.#closed) this.#options.onSettled(entry.source);
  }

  #change(entry: Entry, change: Partial<Job>): void {
    entry.job = { ...entry.job, ...change };
    this.#options.onChange();
  }
}

function isOpen(state: Job['state']): boolean {
  return state === 'waiting' || state === 'running';
}

/** What was written is on the disk: the original goes next. */
async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
