import { randomUUID } from 'node:crypto';
import type { SyncStore } from '../../services/sync/ports.ts';
import type { DbSource } from '../source.ts';
import { withReasons } from '../storage-reason.ts';
import { createPullSide } from './sync-store-pull.ts';
import { createPushSide } from './sync-store-push.ts';
import { createRefusedSide } from './sync-store-refused.ts';
import { createRestore } from './sync-store-restore.ts';
import { SyncRows } from './sync-store-rows.ts';

const LAST_SYNCED = 'last_synced_at';

export interface SyncStoreOptions {
  /** Makes op ids. */
  readonly newId: () => string;
  /** Of the program: another one may read what this one cannot. */
  readonly version: string;
  readonly now: () => Date;
}

/**
 * The local side of a sync. It stays with the database that is open now, so that nothing of one account ever gets into
 * another one's: make a new one after a change of profile.
 */
export function createSyncStore(
  { sqlite }: Pick<DbSource, 'sqlite'>,
  { newId = randomUUID, version = '', now = () => new Date() }: Partial<SyncStoreOptions> = {},
): SyncStore {
  const rows = new SyncRows(sqlite);
  const { rewind, ...pullSide } = createPullSide(rows, { version, now });
  const restore = createRestore(rows, rewind);
  return withReasons<SyncStore>({
    ...pullSide,
    ...createPushSide(rows, newId, restore),
    ...createRefusedSide(rows, newId, restore),
    unreadable: () => rows.countUnreadable(),
    lastSyncedAt() {
      const value = rows.fact(LAST_SYNCED);
      return typeof value === 'string' ? value : null;
    },
    setLastSyncedAt: (iso) => rows.briefly(() => rows.setFact(LAST_SYNCED, iso)),
  });
}
