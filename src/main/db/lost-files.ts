import type Database from 'better-sqlite3';
import { storageReason } from './storage-reason.ts';

const FACT = 'find_lost';

/** Rows were lost: files that none of them names are to be looked for, at every opening until {@link foundLost}. */
export function noteLost(sqlite: Database.Database): void {
  sqlite
    .prepare("insert into profile_facts (key, value) values (?, 'true') on conflict (key) do nothing")
    .run(FACT);
}

/** Whether {@link noteLost} still waits for {@link foundLost}. */
export function hasLost(sqlite: Database.Database): boolean {
  return sqlite.prepare('select 1 from profile_facts where key = ?').get(FACT) !== undefined;
}

/**
 * All files that no row named have been looked at. Call it only when that came to its end.
 * @throws ReasonError `storage.*`
 */
export function foundLost(sqlite: Database.Database): void {
  try {
    sqlite.prepare('delete from profile_facts where key = ?').run(FACT);
  } catch (error) {
    throw storageReason(error);
  }
}
