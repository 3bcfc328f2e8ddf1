import type Database from 'better-sqlite3';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { LocalChange } from '../services/sync/ports.ts';
import type * as schema from './schema/index.ts';

export type Db = BetterSQLite3Database<typeof schema>;

/**
 * The open profile's database. Which one that is changes with the account, so stores ask here at every call and keep
 * nothing of it.
 */
export interface DbSource {
  readonly db: Db;
  /** The same connection without a builder, for what is done by the thousand. */
  readonly sqlite: Database.Database;
  /** The account it belongs to; null: the guest's. */
  readonly owner: string | null;
  /** Puts a change into the outbox; call it inside the transaction of the change. Nothing in a guest's database. */
  enqueue(change: LocalChange): void;
}
