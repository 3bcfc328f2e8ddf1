import { and, asc, eq, isNull, ne, sql } from 'drizzle-orm';
import type { DestinationStore } from '../../services/destinations/ports.ts';
import type { Db } from '../open.ts';
import { rtmpSourceSecrets, rtmpSources } from '../schema.ts';

/** Destinations in `rtmp_sources`, their sealed keys in `rtmp_source_secrets`. */
export function createDestinationStore(db: Db, now: () => Date = () => new Date()): DestinationStore {
  const there = isNull(rtmpSources.deletedAt);
  const oldestFirst = [asc(rtmpSources.createdAt), asc(sql`${rtmpSources}.rowid`)];

  return {
    list: () =>
      db
        .select({
          id: rtmpSources.uid,
          name: rtmpSources.name,
          url: rtmpSources.url,
          isDefault: rtmpSources.isDefault,
          key: rtmpSourceSecrets.sourceUid,
        })
        .from(rtmpSources)
        .leftJoin(rtmpSourceSecrets, eq(rtmpSourceSecrets.sourceUid, rtmpSources.uid))
        .where(there)
        .orderBy(...oldestFirst)
        .all()
        .map(({ key, ...row }) => ({ ...row, hasKey: key !== null })),

    save({ id, name, url, isDefault, sealedKey }) {
      const at = now().toISOString();
      db.transaction((tx) => {
        const other = tx
          .select({ uid: rtmpSources.uid })
          .from(rtmpSources)
          .where(and(there, eq(rtmpSources.isDefault, true), ne(rtmpSources.uid, id)))
          .get();
        if (isDefault && other) {
          tx.update(rtmpSources)
            .set({ isDefault: false, updatedAt: at })
            .where(eq(rtmpSources.uid, other.uid))
            .run();
        }
        const row = { name, url, isDefault: isDefault || !other, updatedAt: at };
        tx.insert(rtmpSources)
          .values({ uid: id, createdAt: at, ...row })
          .onConflictDoUpdate({ target: rtmpSources.uid, set: row })
          .run();
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
      db.transaction((tx) => {
        tx.delete(rtmpSourceSecrets).where(eq(rtmpSourceSecrets.sourceUid, id)).run();
        // A soft delete: a later sync must tell the other machines.
        tx.update(rtmpSources)
          .set({ deletedAt: at, updatedAt: at, isDefault: false })
          .where(eq(rtmpSources.uid, id))
          .run();
        const rest = tx
          .select({ uid: rtmpSources.uid, isDefault: rtmpSources.isDefault })
          .from(rtmpSources)
          .where(there)
          .orderBy(...oldestFirst)
          .all();
        const heir = rest[0];
        if (heir && !rest.some((row) => row.isDefault)) {
          tx.update(rtmpSources)
            .set({ isDefault: true, updatedAt: at })
            .where(eq(rtmpSources.uid, heir.uid))
            .run();
        }
      });
    },

    sealedKey: (id) =>
      db
        .select({ key: rtmpSourceSecrets.sealedKey })
        .from(rtmpSourceSecrets)
        .where(eq(rtmpSourceSecrets.sourceUid, id))
        .get()?.key ?? null,
  };
}
