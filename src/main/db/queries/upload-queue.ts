import { and, asc, eq, gt, isNull, lte, ne, not, or, sql } from 'drizzle-orm';
import { REASONS, type Reason } from '../../../shared/errors.ts';
import { objectPathOf, parseObjectPath } from '../../services/sync/object-path.ts';
import type { AvatarFile, Transfer, TransferStore } from '../../services/sync/transfer-ports.ts';
import { avatars, subscriptionPlans, syncOutbox, uploadQueue, users } from '../schema/index.ts';
import type { DbSource } from '../source.ts';

/** Of a file that waits for nothing but its turn. */
const AT_ONCE = new Date(0).toISOString();

type Row = typeof uploadQueue.$inferSelect;

/** Files on their way, in `upload_queue`. Each is known by what it is, so the same one twice is one row. */
export function createTransferStore(source: DbSource): TransferStore {
  const oldestFirst = [asc(uploadQueue.createdAt), asc(sql`${uploadQueue}.rowid`)];
  const { nextTryAt } = uploadQueue;
  const waiting = eq(uploadQueue.state, 'waiting');
  // The storage takes files of rows that the server has, and of no others.
  const mayGo = sql`(${uploadQueue.direction} = 'down' or exists (
    select 1 from ${avatars} where ${avatars.uid} = ${uploadQueue.avatarUid} and ${avatars.rev} > 0))`;
  const staysHere = sql`exists (
    select 1 from ${syncOutbox} where ${syncOutbox.tableName} = 'avatars'
      and ${syncOutbox.uid} = ${uploadQueue.avatarUid} and ${syncOutbox.state} = 'kept'
      and ${syncOutbox.baseRev} is null)`;

  const add = (
    direction: Transfer['direction'],
    file: AvatarFile & { readonly bytes: number; readonly objectPath: string },
  ): boolean =>
    source.db.transaction((tx) => {
      const { avatarUid, part, sha256, bytes, objectPath } = file;
      const id = `${direction}:${avatarUid}:${part}:${sha256}`;
      const isSamePart = and(
        eq(uploadQueue.avatarUid, avatarUid),
        eq(uploadQueue.direction, direction),
        eq(uploadQueue.part, part),
      );
      tx.delete(uploadQueue)
        .where(and(isSamePart, ne(uploadQueue.id, id)))
        .run();
      const there = tx
        .select({ state: uploadQueue.state })
        .from(uploadQueue)
        .where(eq(uploadQueue.id, id))
        .get();
      if (there && there.state !== 'failed') return false;
      const avatar = tx.select({ uid: avatars.uid }).from(avatars).where(eq(avatars.uid, avatarUid)).get();
      if (!avatar) return false;
      const fresh = {
        state: 'waiting',
        reason: null,
        attempts: 0,
        nextTryAt: null,
        bytes,
        objectPath,
      } as const;
      tx.insert(uploadQueue)
        .values({ id, avatarUid, direction, part, sha256, ...fresh })
        .onConflictDoUpdate({ target: uploadQueue.id, set: fresh })
        .run();
      return true;
    });

  return {
    addUpload(file) {
      const { owner } = source;
      if (owner === null) return false;
      return add('up', { ...file, objectPath: objectPathOf({ userId: owner, ...file }) });
    },

    addDownload: (file) => source.owner !== null && add('down', file),

    next(now, latest) {
      const row = source.db
        .select()
        .from(uploadQueue)
        .where(and(waiting, mayGo, or(isNull(nextTryAt), lte(nextTryAt, now), gt(nextTryAt, latest))))
        .orderBy(...oldestFirst)
        .limit(1)
        .get();
      return row ? transferOf(row) : null;
    },

    nextTryAt: () =>
      source.db
        .select({ at: sql<string | null>`min(coalesce(${uploadQueue.nextTryAt}, ${AT_ONCE}))` })
        .from(uploadQueue)
        .where(and(waiting, mayGo))
        .get()?.at ?? null,

    get(id) {
      const row = source.db.select().from(uploadQueue).where(eq(uploadQueue.id, id)).get();
      return row ? transferOf(row) : null;
    },

    update: (id, change) =>
      source.db.update(uploadQueue).set(change).where(eq(uploadQueue.id, id)).run().changes > 0,

    complete: (id, then) =>
      source.db.transaction((tx) => {
        if (tx.delete(uploadQueue).where(eq(uploadQueue.id, id)).run().changes === 0) return false;
        then();
        return true;
      }),

    drop(avatarUid) {
      source.db.delete(uploadQueue).where(eq(uploadQueue.avatarUid, avatarUid)).run();
    },

    requeueRunning() {
      source.db.update(uploadQueue).set({ state: 'waiting' }).where(eq(uploadQueue.state, 'running')).run();
    },

    planBytes() {
      const { owner } = source;
      if (owner === null) return null;
      const plan = source.db
        .select({ megabytes: subscriptionPlans.maxFileSizeMb })
        .from(users)
        .innerJoin(subscriptionPlans, eq(subscriptionPlans.id, users.subscriptionPlanId))
        .where(eq(users.id, owner))
        .get();
      return typeof plan?.megabytes === 'number' ? plan.megabytes * 1024 * 1024 : null;
    },

    list: (limit) =>
      source.db
        .select({
          id: uploadQueue.id,
          name: avatars.name,
          part: uploadQueue.part,
          direction: uploadQueue.direction,
          sent: uploadQueue.offset,
          total: uploadQueue.bytes,
          state: uploadQueue.state,
          reason: uploadQueue.reason,
        })
        .from(uploadQueue)
        .innerJoin(avatars, eq(avatars.uid, uploadQueue.avatarUid))
        .where(not(staysHere))
        .orderBy(...oldestFirst)
        .limit(limit)
        .all()
        .map((row) => ({ ...row, reason: reasonOf(row.reason) })),
  };
}

function transferOf(row: Row): Transfer {
  const { createdAt: _, ...rest } = row;
  // Only paths of this form are put in; a damaged one is refused by whoever uses it.
  const extension = parseObjectPath(row.objectPath)?.extension ?? (row.part === 'thumbnail' ? 'png' : 'glb');
  return { ...rest, extension, reason: reasonOf(row.reason) };
}

/** A reason of another version of the program is none of ours. */
function reasonOf(text: string | null): Reason | null {
  return REASONS.find((reason) => reason === text) ?? null;
}
