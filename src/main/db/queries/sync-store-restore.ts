import { overlay, type WaitingOp } from '../../services/sync/rebase.ts';
import type { WritableTable } from '../../services/sync/wire.ts';
import type { SyncRows } from './sync-store-rows.ts';

/** Gives a row back what the server has of it, with the changes in `left` on top. @returns whether it was written */
export type Restore = (table: WritableTable, uid: string, left: readonly WaitingOp[], at: string) => boolean;

/** @param rewind reads the own feed again from a place; what is marked and does not come again goes at its end */
export function createRestore(rows: SyncRows, rewind: (cursor: number) => void): Restore {
  const { sqlite } = rows;
  return (table, uid, left, at) => {
    const base = rows.base(table, uid);
    if (base) {
      return rows.write(
        rows.codecs.get(table)!,
        overlay(table, base, left, at),
        Number(base.sync_seq ?? 0),
        true,
      );
    }
    // It is not known here what the server has: the next pull begins before it, and brings it or its end.
    const row = sqlite
      .prepare<[string], { sync_seq: number; rev: number }>(
        `select abs(sync_seq) as sync_seq, rev from "${table}" where uid = ?`,
      )
      .get(uid);
    if (!row) return false;
    // One that never came from the server is still to come.
    sqlite.prepare(`update "${table}" set sync_seq = -max(1, abs(sync_seq)) where uid = ?`).run(uid);
    rewind(row.rev === 0 ? Number.MAX_SAFE_INTEGER : Math.max(0, row.sync_seq - 1));
    return false;
  };
}
