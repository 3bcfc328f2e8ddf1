import type Database from 'better-sqlite3';
import type { DbSource } from './source.ts';

/**
 * Prepared statements of whichever database is open, by their text. For what is done by the thousand: there the
 * builder's own work would be more than SQLite's.
 */
export class Statements {
  readonly #source: Pick<DbSource, 'sqlite'>;
  /** By connection, so that a closed one takes its statements along. */
  readonly #prepared = new WeakMap<Database.Database, Map<string, Database.Statement>>();

  constructor(source: Pick<DbSource, 'sqlite'>) {
    this.#source = source;
  }

  get(sql: string): Database.Statement {
    const { sqlite } = this.#source;
    const known = this.#prepared.get(sqlite) ?? new Map<string, Database.Statement>();
    this.#prepared.set(sqlite, known);
    const statement = known.get(sql) ?? sqlite.prepare(sql);
    known.set(sql, statement);
    return statement;
  }
}
