import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { ReasonError } from '../../shared/errors.ts';
import { backUpNow } from './backup.ts';
import { buildersOf, connect } from './connect.ts';
import { hasLost } from './lost-files.ts';
import { type Migrations, migrate, migrationsOf, readMigrations } from './migrate.ts';
import { type Recovered, recover } from './recover.ts';
import type { Db } from './source.ts';
import { DamagedError, isDamage, storageReason } from './storage-reason.ts';

export interface OpenDatabase {
  readonly db: Db;
  /** The same connection without a builder. */
  readonly sqlite: Database.Database;
  /** The path it was opened by. */
  readonly file: string;
  /** What became of a damaged file (`storage.recovered`, `storage.salvaged`, `storage.corrupt`); null: all was well. */
  readonly recovered: Recovered | null;
  /** False: what is there can be looked at; every write throws `SQLITE_READONLY`. */
  readonly writable: boolean;
  /**
   * Rows were lost, at this opening or an earlier one, and the files without one have not all been looked for since:
   * see `foundLost`. False where nothing can be written.
   */
  readonly findLost: boolean;
  close(): void;
}

/** A database that is only looked at. */
export interface ReadOnlyDatabase {
  /** Every write throws `SQLITE_READONLY`. */
  readonly sqlite: Database.Database;
  close(): void;
}

/** A write-ahead log with less has nothing in it. */
const WAL_HEADER = 32;

/**
 * Opens the local database, checks it, and brings it to the newest schema, with a backup of the older one first. A
 * damaged file is set aside, never deleted, and the best that can be had takes its place. Where nothing can be
 * written, a copy in the system's temporary folder is opened to be read.
 * @param migrations folder of the numbered migrations
 * @throws ReasonError `storage.too-new` (nothing was changed), `storage.full`, `storage.read-only`,
 * `storage.corrupt` (damaged, and nothing can be written), `storage.backup-failed`, `storage.failed`
 */
export function openDatabase(
  file: string,
  migrations: string,
  options: { readonly now?: () => Date } = {},
): OpenDatabase {
  const now = options.now ?? (() => new Date());
  try {
    const known = readMigrations(migrations);
    if (!isWritable(file)) return openCopy(file, known);
    try {
      return openWritable(file, known, now, null);
    } catch (error) {
      if (isDamage(error)) return openWritable(file, known, now, recover(file, known, now()));
      const { reason } = storageReason(error);
      if (reason !== 'storage.full' && reason !== 'storage.read-only') throw error;
      return openCopy(file, known, error);
    }
  } catch (error) {
    throw storageReason(error);
  }
}

function openWritable(
  file: string,
  migrations: Migrations,
  now: () => Date,
  recovered: Recovered | null,
): OpenDatabase {
  const bytes = sizeOf(file);
  // SQLite would delete a log that has no file, with all that is in it.
  if (bytes === 0 && sizeOf(`${file}-wal`) > WAL_HEADER) throw new DamagedError('a log without its file');
  const sqlite = connect(file);
  try {
    const version = migrationsOf(sqlite, migrations);
    if (version > 0 && version < migrations.length) backUpNow(sqlite, file, now());
    migrate(sqlite, migrations);
    return {
      db: buildersOf(sqlite),
      sqlite,
      file,
      recovered,
      writable: true,
      get findLost() {
        return hasLost(sqlite);
      },
      close: () => {
        try {
          sqlite.pragma('optimize');
        } catch (error) {
          // On a full or damaged disk: only the statistics are older, and the next close makes them.
          if (!(error instanceof Database.SqliteError)) throw error;
        } finally {
          sqlite.close();
        }
      },
    };
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/**
 * Looks into a database without changing anything beside it or in it, and without bringing it to another version: a
 * copy in the system's temporary folder is read, with what is only in the log.
 * @param migrations folder of the numbered migrations
 * @returns null: it is not there, damaged, or not of the newest version
 * @throws ReasonError `storage.full`, `storage.read-only` (no copy can be made), `storage.failed`
 */
export function openReadOnly(file: string, migrations: string): ReadOnlyDatabase | null {
  try {
    if (sizeOf(file) === 0) return null;
    const known = readMigrations(migrations);
    let newest = false;
    const copy = connectCopy(file, (sqlite) => {
      newest = migrationsOf(sqlite, known) === known.length;
    });
    if (newest) return copy;
    copy.close();
    return null;
  } catch (error) {
    const reason = storageReason(error);
    if (reason.reason === 'storage.corrupt' || reason.reason === 'storage.too-new') return null;
    throw reason;
  }
}

/** @param cause why the file itself cannot be used; what is thrown when there is nothing to copy */
function openCopy(file: string, migrations: Migrations, cause?: unknown): OpenDatabase {
  if (sizeOf(file) === 0) throw cause ?? new ReasonError('storage.read-only', file);
  const { sqlite, close } = connectCopy(file, (copy) => migrate(copy, migrations));
  return { db: buildersOf(sqlite), sqlite, file, recovered: null, writable: false, findLost: false, close };
}

/** @param prepare what is to be done with the copy before it is only read */
function connectCopy(file: string, prepare: (sqlite: Database.Database) => void): ReadOnlyDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'vida3-read-only-'));
  const copy = join(folder, 'vida3.db');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    copyFileSync(file, copy);
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
    const sqlite = connect(copy);
    try {
      prepare(sqlite);
      sqlite.pragma('query_only = ON');
    } catch (error) {
      sqlite.close();
      throw error;
    }
    return {
      sqlite,
      close: () => {
        sqlite.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Makes the folder if it is not there. */
function isWritable(file: string): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    accessSync(dirname(file), constants.W_OK);
    if (existsSync(file)) accessSync(file, constants.W_OK);
    return true;
  } catch (error) {
    if (storageReason(error).reason !== 'storage.read-only') throw error;
    return false;
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
