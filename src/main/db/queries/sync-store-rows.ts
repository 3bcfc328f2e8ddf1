import type Database from 'better-sqlite3';
import { overlay, type WaitingOp, type WireRow } from '../../services/sync/rebase.ts';
import type { Feed, SyncedTable, WritableTable } from '../../services/sync/wire.ts';
import { createRowCodecs, type RowCodec, UnreadableRowError } from '../row-codec.ts';
import { type Outbox, outboxOf } from './outbox.ts';

/** What a sync keeps of itself beside the cursors. */
export interface SyncFacts {
  /** Tables in which rows came and whose references were not looked at since. */
  readonly finish: readonly SyncedTable[];
  /** What the server had purged when the feed was begun. */
  readonly purged: Readonly<Record<Feed, number>>;
  /** How far the feed was read before it was wound back: deletions up to there are known here. */
  readonly seen: Readonly<Record<Feed, number>>;
  /** The feed is read anew: rows with a negative `sync_seq` were not seen since, and go at its end. */
  readonly sweep: Readonly<Record<Feed, boolean>>;
}

const FACTS = 'sync';
const NO_FACTS: SyncFacts = {
  finish: [],
  purged: { own: 0, cat: 0 },
  seen: { own: 0, cat: 0 },
  sweep: { own: false, cat: false },
};

/** One connection with the statements of a sync. */
export class SyncRows {
  readonly sqlite: Database.Database;
  readonly outbox: Outbox;
  readonly codecs: ReadonlyMap<string, RowCodec>;
  readonly #facts: Database.Statement<[string], { value: string }>;
  readonly #setFact: Database.Statement<[string, string]>;
  readonly #base: Database.Statement<[string, string], { row: string }>;
  readonly #setBase: Database.Statement<[string, string, string]>;
  readonly #setAside: Database.Statement<[string, string, number, string]>;
  readonly #readable: Database.Statement<[string, string]>;
  readonly #countUnreadable: Database.Statement<[], { n: number }>;
  readonly #waitingRows: Database.Statement<[], { table_name: string; uid: string }>;
  readonly #dropSecret: Database.Statement<[string]>;
  readonly #dropTransfers: Database.Statement<[string]>;
  readonly #otherDefaults: Database.Statement<[string]>;
  readonly #address: Database.Statement<[string], { url: string }>;

