import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrationsDir } from '../host/paths.ts';
import { listBackups } from './backup.ts';
import { connect } from './connect.ts';
import { migrate, readMigrations } from './migrate.ts';
import { openDatabase } from './open.ts';
import { createDestinationStore } from './queries/rtmp-sources.ts';
import { createKeyValueStore } from './queries/settings.ts';
import { createSessionStore } from './queries/streaming-sessions.ts';

const MIGRATIONS = readMigrations(migrationsDir());
/** Rows in every table of each version, by how many migrations it has had. */
const DATA: Readonly<Record<number, string>> = {
  1: `
    insert into rtmp_sources (uid, name, url, bitrate, is_default, created_at, updated_at, deleted_at) values
      ('d1', 'First ü', 'rtmp://a/live', 2500, 0, '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z', null),
      ('d2', 'Second', 'rtmps://b/app', 6000, 1, '2026-01-01T00:00:00.000Z', '2026-01-03T00:00:00.000Z', null),
      ('d3', 'Gone', 'rtmp://c/app', 2500, 0, '2026-01-01T00:00:00.000Z', '2026-01-04T00:00:00.000Z', '2026-01-04T00:00:00.000Z');
    insert into rtmp_source_secrets (source_uid, sealed_key, updated_at) values
      ('d1', x'0001ff', '2026-01-01T00:00:00.000Z'), ('d2', x'0203', '2026-01-01T00:00:00.000Z');
    insert into settings (key, value, updated_at) values ('studio', '{"mirror":true}', '2026-01-01T00:00:00.000Z');
    insert into streaming_sessions (uid, avatar_uid, start_time, end_time, duration, platform, viewers, status, metadata, created_at, updated_at) values
      ('s1', 'vida', '2026-01-05T00:00:00.000Z', '2026-01-05T00:10:00.000Z', 600, null, 0, 'ended', '{"destinations":["Second"]}', '2026-01-05T00:00:00.000Z', '2026-01-05T00:10:00.000Z'),
      ('s2', 'c0ffee', '2026-01-06T00:00:00.000Z', null, 12, 'other', 3, 'active', null, '2026-01-06T00:00:00.000Z', '2026-01-06T00:00:12.000Z'),
      ('s3', null, '2026-01-07T00:00:00.000Z', '2026-01-07T00:00:01.000Z', 1, null, 0, 'failed', '{"destinations":[]}', '2026-01-07T00:00:00.000Z', '2026-01-07T00:00:01.000Z');`,
};

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vida3-migrate-'));
  file = join(folder, 'vida3.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function make(version: number): void {
  const sqlite = connect(file);
  migrate(sqlite, MIGRATIONS, version);
  sqlite.exec(DATA[version]!);
  const tables = sqlite
    .prepare<[], string>("select name from sqlite_master where type = 'table' and name not like 'sqlite%'")
    .pluck()
    .all();
  for (const table of tables)
    expect(sqlite.prepare(`select 1 from "${table}"`).get(), `${table} has a row`).toBeDefined();
  sqlite.close();
}

test('every earlier version has data to be tried with', () => {
  expect(Object.keys(DATA).map(Number)).toEqual(MIGRATIONS.slice(1).map((_, index) => index + 1));
});

