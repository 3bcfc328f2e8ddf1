import { parseObjectPath } from '../../services/sync/object-path.ts';
import type { RemovedFilesStore } from '../../services/sync/removed-files.ts';
import type { DbSource } from '../source.ts';
import { Statements } from '../statements.ts';
import { withReasons } from '../storage-reason.ts';

interface Row {
  readonly uid: string;
  readonly model_url: string | null;
  readonly thumbnail_url: string | null;
}

/** Tombstones in `avatars` that still name files. Throws `storage.*` and nothing else. */
export function createRemovedFilesStore(source: DbSource): RemovedFilesStore {
  const statements = new Statements(source);
  return withReasons({
    list(limit) {
      const { owner } = source;
      if (owner === null) return [];
      const rows = statements
        .get(
          `select uid, model_url, thumbnail_url from avatars a
            where deleted_at is not null and rev > 0 and (model_url is not null or thumbnail_url is not null)
              and not exists (select 1 from sync_outbox o where o.table_name = 'avatars' and o.uid = a.uid)
            limit ?`,
        )
        .all(limit) as Row[];
      return rows.map(({ uid, model_url, thumbnail_url }) => ({
        uid,
        // The columns come from the cloud and may hold anything.
        objectPaths: [model_url, thumbnail_url].filter((path) => {
          const parsed = path === null ? null : parseObjectPath(path);
          return parsed !== null && parsed.userId === owner && parsed.avatarUid === uid;
        }) as string[],
      }));
    },
    forget(uid) {
      statements
        .get(
          `update avatars set model_url = null, file_url = null, thumbnail_url = null, preview_url = null
            where uid = ? and deleted_at is not null`,
        )
        .run(uid);
    },
  });
}
