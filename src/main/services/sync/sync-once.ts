import { type ChangedTables, RemoteError, type SyncRemote, type SyncStore } from './ports.ts';
import { blamesBatch } from './states.ts';
import {
  PULL_LIMIT,
  PUSH_LIMIT,
  type PullAnswer,
  type PushOp,
  type PushResult,
  SYNC_SCHEMA,
} from './wire.ts';

/** Batches in a row in which every change was older than the server's row, after which the next sync goes on. */
const MOST_CONFLICTS = 5;
/** Pulls in a row that begin anew. */
const MOST_RESTARTS = 3;

export interface SyncRun {
  readonly store: SyncStore;
  readonly remote: SyncRemote;
  /** Ends it after the call that is in flight; what that call answered is kept. */
  readonly signal: AbortSignal;
  readonly pullLimit?: number | undefined;
  readonly onPage: (rows: number) => void;
  readonly onChanged: (tables: ChangedTables) => void;
}

/**
 * Sends what waits, then fetches what is new. Every step is committed before the next one, so that it may end
 * anywhere and go on from there.
 * @throws RemoteError the server could not do it; ReasonError `storage.*` this machine could not
 */
export async function syncOnce(run: SyncRun): Promise<void> {
  await push(run);
  if (!run.signal.aborted) await pull(run);
}

async function push({ store, remote, signal, onChanged }: SyncRun): Promise<void> {
  let limit = PUSH_LIMIT;
  let conflicts = 0;
  while (!signal.aborted && conflicts < MOST_CONFLICTS) {
    const ops = store.takeBatch(limit);
    if (ops.length === 0) return;
    const request = { p_ops: ops, p_schema: SYNC_SCHEMA };
    let results: readonly PushResult[];
    try {
      results = await remote.push(request, signal);
    } catch (error) {
      if (!(error instanceof RemoteError) || !blamesBatch(error)) throw error;
      // Something in it is wrong: halves of it lead to the one that is, and the others go through.
      if (ops.length > 1) {
        limit = Math.ceil(ops.length / 2);
        continue;
      }
      results = ops.map((op) => refusedAlone(op, error));
      limit = PUSH_LIMIT;
    }
    const tables = store.settle(ops, results);
    if (tables.size > 0) onChanged(tables);
    const answered = new Map(results.map((result) => [result.op_id, result.status]));
    if (ops.some((op) => !answered.has(op.op_id))) {
      throw new RemoteError('bad-answer', { message: 'A change was left without an answer' });
    }
    conflicts = [...answered.values()].every((status) => status === 'conflict') ? conflicts + 1 : 0;
  }
}

function refusedAlone(op: PushOp, { code, message }: RemoteError): PushResult {
  return {
    op_id: op.op_id,
    status: 'rejected',
    code: code ?? 'refused',
    detail: message.slice(0, 300),
    replayed: false,
  };
}

async function pull(run: SyncRun): Promise<void> {
  const { store, remote, signal, pullLimit = PULL_LIMIT, onPage, onChanged } = run;
  let restarts = 0;
  store.beginPull();
  while (!signal.aborted) {
    const { own, cat } = store.cursors();
    const page = await remote.pull(
      { p_own: own, p_cat: cat, p_limit: pullLimit, p_schema: SYNC_SCHEMA },
      signal,
    );
    checkProgress(page, own, cat);
    const { applied, again, tables } = store.applyPull(page);
    if (again && ++restarts > MOST_RESTARTS) {
      throw new RemoteError('bad-answer', { message: 'The server asks for a new beginning again and again' });
    }
    if (again) continue;
    onPage(applied);
    if (tables.size > 0) onChanged(tables);
    if (page.own.more || page.cat.more) continue;
    const cleared = store.finishPull();
    if (cleared.size > 0) onChanged(cleared);
    return;
  }
}

/** A page that says there is more and leads nowhere would be fetched for ever. */
function checkProgress(page: PullAnswer, own: number, cat: number): void {
  if ((page.own.more && page.own.cursor <= own) || (page.cat.more && page.cat.cursor <= cat)) {
    throw new RemoteError('bad-answer', { message: 'A page leads nowhere' });
  }
}
