import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TemporaryDatabase, temporaryDatabase } from '../../db/fixtures.ts';
import { createSessionStore } from '../../db/queries/streaming-sessions.ts';
import { silentLog } from '../../logging/log.ts';
import type { SessionStore } from './ports.ts';
import { Sessions } from './sessions.ts';

let database: TemporaryDatabase;
let store: SessionStore;
let failures: number;
const startedAt = new Date('2026-01-02T03:04:05.678Z');
const info = { startedAt, avatarId: 'vida', destinations: ['rtmp://h/app/••••'] };

const start = () =>
  new Sessions(
    store,
    silentLog,
    () => failures++,
    undefined,
    () => new Date('2026-01-02T04:00:00Z'),
  );

beforeEach(() => {
  database = temporaryDatabase(null);
  store = createSessionStore(database);
  failures = 0;
});
afterEach(() => database.close());

test('a row opens, beats, and closes', () => {
  const sessions = start();
  const id = sessions.open(info);
  expect(store.active()).toEqual([
    { id, startTime: startedAt, endTime: null, duration: 0, status: 'active' },
  ]);
  sessions.heartbeat(id, 1);
  expect(store.active()[0]!.duration).toBe(0);
  sessions.heartbeat(id, 3.2);
  expect(store.active()[0]!.duration).toBe(3);
  sessions.close(id, 12.6, 'ended');
  expect(store.recent(5)).toEqual([
    { id, startTime: startedAt, endTime: new Date('2026-01-02T04:00:00Z'), duration: 13, status: 'ended' },
  ]);
  expect(database.db.get(sql`select start_time, metadata, avatar_uid from streaming_sessions`)).toEqual({
    start_time: '2026-01-02T03:04:05.678Z',
    metadata: '{"destinations":["rtmp://h/app/••••"],"avatar":"vida"}',
    avatar_uid: null,
  });
});

test('what a crash left open is failed at the next start, with the last known duration', () => {
  const crashed = start();
  const id = crashed.open(info);
  crashed.heartbeat(id, 42);
  const next = start();
  next.recover();
  expect(store.recent(1)).toEqual([
    {
      id,
      startTime: startedAt,
      endTime: new Date('2026-01-02T03:04:47.678Z'),
      duration: 42,
      status: 'failed',
    },
  ]);
  const second = next.open(info);
  expect(store.active().map((row) => row.id)).toEqual([second]);
});

test('a database that cannot be written is told and stops nothing', () => {
  const sessions = start();
  database.db.run(sql`drop table streaming_sessions`);
  sessions.recover();
  const id = sessions.open(info);
  sessions.heartbeat(id, 10);
  sessions.close(id, 20, 'ended');
  expect(failures).toBe(4);
});

test('a duration beyond the column is cut, not refused', () => {
  const sessions = start();
  sessions.close(sessions.open(info), 1e9, 'failed');
  expect(store.recent(1)[0]).toMatchObject({ duration: 604_800, status: 'failed' });
  expect(failures).toBe(0);
});
