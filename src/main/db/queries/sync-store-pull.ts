import type { SyncStore } from '../../services/sync/ports.ts';
import { isDeleted } from '../../services/sync/rebase.ts';
import {
  CATALOGUE_TABLES,
  type Feed,
  OWN_TABLES,
  type PullAnswer,
  SYNC_SCHEMA,
  type SyncedTable,
  WRITABLE_TABLES,
  type WritableTable,
} from '../../services/sync/wire.ts';
import type { SyncStoreOptions } from './sync-store.ts';
import type { SyncFacts, SyncRows } from './sync-store-rows.ts';

const TABLES_OF: Readonly<Record<Feed, readonly SyncedTable[]>> = { own: OWN_TABLES, cat: CATALOGUE_TABLES };
const FEEDS: readonly Feed[] = ['cat', 'own'];
const WRITABLE: ReadonlySet<string> = new Set(WRITABLE_TABLES);
/** Of this machine alone; they go with the row they belong to. */
const BELONGINGS: readonly string[] = ['avatar_files', 'upload_queue', 'rtmp_source_secrets'];

/** When rows that cannot be read were last fetched, and by which version of the program. */
const UNREADABLE = 'unreadable';
const DAY_MS = 24 * 60 * 60_000;
interface Tried {
  readonly version: string;
  readonly at: number;
}

interface FeedRow {
  readonly feed: Feed;
  readonly cursor: number;
  readonly complete: number;
  readonly schema: number;
}

