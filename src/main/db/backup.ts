import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { ReasonError } from '../../shared/errors.ts';
import { check } from './connect.ts';
import { storageReason } from './storage-reason.ts';

export interface Backup {
  /** File name. */
  readonly name: string;
  readonly path: string;
  /** ISO time it was made. */
  readonly at: string;
  readonly bytes: number;
}

const DAY_MS = 86_400_000;
const NEWEST = 3;
const DAYS = 7;
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)\.db$/;
const UNFINISHED = '.unfinished';

/** Where the backups of a database lie. */
export const backupFolder = (file: string): string => join(dirname(file), 'backups');

/** The backups of a database, newest first. */
export function listBackups(file: string): Backup[] {
  const folder = backupFolder(file);
  if (!existsSync(folder)) return [];
  const start = `${stemOf(file)}-`;
  return readdirSync(folder)
    .flatMap((name) => {
      const match = name.startsWith(start) && STAMP.exec(name.slice(start.length));
      if (!match) return [];
      const path = join(folder, name);
      return [{ name, path, at: match.slice(1).join(':'), bytes: statSync(path).size }];
    })
    .sort((a, b) => (a.at < b.at ? 1 : -1));
}

/** The best first: the newest, but last those that a clock which was ahead has made. */
export function backupsByWorth(file: string, now: Date): Backup[] {
  const all = listBackups(file);
  return [...all.filter(({ at }) => !isAhead(at, now)), ...all.filter(({ at }) => isAhead(at, now))];
}

/** A day is for clocks that are set. */
const isAhead = (at: string, now: Date) => Date.parse(at) - now.getTime() > DAY_MS;

/**
 * Copies a database that is in use, page by page between its own work, checks the copy and only then calls it a
 * backup; older ones are thinned out afterwards.
 * @param file of `sqlite`
 * @throws ReasonError `storage.full`, `storage.read-only`, `storage.backup-failed`; no half a backup stays
 */
export async function backUp(sqlite: Database.Database, file: string, now = new Date()): Promise<Backup> {
  const path = pathFor(file, now);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await sqlite.backup(unfinished(path));
    return finish(file, path, now);
  } catch (error) {
    throw failed(path, error);
  }
}

/** At the start of a run: {@link backUp} when the newest is older than a day. @returns null when there was no need */
export async function backUpIfDue(
  sqlite: Database.Database,
  file: string,
  now = new Date(),
): Promise<Backup | null> {
  sweep(file);
  const newest = backupsByWorth(file, now)[0];
  // A time in the future is of a clock that was wrong.
  const age = newest ? now.getTime() - Date.parse(newest.at) : Number.POSITIVE_INFINITY;
  return age >= 0 && age < DAY_MS ? null : backUp(sqlite, file, now);
}

/**
 * The same while nobody else uses the database, without waiting: before a migration.
 * @throws as {@link backUp}
 */
export function backUpNow(sqlite: Database.Database, file: string, now = new Date()): Backup {
  const path = pathFor(file, now);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    sqlite.prepare('vacuum into ?').run(unfinished(path));
    return finish(file, path, now);
  } catch (error) {
    throw failed(path, error);
  }
}

/**
 * Which of the backups may go: all but the best ones and the last of each day of a week.
 * @param backups in the order of {@link backupsByWorth}
 */
export function outdated(backups: readonly Backup[], now: Date): Backup[] {
  const days = new Set<string>();
  return backups.filter(({ at }, index) => {
    const day = at.slice(0, 10);
    const first = !days.has(day);
    days.add(day);
    const recent = !isAhead(at, now) && now.getTime() - Date.parse(at) < DAYS * DAY_MS;
    return index >= NEWEST && !(first && recent);
  });
}

/** What a run that ended in the middle has left. */
function sweep(file: string): void {
  const folder = backupFolder(file);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder))
    if (name.startsWith(`${stemOf(file)}-`) && name.includes(UNFINISHED))
      rmSync(join(folder, name), { force: true });
}

const stemOf = (file: string) => basename(file, '.db');
const unfinished = (path: string) => path + UNFINISHED;

function pathFor(file: string, now: Date): string {
  return join(backupFolder(file), `${stemOf(file)}-${now.toISOString().replaceAll(':', '-')}.db`);
}

function finish(file: string, path: string, now: Date): Backup {
  const copy = new Database(unfinished(path));
  try {
    // One file that needs nothing beside it.
    copy.pragma('journal_mode = DELETE');
    check(copy, 'integrity_check');
  } finally {
    copy.close();
  }
  const handle = openSync(unfinished(path), 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(unfinished(path), path);
  // A clock that was set back by hours makes the newest look like the oldest.
  for (const { path: old } of outdated(backupsByWorth(file, now), now))
    if (old !== path) rmSync(old, { force: true });
  return { name: basename(path), path, at: now.toISOString(), bytes: statSync(path).size };
}

function failed(path: string, error: unknown): ReasonError {
  // Where even the folder is none there is nothing to remove.
  for (const end of ['', '-journal', '-wal', '-shm'])
    if (existsSync(unfinished(path) + end)) rmSync(unfinished(path) + end);
  const reason = storageReason(error);
  if (reason.reason === 'storage.full' || reason.reason === 'storage.read-only') return reason;
  return new ReasonError('storage.backup-failed', reason.detail, { cause: error });
}
