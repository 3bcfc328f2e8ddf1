import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { MediaStatus } from '../../../shared/domain/stream-state.ts';
import { ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { Log } from '../../logging/log.ts';
import type { ProcessIdentity, ProcessTable } from './ports.ts';

const FILE = 'children.json';
const GONE_MS = 3000;
const POLL_MS = 50;

const fileSchema = z.object({
  children: z.array(
    z.object({ pid: z.int().positive(), started: z.string(), command: z.string(), name: z.string() }),
  ),
});

export interface Child {
  readonly pid: number;
  /** For people: what it did. */
  readonly name: string;
}

export interface OrphansOptions {
  /** Data folder, there and held by this program. */
  readonly home: string;
  readonly table: ProcessTable;
  /** Told `host.orphans-ended` when there were some. */
  readonly onEnded: (error: ReasonError) => void;
  readonly log: Log;
  /** How long a killed process may take to go. */
  readonly goneMs?: number;
}

/** Every process that must not outlive this one. */
export function childrenOf(
  media: Pick<MediaStatus, 'destinations' | 'audioPid' | 'encoder'>,
  mediaPid: number | undefined,
  pagePids: readonly number[],
): Child[] {
  const named = (name: string, ...pids: readonly (number | null | undefined)[]): Child[] =>
    pids.flatMap((pid) => (pid ? [{ pid, name }] : []));
  return [
    ...named('media', mediaPid),
    ...named('page', ...pagePids),
    ...named('audio', media.audioPid),
    ...named('encoder', ...(media.encoder?.pids ?? [])),
    ...media.destinations.flatMap(({ name, pid }) => named(name, pid)),
  ];
}

/**
 * Knows in a file which processes this program has started, so that the next start ends those that a crash left. They
 * end by themselves when this program does; this is for those that hang. A file that cannot be kept stops nothing.
 */
export class Orphans {
  readonly #options: OrphansOptions;
  readonly #file: string;
  readonly #known = new Map<number, ProcessIdentity & Child>();
  #wanted: readonly Child[] = [];
  #writing: Promise<void> | null = null;
  #closed = false;

  constructor(options: OrphansOptions) {
    this.#options = options;
    this.#file = join(options.home, FILE);
  }

  /** Ends what the run before has left. Before anything is started. @returns the names of what was ended */
  async end(): Promise<readonly string[]> {
    const { table, log, onEnded, goneMs = GONE_MS } = this.#options;
    try {
      const before = await this.#read();
      const ours = await this.#stillThere(before);
      for (const { pid } of ours) await table.kill(pid);
      const deadline = performance.now() + goneMs;
      let left = await this.#stillThere(ours);
      while (left.length > 0 && performance.now() < deadline) {
        await sleep(POLL_MS);
        left = await this.#stillThere(left);
      }
      if (left.length > 0) log.error('processes of the run before cannot be ended', { left });
      await rm(this.#file, { force: true });
      const names = ours.map(({ name }) => name);
      if (names.length > 0) {
        log.warn('processes of the run before were ended', { ours });
        onEnded(new ReasonError('host.orphans-ended', [...new Set(names)].join(', ')));
      }
      return names;
    } catch (error) {
      log.warn('the processes of the run before are not known', { error: toReasonError(error).message });
      return [];
    }
  }

  /** Ends those of `children` that are known to be ours: their own parent has died. */
  async endNow(children: readonly Child[]): Promise<void> {
    const { table, log } = this.#options;
    try {
      await this.#writing;
      const ours = children.flatMap(({ pid }) => this.#known.get(pid) ?? []);
      for (const { pid } of await this.#stillThere(ours)) await table.kill(pid);
    } catch (error) {
      log.warn('what a dead process has left cannot be ended', { error: toReasonError(error).message });
    }
  }

  /** Tells what runs now; as often as one likes. */
  track(children: readonly Child[]): void {
    if (this.#closed) return;
    const same =
      children.length === this.#wanted.length &&
      children.every(({ pid }, index) => pid === this.#wanted[index]?.pid);
    this.#wanted = children;
    if (!same) this.#writing ??= this.#keep();
  }

  /** Resolves when the file says what was told last. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Nothing runs any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    await rm(this.#file, { force: true });
  }

  async #keep(): Promise<void> {
    try {
      let written: readonly Child[];
      do {
        written = this.#wanted;
        await this.#write(written);
      } while (written !== this.#wanted && !this.#closed);
    } catch (error) {
      this.#options.log.warn('the processes of this run cannot be kept', {
        error: toReasonError(error).message,
      });
    } finally {
      this.#writing = null;
    }
  }

  async #write(children: readonly Child[]): Promise<void> {
    const pids = new Set(children.map(({ pid }) => pid));
    for (const pid of this.#known.keys()) if (!pids.has(pid)) this.#known.delete(pid);
    const fresh = children.filter(({ pid }) => !this.#known.has(pid));
    for (const identity of await this.#options.table.identify(fresh.map(({ pid }) => pid))) {
      const child = fresh.find(({ pid }) => pid === identity.pid);
      if (child) this.#known.set(child.pid, { ...identity, name: child.name });
    }
    const temporary = `${this.#file}.tmp`;
    await writeFile(temporary, `${JSON.stringify({ children: [...this.#known.values()] })}\n`, {
      mode: 0o600,
    });
    await rename(temporary, this.#file);
  }

  async #read(): Promise<readonly (ProcessIdentity & Child)[]> {
    const text = await readFile(this.#file, 'utf8').catch(() => null);
    return text === null ? [] : fileSchema.parse(JSON.parse(text)).children;
  }

  /** Numbers are given out again: only what began then is ours. Its command's name may have changed since. */
  async #stillThere<T extends ProcessIdentity>(children: readonly T[]): Promise<readonly T[]> {
    if (children.length === 0) return [];
    const now = await this.#options.table.identify(children.map(({ pid }) => pid));
    return children.filter((child) =>
      now.some(({ pid, started }) => pid === child.pid && pid !== process.pid && started === child.started),
    );
  }
}
