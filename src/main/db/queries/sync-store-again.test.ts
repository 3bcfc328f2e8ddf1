import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SyncStore } from '../../services/sync/ports.ts';
import { type PullAnswer, type PushOp, SYNC_SCHEMA } from '../../services/sync/wire.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../fixtures.ts';
import { createSyncStore } from './sync-store.ts';

const ME = '00000000-0000-4000-8000-000000000001';
const UID = '00000000-0000-4000-8000-00000000000a';
const OTHER = '00000000-0000-4000-8000-00000000000b';
const AT = '2026-01-02T03:04:05.678+00:00';
const HOUR = 3_600_000;

let database: TemporaryDatabase;
let store: SyncStore;
let time = Date.parse(AT);
beforeEach(() => {
  database = temporaryDatabase(ME);
  store = open('1.0.0');
});
afterEach(() => database.close());
const open = (version: string) => createSyncStore(database, { version, now: () => new Date(time) });

const destination = (seq: number, more: Record<string, unknown> = {}) => ({
  ...{ id: seq, uid: UID, user_id: ME, name: 'Mine', url: 'rtmps://a.example/live', bitrate: 2500 },
  ...{ is_default: false, rev: seq, sync_seq: seq, created_at: AT, updated_at: AT, deleted_at: null },
  ...more,
});
const category = (seq: number, more: Record<string, unknown> = {}) => ({
  ...{
    id: 'a',
    name: 'A',
    description: null,
    sort_order: 1,
    sync_seq: seq,
    updated_at: AT,
    deleted_at: null,
  },
  ...more,
});
type Row = Record<string, unknown>;
const changes = (t: string, rows: readonly Row[]) =>
  rows.map((row) => ({ t, s: Number(row['sync_seq']), row }));
const page = (own: readonly Row[], cursor: number, purged = 0, cat: readonly Row[] = []): PullAnswer => ({
  schema: SYNC_SCHEMA,
  server_time: AT,
  own: { changes: changes('rtmp_sources', own), cursor, more: false, purged_before: purged },
  cat: { changes: changes('avatar_categories', cat), cursor: cat.length, more: false, purged_before: 0 },
});
/** A whole pull of what there is. */
function pull(answer: PullAnswer): ReturnType<SyncStore['applyPull']> {
  store.beginPull();
  const applied = store.applyPull(answer);
  if (!applied.again) store.finishPull();
  return applied;
}
const names = () =>
  database.sqlite
    .prepare('select name from rtmp_sources where deleted_at is null order by uid')
    .pluck()
    .all();
const edit = (name: string) => {
  database.sqlite.prepare('update rtmp_sources set name = ? where uid = ?').run(name, UID);
  database.enqueue({ table: 'rtmp_sources', uid: UID, kind: 'upsert', patch: { name } });
};

describe('rows that cannot be read', () => {
  const broken = { name: 7 };
  beforeEach(() => {
    pull(page([destination(3, broken), destination(9, { uid: OTHER, name: 'Good' })], 9));
  });

  test('are fetched again by another version, which takes them in', () => {
    store.beginPull();
    expect([store.unreadable(), store.cursors().own]).toEqual([1, 9]);
    store = open('1.1.0');
    store.beginPull();
    expect(store.cursors()).toEqual({ own: 2, cat: 0 });
    pull(page([destination(3), destination(9, { uid: OTHER, name: 'Good' })], 9));
    expect([store.unreadable(), names()]).toEqual([0, ['Mine', 'Good']]);
  });

  test('are fetched again once a day, however the clock was set', () => {
    time += 23 * HOUR;
    store.beginPull();
    expect(store.cursors().own).toBe(9);
    time += HOUR;
    store.beginPull();
    expect(store.cursors().own).toBe(2);
    expect(pull(page([destination(3, broken)], 9))).toMatchObject({ unreadable: 1, again: false });
    store.beginPull();
    expect(store.cursors().own).toBe(9);
    time -= 48 * HOUR;
    store.beginPull();
    expect(store.cursors().own).toBe(2);
  });

  test('lead to no new beginning where the server has forgotten deletions that this machine has seen', () => {
    time += 24 * HOUR;
    expect(pull(page([destination(3, broken)], 9, 8))).toMatchObject({ again: false });
    time += 24 * HOUR;
    expect(pull(page([], 9, 10))).toMatchObject({ again: true });
  });

  test('of the catalogue are fetched in their own feed', () => {
    pull(page([], 9, 0, [category(1, { sort_order: 'x' })]));
    expect([store.unreadable(), store.cursors().cat]).toEqual([2, 1]);
    store = open('1.1.0');
    store.beginPull();
    expect(store.cursors()).toEqual({ own: 2, cat: 0 });
  });
});

describe('an op id that was used before this database was taken back to a copy', () => {
  const answer = (op: PushOp) => {
    const used = { status: 'rejected', code: '22023', detail: 'op_id', replayed: true } as const;
    return store.settle([op], [{ op_id: op.op_id, ...used }]);
  };
  const outbox = () => database.sqlite.prepare('select count(*) from sync_outbox').pluck().get();

  test('leaves the row to the server, and nobody is asked', () => {
    pull(page([destination(3)], 5));
    edit('Edited');
    answer(store.takeBatch(1)[0]!);
    expect([outbox(), store.refused()]).toEqual([0, []]);
    // Read from before the row, because it is not known here what it was.
    expect(store.cursors().own).toBe(2);
    pull(page([destination(6, { name: 'Newest' })], 6));
    expect(names()).toEqual(['Newest']);
  });

  test('goes back to the row that came meanwhile, under what still waits', () => {
    pull(page([destination(3)], 5));
    edit('Edited');
    const [op] = store.takeBatch(1);
    database.enqueue({ table: 'rtmp_sources', uid: UID, kind: 'upsert', patch: { bitrate: 900 } });
    pull(page([destination(6, { name: 'Newer' })], 6));
    expect([...answer(op!)]).toEqual(['rtmp_sources']);
    expect(database.sqlite.prepare('select name, bitrate from rtmp_sources').get()).toEqual({
      name: 'Newer',
      bitrate: 900,
    });
    expect(store.takeBatch(9)).toMatchObject([{ patch: { bitrate: 900 } }]);
  });

  test.each([
    ['comes', ['Sent']],
    ['was deleted since', []],
  ])('of a new row: it stays until the server is heard, and then it %s', (how, after) => {
    pull(page([destination(3, { uid: OTHER, deleted_at: AT })], 5));
    database.sqlite
      .prepare(`insert into rtmp_sources (uid, name, url) values (?, 'Mine', 'rtmps://a.example/live')`)
      .run(UID);
    database.enqueue({ table: 'rtmp_sources', uid: UID, kind: 'upsert', patch: { name: 'Mine' } });
    answer(store.takeBatch(1)[0]!);
    expect([names(), outbox(), store.cursors().own]).toEqual([['Mine'], 0, 5]);
    pull(page(how === 'comes' ? [destination(6, { name: 'Sent' })] : [], 6));
    expect(names()).toEqual(after);
  });

  test('another refusal with that code is asked about, and of a row that the server has', () => {
    pull(page([destination(3)], 5));
    edit('Edited');
    const [op] = store.takeBatch(1);
    const refusal = { status: 'rejected', code: '22023', detail: 'name', replayed: false } as const;
    store.settle([op!], [{ op_id: op!.op_id, ...refusal }]);
    expect(store.refused()).toMatchObject([{ reason: 'sync.invalid-value', isNew: false }]);
  });
});