  constructor(sqlite: Database.Database) {
    this.sqlite = sqlite;
    this.outbox = outboxOf(sqlite);
    this.codecs = createRowCodecs(sqlite);
    this.#facts = sqlite.prepare('select value from profile_facts where key = ?');
    this.#setFact = sqlite.prepare(
      'insert into profile_facts (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    );
    this.#base = sqlite.prepare('select row from sync_base where table_name = ? and uid = ?');
    this.#setBase = sqlite.prepare(
      `insert into sync_base (table_name, uid, row) values (?, ?, ?)
       on conflict (table_name, uid) do update set row = excluded.row`,
    );
    this.#setAside = sqlite.prepare(
      `insert into sync_unreadable (table_name, row_key, seq, why) values (?, ?, ?, ?)
       on conflict (table_name, row_key) do update set seq = excluded.seq, why = excluded.why`,
    );
    this.#readable = sqlite.prepare('delete from sync_unreadable where table_name = ? and row_key = ?');
    this.#countUnreadable = sqlite.prepare('select count(*) as n from sync_unreadable');
    this.#waitingRows = sqlite.prepare('select distinct table_name, uid from sync_outbox');
    this.#dropSecret = sqlite.prepare('delete from rtmp_source_secrets where source_uid = ?');
    this.#dropTransfers = sqlite.prepare('delete from upload_queue where avatar_uid = ?');
    this.#address = sqlite.prepare(
      'select url from rtmp_sources r join rtmp_source_secrets s on s.source_uid = r.uid where r.uid = ?',
    );
    this.#otherDefaults = sqlite.prepare(
      'update rtmp_sources set is_default = 0 where is_default = 1 and uid <> ? and deleted_at is null',
    );
  }

  /**
   * One transaction with references unchecked: rows come in the order in which they were last changed, so a child may
   * come before its parent.
   */
  transaction<T>(run: () => T): T {
    this.sqlite.pragma('foreign_keys = OFF');
    try {
      return this.sqlite.transaction(run).immediate();
    } finally {
      this.sqlite.pragma('foreign_keys = ON');
    }
  }

  /** One transaction that touches nothing that refers to anything. */
  briefly<T>(run: () => T): T {
    return this.sqlite.transaction(run).immediate();
  }

  fact(key: string): unknown {
    const row = this.#facts.get(key);
    return row && (JSON.parse(row.value) as unknown);
  }

  setFact(key: string, value: unknown): void {
    this.#setFact.run(key, JSON.stringify(value));
  }

  get facts(): SyncFacts {
    return { ...NO_FACTS, ...(this.fact(FACTS) as Partial<SyncFacts> | undefined) };
  }

  setFacts(facts: SyncFacts): void {
    this.setFact(FACTS, facts);
  }

  countUnreadable(): number {
    return this.#countUnreadable.get()!.n;
  }

  /** Rows that have ops, as `table uid`. */
  waitingRows(): ReadonlySet<string> {
    return new Set(this.#waitingRows.all().map((row) => `${row.table_name} ${row.uid}`));
  }

  base(table: WritableTable, uid: string): WireRow | null {
    const row = this.#base.get(table, uid)?.row;
    return row === undefined ? null : (JSON.parse(row) as WireRow);
  }

  /**
   * Writes a row of the server, or sets it aside when it cannot be read.
   * @param seq its place in the feed
   * @param someUnreadable whether there may be a note about it to take back
   */
  write(codec: RowCodec, row: WireRow, seq: number, someUnreadable: boolean): boolean {
    const key = codec.keyOf(row);
    try {
      if (key === null) throw new UnreadableRowError(`${codec.key}: none`);
      if (codec.table === 'rtmp_sources') this.#guardKey(key, row);
      codec.write(row.sync_seq === undefined ? { ...row, sync_seq: seq } : row);
    } catch (error) {
      if (!(error instanceof UnreadableRowError)) throw error;
      this.#setAside.run(codec.table, key ?? `#${seq}`, seq, error.message.slice(0, 500));
      return false;
    }
    if (someUnreadable) this.#readable.run(codec.table, key);
    if (codec.table === 'rtmp_sources') this.#afterDestination(key, row);
    if (codec.table === 'avatars' && row.deleted_at) this.#dropTransfers.run(key);
    return true;
  }

  /** The server's row with what waits for it on top, and the server's own kept beside it. */
  writeUnder(
    table: WritableTable,
    uid: string,
    row: WireRow,
    waiting: readonly WaitingOp[],
    seq: number,
  ): boolean {
    if (waiting.length > 0) {
      const text = asText(row);
      if (text === null) {
        this.#setAside.run(table, uid, seq, 'nested too deeply');
        return false;
      }
      this.#setBase.run(table, uid, text);
    }
    const shown = overlay(table, row, waiting, new Date().toISOString());
    return this.write(this.codecs.get(table)!, shown, seq, true);
  }

  /** Deletes a row here that the server does not have. */
  remove(table: WritableTable, uid: string, at: string): boolean {
    if (table === 'rtmp_sources') {
      this.#dropSecret.run(uid);
      this.sqlite.prepare('update rtmp_sources set is_default = 0 where uid = ?').run(uid);
    }
    if (table === 'avatars') this.#dropTransfers.run(uid);
    return (
      this.sqlite
        .prepare(`update "${table}" set deleted_at = ?, updated_at = ? where uid = ? and deleted_at is null`)
        .run(at, at, uid).changes > 0
    );
  }

  /**
   * A stream key goes to the address that it was typed for and to no other: whoever can write the account's rows must
   * not be able to lead it elsewhere. The user is asked for it again.
   */
  #guardKey(uid: string, row: WireRow): void {
    const before = this.#address.get(uid);
    if (before && before.url !== row.url) this.#dropSecret.run(uid);
  }

  #afterDestination(uid: string, row: WireRow): void {
    if (row.deleted_at) this.#dropSecret.run(uid);
    // The one that gave way comes later, or is about to be told so.
    else if (row.is_default === true) this.#otherDefaults.run(uid);
  }
}

/** Null: deeper than can be written down. */
function asText(row: WireRow): string | null {
  try {
    return JSON.stringify(row);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
