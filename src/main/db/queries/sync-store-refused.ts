import { ReasonError } from '../../../shared/errors.ts';
import type { SyncStore } from '../../services/sync/ports.ts';
import type { WaitingOp } from '../../services/sync/rebase.ts';
import { reasonOfCode } from '../../services/sync/states.ts';
import type { WritableTable } from '../../services/sync/wire.ts';
import type { Restore } from './sync-store-restore.ts';
import type { SyncRows } from './sync-store-rows.ts';

const MOST_SHOWN = 200;

interface RefusedRow {
  readonly op_id: string;
  readonly table_name: WritableTable;
  readonly uid: string;
  readonly kind: 'upsert' | 'delete';
  readonly state: 'rejected' | 'kept';
  readonly code: string | null;
  readonly detail: string | null;
  readonly created_at: string;
  readonly name: string;
  readonly rev: number | null;
}

/** The part of a SyncStore about changes that the server has refused. */
export function createRefusedSide(
  rows: SyncRows,
  newId: () => string,
  restore: Restore,
): Pick<SyncStore, 'refused' | 'retry' | 'keepLocal' | 'discard'> {
  const { sqlite, outbox } = rows;
  const list = sqlite.prepare<[number], RefusedRow>(
    `select o.op_id, o.table_name, o.uid, o.kind, o.state, o.code, o.detail, o.created_at,
       coalesce(case o.table_name
         when 'avatars' then (select name from avatars where uid = o.uid)
         when 'rtmp_sources' then (select name from rtmp_sources where uid = o.uid)
         when 'streaming_sessions' then (select start_time from streaming_sessions where uid = o.uid)
       end, o.uid) as name,
       case o.table_name
         when 'avatars' then (select rev from avatars where uid = o.uid)
         when 'rtmp_sources' then (select rev from rtmp_sources where uid = o.uid)
         when 'streaming_sessions' then (select rev from streaming_sessions where uid = o.uid)
       end as rev
     from sync_outbox o where o.state in ('rejected', 'kept') order by o.seq desc limit ?`,
  );
  const find = sqlite.prepare<[string], { table_name: WritableTable; uid: string }>(
    `select table_name, uid from sync_outbox where op_id = ? and state in ('rejected', 'kept')`,
  );

  /** One transaction about one refused op: `decide` gets all ops of its row and says what they become. */
  const about = <T>(
    opId: string,
    decide: (row: { table: WritableTable; uid: string }, ops: readonly WaitingOp[], op: WaitingOp) => T,
  ): T =>
    rows.transaction(() => {
      const found = find.get(opId);
      const ops = found ? outbox.ofRow(found.table_name, found.uid) : [];
      const op = ops.find((each) => each.opId === opId);
      if (!found || !op) throw new ReasonError('sync.no-such-change', opId);
      return decide({ table: found.table_name, uid: found.uid }, ops, op);
    });

  const change = (opId: string, next: (op: WaitingOp, rev: number) => WaitingOp): void =>
    about(opId, ({ table, uid }, ops, op) => {
      const after = ops.map((each) => (each === op ? next(op, outbox.rev(table, uid)) : each));
      outbox.replace(table, uid, ops, after, new Date().toISOString());
    });

  return {
    refused: () =>
      list.all(MOST_SHOWN).map((row) => ({
        opId: row.op_id,
        table: row.table_name,
        name: row.name,
        kind: row.kind,
        reason: reasonOfCode(row.code),
        detail: row.detail ?? row.code,
        at: row.created_at,
        kept: row.state === 'kept',
        isNew: (row.rev ?? 0) === 0,
      })),

    // An answer is kept for every op id, so another try needs another one.
    retry: (opId) =>
      change(opId, (op, rev) => ({
        ...op,
        opId: newId(),
        state: 'queued',
        baseRev: rev > 0 ? rev : op.baseRev,
      })),

    keepLocal: (opId) => change(opId, (op) => ({ ...op, state: 'kept' })),

    discard: (opId) =>
      about(opId, ({ table, uid }, ops, op) => {
        const isNew = outbox.rev(table, uid) === 0;
        const left = isNew ? [] : ops.filter((each) => each !== op);
        const at = new Date().toISOString();
        // Before the outbox forgets the server's row with the last op. What the server never had is gone.
        const written = isNew ? rows.remove(table, uid, at) : restore(table, uid, left, at);
        outbox.replace(table, uid, ops, left, at);
        return new Set(written ? [table] : []);
      }),
  };
}
