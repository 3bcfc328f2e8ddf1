import { z } from 'zod';
import type { AccountRemote } from '../services/account/ports.ts';
import { RemoteError } from '../services/sync/ports.ts';
import type { CloudClient } from './client.ts';

/** It ends a subscription and removes every file, one after the other. */
const DELETE_TIMEOUT_MS = 120_000;

const nothing = z.unknown();
const touched = z.array(z.object({ id: z.string() }));

/** `PATCH users` and the Edge Function `account`. */
export function createAccountRemote(cloud: CloudClient): AccountRemote {
  return {
    async patchProfile(userId, patch) {
      const rows = await cloud.call(touched, (client) =>
        client.from('users').update(patch).eq('id', userId).select('id'),
      );
      // Row security answers with nothing instead of a refusal.
      if (rows.length !== 1) throw new RemoteError('refused', { status: 200, message: 'no row was changed' });
    },
    async deleteAccount(email) {
      await cloud.call(
        nothing,
        (client) => client.functions.invoke('account', { body: { action: 'delete', email } }),
        DELETE_TIMEOUT_MS,
      );
    },
  };
}
