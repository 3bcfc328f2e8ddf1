import type { LocalChange } from './ports.ts';
import { COUNTERS, type WritableTable } from './wire.ts';

/**
 * The rules of merging, as functions of values: how a change joins what waits for the same row, how waiting changes
 * lie on top of the server's row, and what becomes of them when the server answers. No clocks are compared.
 */

/** A row as the server takes and gives it. */
export type WireRow = Readonly<Record<string, unknown>>;
type Patch = Readonly<Record<string, unknown>>;
type Adds = Readonly<Record<string, number>>;

/** A change of one row in the outbox. */
export interface WaitingOp {
  /** Place in the outbox; null: not in it yet. */
  readonly seq: number | null;
  readonly opId: string;
  readonly kind: 'upsert' | 'delete';
  readonly patch: Patch;
  readonly add: Adds;
  /** Null: the row is new to the server. */
  readonly baseRev: number | null;
  /**
   * - `queued`: never left this machine, so it may still be added to
   * - `sent`: may have taken effect; goes out again exactly as it was
   * - `rejected`: the user is asked
   * - `kept`: stays here
   */
  readonly state: 'queued' | 'sent' | 'rejected' | 'kept';
}

/**
 * Joins a change to what waits for its row, in order.
 * @param waiting all ops of the row, oldest first
 * @param rev the revision of the row that this machine knows; 0: the server never had it
 * @param newId makes an op id
 * @returns all ops of the row after it; the ones without a `seq` are new
 */
export function joinChange(
  waiting: readonly WaitingOp[],
  change: Pick<LocalChange, 'kind' | 'patch' | 'add'>,
  rev: number,
  newId: () => string,
): readonly WaitingOp[] {
  const baseRev = rev > 0 ? rev : null;
  if (change.kind === 'delete') return joinDelete(waiting, baseRev, newId);
  const patch = change.patch ?? {};
  const add = withoutZero(change.add ?? {});
  const last = waiting.at(-1);
  if (last?.kind === 'delete') return waiting;
  return withoutOutdone(joinUpsert(waiting, last, { patch, add, baseRev }, newId));
}

function joinUpsert(
  waiting: readonly WaitingOp[],
  last: WaitingOp | undefined,
  { patch, add, baseRev }: Pick<WaitingOp, 'patch' | 'add' | 'baseRev'>,
  newId: () => string,
): readonly WaitingOp[] {
  if (isEmpty(patch) && isEmpty(add) && (waiting.length > 0 || baseRev !== null)) return waiting;
  if (last) {
    switch (last.state) {
      case 'queued':
        return [...waiting.slice(0, -1), merged(last, patch, add)];
      case 'rejected':
        // A refused change of a known row waits for its answer: what others wrote since is not overwritten with it.
        if (last.baseRev !== null || baseRev !== null) break;
        // Another value of a new row may well be taken, but an answer is kept for every op id: it needs a new one.
        return [...waiting.slice(0, -1), { ...merged(last, patch, add), opId: newId(), state: 'queued' }];
      case 'kept':
        // A row that stays here stays here whole; of a known row only the columns that were kept do.
        if (last.baseRev === null) return [...waiting.slice(0, -1), merged(last, patch, add)];
        break;
      case 'sent':
        break;
    }
  }
  return [...waiting, { seq: null, opId: newId(), kind: 'upsert', patch, add, baseRev, state: 'queued' }];
}

function joinDelete(
  waiting: readonly WaitingOp[],
  baseRev: number | null,
  newId: () => string,
): readonly WaitingOp[] {
  if (waiting.some((op) => op.kind === 'delete' && op.state !== 'rejected' && op.state !== 'kept'))
    return waiting;
  const sent = waiting.filter((op) => op.state === 'sent');
  // What never left this machine needs no delete, unless an insert may have arrived without an answer.
  if (baseRev === null && sent.length === 0) return [];
  return [
    ...sent,
    { seq: null, opId: newId(), kind: 'delete', patch: {}, add: {}, baseRev, state: 'queued' },
  ];
}

/**
 * The server's row with the waiting changes on top, as this machine shows it. A row that the server has deleted stays
 * deleted.
 * @param waiting all ops of the row, oldest first
 * @param deletedAt what a waiting delete writes
 */
export function overlay(
  table: WritableTable,
  row: WireRow,
  waiting: readonly Pick<WaitingOp, 'kind' | 'patch' | 'add'>[],
  deletedAt: string,
): WireRow {
  if (isDeleted(row)) return row;
  let result: Record<string, unknown> = { ...row };
  for (const op of waiting) {
    if (op.kind === 'delete') {
      result = { ...result, ...DELETED[table], deleted_at: deletedAt };
      continue;
    }
    Object.assign(result, allowedPatch(table, result, op.patch));
    for (const [column, delta] of Object.entries(op.add)) {
      const before = result[column];
      result[column] = (typeof before === 'number' ? before : 0) + delta;
    }
  }
  return result;
}