/** The half of a SyncStore that takes what the server sends. */
export function createPullSide(
  rows: SyncRows,
  { version, now }: Pick<SyncStoreOptions, 'version' | 'now'>,
): Pick<SyncStore, 'beginPull' | 'cursors' | 'applyPull' | 'finishPull'> & {
  rewind(cursor: number): void;
} {
  const { sqlite } = rows;
  const selectFeeds = sqlite.prepare<[], FeedRow>('select feed, cursor, complete, schema from sync_feeds');
  const setFeed = sqlite.prepare<[Feed, number, number]>(
    `insert into sync_feeds (feed, cursor, schema) values (?, ?, ?)
     on conflict (feed) do update set cursor = excluded.cursor, schema = excluded.schema`,
  );
  const firstUnreadable = sqlite.prepare<[], { table_name: string; seq: number }>(
    'select table_name, min(seq) as seq from sync_unreadable group by table_name',
  );
  const completeFeed = sqlite.prepare<[Feed, number]>(
    `insert into sync_feeds (feed, complete, schema) values (?, 1, ?)
     on conflict (feed) do update set complete = 1`,
  );

  const feeds = (): Record<Feed, FeedRow> => {
    const found = new Map(selectFeeds.all().map((row) => [row.feed, row]));
    const of = (feed: Feed): FeedRow =>
      found.get(feed) ?? { feed, cursor: 0, complete: 0, schema: SYNC_SCHEMA };
    return { own: of('own'), cat: of('cat') };
  };

  const beginAnew = (feed: Feed): void => {
    for (const table of TABLES_OF[feed]) {
      sqlite.exec(`update "${table}" set sync_seq = -sync_seq where sync_seq > 0`);
    }
    const { facts } = rows;
    rows.setFacts({ ...facts, sweep: { ...facts.sweep, [feed]: true } });
    setFeed.run(feed, 0, SYNC_SCHEMA);
  };

  /** Whether tombstones of this feed were purged that this machine has not seen. */
  const missed = (feed: Feed, cursor: number, page: PullAnswer, facts: SyncFacts): boolean =>
    cursor > 0 && Math.max(cursor, facts.seen[feed], facts.purged[feed]) < page[feed].purged_before;

  const windBack = (feed: Feed, cursor: number): void => {
    const { facts } = rows;
    const { cursor: before, schema } = feeds()[feed];
    if (cursor >= before) return;
    rows.setFacts({ ...facts, seen: { ...facts.seen, [feed]: Math.max(before, facts.seen[feed]) } });
    setFeed.run(feed, cursor, schema);
  };

  const noteTry = (): void => rows.setFact(UNREADABLE, { version, at: now().getTime() } satisfies Tried);

  const applyFeed = (page: PullAnswer, feed: Feed, waiting: ReadonlySet<string>, some: boolean) => {
    const tables = new Set<SyncedTable>();
    let applied = 0;
    let unreadable = 0;
    for (const { t, s, row } of page[feed].changes) {
      const codec = rows.codecs.get(t);
      // A newer server has more tables; they are read when this client knows them, from the beginning.
      if (!codec) continue;
      const key = codec.keyOf(row);
      const written =
        key !== null && waiting.has(`${t} ${key}`)
          ? applyUnderChanges(t as WritableTable, key, row, s)
          : rows.write(codec, row, s, some);
      if (written) {
        applied++;
        tables.add(codec.table);
      } else unreadable++;
    }
    return { applied, unreadable, tables };
  };

  const applyUnderChanges = (
    table: WritableTable,
    uid: string,
    row: PullAnswer['own']['changes'][number]['row'],
    seq: number,
  ): boolean => {
    const ops = rows.outbox.ofRow(table, uid);
    // What the user was asked about is gone; what still waits is told so when it is sent.
    const left = isDeleted(row) ? ops.filter((op) => op.state === 'queued' || op.state === 'sent') : ops;
    if (left.length < ops.length) rows.outbox.replace(table, uid, ops, left, new Date().toISOString());
    return rows.writeUnder(table, uid, row, left, seq);
  };

  return {
    beginPull() {
      if (rows.countUnreadable() === 0) return;
      const tried = rows.fact(UNREADABLE) as Tried | undefined;
      if (tried?.version === version && Math.abs(now().getTime() - tried.at) < DAY_MS) return;
      rows.briefly(() => {
        for (const { table_name, seq } of firstUnreadable.all()) {
          windBack(TABLES_OF.cat.some((table) => table === table_name) ? 'cat' : 'own', Math.max(0, seq - 1));
        }
        noteTry();
      });
    },

    cursors() {
      const { own, cat } = feeds();
      return { own: own.cursor, cat: cat.cursor };
    },

    applyPull(page) {
      // Nothing new costs no write.
      const before = feeds();
      const schema = Math.min(page.schema, SYNC_SCHEMA);
      const isNews = (feed: Feed) =>
        page[feed].changes.length > 0 ||
        page[feed].cursor !== before[feed].cursor ||
        before[feed].schema !== schema ||
        missed(feed, before[feed].cursor, page, rows.facts);
      if (!FEEDS.some(isNews)) return { applied: 0, unreadable: 0, again: false, tables: new Set() };

      return rows.transaction(() => {
        const { facts } = rows;
        let again = false;
        for (const feed of FEEDS) {
          const { cursor, schema: read } = before[feed];
          if (missed(feed, cursor, page, facts)) {
            beginAnew(feed);
            again = true;
          } else if (cursor > 0 && read !== schema) {
            // Columns that were not there when the rows were read.
            setFeed.run(feed, 0, schema);
            again = true;
          }
        }
        if (again) return { applied: 0, unreadable: 0, again, tables: new Set<SyncedTable>() };
        const waiting = rows.waitingRows();
        const some = rows.countUnreadable() > 0;
        const parts = FEEDS.map((feed) => applyFeed(page, feed, waiting, some));
        for (const feed of FEEDS) setFeed.run(feed, page[feed].cursor, schema);
        const purgedAt = (feed: Feed) =>
          before[feed].cursor === 0 ? page[feed].purged_before : facts.purged[feed];
        const purged = { own: purgedAt('own'), cat: purgedAt('cat') };
        if (!some && parts.some((part) => part.unreadable > 0)) noteTry();
        const tables = new Set(parts.flatMap((part) => [...part.tables]));
        const finish = [...new Set([...facts.finish, ...tables])];
        if (
          finish.length !== facts.finish.length ||
          FEEDS.some((feed) => purged[feed] !== facts.purged[feed])
        ) {
          rows.setFacts({ ...facts, finish, purged });
        }
        return {
          applied: parts.reduce((sum, part) => sum + part.applied, 0),
          unreadable: parts.reduce((sum, part) => sum + part.unreadable, 0),
          again: false,
          tables,
        };
      });
    },

    finishPull() {
      const { finish, sweep: anew } = rows.facts;
      const isRead = feeds().own.complete && feeds().cat.complete;
      if (isRead && finish.length === 0 && !anew.own && !anew.cat) return new Set();
      return rows.transaction(() => {
        const tables = new Set<SyncedTable>();
        const { facts } = rows;
        for (const feed of FEEDS) if (facts.sweep[feed]) sweep(rows, feed, tables);
        // What is gone may have been referred to from anywhere.
        const from = tables.size > 0 ? [...OWN_TABLES, ...CATALOGUE_TABLES, ...BELONGINGS] : facts.finish;
        clearDangling(rows, from, tables);
        rows.setFacts({ ...facts, finish: [], sweep: { own: false, cat: false } });
        for (const feed of FEEDS) completeFeed.run(feed, SYNC_SCHEMA);
        return tables;
      });
    },

    /** Reads the own feed again from a place; what was marked and does not come again goes at the end of it. */
    rewind(cursor) {
      windBack('own', cursor);
      const { facts } = rows;
      rows.setFacts({ ...facts, sweep: { ...facts.sweep, own: true } });
    },
  };
}

