import { type Reason, ReasonError } from './errors.ts';

const REASONS: Readonly<Record<string, Reason>> = {
  ENOSPC: 'storage.full',
  EDQUOT: 'storage.full',
  SQLITE_FULL: 'storage.full',
  EROFS: 'storage.read-only',
  EACCES: 'storage.read-only',
  EPERM: 'storage.read-only',
  SQLITE_READONLY: 'storage.read-only',
};

/** A failure of the disk or of the database as the user can understand it; a reason that is known stays. */
export function storageError(error: unknown): ReasonError {
  if (error instanceof ReasonError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  return new ReasonError(REASONS[code] ?? 'storage.failed', message, { cause: error });
}