/** What a delete changes beside the time of it. */
const DELETED: Readonly<Record<WritableTable, Patch>> = {
  avatars: {},
  streaming_sessions: {},
  rtmp_sources: { is_default: false },
};

/**
 * What becomes of the ops of a row when the server's row is newer than the one they were made on: the first one goes
 * out again under a new id on the server's revision, with its own columns only; those behind it follow.
 * @param waiting the refused op and those behind it
 * @param row the server's; a deleted one ends them all
 */
export function rebase(
  table: WritableTable,
  waiting: readonly WaitingOp[],
  row: WireRow,
  newId: () => string,
): readonly WaitingOp[] {
  if (isDeleted(row)) return [];
  const baseRev = revOf(row);
  return waiting.flatMap((op, index): readonly WaitingOp[] => {
    const again: WaitingOp = {
      ...op,
      baseRev,
      patch: allowedPatch(table, row, op.patch),
      ...(index === 0 && { opId: newId(), state: 'queued' }),
    };
    return again.kind === 'upsert' && isEmpty(again.patch) && isEmpty(again.add) ? [] : [again];
  });
}

/**
 * What becomes of the ops behind one that was taken.
 * @param row the server's row with it; null: a row that never was is deleted
 */
export function afterApplied(waiting: readonly WaitingOp[], row: WireRow | null): readonly WaitingOp[] {
  if (row === null) return waiting;
  if (isDeleted(row)) return [];
  const baseRev = revOf(row);
  return waiting.map((op) => ({ ...op, baseRev }));
}

/**
 * What becomes of a refused op and those behind it. Nothing behind a refused new row can be taken either, so it
 * becomes part of it.
 */
export function afterRejected(refused: WaitingOp, behind: readonly WaitingOp[]): readonly WaitingOp[] {
  const rejected: WaitingOp = { ...refused, state: 'rejected' };
  if (refused.kind === 'delete' || refused.baseRev !== null) return withoutOutdone([rejected, ...behind]);
  let whole = rejected;
  for (const op of behind) {
    if (op.kind === 'delete') return [];
    whole = merged(whole, op.patch, op.add);
  }
  return [whole];
}

/** Revision of a row of the server. */
export function revOf(row: WireRow): number {
  return typeof row.rev === 'number' ? row.rev : 0;
}

export function isDeleted(row: WireRow): boolean {
  return row.deleted_at !== null && row.deleted_at !== undefined;
}

/** A broadcast that has ended does not begin again: such columns of a patch have come too late. */
function allowedPatch(table: WritableTable, row: WireRow, patch: Patch): Patch {
  if (table !== 'streaming_sessions' || patch.status !== 'active') return patch;
  if (row.status === 'active' || row.status === undefined) return patch;
  const { status: _status, end_time: _endTime, ...rest } = patch;
  return rest;
}

function merged(op: WaitingOp, patch: Patch, add: Adds): WaitingOp {
  const sum: Record<string, number> = { ...op.add };
  for (const [column, delta] of Object.entries(add)) sum[column] = (sum[column] ?? 0) + delta;
  return { ...op, patch: { ...op.patch, ...patch }, add: withoutZero(sum) };
}

/**
 * Refused changes lose the columns that a later change of the row has written: sent again after it, they would bring
 * the older value back.
 */
function withoutOutdone(waiting: readonly WaitingOp[]): readonly WaitingOp[] {
  if (waiting.length < 2) return waiting;
  return waiting.flatMap((op, index): readonly WaitingOp[] => {
    const isAsked = op.state === 'rejected' || op.state === 'kept';
    if (!isAsked || op.kind === 'delete' || op.baseRev === null) return [op];
    const later = waiting.slice(index + 1);
    const entries = Object.entries(op.patch);
    const rest = entries.filter(([column]) => !later.some(({ patch }) => column in patch));
    if (rest.length === entries.length) return [op];
    return rest.length === 0 && isEmpty(op.add) ? [] : [{ ...op, patch: Object.fromEntries(rest) }];
  });
}

function withoutZero(add: Adds): Adds {
  return Object.values(add).includes(0)
    ? Object.fromEntries(Object.entries(add).filter(([, delta]) => delta !== 0))
    : add;
}

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  for (const _ in record) return false;
  return true;
}

/** Whether a column is one that is added to. */
export function isCounter(table: WritableTable, column: string): boolean {
  return COUNTERS[table].includes(column);
}