/** Removes what the server did not send again, but never what has changes of its own or could not be read. */
function sweep({ sqlite }: SyncRows, feed: Feed, tables: Set<SyncedTable>): void {
  for (const table of TABLES_OF[feed]) {
    const key = WRITABLE.has(table) ? 'uid' : 'id';
    const spared = WRITABLE.has(table)
      ? 'and uid not in (select o.uid from sync_outbox o where o.table_name = ?)'
      : 'and ? is not null';
    const { changes } = sqlite
      .prepare(
        `delete from "${table}" where sync_seq < 0 ${spared}
         and cast("${key}" as text) not in (select row_key from sync_unreadable where table_name = ?)`,
      )
      .run(table, table);
    if (changes > 0) tables.add(table);
    sqlite.exec(`update "${table}" set sync_seq = -sync_seq where sync_seq < 0`);
  }
}

interface Dangling {
  readonly table: string;
  readonly rowid: number;
  readonly parent: string;
  readonly fkid: number;
}
interface ForeignKey {
  readonly id: number;
  readonly from: string;
  readonly on_delete: string;
}

/**
 * References to rows that are not here (not readable, or gone): cleared where the table says so. A row of the server
 * is never removed for it; what belongs to a row of this machine goes with it.
 */
function clearDangling({ sqlite }: SyncRows, from: readonly string[], tables: Set<SyncedTable>): void {
  for (const table of from) {
    const dangling = sqlite.pragma(`foreign_key_check("${table}")`) as Dangling[];
    if (dangling.length === 0) continue;
    const keys = new Map(
      (sqlite.pragma(`foreign_key_list("${table}")`) as ForeignKey[]).map((key) => [key.id, key]),
    );
    for (const { rowid, fkid } of dangling) {
      const key = keys.get(fkid);
      if (key?.on_delete === 'SET NULL') {
        sqlite.prepare(`update "${table}" set "${key.from}" = null where rowid = ?`).run(rowid);
        if (rowsOf(table)) tables.add(table);
      } else if (key?.on_delete === 'CASCADE' && !rowsOf(table)) {
        sqlite.prepare(`delete from "${table}" where rowid = ?`).run(rowid);
      }
    }
  }
}

function rowsOf(table: string): table is SyncedTable {
  return !BELONGINGS.includes(table);
}
