import { randomUUID } from 'node:crypto';
import type { SyncStore } from '../../services/sync/ports.ts';
import type { DbSource } from '../source.ts';
import { withReasons } from '../storage-reason.ts';
import { createPullSide } from './sync-store-pull.ts';
import { createPushSide } from './sync-store-push.ts';
import { createRefusedSide } from './sync-store-refused.ts';
import { SyncRows } from './sync-store-rows.ts';

const LAST_SYNCED = 'last_synced_at';

/**
 * The local side of a sync. It stays with the database that is open now, so that nothing of one account ever gets into
 * another one's: make a new one after a change of profile.
 * @param newId makes op ids
 */
export function createSyncStore(
  { sqlite }: Pick<DbSource, 'sqlite'>,
  newId: () => string = randomUUID,
): SyncStore {
  const rows = new SyncRows(sqlite);
  const { rewind, ...pullSide } = createPullSide(rows);
  return withReasons<SyncStore>({
    ...pullSide,
    ...createPushSide(rows, newId),
    ...createRefusedSide(rows, newId, rewind),
    unreadable: () => rows.countUnreadable(),
    lastSyncedAt() {
      const value = rows.fact(LAST_SYNCED);
      return typeof value === 'string' ? value : null;
    },
    setLastSyncedAt: (iso) => rows.briefly(() => rows.setFact(LAST_SYNCED, iso)),
  });
}
