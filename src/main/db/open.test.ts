import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrationsDir } from '../host/paths.ts';
import { openDatabase } from './open.ts';
import { createKeyValueStore } from './queries/settings.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vida3-db-'));
  file = join(folder, 'sub', 'studio.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a new file gets the schema and the careful settings', () => {
  const { db, setAside, close } = openDatabase(file, migrationsDir());
  expect(setAside).toBeNull();
  const tables = db.all<{ name: string }>(sql`select name from sqlite_master where type = 'table'`);
  expect(tables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['rtmp_sources', 'rtmp_source_secrets', 'streaming_sessions', 'settings']),
  );
  expect(db.get(sql`pragma journal_mode`)).toEqual({ journal_mode: 'wal' });
  expect(db.get(sql`pragma foreign_keys`)).toEqual({ foreign_keys: 1 });
  expect(db.get(sql`pragma synchronous`)).toEqual({ synchronous: 1 });
  close();
});

test('no table has a column for a plain stream key', () => {
  const { db, close } = openDatabase(file, migrationsDir());
  const columns = db.all<{ name: string }>(
    sql`select c.name from sqlite_master t, pragma_table_info(t.name) c where t.type = 'table'`,
  );
  expect(columns.map(({ name }) => name)).not.toContain('stream_key');
  close();
});

test('what was written is there after a second opening', () => {
  const first = openDatabase(file, migrationsDir());
  createKeyValueStore(first.db).set('a', { b: [1, null] });
  first.close();
  const second = openDatabase(file, migrationsDir());
  expect(createKeyValueStore(second.db).get('a')).toEqual({ b: [1, null] });
  expect(createKeyValueStore(second.db).get('none')).toBeUndefined();
  second.close();
});

describe('a damaged file', () => {
  test.each([
    ['no database at all', () => Buffer.from('this is not a database, whatever its name says '.repeat(50))],
    [
      'pages overwritten',
      (good: Buffer) => {
        const bad = Buffer.from(good);
        bad.fill(0x5a, 4096, Math.min(bad.byteLength, 4096 * 4));
        return bad;
      },
    ],
    ['cut in the middle', (good: Buffer) => good.subarray(0, 4096 + 700)],
  ])('%s: is set aside whole, and a new one works', (_name, damage) => {
    const first = openDatabase(file, migrationsDir());
    const store = createKeyValueStore(first.db);
    for (let i = 0; i < 200; i++) store.set(`key ${i}`, 'x'.repeat(200));
    first.close();
    const bad = damage(readFileSync(file));
    writeFileSync(file, bad);
    const { db, setAside, close } = openDatabase(file, migrationsDir(), () => new Date(0));
    expect(setAside).toBe(`${file}.corrupt-1970-01-01T00-00-00.000Z`);
    expect(readFileSync(setAside!).equals(bad)).toBe(true);
    expect(createKeyValueStore(db).get('key 1')).toBeUndefined();
    createKeyValueStore(db).set('new', true);
    close();
    expect(existsSync(file)).toBe(true);
  });

  test('an empty file is a new database', () => {
    openDatabase(file, migrationsDir()).close();
    writeFileSync(file, '');
    const { setAside, close } = openDatabase(file, migrationsDir());
    expect(setAside).toBeNull();
    close();
  });
});

test('a path that cannot be opened is storage.failed', () => {
  writeFileSync(join(folder, 'sub'), 'a file where the folder should be');
  expect(() => openDatabase(file, migrationsDir())).toThrow(/storage.failed/);
});
