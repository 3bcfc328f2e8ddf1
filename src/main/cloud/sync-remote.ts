import { RemoteError, type SyncRemote } from '../services/sync/ports.ts';
import { pullAnswerSchema, pushAnswerSchema } from '../services/sync/wire.ts';
import type { CloudClient } from './client.ts';

/** `sync_pull` and `sync_push` by supabase-js; whatever the server answers is checked before it is believed. */
export function createSyncRemote(cloud: CloudClient): SyncRemote {
  return {
    pull: (request, signal) =>
      cloud.call(pullAnswerSchema, (client) => client.rpc('sync_pull', { ...request }).abortSignal(signal)),
    async push(request, signal) {
      const { results } = await cloud.call(pushAnswerSchema, (client) =>
        client.rpc('sync_push', { ...request }).abortSignal(signal),
      );
      const sent = new Set(request.p_ops.map((op) => op.op_id));
      // An answer to what was never asked would settle somebody else's change.
      if (results.some((result) => !sent.has(result.op_id))) throw new RemoteError('bad-answer');
      return results;
    },
  };
}
