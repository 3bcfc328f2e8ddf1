import type { SyncStore } from '../../services/sync/ports.ts';
import {
  afterApplied,
  afterRejected,
  isDeleted,
  rebase,
  type WaitingOp,
  type WireRow,
} from '../../services/sync/rebase.ts';
import type { PushOp, PushResult, SyncedTable, WritableTable } from '../../services/sync/wire.ts';
import type { Restore } from './sync-store-restore.ts';
import type { SyncRows } from './sync-store-rows.ts';

/**
 * The server does not have the row (any more). Where it says that it has forgotten deletions of that age, it was
 * deleted, and a delete beats an edit; elsewhere (a server that was restored from a backup) the user is asked.
 */
const GONE = 'P0002';

/** The server knows the op id with another content: it was sent before this database was taken back to a copy. */
const isUsed = (result: PushResult): boolean =>
  result.status === 'rejected' && result.replayed && result.code === '22023' && result.detail === 'op_id';

interface BatchRow {
  readonly seq: number;
  readonly op_id: string;
  readonly table_name: WritableTable;
  readonly uid: string;
  readonly kind: PushOp['kind'];
  readonly patch: string;
  readonly adds: string;
  readonly base_rev: number | null;
}

/** The half of a SyncStore that sends. */
export function createPushSide(
  rows: SyncRows,
  newId: () => string,
  restore: Restore,
): Pick<SyncStore, 'takeBatch' | 'settle' | 'pending'> {
  const { sqlite, outbox } = rows;
  const next = sqlite.prepare<[number], BatchRow>(
    `select seq, op_id, table_name, uid, kind, patch, adds, base_rev from sync_outbox o
     where state in ('queued', 'sent') and not exists (
       select 1 from sync_outbox e where e.table_name = o.table_name and e.uid = o.uid
         and e.seq < o.seq and e.state in ('queued', 'sent'))
     order by seq limit ?`,
  );
  const markSent = sqlite.prepare<[number]>(
    `update sync_outbox set state = 'sent' where seq = ? and state = 'queued'`,
  );
  const setAnswer = sqlite.prepare<[string, string | null, string]>(
    `update sync_outbox set code = ?, detail = ? where op_id = ? and state = 'rejected'`,
  );
  const count = sqlite.prepare<[], { n: number }>(
    `select count(*) as n from sync_outbox where state in ('queued', 'sent')`,
  );

  const wasPurged = (table: WritableTable, uid: string): boolean => {
    const row = sqlite.prepare(`select sync_seq from "${table}" where uid = ?`).get(uid) as
      | { sync_seq: number }
      | undefined;
    return row !== undefined && Math.abs(row.sync_seq) < rows.facts.purged.own;
  };

  const settleOne = ({ t, uid, op_id }: PushOp, result: PushResult, at: string): boolean => {
    const before = outbox.ofRow(t, uid);
    const index = before.findIndex((op) => op.opId === op_id);
    const op = before[index];
    // Answered already, when two syncs had the same batch.
    if (!op) return false;
    const older = before.slice(0, index);
    const behind = before.slice(index + 1);
    switch (result.status) {
      case 'applied': {
        const after =
          result.row && isDeleted(result.row) ? [] : afterApplied([...older, ...behind], result.row);
        return replaceUnder(t, uid, before, after, result.row, at);
      }
      case 'conflict': {
        const rest = rebase(t, [op, ...behind], result.row, newId);
        const after = isDeleted(result.row) ? [] : [...older, ...rest];
        return replaceUnder(t, uid, before, after, result.row, at);
      }
      case 'rejected':
        if (isUsed(result)) {
          const left = [...older, ...behind];
          const written = restore(t, uid, left, at);
          outbox.replace(t, uid, before, left, at);
          return written;
        }
        if (result.code === GONE && op.baseRev !== null && wasPurged(t, uid)) {
          outbox.replace(t, uid, before, [], at);
          return rows.remove(t, uid, at);
        }
        outbox.replace(t, uid, before, [...older, ...afterRejected(op, behind)], at);
        setAnswer.run(result.code, result.detail, op_id);
        return false;
    }
  };

  const replaceUnder = (
    table: WritableTable,
    uid: string,
    before: readonly WaitingOp[],
    after: readonly WaitingOp[],
    row: WireRow | null,
    at: string,
  ): boolean => {
    outbox.replace(table, uid, before, after, at);
    if (row === null) return false;
    return rows.writeUnder(table, uid, row, after, typeof row.sync_seq === 'number' ? row.sync_seq : 0);
  };

  return {
    takeBatch: (limit) => {
      if (count.get()!.n === 0) return [];
      return rows.briefly(() =>
        next.all(limit).map((row) => {
          markSent.run(row.seq);
          return {
            op_id: row.op_id,
            t: row.table_name,
            uid: row.uid,
            kind: row.kind,
            patch: JSON.parse(row.patch) as PushOp['patch'],
            add: JSON.parse(row.adds) as PushOp['add'],
            base_rev: row.base_rev,
          };
        }),
      );
    },

    settle: (sent, results) =>
      rows.transaction(() => {
        const tables = new Set<SyncedTable>();
        const at = new Date().toISOString();
        const answers = new Map(results.map((result) => [result.op_id, result]));
        for (const op of sent) {
          const result = answers.get(op.op_id);
          if (result && settleOne(op, result, at)) tables.add(op.t);
        }
        return tables;
      }),

    pending: () => count.get()!.n,
  };
}