test('the first version keeps all it has', () => {
  make(1);
  const before = dump(file);
  const opened = openDatabase(file, migrationsDir(), { now: () => new Date('2026-02-01T00:00:00Z') });
  const source = { ...opened, owner: null, enqueue: () => undefined };
  const destinations = createDestinationStore(source);
  expect(destinations.list()).toEqual([
    { id: 'd1', name: 'First ü', url: 'rtmp://a/live', isDefault: false, hasKey: true },
    { id: 'd2', name: 'Second', url: 'rtmps://b/app', isDefault: true, hasKey: true },
  ]);
  expect(destinations.sealedKey('d1')).toEqual(Buffer.from([0, 1, 255]));
  expect(createKeyValueStore(source).get('studio')).toEqual({ mirror: true });
  const sessions = createSessionStore(source);
  expect(sessions.recent(9).map(({ id, duration, status }) => [id, duration, status])).toEqual([
    ['s3', 1, 'failed'],
    ['s2', 12, 'active'],
    ['s1', 600, 'ended'],
  ]);
  const rows = opened.sqlite
    .prepare(
      'select uid, rev, sync_seq, user_id, avatar_uid, metadata, updated_at from streaming_sessions order by uid',
    )
    .raw()
    .all();
  // An avatar's id of then is no row of today's table.
  expect(rows).toEqual([
    ['s1', 0, 0, null, null, '{"destinations":["Second"],"avatar":"vida"}', '2026-01-05T00:10:00.000Z'],
    ['s2', 0, 0, null, null, '{"avatar":"c0ffee"}', '2026-01-06T00:00:12.000Z'],
    ['s3', 0, 0, null, null, '{"destinations":[]}', '2026-01-07T00:00:01.000Z'],
  ]);
  expect(
    opened.sqlite.prepare("select bitrate, deleted_at from rtmp_sources where uid = 'd3'").get(),
  ).toEqual({
    bitrate: 2500,
    deleted_at: '2026-01-04T00:00:00.000Z',
  });
  expect(opened.sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
  // Still bound to its destination.
  opened.sqlite.exec("delete from rtmp_sources where uid = 'd1'");
  expect(destinations.sealedKey('d1')).toBeNull();
  opened.close();

  const [backup] = listBackups(file);
  expect(backup).toMatchObject({ name: 'vida3-2026-02-01T00-00-00.000Z.db', at: '2026-02-01T00:00:00.000Z' });
  expect(dump(backup!.path)).toEqual(before);
});

test('a migrated file is like a new one', () => {
  make(1);
  openDatabase(file, migrationsDir()).close();
  const other = join(folder, 'new.db');
  openDatabase(other, migrationsDir()).close();
  expect(schemaOf(file)).toEqual(schemaOf(other));
});

test('a migration that would leave a reference to nothing changes nothing', () => {
  make(1);
  const bad = join(folder, 'migrations');
  mkdirSync(join(bad, 'meta'), { recursive: true });
  const journal = JSON.parse(readFileSync(join(migrationsDir(), 'meta', '_journal.json'), 'utf8')) as {
    entries: { tag: string }[];
  };
  for (const { tag } of journal.entries)
    copyFileSync(join(migrationsDir(), `${tag}.sql`), join(bad, `${tag}.sql`));
  writeFileSync(join(bad, '9999_bad.sql'), "delete from rtmp_sources where uid = 'd1';");
  writeFileSync(
    join(bad, 'meta', '_journal.json'),
    JSON.stringify({ entries: [...journal.entries, { tag: '9999_bad', when: 9e12, breakpoints: true }] }),
  );
  const before = dump(file);
  expect(() => openDatabase(file, bad)).toThrow(/storage.failed/);
  expect(dump(file)).toEqual(before);
  const opened = openDatabase(file, migrationsDir());
  expect(opened.recovered).toBeNull();
  opened.close();
});

test('a file of a newer program is left alone', () => {
  openDatabase(file, migrationsDir()).close();
  const newer = new Database(file);
  newer.exec(
    `insert into __drizzle_migrations (hash, created_at) values ('${'ab'.repeat(32)}', 9000000000000)`,
  );
  newer.close();
  const bytes = readFileSync(file);
  expect(() => openDatabase(file, migrationsDir())).toThrow(
    expect.objectContaining({ reason: 'storage.too-new' }),
  );
  expect(readFileSync(file).equals(bytes)).toBe(true);
  expect(existsSync(join(folder, 'backups'))).toBe(false);
});

function dump(path: string): Record<string, unknown[]> {
  const sqlite = new Database(path);
  try {
    return Object.fromEntries(
      sqlite
        .prepare<[], string>("select name from sqlite_master where type = 'table' order by name")
        .pluck()
        .all()
        .map((table) => [table, sqlite.prepare(`select * from "${table}" order by rowid`).all()]),
    );
  } finally {
    sqlite.close();
  }
}

function schemaOf(path: string): unknown[] {
  const sqlite = new Database(path);
  try {
    return sqlite.prepare('select type, name, tbl_name, sql from sqlite_master order by type, name').all();
  } finally {
    sqlite.close();
  }
}
