import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { ReasonError } from '../../shared/errors.ts';
import * as schema from './schema.ts';

export type Db = BetterSQLite3Database<typeof schema>;

export interface OpenDatabase {
  readonly db: Db;
  /** Where a damaged file was set aside (`storage.corrupt`); null when all was well. */
  readonly setAside: string | null;
  close(): void;
}

const DAMAGED = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);
/** The database and what belongs to it while it is open or after a crash. */
const COMPANIONS = ['', '-wal', '-shm'];

/**
 * Opens the local database, checks it, and brings it to the newest schema. A damaged file is set aside under a
 * name with the time, never deleted, and an empty one takes its place.
 * @param migrations folder of the numbered migrations
 * @throws ReasonError `storage.failed` when it can neither be read nor written
 */
export function openDatabase(
  file: string,
  migrations: string,
  now: () => Date = () => new Date(),
): OpenDatabase {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    try {
      return { ...open(file, migrations), setAside: null };
    } catch (error) {
      if (!isDamage(error)) throw error;
      const setAside = `${file}.corrupt-${now().toISOString().replaceAll(':', '-')}`;
      for (const part of COMPANIONS) if (existsSync(file + part)) renameSync(file + part, setAside + part);
      return { ...open(file, migrations), setAside };
    }
  } catch (error) {
    throw new ReasonError('storage.failed', error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

class DamagedError extends Error {}

function open(file: string, migrations: string): { db: Db; close(): void } {
  const sqlite = new Database(file);
  try {
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('foreign_keys = ON');
    sqlite.pragma('synchronous = NORMAL');
    sqlite.pragma('busy_timeout = 3000');
    const verdict: unknown = sqlite.pragma('quick_check(1)', { simple: true });
    if (verdict !== 'ok') throw new DamagedError(String(verdict));
    const db = drizzle(sqlite, { schema });
    migrate(db, { migrationsFolder: migrations });
    return {
      db,
      close: () => {
        sqlite.pragma('optimize');
        sqlite.close();
      },
    };
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

function isDamage(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DamagedError) return true;
    if ('code' in cause && [...DAMAGED].some((code) => String(cause.code).startsWith(code))) return true;
  }
  return false;
}
