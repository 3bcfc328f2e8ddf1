import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { LocalChange } from '../../services/sync/ports.ts';
import { joinChange, type WaitingOp } from '../../services/sync/rebase.ts';
import type { WritableTable } from '../../services/sync/wire.ts';
import type { DbSource } from '../source.ts';

/**
 * Puts a change into the outbox, joined with what already waits for its row. Call it inside the transaction of the
 * change, after the row was written or before: only the row's revision is read.
 */
export function enqueueChange(
  source: Pick<DbSource, 'sqlite' | 'owner'>,
  change: LocalChange,
  newId: () => string = randomUUID,
  now: () => Date = () => new Date(),
): void {
  if (source.owner === null) return;
  const outbox = outboxOf(source.sqlite);
  const before = outbox.ofRow(change.table, change.uid);
  const after = joinChange(before, change, outbox.rev(change.table, change.uid), newId);
  outbox.replace(change.table, change.uid, before, after, now().toISOString());
}

/** The outbox of a database, as ops of one row; for the store and for changes. */
export interface Outbox {
  /** Oldest first. */
  ofRow(table: WritableTable, uid: string): readonly WaitingOp[];
  /** Revision of the row as this machine knows it; 0: the server never had it. */
  rev(table: WritableTable, uid: string): number;
  /** Writes what has changed between the two, and forgets the server's row where nothing waits any more. */
  replace(
    table: WritableTable,
    uid: string,
    before: readonly WaitingOp[],
    after: readonly WaitingOp[],
    at: string,
  ): void;
}

interface Row {
  readonly seq: number;
  readonly op_id: string;
  readonly kind: WaitingOp['kind'];
  readonly patch: string;
  readonly adds: string;
  readonly base_rev: number | null;
  readonly state: WaitingOp['state'];
}

const prepared = new WeakMap<Database.Database, Outbox>();

/** Statements are made once for a connection: a claim enqueues by the thousand. */
export function outboxOf(sqlite: Database.Database): Outbox {
  const known = prepared.get(sqlite);
  if (known) return known;
  const made = prepareOutbox(sqlite);
  prepared.set(sqlite, made);
  return made;
}

function prepareOutbox(sqlite: Database.Database): Outbox {
  const select = sqlite.prepare<[string, string], Row>(
    `select seq, op_id, kind, patch, adds, base_rev, state from sync_outbox
     where table_name = ? and uid = ? order by seq`,
  );
  const revs: Record<WritableTable, Database.Statement<[string], { rev: number }>> = {
    avatars: sqlite.prepare('select rev from avatars where uid = ?'),
    streaming_sessions: sqlite.prepare('select rev from streaming_sessions where uid = ?'),
    rtmp_sources: sqlite.prepare('select rev from rtmp_sources where uid = ?'),
  };
  const insert = sqlite.prepare(
    `insert into sync_outbox (op_id, table_name, uid, kind, patch, adds, base_rev, state, created_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  // The answer of a refusal belongs to the op id it was given for.
  const update = sqlite.prepare(
    `update sync_outbox set op_id = ?, kind = ?, patch = ?, adds = ?, base_rev = ?, state = ?,
       code = case when ? then code end, detail = case when ? then detail end
     where seq = ?`,
  );
  const remove = sqlite.prepare('delete from sync_outbox where seq = ?');
  const removeBase = sqlite.prepare('delete from sync_base where table_name = ? and uid = ?');

  return {
    ofRow: (table, uid) => select.all(table, uid).map(opOf),
    rev: (table, uid) => revs[table].get(uid)?.rev ?? 0,
    replace(table, uid, before, after, at) {
      const stays = new Map(after.flatMap((op) => (op.seq === null ? [] : [[op.seq, op] as const])));
      for (const op of before) {
        const next = stays.get(op.seq!);
        if (!next) remove.run(op.seq);
        else if (next !== op) {
          const asked = next.state === 'rejected' || next.state === 'kept' ? 1 : 0;
          update.run(
            next.opId,
            next.kind,
            JSON.stringify(next.patch),
            JSON.stringify(next.add),
            next.baseRev,
            next.state,
            asked,
            asked,
            op.seq,
          );
        }
      }
      for (const op of after) {
        if (op.seq !== null) continue;
        const { opId, kind, patch, add, baseRev, state } = op;
        insert.run(opId, table, uid, kind, JSON.stringify(patch), JSON.stringify(add), baseRev, state, at);
      }
      if (after.length === 0 && before.length > 0) removeBase.run(table, uid);
    },
  };
}

function opOf(row: Row): WaitingOp {
  return {
    seq: row.seq,
    opId: row.op_id,
    kind: row.kind,
    patch: JSON.parse(row.patch) as WaitingOp['patch'],
    add: JSON.parse(row.adds) as WaitingOp['add'],
    baseRev: row.base_rev,
    state: row.state,
  };
}
