import type { WritableTable } from '../../src/main/services/sync/wire.ts';

interface RowStory {
  readonly table: WritableTable;
  readonly by: number;
  /** Values of the insert. */
  readonly first: Readonly<Record<string, unknown>>;
  /** The last value of each column by each device. */
  readonly last: Map<string, Map<number, unknown>>;
  uses: number;
  deleted: boolean;
  /** Somebody gave it up after the server had refused it. */
  discarded: boolean;
}

/** Everything that was done on any device, to be found again in the end. */
export class Ledger {
  readonly rows = new Map<string, RowStory>();
  edits = 0;

  insert(table: WritableTable, uid: string, by: number, first: Readonly<Record<string, unknown>>): void {
    this.rows.set(uid, { table, by, first, last: new Map(), uses: 0, deleted: false, discarded: false });
    this.edits++;
  }

  edit(uid: string, by: number, patch: Readonly<Record<string, unknown>>): void {
    const { last } = this.#row(uid);
    for (const [column, value] of Object.entries(patch)) {
      const values = last.get(column) ?? new Map<number, unknown>();
      last.set(column, values.set(by, value));
    }
    this.edits++;
  }

  use(uid: string): void {
    this.#row(uid).uses++;
    this.edits++;
  }

  delete(uid: string): void {
    this.#row(uid).deleted = true;
    this.edits++;
  }

  discard(uid: string): void {
    this.#row(uid).discarded = true;
  }

  #row(uid: string): RowStory {
    const row = this.rows.get(uid);
    if (!row) throw new Error(`Nobody has made ${uid}`);
    return row;
  }

  /**
   * What is wrong with the server's rows of a table, in words; empty: every edit is accounted for.
   * @param server all its rows of the account with tombstones
   */
  faultsOf(table: WritableTable, server: readonly Readonly<Record<string, unknown>>[]): string[] {
    const faults: string[] = [];
    const there = new Map(server.map((row) => [String(row.uid), row]));
    if (there.size !== server.length) faults.push(`${table}: a row is there twice`);
    for (const uid of there.keys())
      if (!this.rows.has(uid)) faults.push(`${table} ${uid}: nobody has made it`);
    for (const [uid, story] of this.rows) {
      if (story.table !== table || story.discarded) continue;
      const row = there.get(uid);
      // One that was deleted before it was sent was never there.
      if (!row && story.deleted) continue;
      if (!row) faults.push(`${table} ${uid}: lost`);
      else if ((row.deleted_at !== null) !== story.deleted) {
        faults.push(`${table} ${uid}: ${story.deleted ? 'its deletion is lost' : 'deleted by nobody'}`);
      } else if (!story.deleted) faults.push(...this.#faultsOfRow(uid, story, row));
    }
    return faults;
  }

  #faultsOfRow(uid: string, story: RowStory, row: Readonly<Record<string, unknown>>): string[] {
    const faults: string[] = [];
    if (story.table === 'avatars' && row.usage_count !== story.uses) {
      faults.push(`avatars ${uid}: used ${story.uses} times, counted ${String(row.usage_count)}`);
    }
    for (const [column, value] of Object.entries(story.first)) {
      const last = story.last.get(column);
      // The last push of any device wins, so it is the last value of one of them.
      const possible = last ? [...last.values()] : [value];
      if (last && !last.has(story.by)) possible.push(...(last.size === 0 ? [value] : []));
      if (!possible.some((each) => same(each, row[column]))) {
        faults.push(
          `${story.table} ${uid}.${column}: ${JSON.stringify(row[column])}, not one of ${JSON.stringify(possible)}`,
        );
      }
    }
    return faults;
  }
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string' && /^\d{4}-.*T/.test(a))
    return Date.parse(a) === Date.parse(b);
  return JSON.stringify(a) === JSON.stringify(b);
}
