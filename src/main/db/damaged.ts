import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import Database from 'better-sqlite3';
import { DamagedError, storageReason } from './storage-reason.ts';

/** What is read of a damaged file: whatever of its pages still makes sense. */

const PAGE = 4096;
const HEADER = 100;
/** What is the same in the header of every file of this program: name, page size, fractions, format, encoding. */
const CONSTANT: readonly (readonly [from: number, to: number])[] = [
  [0, 18],
  [20, 24],
  [44, 48],
  [56, 60],
];
/** First byte of the first page's tree, as an inner page or a leaf. */
const TABLE_PAGES: readonly (number | undefined)[] = [0x05, 0x0d];
/** A table in which more places than this are unreadable is given up: its rows would be found one by one. */
const MAX_FAULTS = 5000;
const MAX_ROWID = 2 ** 40;

/** Not only pages can be wrong, but also what the file says of its tables: then a statement makes no sense. */
function isFault(error: unknown): boolean {
  if (error instanceof DamagedError) return true;
  return error instanceof Database.SqliteError && storageReason(error).reason !== 'storage.full';
}

/**
 * A writing connection of a copy of a damaged database, with SQLite's own refusals off.
 * @param file damaged; only read
 * @param copy where the copy is made, with its write-ahead log
 * @returns null when not even its list of tables can be read
 */
export function openDamaged(file: string, copy: string): Database.Database | null {
  if (existsSync(file)) copyFileSync(file, copy);
  else closeSync(openSync(copy, 'w'));
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
  mendHeader(copy);
  const sqlite = new Database(copy);
  try {
    sqlite.unsafeMode(true);
    sqlite.pragma('writable_schema = ON');
    sqlite.pragma('cell_size_check = ON');
    if (tablesOf(sqlite).length > 0) return sqlite;
  } catch (error) {
    if (!isFault(error)) {
      sqlite.close();
      throw error;
    }
  }
  sqlite.close();
  return null;
}

/**
 * SQLite would not look at the write-ahead log of an empty file, and at nothing of a file whose first bytes are
 * wrong. All that is needed of those is the same in every file of this program.
 */
function mendHeader(file: string): void {
  const { size } = statSync(file);
  if (size < PAGE) {
    truncateSync(file, PAGE);
    return;
  }
  const handle = openSync(file, 'r+');
  try {
    const head = Buffer.alloc(HEADER + 1);
    readSync(handle, head, 0, head.byteLength, 0);
    const fresh = freshHeader(Math.floor(size / PAGE));
    const sane = CONSTANT.every(([from, to]) => head.subarray(from, to).equals(fresh.subarray(from, to)));
    if (sane || !TABLE_PAGES.includes(head[HEADER])) return;
    writeSync(handle, fresh, 0, HEADER, 0);
  } finally {
    closeSync(handle);
  }
}

/** The file format's section 1.3, as SQLite writes it for a new file in WAL mode. */
function freshHeader(pages: number): Buffer {
  const head = Buffer.alloc(HEADER);
  head.write('SQLite format 3\0', 'latin1');
  head.writeUInt16BE(PAGE, 16);
  // Write and read version (WAL), bytes reserved in each page, fractions of a page.
  head.set([2, 2, 0, 64, 32, 32], 18);
  head.writeUInt32BE(1, 24);
  head.writeUInt32BE(pages, 28);
  head.writeUInt32BE(1, 40);
  head.writeUInt32BE(4, 44);
  // UTF-8.
  head.writeUInt32BE(1, 56);
  head.writeUInt32BE(1, 92);
  return head;
}

/** Names of the tables that the file says it has. */
export function tablesOf(sqlite: Database.Database): string[] {
  // The first look at a damaged list of tables fails and keeps what it has read; the second works with that.
  for (let attempt = 0; ; attempt++) {
    try {
      return sqlite
        .prepare<[], string>(
          "select name from sqlite_master where type = 'table' and name not like 'sqlite%'",
        )
        .pluck()
        .all();
    } catch (error) {
      if (attempt > 0 || !isFault(error)) throw error;
    }
  }
}

