import type Database from 'better-sqlite3';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { WireRow } from '../services/sync/rebase.ts';
import { CATALOGUE_TABLES, OWN_TABLES, type SyncedTable, WRITABLE_TABLES } from '../services/sync/wire.ts';
import { type ColumnKind, columnKind, columnsOf, toCents, toIsoTime } from './columns.ts';
import * as schema from './schema/index.ts';

type SqlValue = string | number | null;

/** A row of the server that does not fit the table here; the message begins with the column. */
export class UnreadableRowError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnreadableRowError';
  }
}

/** Between rows of the server and one table here. */
export interface RowCodec {
  readonly table: SyncedTable;
  /** Name of the column that a row is known by. */
  readonly key: 'uid' | 'id';
  /** The key of a row as text; null: it has none. */
  keyOf(row: WireRow): string | null;
  /**
   * Puts a row of the server in, or over the one of the same key. Columns that this table does not have are left
   * out; columns that the server does not have stay as they are.
   * @throws UnreadableRowError a value is not what its column holds, or the table does not take it; SqliteError
   */
  write(row: WireRow): void;
}

interface Column {
  readonly name: string;
  readonly notNull: boolean;
  readonly decode: (value: unknown) => SqlValue;
}

const TABLES: Readonly<Record<SyncedTable, SQLiteTable>> = {
  users: schema.users,
  user_subscriptions: schema.userSubscriptions,
  user_add_ons: schema.userAddOns,
  avatars: schema.avatars,
  streaming_sessions: schema.streamingSessions,
  rtmp_sources: schema.rtmpSources,
  user_suspensions: schema.userSuspensions,
  user_warnings: schema.userWarnings,
  subscription_plans: schema.subscriptionPlans,
  add_ons: schema.addOns,
  avatar_categories: schema.avatarCategories,
  preset_avatars: schema.presetAvatars,
  background_categories: schema.backgroundCategories,
  stream_backgrounds: schema.streamBackgrounds,
};

const WRITABLE: ReadonlySet<string> = new Set(WRITABLE_TABLES);

/** Codecs of all synced tables on one connection, by table; made from the schema. */
export function createRowCodecs(sqlite: Database.Database): ReadonlyMap<string, RowCodec> {
  const tables: readonly SyncedTable[] = [...OWN_TABLES, ...CATALOGUE_TABLES];
  return new Map(tables.map((table) => [table, createRowCodec(sqlite, table)]));
}

function createRowCodec(sqlite: Database.Database, table: SyncedTable): RowCodec {
  const key = WRITABLE.has(table) ? 'uid' : 'id';
  const columns = columnsFor(table);
  const values: SqlValue[] = new Array(columns.length).fill(null);
  const prepared = new Map<string, Database.Statement>();
  const all = columns.map((column) => column.name);
  let whole: Database.Statement | null = null;

  const prepare = (names: readonly string[], or: '' | 'or replace') => {
    const id = `${or} ${names.join()}`;
    const known = prepared.get(id);
    if (known) return known;
    const statement = sqlite.prepare(upsertSql(table, key, names, or));
    prepared.set(id, statement);
    return statement;
  };
  const run = (row: WireRow, missing: boolean, or: '' | 'or replace') => {
    if (!missing && or === '') {
      whole ??= prepare(all, '');
      whole.run(values);
      return;
    }
    const there = columns.map((_, index) => index).filter((index) => row[columns[index]!.name] !== undefined);
    prepare(
      there.map((index) => columns[index]!.name),
      or,
    ).run(there.map((index) => values[index]!));
  };

  return {
    table,
    key,
    keyOf(row) {
      const value = row[key];
      return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
    },
    write(row) {
      let missing = false;
      for (let i = 0; i < columns.length; i++) {
        const column = columns[i]!;
        const value = row[column.name];
        if (value === undefined) {
          missing = true;
        } else if (value === null) {
          if (column.notNull) throw new UnreadableRowError(`${column.name}: null`);
          values[i] = null;
        } else {
          values[i] = decodeColumn(column, value);
        }
      }
      try {
        run(row, missing, '');
      } catch (error) {
        if (!isConstraint(error)) throw error;
        // Two rows have swapped a unique name: the other one has changed too, and comes after this one.
        if (error.code === 'SQLITE_CONSTRAINT_UNIQUE' && key === 'id') return run(row, missing, 'or replace');
        throw new UnreadableRowError(error.message, { cause: error });
      }
    },
  };
}

function decodeColumn(column: Column, value: unknown): SqlValue {
  try {
    return column.decode(value);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new UnreadableRowError(`${column.name}: ${what}`, { cause: error });
  }
}

function columnsFor(table: SyncedTable): readonly Column[] {
  return [...columnsOf(TABLES[table])].map(([name, column]: [string, SQLiteColumn]) => ({
    name,
    notNull: column.notNull || column.primary,
    decode: DECODERS[columnKind(column)],
  }));
}

/** Table and column names are the schema's own. */
function upsertSql(table: SyncedTable, key: string, names: readonly string[], or: string): string {
  const quoted = names.map((name) => `"${name}"`);
  const insert = `insert ${or} into "${table}" (${quoted.join(', ')}) values (${names.map(() => '?').join(', ')})`;
  if (or) return insert;
  const set = quoted.filter((name) => name !== `"${key}"`).map((name) => `${name} = excluded.${name}`);
  const then = set.length > 0 ? `do update set ${set.join(', ')}` : 'do nothing';
  return `${insert} on conflict ("${key}") ${then}`;
}

const ISO_START = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

const DECODERS: Readonly<Record<ColumnKind, (value: unknown) => SqlValue>> = {
  text(value) {
    if (typeof value !== 'string') throw new TypeError(`${typeof value} in place of text`);
    return value;
  },
  integer(value) {
    if (!Number.isSafeInteger(value)) throw new TypeError(`${typeof value} in place of an integer`);
    return value as number;
  },
  real(value) {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new TypeError(`${typeof value} in place of a number`);
    }
    return value;
  },
  bool(value) {
    if (typeof value !== 'boolean') throw new TypeError(`${typeof value} in place of true or false`);
    return value ? 1 : 0;
  },
  json: (value) => JSON.stringify(value),
  time(value) {
    if (typeof value !== 'string' || !ISO_START.test(value)) {
      throw new TypeError(`${typeof value} in place of a time`);
    }
    return toIsoTime(value);
  },
  cents(value) {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new TypeError(`${typeof value} in place of a price`);
    }
    return toCents(value);
  },
  blob(value) {
    throw new TypeError(`${typeof value} in place of nothing: bytes are never sent`);
  },
};

function isConstraint(error: unknown): error is Error & { code: unknown } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_CONSTRAINT');
}
