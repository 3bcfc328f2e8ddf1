import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import * as schema from './schema/index.ts';
import type { Db } from './source.ts';
import { DamagedError } from './storage-reason.ts';

/**
 * Opens a file with the careful settings and looks at all its pages.
 * @throws DamagedError, and SQLite's own errors
 */
export function connect(file: string): Database.Database {
  const sqlite = new Database(file);
  try {
    sqlite.pragma('busy_timeout = 3000');
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('foreign_keys = ON');
    sqlite.pragma('synchronous = NORMAL');
    check(sqlite, 'quick_check');
    return sqlite;
  } catch (error) {
    sqlite.close();
    // These statements are right: it is the file's header that makes no sense of them.
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_ERROR')
      throw new DamagedError(error.message, { cause: error });
    throw error;
  }
}

/** @throws DamagedError with the first fault that was found */
export function check(sqlite: Database.Database, how: 'quick_check' | 'integrity_check'): void {
  const verdict: unknown = sqlite.pragma(`${how}(1)`, { simple: true });
  if (verdict !== 'ok') throw new DamagedError(String(verdict));
}

export const buildersOf = (sqlite: Database.Database): Db => drizzle(sqlite, { schema });
