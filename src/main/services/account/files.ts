import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { ReasonError } from '../../../shared/errors.ts';

/** A reader finds the old content or the new one, never a part; 0600. @throws ReasonError `storage.*` */
export async function writeAtomically(path: string, data: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw asStorageError(error);
  }
}

export function asStorageError(error: unknown): ReasonError {
  if (error instanceof ReasonError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ReasonError('storage.full', message, { cause: error });
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new ReasonError('storage.read-only', message, { cause: error });
  }
  return new ReasonError('storage.failed', message, { cause: error });
}
