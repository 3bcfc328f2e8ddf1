import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import {
  type CheckBuilder,
  check,
  customType,
  integer,
  type SQLiteColumn,
  type SQLiteTable,
  text,
} from 'drizzle-orm/sqlite-core';

/** What a column holds, beyond SQLite's own types: enough to make a codec for the wire from the schema. */
export type ColumnKind = 'text' | 'integer' | 'real' | 'bool' | 'json' | 'time' | 'cents' | 'blob';

const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * The one way times are written here, so that they sort as text: ISO-8601 UTC with milliseconds and `Z`. Takes every
 * ISO time with an offset (Postgres sends `2026-01-02T03:04:05.678901+00:00`); digits below a millisecond are cut.
 * @throws RangeError when it is no time
 */
export function toIsoTime(value: string): string {
  return ISO_UTC.test(value) ? value : new Date(value).toISOString();
}

/** Currency units, as the server's `numeric(10,2)` is sent, to whole cents. */
export const toCents = (units: number): number => Math.round(units * 100);

/** 0 or 1. */
export const bool = (name: string) => integer(name, { mode: 'boolean' });
/** Any JSON value as text; SQL NULL is no value. */
export const json = (name: string) => text(name, { mode: 'json' });
/** A time as {@link toIsoTime} writes it. */
export const isoTime = customType<{ data: string; driverData: string }>({
  dataType: () => 'text',
  toDriver: toIsoTime,
});
/** Whole cents of a currency; the server has units with two decimals under the same name. */
export const cents = customType<{ data: number; driverData: number }>({ dataType: () => 'integer' });

const KINDS: Readonly<Record<string, ColumnKind>> = {
  SQLiteText: 'text',
  SQLiteInteger: 'integer',
  SQLiteReal: 'real',
  SQLiteBoolean: 'bool',
  SQLiteTextJson: 'json',
  SQLiteBlobBuffer: 'blob',
};

/** @throws TypeError for a column that was made in another way than by this file and drizzle's own plain types */
export function columnKind(column: SQLiteColumn): ColumnKind {
  // The two custom types differ in what SQLite stores.
  if (column.columnType === 'SQLiteCustomColumn') return column.getSQLType() === 'text' ? 'time' : 'cents';
  const kind = KINDS[column.columnType];
  if (!kind) throw new TypeError(`${column.name}: ${column.columnType}`);
  return kind;
}

/** The columns of a table by their SQL names. */
export function columnsOf(table: SQLiteTable): ReadonlyMap<string, SQLiteColumn> {
  return new Map(Object.values(getTableColumns(table)).map((column) => [column.name, column]));
}

/** The time of the write, as {@link toIsoTime} writes it. */
export const NOW: SQL = sql`(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))`;

export const created = () => ({ createdAt: isoTime('created_at').notNull().default(NOW) });
export const times = () => ({ ...created(), updatedAt: isoTime('updated_at').notNull().default(NOW) });
/** What the server writes on every row that it tells of; 0: a row it has not sent. */
export const stamp = () => ({
  ...times(),
  syncSeq: integer('sync_seq').notNull().default(0),
  /** A tombstone. */
  deletedAt: isoTime('deleted_at'),
});
/**
 * Rows that are made here: `uid` is their identity, the server's `id`, `user_id` and `rev` come with its answer. `rev`
 * is 0 while the row was never sent.
 */
export const ownRow = () => ({
  uid: text('uid').primaryKey(),
  id: integer('id').unique(),
  rev: integer('rev').notNull().default(0),
  ...stamp(),
});

const nameOf = (table: string, column: SQLiteColumn) => `${table}_${column.name}`;

export const boolChecks = (table: string, ...columns: readonly SQLiteColumn[]): CheckBuilder[] =>
  columns.map((column) => check(nameOf(table, column), sql`${column} in (0, 1)`));

export const jsonChecks = (table: string, ...columns: readonly SQLiteColumn[]): CheckBuilder[] =>
  columns.map((column) => check(nameOf(table, column), sql`${column} is null or json_valid(${column})`));

/** Zero or more; NULL passes. */
export const countChecks = (table: string, ...columns: readonly SQLiteColumn[]): CheckBuilder[] =>
  columns.map((column) => check(nameOf(table, column), sql`${column} >= 0`));

/** @param values of this program's own, without quotes in them */
export const enumCheck = (table: string, column: SQLiteColumn, values: readonly string[]): CheckBuilder =>
  check(
    nameOf(table, column),
    sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`,
  );
