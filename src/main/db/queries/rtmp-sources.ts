import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm';
import type { DestinationStore } from '../../services/destinations/ports.ts';
import { rtmpSourceSecrets, rtmpSources } from '../schema/index.ts';
import type { Db, DbSource } from '../source.ts';
import { withReasons } from '../storage-reason.ts';

type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

/**
 * Destinations in `rtmp_sources`, their sealed keys in `rtmp_source_secrets`. Throws `storage.*` and nothing else.
 */
export function createDestinationStore(
  source: DbSource,
  now: () => Date = () => new Date(),
): DestinationStore {
  const there = isNull(rtmpSources.deletedAt);
  const oldestFirst = [asc(rtmpSources.createdAt), asc(sql`${rtmpSources}.rowid`)];

  const change = (tx: Tx, uid: string, isDefault: boolean, at: string) => {
    tx.update(rtmpSources).set({ isDefault, updatedAt: at }).where(eq(rtmpSources.uid, uid)).run();
    source.enqueue({ table: 'rtmp_sources', uid, kind: 'upsert', patch: { is_default: isDefault } });
  };
  /** Two machines may each have chosen one; the later choice comes first. */
  const defaults = (db: Db | Tx) =>
    db
      .select({ uid: rtmpSources.uid })
      .from(rtmpSources)
      .where(and(eq(rtmpSources.isDefault, true), there))
      .orderBy(desc(rtmpSources.updatedAt))
      .all()
      .map(({ uid }) => uid);

  return withReasons({
    owner: () => source.owner,

    list() {
      const [chosen] = defaults(source.db);
      return source.db
        .select({
          id: rtmpSources.uid,
          name: rtmpSources.name,
          url: rtmpSources.url,
          key: rtmpSourceSecrets.sourceUid,
        })
        .from(rtmpSources)
        .leftJoin(rtmpSourceSecrets, eq(rtmpSourceSecrets.sourceUid, rtmpSources.uid))
        .where(there)
        .orderBy(...oldestFirst)
        .all()
        .map(({ key, ...row }) => ({ ...row, isDefault: row.id === chosen, hasKey: key !== null }));
    },

    save({ id, name, url, isDefault, sealedKey }) {
      const at = now().toISOString();
      source.db.transaction((tx) => {
        const others = defaults(tx).filter((uid) => uid !== id);
        // The one that gives way goes first: the server has room for one at a time.
        if (isDefault) for (const uid of others) change(tx, uid, false, at);
        const before = tx.select().from(rtmpSources).where(eq(rtmpSources.uid, id)).get();
        const row = { name, url, isDefault: isDefault || others.length === 0, updatedAt: at };
        const after = tx
          .insert(rtmpSources)
          .values({ uid: id, createdAt: at, ...row })
          .onConflictDoUpdate({ target: rtmpSources.uid, set: row })
          .returning()
          .get();
        const patch = {
          ...(before?.name !== after.name && { name }),
          ...(before?.url !== after.url && { url }),
          ...(before?.bitrate !== after.bitrate && { bitrate: after.bitrate }),
          ...(before?.isDefault !== after.isDefault && { is_default: after.isDefault }),
        };
        if (Object.keys(patch).length > 0)
          source.enqueue({ table: 'rtmp_sources', uid: id, kind: 'upsert', patch });
        if (!sealedKey) return;
        const secret = { sealedKey: Buffer.from(sealedKey), updatedAt: at };
        tx.insert(rtmpSourceSecrets)
          .values({ sourceUid: id, ...secret })
          .onConflictDoUpdate({ target: rtmpSourceSecrets.sourceUid, set: secret })
          .run();
      });
    },

    remove(id) {
      const at = now().toISOString();
      source.db.transaction((tx) => {
        tx.delete(rtmpSourceSecrets).where(eq(rtmpSourceSecrets.sourceUid, id)).run();
        // A soft delete: the other machines are to be told.
        const { changes } = tx
          .update(rtmpSources)
          .set({ deletedAt: at, updatedAt: at, isDefault: false })
          .where(and(eq(rtmpSources.uid, id), there))
          .run();
        if (changes > 0) source.enqueue({ table: 'rtmp_sources', uid: id, kind: 'delete' });
        if (defaults(tx).length > 0) return;
        const heir = tx
          .select({ uid: rtmpSources.uid })
          .from(rtmpSources)
          .where(there)
          .orderBy(...oldestFirst)
          .limit(1)
          .get();
        if (heir) change(tx, heir.uid, true, at);
      });
    },

    sealedKey: (id) =>
      source.db
        .select({ key: rtmpSourceSecrets.sealedKey })
        .from(rtmpSourceSecrets)
        .where(eq(rtmpSourceSecrets.sourceUid, id))
        .get()?.key ?? null,
  });
}
