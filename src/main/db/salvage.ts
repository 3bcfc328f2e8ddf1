import type Database from 'better-sqlite3';
import { keysOf, readTable, soundness, tablesOf } from './damaged.ts';

/** Rows that did not survive; null: how many cannot be told. */
export interface LostRows {
  readonly table: string;
  readonly rows: number | null;
}

/** What is nowhere else, with the column that names a row. Everything else comes with the next sync. */
const IRREPLACEABLE: readonly (readonly [table: string, key: string])[] = [
  ['avatars', 'uid'],
  ['avatar_files', 'avatar_uid'],
  ['streaming_sessions', 'uid'],
  ['rtmp_sources', 'uid'],
  ['rtmp_source_secrets', 'source_uid'],
  ['settings', 'key'],
  ['sync_outbox', 'op_id'],
];
/** Of SQLite's and the migrations' own. */
const FOREIGN = new Set(['__drizzle_migrations']);

/**
 * Brings what can be read of a damaged database into one of the same version: rows that are not there, and newer ones.
 * A table that can be read whole is the truth: what it no longer has goes.
 * @param damaged null: nothing of it can be read
 * @returns how many rows were brought, and what is lost of {@link IRREPLACEABLE}
 */
export function salvage(
  damaged: Database.Database | null,
  target: Database.Database,
): { readonly brought: number; readonly lost: LostRows[] } {
  const there = new Set(tablesOf(target));
  const wanted = IRREPLACEABLE.filter(([table]) => there.has(table));
  if (!damaged) return { brought: 0, lost: wanted.map(([table]) => ({ table, rows: null })) };
  const readable = new Set(tablesOf(damaged));
  const whole = new Map<string, readonly Row[]>();
  let brought = 0;
  target.pragma('foreign_keys = OFF');
  try {
    target
      .transaction(() => {
        for (const table of there) {
          if (FOREIGN.has(table) || !readable.has(table)) continue;
          const result = bring(damaged, target, table);
          brought += result.brought;
          if (result.whole) whole.set(table, result.rows);
        }
        mendReferences(target);
      })
      .immediate();
  } finally {
    target.pragma('foreign_keys = ON');
  }
  const lost = wanted.flatMap(([table, key]): LostRows[] => {
    const indexed = readable.has(table) && soundness(damaged, table).indexes;
    const keys =
      whole.get(table)?.map((row) => String(row[key])) ?? (indexed ? keysOf(damaged, table, key) : null);
    if (!keys) return [{ table, rows: null }];
    const has = target.prepare<[string], number>(`select 1 from "${table}" where "${key}" = ?`).pluck();
    const rows = keys.filter((each) => has.get(each) === undefined).length;
    return rows > 0 ? [{ table, rows }] : [];
  });
  return { brought, lost };
}

type Row = Readonly<Record<string, unknown>>;

interface Column {
  readonly name: string;
  /** Place in the primary key from 1; 0: not part of it. */
  readonly pk: number;
}

const columnsOf = (sqlite: Database.Database, table: string) =>
  sqlite.pragma(`table_info("${table}")`) as Column[];

/** @returns how many rows were new or newer, and all that were read */
function bring(
  damaged: Database.Database,
  target: Database.Database,
  table: string,
): { readonly brought: number; readonly whole: boolean; readonly rows: readonly Row[] } {
  const theirs = new Set(columnsOf(damaged, table).map(({ name }) => name));
  const columns = columnsOf(target, table).filter(({ name }) => theirs.has(name));
  const names = columns.map(({ name }) => name);
  const keys = columns.filter(({ pk }) => pk > 0).map(({ name }) => name);
  // What the file says of the table is damaged too.
  if (keys.length === 0) return { brought: 0, whole: false, rows: [] };
  const { rows, whole: ended } = readTable(damaged, table, names);
  const whole = ended && soundness(damaged, table).rows;
  const newer = ['updated_at', 'sync_seq'].filter((name) => names.includes(name));
  const put = target.prepare(
    `insert into "${table}" (${names.map(quote).join(', ')}) values (${names.map((name) => `@${name}`).join(', ')})
     on conflict (${keys.map(quote).join(', ')}) do update set
       ${names.map((name) => `"${name}" = excluded."${name}"`).join(', ')}
     ${newer.length > 0 ? `where ${newer.map((name) => `excluded."${name}" > "${table}"."${name}"`).join(' or ')}` : ''}`,
  );
  const seen = new Set<string>();
  const keyOf = (row: Row) => JSON.stringify(keys.map((name) => row[name]));
  let brought = 0;
  for (const row of rows) {
    seen.add(keyOf(row));
    try {
      brought += put.run(row).changes;
    } catch (error) {
      // A row that breaks the table's own rules is damage too; it is counted as lost by its key.
      if (!isConstraint(error)) throw error;
    }
  }
  if (whole) {
    const same = keys.map((name) => `"${name}" = @${name}`).join(' and ');
    const remove = target.prepare(`delete from "${table}" where ${same}`);
    const old = target.prepare<[], Record<string, unknown>>(
      `select ${keys.map(quote).join(', ')} from "${table}"`,
    );
    for (const row of old.all()) if (!seen.has(keyOf(row))) remove.run(row);
  }
  return { brought, whole, rows };
}

/** References to rows that are lost: cleared where the column may be empty, else the row goes too. */
function mendReferences(target: Database.Database): void {
  // A row that goes may be what others refer to.
  for (;;) {
    const faults = target.pragma('foreign_key_check') as { table: string; rowid: number; fkid: number }[];
    if (faults.length === 0) return;
    for (const { table, rowid, fkid } of faults) {
      const references = target.pragma(`foreign_key_list("${table}")`) as { id: number; from: string }[];
      const from = references.find(({ id }) => id === fkid)!.from;
      const info = target.pragma(`table_info("${table}")`) as { name: string; notnull: number; pk: number }[];
      const column = info.find(({ name }) => name === from)!;
      if (column.notnull || column.pk) target.prepare(`delete from "${table}" where rowid = ?`).run(rowid);
      else target.prepare(`update "${table}" set "${from}" = null where rowid = ?`).run(rowid);
    }
  }
}

const quote = (name: string) => `"${name}"`;

const isConstraint = (error: unknown) =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_CONSTRAINT');
