import { sql } from 'drizzle-orm';
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE_TABLES, EDITABLE, OWN_TABLES, WRITABLE_TABLES } from '../services/sync/wire.ts';
import { columnKind, columnsOf, toCents, toIsoTime } from './columns.ts';
import { type TemporaryDatabase, temporaryDatabase } from './fixtures.ts';
import * as schema from './schema/index.ts';

let database: TemporaryDatabase;
beforeAll(() => {
  database = temporaryDatabase(null);
});
afterAll(() => database.close());

const tables = Object.values(schema) as SQLiteTable[];
const tableOf = (name: string) => tables.find((table) => getTableConfig(table).name === name)!;
const run = (statement: string) => database.sqlite.exec(statement);

const PRODUCT = [
  'sessions',
  'users',
  'subscription_plans',
  'user_subscriptions',
  'add_ons',
  'user_add_ons',
  'avatars',
  'avatar_categories',
  'preset_avatars',
  'streaming_sessions',
  'rtmp_sources',
  'stream_backgrounds',
  'background_categories',
  'system_logs',
  'gpu_usage_logs',
  'dmca_complaints',
  'user_suspensions',
  'user_warnings',
  'coming_soon_emails',
];

test('the product’s tables are all there, and the file has what the schema says', () => {
  expect(tables.map((table) => getTableConfig(table).name)).toEqual(expect.arrayContaining(PRODUCT));
  for (const table of tables) {
    const info = database.sqlite.pragma(`table_info("${getTableConfig(table).name}")`) as { name: string }[];
    expect(info.map(({ name }) => name).sort()).toEqual([...columnsOf(table).keys()].sort());
  }
});

test('every pulled table has the server’s stamp, and what is sent are columns', () => {
  for (const name of [...OWN_TABLES, ...CATALOGUE_TABLES])
    expect([...columnsOf(tableOf(name)).keys()]).toEqual(
      expect.arrayContaining(['sync_seq', 'updated_at', 'deleted_at']),
    );
  for (const name of WRITABLE_TABLES)
    expect([...columnsOf(tableOf(name)).keys()]).toEqual(
      expect.arrayContaining(['uid', 'id', 'rev', ...EDITABLE[name]]),
    );
});

test('every column says what it holds', () => {
  const kinds = new Map(
    tables.flatMap((table) =>
      [...columnsOf(table)].map(([name, column]) => [
        `${getTableConfig(table).name}.${name}`,
        columnKind(column),
      ]),
    ),
  );
  expect(kinds.get('subscription_plans.price')).toBe('cents');
  expect(kinds.get('add_ons.price')).toBe('integer');
  expect(kinds.get('subscription_plans.tracking_precision')).toBe('real');
  expect(kinds.get('avatars.metadata')).toBe('json');
  expect(kinds.get('avatars.is_public')).toBe('bool');
  expect(kinds.get('rtmp_source_secrets.sealed_key')).toBe('blob');
  for (const [name, kind] of kinds) {
    if (/_(at|time|date)$|\.(expire|timestamp)$/.test(name) && kind !== 'integer')
      expect([name, kind]).toEqual([name, 'time']);
  }
});

test('times and prices of the server', () => {
  expect(toIsoTime('2026-01-02T03:04:05.678Z')).toBe('2026-01-02T03:04:05.678Z');
  expect(toIsoTime('2026-01-02T03:04:05.678901+00:00')).toBe('2026-01-02T03:04:05.678Z');
  expect(toIsoTime('2026-01-02T03:04:05+02:00')).toBe('2026-01-02T01:04:05.000Z');
  expect(() => toIsoTime('yesterday')).toThrow(RangeError);
  expect([4.99, 19.99, 1.1, 0].map(toCents)).toEqual([499, 1999, 110, 0]);
});

test('no column holds a secret that is not sealed', () => {
  const names = tables.flatMap((table) => [...columnsOf(table).keys()]);
  expect(names.filter((name) => /password|secret|token|stream_key|customer|^sess$/.test(name))).toEqual([]);
  expect(names).toContain('sealed_key');
});

