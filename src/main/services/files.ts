import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { storageError } from '../../shared/storage-error.ts';

/** Reads an index of files; one that cannot be read is set aside, and there is nothing then. */
export async function readIndex<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    await rename(path, `${path}.broken-${Date.now()}`);
    return null;
  }
}

/** Removes what an import that was killed left behind. */
export async function sweep(dir: string): Promise<void> {
  const hourAgo = Date.now() - 3_600_000;
  for (const name of await readdir(dir).catch(() => [])) {
    if (!name.startsWith('incoming-') && !name.endsWith('.tmp')) continue;
    const path = join(dir, name);
    const info = await stat(path).catch(() => null);
    if (info && info.mtimeMs < hourAgo) await rm(path, { force: true });
  }
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function writeDurably(path: string, data: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A reader finds the old content or the new one, never a part; 0600. @throws ReasonError `storage.*` */
export async function writeAtomically(path: string, data: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeDurably(temporary, data);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw storageError(error);
  }
}

export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

/** Changes of one store, one after the other; a failed one is told to its caller and holds up nobody. */
export class Changes {
  #last: Promise<unknown> = Promise.resolve();

  /** @throws ReasonError what `change` throws, else `storage.*` */
  run<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#last.then(change).catch((error: unknown) => {
      throw storageError(error);
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}
