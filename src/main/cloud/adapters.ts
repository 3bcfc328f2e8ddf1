import type { AccountRemote, AuthRemote, Tokens } from '../services/account/ports.ts';
import type { ChangeHints, SyncRemote } from '../services/sync/ports.ts';
import type { FileRemote } from '../services/sync/transfer-ports.ts';
import { createAccountRemote } from './account-remote.ts';
import { createAuthRemote } from './auth.ts';
import { CloudClient } from './client.ts';
import type { CloudConfig } from './config.ts';
import { createChangeHints } from './hints.ts';
import { createFileRemote, createObjectRemover } from './storage.ts';
import { createSyncRemote } from './sync-remote.ts';

/** Everything that talks to the cloud project. The libraries behind it are large: import this file when it is needed. */
export interface CloudAdapters {
  readonly auth: AuthRemote;
  readonly account: AccountRemote;
  readonly sync: SyncRemote;
  readonly files: FileRemote;
  readonly hints: ChangeHints;
  readonly objects: { remove(objectPaths: readonly string[]): Promise<void> };
}

export function createCloudAdapters(config: CloudConfig, tokens: Tokens): CloudAdapters {
  const client = new CloudClient({ config, tokens });
  return {
    auth: createAuthRemote(config),
    account: createAccountRemote(client),
    sync: createSyncRemote(client),
    files: createFileRemote({ config, tokens }),
    hints: createChangeHints({ config, tokens }),
    objects: { remove: createObjectRemover({ config, tokens }) },
  };
}
