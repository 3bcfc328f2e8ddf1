import { RemoteError, type SyncRemote } from '../services/sync/ports.ts';
import { type PushResult, pullAnswerSchema, pushAnswerSchema } from '../services/sync/wire.ts';
import type { CloudClient } from './client.ts';

/** `sync_pull` and `sync_push` by supabase-js; whatever the server answers is checked before it is believed. */
export function createSyncRemote(cloud: CloudClient): SyncRemote {
  return {
    pull: (request, signal) =>
      unlessAborted(
        signal,
        cloud.call(pullAnswerSchema, (client) => client.rpc('sync_pull', { ...request }).abortSignal(signal)),
      ),
    async push(request, signal) {
      const { results } = await unlessAborted(
        signal,
        cloud.call(pushAnswerSchema, (client) => client.rpc('sync_push', { ...request }).abortSignal(signal)),
      );
      const sent = new Map(request.p_ops.map((op) => [op.op_id, op.uid]));
      // An answer to what was never asked, or about another row, would settle somebody else's change.
      const fits = (result: PushResult) =>
        sent.has(result.op_id) &&
        (result.status === 'rejected' || !result.row || result.row['uid'] === sent.get(result.op_id));
      if (!results.every(fits)) throw new RemoteError('bad-answer');
      return results;
    },
  };
}

/** A call may be waiting for a token, which is fetched for others too and goes on; whoever stops does not wait for it. */
function unlessAborted<T>(signal: AbortSignal, call: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(new RemoteError('offline', { message: 'stopped' }));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([call, aborted.promise]).finally(() => signal.removeEventListener('abort', abort));
}
