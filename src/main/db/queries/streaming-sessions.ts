import { and, desc, eq, isNull } from 'drizzle-orm';
import type { SessionRecord, SessionStore } from '../../services/sessions/ports.ts';
import { avatars, profileFacts, streamingSessions } from '../schema/index.ts';
import type { DbSource } from '../source.ts';
import { withReasons } from '../storage-reason.ts';

/** The broadcast that this machine began last: an active one beside it may be another device's, and goes on there. */
const OWN = 'own_session';

/** Broadcasts in `streaming_sessions`. Throws `storage.*` and nothing else. */
export function createSessionStore(source: DbSource, now: () => Date = () => new Date()): SessionStore {
  const there = isNull(streamingSessions.deletedAt);

  const update = (
    id: string,
    change: Pick<Partial<typeof streamingSessions.$inferInsert>, 'duration' | 'endTime' | 'status'>,
    soon: boolean,
  ) =>
    source.db.transaction((tx) => {
      const { changes } = tx
        .update(streamingSessions)
        .set({ ...change, updatedAt: now().toISOString() })
        .where(eq(streamingSessions.uid, id))
        .run();
      if (changes === 0) return;
      const { duration, endTime, status } = change;
      const patch = {
        ...(duration !== undefined && { duration }),
        ...(endTime !== undefined && { end_time: endTime }),
        ...(status !== undefined && { status }),
      };
      source.enqueue({ table: 'streaming_sessions', uid: id, kind: 'upsert', patch, soon });
    });

  return withReasons({
    insert: ({ id, startTime, avatarId, destinations }) =>
      source.db.transaction((tx) => {
        const isRow = tx.select({ uid: avatars.uid }).from(avatars).where(eq(avatars.uid, avatarId)).get();
        const at = now().toISOString();
        const session = {
          avatarUid: isRow ? avatarId : null,
          startTime: startTime.toISOString(),
          metadata: isRow ? { destinations } : { destinations, avatar: avatarId },
        };
        tx.insert(streamingSessions)
          .values({ uid: id, ...session, createdAt: at, updatedAt: at })
          .run();
        tx.insert(profileFacts)
          .values({ key: OWN, value: id })
          .onConflictDoUpdate({ target: profileFacts.key, set: { value: id } })
          .run();
        source.enqueue({
          table: 'streaming_sessions',
          uid: id,
          kind: 'upsert',
          patch: {
            avatar_uid: session.avatarUid,
            start_time: session.startTime,
            duration: 0,
            status: 'active',
            metadata: session.metadata,
          },
        });
      }),
    // The next sync takes it along: it is written every few seconds.
    setDuration: (id, duration) => update(id, { duration }, false),
    finish: (id, duration, endTime, status) =>
      update(id, { duration, endTime: endTime.toISOString(), status }, true),
    active() {
      const own = source.db.select().from(profileFacts).where(eq(profileFacts.key, OWN)).get()?.value;
      return source.db
        .select()
        .from(streamingSessions)
        .where(and(eq(streamingSessions.status, 'active'), there))
        .all()
        .filter((row) => row.uid === own || row.syncSeq === 0)
        .map(recordOf);
    },
    recent: (limit) =>
      source.db
        .select()
        .from(streamingSessions)
        .where(there)
        .orderBy(desc(streamingSessions.startTime))
        .limit(limit)
        .all()
        .map(recordOf),
  });
}

function recordOf(row: typeof streamingSessions.$inferSelect): SessionRecord {
  return {
    id: row.uid,
    startTime: new Date(row.startTime),
    endTime: row.endTime === null ? null : new Date(row.endTime),
    duration: row.duration,
    status: row.status,
  };
}
