import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { toReasonError } from '../../../shared/errors.ts';
import type { Log } from '../../logging/log.ts';

const schema = z.object({ files: z.array(z.string().min(1)) });

/**
 * The recordings that are being written or wait to be made MP4s, in a file that outlives a crash. A file that
 * cannot be kept is logged and stops nothing.
 */
export class UnfinishedFiles {
  readonly #file: string;
  readonly #log: Log;
  readonly #paths = new Set<string>();
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
  }

  /** What an earlier run left. Call it first. */
  async load(): Promise<readonly string[]> {
    const text = await readFile(this.#file, 'utf8').catch(() => null);
    if (text === null) return [];
    try {
      for (const path of schema.parse(JSON.parse(text)).files) this.#paths.add(path);
    } catch (error) {
      this.#log.warn('the list of unfinished recordings cannot be read', {
        error: toReasonError(error).message,
      });
    }
    return [...this.#paths];
  }

  add(...paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#paths.add(path);
    return this.#write();
  }

  remove(path: string): Promise<void> {
    return this.#paths.delete(path) ? this.#write() : this.#writing;
  }

  /** `path` turned out to be these. */
  replace(path: string, paths: readonly string[]): Promise<void> {
    this.#paths.delete(path);
    return this.add(...paths);
  }

  /** Resolves when the file says what is known. */
  written(): Promise<void> {
    return this.#writing;
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      try {
        const temporary = `${this.#file}.tmp`;
        await writeFile(temporary, `${JSON.stringify({ files: [...this.#paths] })}\n`, { mode: 0o600 });
        await rename(temporary, this.#file);
      } catch (error) {
        this.#log.warn('the list of unfinished recordings cannot be kept', {
          error: toReasonError(error).message,
        });
      }
    });
    return this.#writing;
  }
}
