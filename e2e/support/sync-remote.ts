import type { Engine } from '../../scripts/cloud/types.ts';
import { RemoteError, type SyncRemote } from '../../src/main/services/sync/ports.ts';
import { pullAnswerSchema, pushAnswerSchema } from '../../src/main/services/sync/wire.ts';

const TRANSIENT = new Set(['40001', '40P01', '55P03', '57014', '53300']);

/** The real functions without HTTP: one transaction each, as a signed-in user. */
export function directRemote(engine: Engine, userId: string): SyncRemote {
  const call = (sql: string, params: readonly unknown[]): Promise<unknown> =>
    engine.asUser(userId, async (query) => {
      const [row] = await query<{ answer: unknown }>(sql, params);
      return row?.answer;
    });
  const failed = (error: unknown): never => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'VD426') throw new RemoteError('too-old', { status: 400, code }, { cause: error });
    if (TRANSIENT.has(code)) throw new RemoteError('busy', { status: 500, code }, { cause: error });
    throw new RemoteError('refused', { status: 400, code, message: String(error) }, { cause: error });
  };
  return {
    pull: ({ p_own, p_cat, p_limit, p_schema }) =>
      call('select public.sync_pull($1, $2, $3, $4) as answer', [p_own, p_cat, p_limit, p_schema]).then(
        (answer) => pullAnswerSchema.parse(answer),
        failed,
      ),
    push: ({ p_ops, p_schema }) =>
      call('select public.sync_push($1::jsonb, $2) as answer', [JSON.stringify(p_ops), p_schema]).then(
        (answer) => pushAnswerSchema.parse(answer).results,
        failed,
      ),
  };
}

/** What happens to one call. */
export type CallFault =
  /** 503 before it was looked at. */
  | 'busy'
  /** 429 with a time to wait. */
  | 'too-many'
  /** The line broke before it arrived. */
  | 'dropped'
  /** It took effect, its answer is lost. */
  | 'lost-answer'
  /** The token was refused, and the fresh one too. */
  | 'signed-out'
  /** It took effect, its answer cannot be read. */
  | 'garbage';

/** Throws as the adapter of the cloud does. */
export async function withFault<T>(fault: CallFault | undefined, call: () => Promise<T>): Promise<T> {
  switch (fault) {
    case undefined:
      return call();
    case 'busy':
      throw new RemoteError('busy', { status: 503 });
    case 'too-many':
      throw new RemoteError('busy', { status: 429, retryAfterMs: 30_000 });
    case 'dropped':
      throw new RemoteError('offline');
    case 'lost-answer':
      await call();
      throw new RemoteError('offline');
    case 'signed-out':
      throw new RemoteError('signed-out', { status: 401, code: 'PGRST303' });
    case 'garbage':
      await call();
      throw new RemoteError('bad-answer', { status: 200 });
  }
}
