import { desc, eq } from 'drizzle-orm';
import type { SessionRecord, SessionStore } from '../../services/sessions/ports.ts';
import type { Db } from '../open.ts';
import { streamingSessions } from '../schema.ts';

export function createSessionStore(db: Db, now: () => Date = () => new Date()): SessionStore {
  const update = (id: string, change: Partial<typeof streamingSessions.$inferInsert>) =>
    void db
      .update(streamingSessions)
      .set({ ...change, updatedAt: now().toISOString() })
      .where(eq(streamingSessions.uid, id))
      .run();

  return {
    insert: ({ id, startTime, avatarId, destinations }) =>
      void db
        .insert(streamingSessions)
        .values({
          uid: id,
          avatarUid: avatarId,
          startTime: startTime.toISOString(),
          metadata: { destinations },
        })
        .run(),
    setDuration: (id, duration) => update(id, { duration }),
    finish: (id, duration, endTime, status) =>
      update(id, { duration, endTime: endTime.toISOString(), status }),
    active: () =>
      db.select().from(streamingSessions).where(eq(streamingSessions.status, 'active')).all().map(recordOf),
    recent: (limit) =>
      db
        .select()
        .from(streamingSessions)
        .orderBy(desc(streamingSessions.startTime))
        .limit(limit)
        .all()
        .map(recordOf),
  };
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
