import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ReasonError } from '../../shared/errors.ts';
import { storageError } from '../../shared/storage-error.ts';

const PREFIX = 'upload-';
const STALE_MS = 24 * 3_600_000;

/**
 * All bytes of an upload.
 * @throws ReasonError `ipc.too-big` as soon as more than `maxBytes` have come
 */
export async function readAll(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooBig(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/**
 * Streams an upload to a file of its own in `folder`, gives it to `use`, and removes it whatever happens. What a
 * program that was killed left there is removed on the way.
 * @throws ReasonError `ipc.too-big` as soon as more than `maxBytes` have come, `storage.full`, `storage.read-only`,
 *   `storage.failed`; what `use` and the sender throw
 */
export async function withUploadFile<T>(
  folder: string,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  use: (path: string) => Promise<T>,
): Promise<T> {
  await stored(async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await sweep(folder);
  });
  const path = join(folder, `${PREFIX}${randomUUID()}`);
  try {
    const file = await stored(() => open(path, 'wx', 0o600));
    try {
      let size = 0;
      for await (const chunk of body) {
        size += chunk.byteLength;
        if (size > maxBytes) throw tooBig(maxBytes);
        await stored(() => file.writeFile(chunk));
      }
    } finally {
      await file.close();
    }
    return await use(path);
  } finally {
    await rm(path, { force: true, maxRetries: 3 });
  }
}

async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(PREFIX)) continue;
    const info = await stat(join(folder, name)).catch(() => null);
    if (info && Date.now() - info.mtimeMs > STALE_MS) await rm(join(folder, name), { force: true });
  }
}

async function stored<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw storageError(error);
  }
}

function tooBig(maxBytes: number): ReasonError {
  return new ReasonError('ipc.too-big', `at most ${maxBytes} bytes`);
}
