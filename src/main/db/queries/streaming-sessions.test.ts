import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalChange } from '../../services/sync/ports.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../fixtures.ts';
import type { DbSource } from '../source.ts';
import { createSessionStore } from './streaming-sessions.ts';

const ME = '00000000-0000-4000-8000-000000000001';
const AVATAR = '00000000-0000-4000-8000-00000000000a';
let database: TemporaryDatabase;
let changes: LocalChange[];
let source: DbSource;
beforeEach(() => {
  database = temporaryDatabase(ME);
  changes = [];
  source = { ...database, enqueue: (change) => changes.push(change) };
});
afterEach(() => database.close());

const start = { id: 's1', startTime: new Date('2026-01-02T03:04:05.678Z'), destinations: ['One'] };

test('a broadcast is sent with its avatar’s uid, a built-in one by its name', () => {
  database.sqlite.exec(
    `insert into avatars (uid, name, type, vertices, control_points, file_size) values ('${AVATAR}', 'a', 'glb-upload', 1, 1, 1)`,
  );
  const store = createSessionStore(source);
  store.insert({ ...start, avatarId: AVATAR });
  store.insert({ ...start, id: 's2', avatarId: 'vida' });
  const patch = { start_time: '2026-01-02T03:04:05.678Z', duration: 0, status: 'active' };
  expect(changes).toEqual([
    {
      table: 'streaming_sessions',
      uid: 's1',
      kind: 'upsert',
      patch: { ...patch, avatar_uid: AVATAR, metadata: { destinations: ['One'] } },
    },
    {
      table: 'streaming_sessions',
      uid: 's2',
      kind: 'upsert',
      patch: { ...patch, avatar_uid: null, metadata: { destinations: ['One'], avatar: 'vida' } },
    },
  ]);
});

test('a heartbeat waits for the next sync, an end does not, and nothing is sent of what is not there', () => {
  const store = createSessionStore(source);
  store.insert({ ...start, avatarId: 'vida' });
  changes.length = 0;
  store.setDuration('s1', 3);
  store.finish('s1', 5, new Date('2026-01-02T03:05:00Z'), 'ended');
  store.setDuration('none', 3);
  expect(changes).toEqual([
    { table: 'streaming_sessions', uid: 's1', kind: 'upsert', patch: { duration: 3 }, soon: false },
    {
      table: 'streaming_sessions',
      uid: 's1',
      kind: 'upsert',
      patch: { duration: 5, end_time: '2026-01-02T03:05:00.000Z', status: 'ended' },
      soon: true,
    },
  ]);
});

test('a broadcast that was deleted elsewhere is not listed', () => {
  const store = createSessionStore(source);
  store.insert({ ...start, avatarId: 'vida' });
  database.sqlite.exec("update streaming_sessions set deleted_at = '2026-01-03T00:00:00.000Z'");
  expect([store.active(), store.recent(9)]).toEqual([[], []]);
});

test('a change that cannot be written down undoes the row', () => {
  source = {
    ...database,
    enqueue: () => {
      throw new Error('no');
    },
  };
  const store = createSessionStore(source);
  expect(() => store.insert({ ...start, avatarId: 'vida' })).toThrow(
    expect.objectContaining({ reason: 'storage.failed' }),
  );
  expect(store.active()).toEqual([]);
});

test('the outbox takes the changes of an account, and none of a guest', () => {
  createSessionStore(database).insert({ ...start, avatarId: 'vida' });
  createSessionStore(database).setDuration('s1', 9);
  const ops = database.sqlite.prepare('select uid, kind, base_rev, patch from sync_outbox').all();
  expect(ops).toMatchObject([{ uid: 's1', kind: 'upsert', base_rev: null }]);
  const guest = temporaryDatabase(null);
  createSessionStore(guest).insert({ ...start, avatarId: 'vida' });
  expect(guest.sqlite.prepare('select * from sync_outbox').all()).toEqual([]);
  guest.close();
});

test('of the active ones only this machine’s own are to be closed after a crash', () => {
  const store = createSessionStore(source);
  store.insert({ ...start, avatarId: 'vida' });
  const other = `insert into streaming_sessions (uid, start_time, sync_seq) values ('other', '2026-01-02T03:04:05.000Z', 7)`;
  database.sqlite.exec(other);
  database.sqlite.exec(`update streaming_sessions set sync_seq = 6 where uid = 's1'`);
  expect(store.active().map(({ id }) => id)).toEqual(['s1']);
});
