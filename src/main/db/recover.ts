import { copyFileSync, existsSync, linkSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { DataSnapshot } from '../../shared/ipc/data.ts';
import { backupsByWorth } from './backup.ts';
import { check, connect } from './connect.ts';
import { openDamaged } from './damaged.ts';
import { noteLost } from './lost-files.ts';
import { type Migrations, migrate, migrationsOf } from './migrate.ts';
import { salvage } from './salvage.ts';
import { isDamage } from './storage-reason.ts';

export type Recovered = NonNullable<DataSnapshot['recovered']>;

/**
 * Puts the best that can be had in the place of a damaged database: the newest good backup with what can still be read
 * of the damaged file, else that alone, else an empty one. The damaged file is kept whole under a name with the time.
 * Nothing is touched before all of it is ready.
 * @throws ReasonError `storage.too-new`, `storage.full`, …: the damaged file is where it was
 */
export function recover(file: string, migrations: Migrations, now: Date): Recovered {
  const work = mkdtempSync(join(dirname(file), 'recovery-'));
  try {
    const damaged = openDamaged(file, join(work, 'damaged.db'));
    try {
      const version = damaged ? versionOf(damaged, migrations) : migrations.length;
      const target = join(work, 'target.db');
      const backup = takeBackup(file, target, migrations, now);
      const sqlite = connect(target);
      let result: ReturnType<typeof salvage>;
      try {
        // What is read of the damaged file fits the version it had.
        migrate(sqlite, migrations, version);
        result = salvage(damaged, sqlite);
        migrate(sqlite, migrations);
        // Whatever of the server's is missing now comes again, and what is there already changes nothing.
        sqlite.exec('update sync_feeds set cursor = 0, complete = 0');
        // In the file itself: a run that ends before they are found leaves it to the next one.
        noteLost(sqlite);
      } finally {
        sqlite.close();
      }
      const setAside = `${file}.corrupt-${now.toISOString().replaceAll(':', '-')}`;
      exchange(file, target, setAside);
      return {
        setAside,
        from: backup ? 'backup' : result.brought > 0 ? 'salvage' : 'empty',
        backupAt: backup?.at ?? null,
        lost: result.lost,
      };
    } finally {
      damaged?.close();
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function versionOf(damaged: Database.Database, migrations: Migrations): number {
  try {
    return migrationsOf(damaged, migrations) || migrations.length;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return migrations.length;
  }
}

/** Copies the newest backup that is sound and that this program can read. @returns null when there is none */
function takeBackup(file: string, target: string, migrations: Migrations, now: Date): { at: string } | null {
  for (const { path, at } of backupsByWorth(file, now)) {
    copyFileSync(path, target);
    try {
      const sqlite = new Database(target);
      try {
        check(sqlite, 'integrity_check');
        if (migrationsOf(sqlite, migrations) > 0) return { at };
      } finally {
        sqlite.close();
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    rmSync(target);
  }
  return null;
}

/** There is a file under the name at every moment, so that a crash in here never looks like a new profile. */
function exchange(file: string, target: string, setAside: string): void {
  if (existsSync(file)) {
    try {
      linkSync(file, setAside);
    } catch {
      // A file system without links.
      copyFileSync(file, setAside);
    }
  }
  for (const end of ['-wal', '-shm']) if (existsSync(file + end)) renameSync(file + end, setAside + end);
  renameSync(target, file);
}
