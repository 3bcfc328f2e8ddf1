import { CloudClient } from '../../src/main/cloud/client.ts';
import { createSyncRemote } from '../../src/main/cloud/sync-remote.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../src/main/db/fixtures.ts';
import { createSyncStore } from '../../src/main/db/queries/sync-store.ts';
import { silentLog } from '../../src/main/logging/log.ts';
import type { Tokens } from '../../src/main/services/account/ports.ts';
import type { SyncClock, SyncRemote, SyncStore } from '../../src/main/services/sync/ports.ts';
import { SyncService, type SyncState } from '../../src/main/services/sync/sync-service.ts';
import { systemClock } from '../../src/main/services/sync/system-clock.ts';

export interface StudioOptions {
  readonly url: string;
  readonly key: string;
  readonly userId: string;
  readonly token: string | (() => Promise<string>);
  /** Of the database; absent: a temporary one. */
  readonly folder?: string;
  readonly clock?: SyncClock;
  readonly pullLimit?: number;
}

/** The sync of a studio with its real parts: SQLite, service, supabase-js over HTTP. */
export interface SyncStudio {
  readonly db: TemporaryDatabase;
  readonly store: SyncStore;
  readonly service: SyncService;
  readonly remote: SyncRemote;
  readonly states: SyncState[];
  /** Tokens that the server did not take. */
  readonly refusedTokens: string[];
  start(): void;
  close(): Promise<void>;
}

export function openSyncStudio(options: StudioOptions): SyncStudio {
  const { url, key, userId, folder, clock = systemClock, pullLimit } = options;
  const refusedTokens: string[] = [];
  const tokens: Tokens = {
    token: async () => (typeof options.token === 'string' ? options.token : options.token()),
    refused: (token) => void refusedTokens.push(token),
  };
  const remote = createSyncRemote(new CloudClient({ config: { url, key }, tokens }));
  const db = temporaryDatabase(userId, folder);
  const store = createSyncStore(db);
  const states: SyncState[] = [];
  const service = new SyncService({
    remote,
    clock,
    log: silentLog,
    onState: (state) => void states.push(state),
    onChanged: () => undefined,
    ...(pullLimit !== undefined && { pullLimit }),
  });
  return {
    db,
    store,
    service,
    remote,
    states,
    refusedTokens,
    start: () => service.start({ userId, store }),
    async close() {
      await service.stop();
      db.close();
    },
  };
}
