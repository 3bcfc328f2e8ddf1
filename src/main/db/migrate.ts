import type Database from 'better-sqlite3';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import { ReasonError } from '../../shared/errors.ts';
import { DamagedError } from './storage-reason.ts';

const SHA256 = /^[0-9a-f]{64}$/;

/** Oldest first. */
export type Migrations = readonly MigrationMeta[];

/** @param folder with the numbered files and `meta/_journal.json` */
export const readMigrations = (folder: string): Migrations =>
  readMigrationFiles({ migrationsFolder: folder });

/**
 * How many migrations a file has had.
 * @throws ReasonError `storage.too-new` when it has had a later one than this program knows; DamagedError when what it
 * says cannot be
 */
export function migrationsOf(sqlite: Database.Database, migrations: Migrations): number {
  const there = sqlite
    .prepare("select 1 from sqlite_master where type = 'table' and name = '__drizzle_migrations'")
    .get();
  if (!there) return 0;
  const had = sqlite
    .prepare<[], { hash: unknown; created_at: unknown }>('select hash, created_at from __drizzle_migrations')
    .all();
  const known = new Set(migrations.map(({ folderMillis }) => folderMillis));
  const newest = Math.max(...known);
  for (const { hash, created_at: when } of had) {
    if (known.has(Number(when))) continue;
    const sane = Number.isSafeInteger(when) && (when as number) > newest && SHA256.test(String(hash));
    if (!sane) throw new DamagedError('migrations that never were');
    throw new ReasonError('storage.too-new', `${had.length} migrations, ${migrations.length} known`);
  }
  return had.length;
}

/**
 * Brings a file up to the first `upTo` migrations in one transaction: all of it or nothing. Drizzle's own migrator
 * cannot be used: it runs with foreign keys on, where dropping a table that is made anew deletes what refers to it.
 * @throws ReasonError `storage.too-new`, `storage.failed` when rows would refer to nothing afterwards
 */
export function migrate(
  sqlite: Database.Database,
  migrations: Migrations,
  upTo: number = migrations.length,
): void {
  const due = migrations.slice(migrationsOf(sqlite, migrations), upTo);
  if (due.length === 0) return;
  sqlite.pragma('foreign_keys = OFF');
  try {
    sqlite
      .transaction(() => {
        // The columns are those of drizzle's own table, for the files that have it.
        sqlite.exec(
          'create table if not exists __drizzle_migrations (id serial primary key, hash text not null, created_at numeric)',
        );
        const note = sqlite.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)');
        for (const { sql, hash, folderMillis } of due) {
          for (const statement of sql) sqlite.exec(statement);
          note.run(hash, folderMillis);
        }
        const lost = sqlite.pragma('foreign_key_check') as unknown[];
        if (lost.length > 0) throw new ReasonError('storage.failed', `migration: ${JSON.stringify(lost[0])}`);
      })
      .immediate();
  } finally {
    sqlite.pragma('foreign_keys = ON');
  }
}
