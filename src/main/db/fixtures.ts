import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrationsDir } from '../host/paths.ts';
import { type OpenDatabase, openDatabase } from './open.ts';
import { enqueueChange } from './queries/outbox.ts';
import type { DbSource } from './source.ts';

let template: Buffer | null = null;

/** A database of the newest version without rows, made once for a test file and copied for every call. */
function emptyDatabase(): Buffer {
  if (template) return template;
  const folder = mkdtempSync(join(tmpdir(), 'vida3-template-'));
  try {
    const file = join(folder, 'vida3.db');
    openDatabase(file, migrationsDir()).close();
    template = readFileSync(file);
    return template;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export type TemporaryDatabase = DbSource & {
  readonly opened: OpenDatabase;
  readonly file: string;
  /** Closes it; deletes the folder if it was made for it. */
  close(): void;
};

/**
 * For tests: a profile's database in a file.
 * @param owner the account it belongs to; null: a guest's, whose changes are not written down
 * @param folder where `vida3.db` is made, or opened if it is there; absent: a temporary one
 */
export function temporaryDatabase(owner: string | null, folder?: string): TemporaryDatabase {
  const home = folder ?? mkdtempSync(join(tmpdir(), 'vida3-db-'));
  const file = join(home, 'vida3.db');
  mkdirSync(home, { recursive: true });
  try {
    writeFileSync(file, emptyDatabase(), { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const opened = openDatabase(file, migrationsDir());
  const source: TemporaryDatabase = {
    db: opened.db,
    sqlite: opened.sqlite,
    owner,
    opened,
    file,
    enqueue(change) {
      enqueueChange(source, change);
    },
    close() {
      opened.close();
      if (folder === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
  return source;
}
