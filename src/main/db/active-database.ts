import type Database from 'better-sqlite3';
import type { LocalChange } from '../services/sync/ports.ts';
import type { OpenDatabase } from './open.ts';
import { enqueueChange } from './queries/outbox.ts';
import type { Db, DbSource } from './source.ts';

/** The database of the open profile, and the place where another one takes its place. */
export class ActiveDatabase implements DbSource {
  #opened: OpenDatabase;
  #owner: string | null;
  #onChange: (() => void) | null = null;

  /** @param owner the account it belongs to; null: the guest's */
  constructor(opened: OpenDatabase, owner: string | null) {
    this.#opened = opened;
    this.#owner = owner;
  }

  get db(): Db {
    return this.#opened.db;
  }

  get sqlite(): Database.Database {
    return this.#opened.sqlite;
  }

  get owner(): string | null {
    return this.#owner;
  }

  get opened(): OpenDatabase {
    return this.#opened;
  }

  enqueue(change: LocalChange): void {
    if (this.#owner === null) return;
    enqueueChange(this, change);
    // Heard before the transaction is over: the listener only plans a sync.
    if (change.soon !== false) this.#onChange?.();
  }

  /** Hears of every change that is to be sent soon. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** @returns what was open, still open: the caller closes it, or puts it back */
  replace(
    opened: OpenDatabase,
    owner: string | null,
  ): { readonly opened: OpenDatabase; readonly owner: string | null } {
    const before = { opened: this.#opened, owner: this.#owner };
    this.#opened = opened;
    this.#owner = owner;
    return before;
  }

  close(): void {
    this.#opened.close();
  }
}