export interface TableRead {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Every page of it could be read. */
  readonly whole: boolean;
}

/** All rows of a table that can be read: from both sides of what cannot. */
export function readTable(sqlite: Database.Database, table: string, columns: readonly string[]): TableRead {
  const names = columns.map((name) => `"${name}"`).join(', ');
  const select = (rest: string) =>
    sqlite
      .prepare<number[]>(`select rowid, ${names} from "${table}" where rowid > ? and rowid < ? ${rest}`)
      .raw();
  const upwards = select('order by rowid');
  const downwards = select('order by rowid desc');
  const rows = new Map<number, Record<string, unknown>>();
  let faults = 0;

  /** @returns the last rowid that was read, and whether the range has come to its end */
  const read = (statement: Database.Statement<number[]>, low: number, high: number, start: number) => {
    let last = start;
    try {
      for (const values of statement.iterate(low, high) as IterableIterator<unknown[]>) {
        const rowid = values[0] as number;
        if (rowid <= low || rowid >= high || rows.has(rowid)) throw new DamagedError('pages in a circle');
        rows.set(rowid, Object.fromEntries(columns.map((name, index) => [name, values[index + 1]])));
        last = rowid;
      }
      return { last, ended: true };
    } catch (error) {
      if (!isFault(error)) throw error;
      faults++;
      return { last, ended: false };
    }
  };
  const between = (low: number, high: number): void => {
    if (high - low < 2 || faults > MAX_FAULTS) return;
    const up = read(upwards, low, high, low);
    if (up.ended) return;
    const down = read(downwards, up.last, high, high);
    if (down.ended || down.last - up.last < 3) return;
    const middle = Math.floor((up.last + down.last) / 2);
    between(up.last, middle + 1);
    between(middle, down.last);
  };

  const all = read(upwards, 0, MAX_ROWID, 0);
  if (all.ended) return { rows: [...rows.values()], whole: true };
  // Where the table ends is not known: steps that double find a readable place behind the damage, or nothing.
  for (let low = all.last, step = 8; step < MAX_ROWID && faults <= MAX_FAULTS; step *= 2) {
    const next = read(upwards, low + step, MAX_ROWID, low + step);
    if (!next.ended && next.last === low + step) continue;
    between(low, low + step + 1);
    if (next.ended) break;
    low = next.last;
    step = 4;
  }
  return { rows: [...rows.values()], whole: false };
}

/** Whether the pages of a table, and those of its indexes, hang together: a page that is skipped is no error to a reader. */
export function soundness(
  sqlite: Database.Database,
  table: string,
): { readonly rows: boolean; readonly indexes: boolean } {
  const faults: string[] = [];
  let root: number | undefined;
  try {
    root = sqlite
      .prepare<[string], number>("select rootpage from sqlite_master where type = 'table' and name = ?")
      .pluck()
      .get(table);
    const check = sqlite.prepare<[], string>(`pragma quick_check("${table}")`).pluck();
    for (const text of check.iterate()) faults.push(...text.split('\n'));
  } catch (error) {
    // The pages come first; then it reads rows, which fails with the first bad page.
    if (!isFault(error)) throw error;
    if (faults.length === 0) return { rows: false, indexes: false };
  }
  const trees = faults.filter((line) => line.startsWith('Tree '));
  const own = trees.filter((line) => line.startsWith(`Tree ${root} `));
  return { rows: own.length === 0, indexes: own.length === trees.length };
}

/** Keys of all rows of a table by its own index, in pages of their own; null when that cannot be read either. */
export function keysOf(sqlite: Database.Database, table: string, key: string): string[] | null {
  try {
    return sqlite.prepare<[], string>(`select "${key}" from "${table}" order by "${key}"`).pluck().all();
  } catch (error) {
    if (!isFault(error)) throw error;
    return null;
  }
}