describe('what the database refuses', () => {
  const avatar = (column: string, value: string) =>
    `insert into avatars (uid, name, type, vertices, control_points, file_size, ${column}) values ('x', 'a', 'glb-upload', 1, 1, 1, ${value})`;
  test.each([
    [
      'a word that is none of the list',
      "insert into avatars (uid, name, type, vertices, control_points, file_size) values ('x', 'a', 'fbx', 1, 1, 1)",
    ],
    ['a truth beside 0 and 1', avatar('is_public', '2')],
    ['text that is no JSON', avatar('metadata', "'{'")],
    ['a negative count', avatar('usage_count', '-1')],
    ['an avatar of nobody', avatar('user_id', "'nobody'")],
    ['a plan that is none', avatar('required_plan', "'gold'")],
    ['a nameless destination', "insert into rtmp_sources (uid, name, url) values ('x', '', 'rtmp://a/b')"],
    [
      'a broadcast of more than a week',
      "insert into streaming_sessions (uid, duration) values ('x', 604801)",
    ],
    [
      'a broadcast that is over and active',
      "insert into streaming_sessions (uid, status) values ('x', 'ended')",
    ],
    [
      'a broadcast with no avatar’s avatar',
      "insert into streaming_sessions (uid, avatar_uid) values ('x', 'y')",
    ],
    [
      'a usage over 100 %',
      "insert into gpu_usage_logs (uid, operation, usage, memory_used, service_id, resource_usage) values ('x', 'tracking', 101, 1, 's', 1)",
    ],
    [
      'a suspension beyond the last level',
      "insert into users (id, username, email) values ('u', 'u', 'u'); insert into user_suspensions (user_id, suspension_type, suspension_level, reason, issued_by, issued_at) values ('u', 'manual', 8, 'r', 's', 't')",
    ],
    [
      'a key of no destination',
      "insert into rtmp_source_secrets (source_uid, sealed_key) values ('x', x'00')",
    ],
    [
      'a file of no avatar',
      "insert into avatar_files (avatar_uid, sha256, bytes, extension, family, listed) values ('x', 's', 1, 'vrm', 'vrm0', 1)",
    ],
    [
      'an outbox for a table that is not sent',
      "insert into sync_outbox (op_id, table_name, uid, kind, patch, adds) values ('o', 'users', 'u', 'upsert', '{}', '{}')",
    ],
  ])('%s', (_name, statement) => {
    run('begin');
    try {
      expect(() => run(statement)).toThrow(/constraint failed/);
    } finally {
      run('rollback');
    }
  });

  test('what belongs to a row goes with it, what only names it loses the name', () => {
    run(`begin;
      insert into avatars (uid, name, type, vertices, control_points, file_size) values ('a', 'a', 'glb-upload', 1, 1, 1);
      insert into avatar_files (avatar_uid, sha256, bytes, extension, family, listed) values ('a', 's', 1, 'vrm', 'vrm0', 1);
      insert into upload_queue (id, avatar_uid, direction, part, sha256, bytes, object_path) values ('q', 'a', 'up', 'model', 's', 1, 'p');
      insert into streaming_sessions (uid, avatar_uid) values ('s', 'a');
      delete from avatars`);
    try {
      expect(
        database.db.get(
          sql`select (select count(*) from avatar_files) + (select count(*) from upload_queue) as n`,
        ),
      ).toEqual({ n: 0 });
      expect(database.db.get(sql`select avatar_uid from streaming_sessions`)).toEqual({ avatar_uid: null });
    } finally {
      run('rollback');
    }
  });
});

describe('the hot queries go by an index', () => {
  test.each([
    [
      'a page of the library',
      'select * from avatars where deleted_at is null order by created_at, uid limit 50',
    ],
    [
      'the next page',
      "select * from avatars where deleted_at is null and (created_at, uid) > ('2026', 'x') order by created_at, uid limit 50",
    ],
    [
      'the library with its files',
      'select * from avatars join avatar_files on avatar_files.avatar_uid = avatars.uid where avatars.deleted_at is null order by created_at, uid limit 50',
    ],
    ['an avatar by its file', "select * from avatar_files where sha256 = 'x'"],
    ['a row by its uid', "select * from avatars where uid = 'x'"],
    ['a row by its server id', 'select * from avatars where id = 7'],
    ['a broadcast by its uid', "select * from streaming_sessions where uid = 'x'"],
    [
      'recent broadcasts',
      'select * from streaming_sessions where deleted_at is null order by start_time desc limit 20',
    ],
    ['open broadcasts', "select * from streaming_sessions where status = 'active' and deleted_at is null"],
    ['a batch of the outbox', "select * from sync_outbox where state = 'queued' order by seq limit 100"],
    ['changes of a row', "select * from sync_outbox where table_name = 'avatars' and uid = 'x' order by seq"],
    ['how many changes wait', "select count(*) from sync_outbox where state in ('queued', 'sent')"],
    ['the answer to a change', "select * from sync_outbox where op_id = 'x'"],
    ['the server’s row', "select * from sync_base where table_name = 'avatars' and uid = 'x'"],
    [
      'due files',
      "select * from upload_queue where state = 'waiting' and (next_try_at is null or next_try_at <= '2026')",
    ],
    ['files of an avatar', "select * from upload_queue where avatar_uid = 'x'"],
    [
      'the default destination',
      'select uid from rtmp_sources where is_default = 1 and deleted_at is null order by updated_at desc',
    ],
    ['a setting', "select value from settings where key = 'x'"],
  ])('%s', (_name, statement) => {
    const plan = database.sqlite.prepare<[], { detail: string }>(`explain query plan ${statement}`).all();
    const steps = plan.map(({ detail }) => detail);
    expect(steps.filter((step) => /^(SCAN|SEARCH)/.test(step)).length).toBeGreaterThan(0);
    // An index in its own order is read as far as the limit goes.
    expect(steps.filter((step) => /^SCAN/.test(step) && !/USING (COVERING )?INDEX/.test(step))).toEqual([]);
    expect(steps.filter((step) => /TEMP B-TREE/.test(step))).toEqual([]);
  });
});
