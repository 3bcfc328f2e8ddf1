import { type Reason, ReasonError } from '../../shared/errors.ts';
import { storageError } from '../../shared/storage-error.ts';

/** SQLite's codes by their beginning: extended ones (`SQLITE_READONLY_DIRECTORY`) mean the same to a user. */
const BY_CODE: readonly (readonly [code: string, reason: Reason])[] = [
  ['SQLITE_FULL', 'storage.full'],
  // The memory map beside the file could not grow.
  ['SQLITE_IOERR_SHMSIZE', 'storage.full'],
  ['SQLITE_READONLY', 'storage.read-only'],
  ['SQLITE_CORRUPT', 'storage.corrupt'],
  ['SQLITE_NOTADB', 'storage.corrupt'],
];

/** A page or a row cannot be what was written. */
export class DamagedError extends Error {}

/**
 * A failure of the database or the disk under it as a closed reason: `storage.full`, `storage.read-only`,
 * `storage.corrupt`, else `storage.failed`. A reason that is known stays.
 */
export function storageReason(error: unknown): ReasonError {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ReasonError) return cause;
    if (cause instanceof DamagedError) return of('storage.corrupt', cause, error);
    if (!('code' in cause)) continue;
    const code = String(cause.code);
    const known = BY_CODE.find(([start]) => code.startsWith(start));
    if (known) return of(known[1], cause, error);
    return storageError(cause);
  }
  return storageError(error);
}

export const isDamage = (error: unknown): boolean => storageReason(error).reason === 'storage.corrupt';

function of(reason: Reason, { message }: Error, cause: unknown): ReasonError {
  return new ReasonError(reason, message, { cause });
}

/**
 * The border of a store: what its methods throw is a {@link storageReason}, so that a service never sees SQLite's own
 * errors. Every method must be synchronous.
 */
export function withReasons<T extends object>(store: T): T {
  const guarded = Object.entries(store).map(([name, member]: [string, unknown]) => [
    name,
    typeof member === 'function' ? guard(member as (...args: unknown[]) => unknown, store) : member,
  ]);
  return Object.fromEntries(guarded) as T;
}

function guard(method: (...args: unknown[]) => unknown, store: object): (...args: unknown[]) => unknown {
  return (...args) => {
    try {
      return method.apply(store, args);
    } catch (error) {
      throw storageReason(error);
    }
  };
}
