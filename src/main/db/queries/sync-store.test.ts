import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SyncStore } from '../../services/sync/ports.ts';
import { type PullAnswer, SYNC_SCHEMA } from '../../services/sync/wire.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../fixtures.ts';
import { createSyncStore } from './sync-store.ts';

const ME = '00000000-0000-4000-8000-000000000001';
const UID = '00000000-0000-4000-8000-00000000000a';
const AT = '2026-01-02T03:04:05.678+00:00';

let database: TemporaryDatabase;
let store: SyncStore;
beforeEach(() => {
  database = temporaryDatabase(ME);
  store = createSyncStore(database);
});
afterEach(() => database.close());

const destination = (seq: number, more: Record<string, unknown> = {}) => ({
  id: 1,
  uid: UID,
  user_id: ME,
  name: 'Mine',
  url: 'rtmps://a.example/live',
  bitrate: 2500,
  is_default: true,
  rev: seq,
  sync_seq: seq,
  created_at: AT,
  updated_at: AT,
  deleted_at: null,
  ...more,
});
const page = (row: Record<string, unknown>, purged = 0): PullAnswer => ({
  schema: SYNC_SCHEMA,
  server_time: AT,
  own: {
    changes: [{ t: 'rtmp_sources', s: Number(row['sync_seq']), row }],
    cursor: Number(row['sync_seq']),
    more: false,
    purged_before: purged,
  },
  cat: { changes: [], cursor: 0, more: false, purged_before: purged },
});
const names = () =>
  database.sqlite.prepare('select name from rtmp_sources where deleted_at is null').pluck().all();

describe('a stream key', () => {
  const keys = () => database.sqlite.prepare('select count(*) from rtmp_source_secrets').pluck().get();
  beforeEach(() => {
    store.applyPull(page(destination(1)));
    database.sqlite
      .prepare('insert into rtmp_source_secrets (source_uid, sealed_key) values (?, ?)')
      .run(UID, Buffer.from('sealed'));
  });

  test('stays while its destination keeps the address', () => {
    store.applyPull(page(destination(2, { name: 'Renamed' })));
    expect(names()).toEqual(['Renamed']);
    expect(keys()).toBe(1);
  });

  test.each(['rtmps://attacker.example/live', 'rtmp://a.example/live', 'rtmps://a.example/other'])(
    'does not follow it to %s',
    (url) => {
      store.applyPull(page(destination(2, { url })));
      expect(keys()).toBe(0);
    },
  );
});

describe('a row that the server does not have', () => {
  const answer = () => {
    const [op] = store.takeBatch(10);
    return store.settle(
      [op!],
      [{ op_id: op!.op_id, status: 'rejected', code: 'P0002', detail: 'uid', replayed: false }],
    );
  };
  const rename = () => {
    database.sqlite.prepare(`update rtmp_sources set name = 'Edited'`).run();
    database.enqueue({ table: 'rtmp_sources', uid: UID, kind: 'upsert', patch: { name: 'Edited' } });
  };

  test('is kept, and the user is asked', () => {
    store.applyPull(page(destination(7)));
    rename();
    answer();
    expect(names()).toEqual(['Edited']);
    expect(store.refused()).toMatchObject([{ name: 'Edited', reason: 'sync.gone', kept: false }]);
  });

  test('was deleted elsewhere when it is older than what the server has forgotten', () => {
    store.applyPull(page(destination(7), 9));
    rename();
    answer();
    expect(names()).toEqual([]);
    expect(store.refused()).toEqual([]);
  });
});

test('a row that is nested too deeply to be kept beside a change is set aside, and the page goes on', () => {
  store.applyPull(page(destination(1)));
  database.enqueue({ table: 'rtmp_sources', uid: UID, kind: 'upsert', patch: { name: 'Edited' } });
  let deep: unknown = 1;
  for (let level = 0; level < 20_000; level++) deep = [deep];
  expect(store.applyPull(page(destination(2, { unknown: deep })))).toMatchObject({ unreadable: 1 });
  expect(store.cursors().own).toBe(2);
  expect(store.unreadable()).toBe(1);
});

test('an op that was never answered goes out again as it was', () => {
  database.enqueue({ table: 'rtmp_sources', uid: randomUUID(), kind: 'delete' });
  database.enqueue({ table: 'rtmp_sources', uid: UID, kind: 'upsert', patch: { name: 'a' } });
  const first = store.takeBatch(10);
  database.enqueue({ table: 'rtmp_sources', uid: UID, kind: 'upsert', patch: { name: 'b' } });
  expect(store.takeBatch(10)).toEqual(first);
});
