import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrationsDir } from '../host/paths.ts';
import { backUp, listBackups } from './backup.ts';
import { connect } from './connect.ts';
import { type TemporaryDatabase, temporaryDatabase } from './fixtures.ts';
import { migrate, readMigrations } from './migrate.ts';
import { openDatabase } from './open.ts';
import { createDestinationStore } from './queries/rtmp-sources.ts';
import { createKeyValueStore } from './queries/settings.ts';

const PAGE = 4096;
const AT = new Date('2026-03-04T05:06:07.008Z');
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vida3-recover-'));
  file = join(folder, 'vida3.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const reopen = () => openDatabase(file, migrationsDir(), { now: () => AT });

function keys(sqlite: Database.Database): string[] {
  return sqlite.prepare<[], string>('select key from settings order by length(key), key').pluck().all();
}

function put(database: TemporaryDatabase, from: number, to: number, value = 'x'.repeat(300)): void {
  const store = createKeyValueStore(database);
  database.sqlite.transaction(() => {
    for (let i = from; i < to; i++) store.set(`key ${i}`, value);
  })();
}

const names = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `key ${from + i}`);

function overwrite(at: number, length: number, byte = 0x5a): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(length, byte), 0, length, at);
  closeSync(handle);
}

/** Leaf pages of a table's tree, in the order of its rows. */
function leavesOf(table: string): number[] {
  const sqlite = new Database(file, { readonly: true });
  try {
    return sqlite
      .prepare<[string], number>(
        "select pageno from dbstat where name = ? and pagetype = 'leaf' order by path",
      )
      .pluck()
      .all(table);
  } finally {
    sqlite.close();
  }
}

/** Closed, with the whole of it in its file. */
function seeded(rows: number): void {
  const database = temporaryDatabase(null, folder);
  put(database, 0, rows);
  database.close();
}

test('no database at all, and nothing to go by: kept under another name, and an empty one works', () => {
  seeded(200);
  const bad = Buffer.from('this is not a database, whatever its name says '.repeat(50));
  writeFileSync(file, bad);
  const opened = reopen();
  expect(opened.recovered).toEqual({
    setAside: `${file}.corrupt-2026-03-04T05-06-07.008Z`,
    from: 'empty',
    backupAt: null,
    lost: expect.arrayContaining([
      { table: 'settings', rows: null },
      { table: 'avatars', rows: null },
    ]),
  });
  expect(readFileSync(opened.recovered!.setAside).equals(bad)).toBe(true);
  expect(keys(opened.sqlite)).toEqual([]);
  createKeyValueStore(opened).set('new', true);
  opened.close();
  expect(readdirSync(folder).sort()).toEqual(['vida3.db', 'vida3.db.corrupt-2026-03-04T05-06-07.008Z']);
  const again = reopen();
  expect(again.recovered).toBeNull();
  expect(keys(again.sqlite)).toEqual(['new']);
  again.close();
});

test('the header is destroyed: all rows are found', () => {
  seeded(200);
  overwrite(0, 100, 0);
  const opened = reopen();
  expect(opened.recovered).toMatchObject({ from: 'salvage', backupAt: null, lost: [] });
  expect(keys(opened.sqlite)).toEqual(names(0, 200));
  opened.close();
});

test('pages in the middle are overwritten: the rows of the others are found, and the lost ones counted', () => {
  seeded(500);
  const leaves = leavesOf('settings');
  for (const index of [3, 5, 6, 11]) overwrite((leaves[index]! - 1) * PAGE, PAGE);
  const opened = reopen();
  const found = keys(opened.sqlite);
  expect(found.length).toBeGreaterThan(430);
  expect(found.length).toBeLessThan(500);
  expect(opened.recovered).toMatchObject({
    from: 'salvage',
    lost: [{ table: 'settings', rows: 500 - found.length }],
  });
  expect(createKeyValueStore(opened).get('key 499')).toBe('x'.repeat(300));
  opened.close();
});

test('the last page of a table, and half of another', () => {
  seeded(300);
  const leaves = leavesOf('settings');
  overwrite((leaves.at(-1)! - 1) * PAGE, PAGE);
  overwrite((leaves[2]! - 1) * PAGE, 700, 0xff);
  const opened = reopen();
  const found = keys(opened.sqlite);
  expect(opened.recovered!.lost).toEqual([{ table: 'settings', rows: 300 - found.length }]);
  expect(found.length).toBeGreaterThan(260);
  opened.close();
});

test('an index alone: nothing is lost', () => {
  seeded(300);
  const [page] = leavesOf('sqlite_autoindex_settings_1');
  overwrite((page! - 1) * PAGE, PAGE);
  const opened = reopen();
  expect(opened.recovered).toMatchObject({ from: 'salvage', lost: [] });
  expect(keys(opened.sqlite)).toEqual(names(0, 300));
  opened.close();
});

test('cut in the middle: what lies before the cut is found', () => {
  seeded(600);
  truncateSync(file, Math.max(...leavesOf('settings').slice(0, 10)) * PAGE + 700);
  const opened = reopen();
  const found = keys(opened.sqlite);
  expect(found.length).toBeGreaterThan(50);
  expect(opened.recovered!.from).toBe('salvage');
  expect(opened.recovered!.lost.map(({ table }) => table)).toContain('settings');
  opened.close();
});

describe('the write-ahead log', () => {
  /** The files as a crash leaves them: nothing was brought from the log into the file after `rows`. */
  function crashed(rows: number): void {
    const database = temporaryDatabase(null, folder);
    database.sqlite.pragma('wal_autocheckpoint = 0');
    put(database, 0, rows);
    const copies = ['', '-wal'].map((end) => [end, readFileSync(file + end)] as const);
    database.close();
    for (const [end, bytes] of copies) writeFileSync(file + end, bytes);
  }

  test('alone is damaged: the file is as it was before it', () => {
    crashed(50);
    const wal = readFileSync(`${file}-wal`);
    wal.fill(0x5a, 32);
    writeFileSync(`${file}-wal`, wal);
    const opened = reopen();
    expect(opened.recovered).toBeNull();
    expect(keys(opened.sqlite)).toEqual([]);
    opened.close();
  });

  test('is all there is: its rows are found', () => {
    const sqlite = new Database(file);
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('wal_autocheckpoint = 0');
    migrate(sqlite, readMigrations(migrationsDir()));
    sqlite.exec(`insert into settings (key, value) values ('a', '1'), ('b', '2')`);
    const wal = readFileSync(`${file}-wal`);
    sqlite.close();
    rmSync(file);
    writeFileSync(`${file}-wal`, wal);
    const opened = reopen();
    expect(opened.recovered).toMatchObject({ from: 'salvage', lost: [] });
    expect(keys(opened.sqlite)).toEqual(['a', 'b']);
    opened.close();
    expect(readFileSync(`${opened.recovered!.setAside}-wal`).equals(wal)).toBe(true);
  });

  test('of a destroyed file: its rows are found with those of the file', () => {
    crashed(50);
    overwrite(0, 100, 0xff);
    const opened = reopen();
    expect(keys(opened.sqlite)).toEqual(names(0, 50));
    opened.close();
  });
});

describe('with a backup', () => {
  async function backedUp(change: (database: TemporaryDatabase) => void, end = false): Promise<void> {
    const database = temporaryDatabase(null, folder);
    put(database, 0, 300);
    createDestinationStore(database).save({
      id: 'd1',
      name: 'One',
      url: 'rtmp://a/b',
      isDefault: true,
      sealedKey: Buffer.from([1, 2]),
    });
    await backUp(database.sqlite, file, new Date('2026-03-01T00:00:00Z'));
    change(database);
    if (end) await backUp(database.sqlite, file, new Date('2026-03-02T00:00:00Z'));
    database.close();
  }

  test('of a file of which nothing can be read: the backup is opened, and it is said of when', async () => {
    await backedUp((database) => put(database, 300, 310));
    writeFileSync(file, Buffer.alloc(50_000, 0x5a));
    const opened = reopen();
    expect(opened.recovered).toMatchObject({ from: 'backup', backupAt: '2026-03-01T00:00:00.000Z' });
    expect(opened.recovered!.lost).toContainEqual({ table: 'settings', rows: null });
    expect(keys(opened.sqlite)).toEqual(names(0, 300));
    expect(
      createDestinationStore({ ...opened, owner: null, enqueue: () => undefined }).sealedKey('d1'),
    ).toEqual(Buffer.from([1, 2]));
    opened.close();
    expect(listBackups(file)).toHaveLength(1);
  });

  test('newer rows of the damaged file come back, and what was deleted stays so', async () => {
    await backedUp((database) => {
      put(database, 300, 600);
      createKeyValueStore(database).set('key 7', 'newer');
      createDestinationStore(database).save({ id: 'd2', name: 'Two', url: 'rtmp://c/d', isDefault: true });
      createDestinationStore(database).remove('d1');
    });
    // One page of rows that the backup has too, and one of those that it does not.
    const leaves = leavesOf('settings');
    overwrite((leaves[10]! - 1) * PAGE, PAGE);
    overwrite((leaves.at(-4)! - 1) * PAGE, PAGE);
    const opened = reopen();
    const found = keys(opened.sqlite);
    expect(found.slice(0, 300)).toEqual(names(0, 300));
    expect(opened.recovered).toMatchObject({
      from: 'backup',
      lost: [{ table: 'settings', rows: 600 - found.length }],
    });
    expect(found.length).toBeGreaterThan(580);
    expect(createKeyValueStore(opened).get('key 7')).toBe('newer');
    const destinations = createDestinationStore({ ...opened, owner: null, enqueue: () => undefined });
    expect(destinations.list()).toMatchObject([{ id: 'd2', isDefault: true }]);
    expect(destinations.sealedKey('d1')).toBeNull();
    opened.close();
  });

  test('that is damaged too: the one before it', async () => {
    await backedUp((database) => put(database, 300, 310), true);
    const [newest] = listBackups(file);
    const bytes = readFileSync(newest!.path);
    bytes.fill(0x5a, PAGE * 3, PAGE * 40);
    writeFileSync(newest!.path, bytes);
    writeFileSync(file, Buffer.alloc(50_000, 0x5a));
    const opened = reopen();
    expect(opened.recovered).toMatchObject({ from: 'backup', backupAt: '2026-03-01T00:00:00.000Z' });
    expect(keys(opened.sqlite)).toEqual(names(0, 300));
    opened.close();
  });

  test('made by a clock that was ahead: one of the right time goes before it', async () => {
    await backedUp(() => undefined);
    const [real] = listBackups(file);
    const ahead = join(folder, 'backups', 'vida3-2031-01-01T00-00-00.000Z.db');
    cpSync(real!.path, ahead);
    const older = new Database(ahead);
    older.exec("delete from settings where key > 'key 2'");
    older.close();
    writeFileSync(file, Buffer.alloc(50_000, 0x5a));
    const opened = reopen();
    expect(opened.recovered).toMatchObject({ from: 'backup', backupAt: real!.at });
    expect(keys(opened.sqlite)).toEqual(names(0, 300));
    opened.close();
    // Better than nothing.
    rmSync(real!.path);
    writeFileSync(file, Buffer.alloc(50_000, 0x5a));
    const again = reopen();
    expect(again.recovered).toMatchObject({ from: 'backup', backupAt: '2031-01-01T00:00:00.000Z' });
    again.close();
  });

  test('of before a sync: everything is pulled again, and what was on its way is sent again as it was', async () => {
    const database = temporaryDatabase('00000000-0000-4000-8000-000000000001', folder);
    const ids = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'];
    for (const id of ids)
      createDestinationStore(database).save({ id, name: id, url: 'rtmp://a/b', isDefault: false });
    database.sqlite.exec(`
      update sync_outbox set state = 'sent' where uid = '${ids[0]}';
      insert into sync_feeds (feed, cursor, complete, schema) values ('own', 70, 1, 1), ('cat', 8, 1, 1)`);
    const ops = database.sqlite.prepare('select * from sync_outbox order by seq').all();
    expect(ops).toMatchObject([{ state: 'sent' }, { state: 'queued' }]);
    await backUp(database.sqlite, file, new Date('2026-03-01T00:00:00Z'));
    database.sqlite.exec("delete from sync_outbox; update sync_feeds set cursor = 90 where feed = 'own'");
    database.close();
    writeFileSync(file, Buffer.alloc(50_000, 0x5a));
    const opened = reopen();
    expect(opened.recovered).toMatchObject({ from: 'backup', backupAt: '2026-03-01T00:00:00.000Z' });
    expect(opened.sqlite.prepare('select * from sync_outbox order by seq').all()).toEqual(ops);
    const feeds = opened.sqlite.prepare('select feed, cursor, complete from sync_feeds order by feed');
    expect(feeds.raw().all()).toEqual([
      ['cat', 0, 0],
      ['own', 0, 0],
    ]);
    opened.close();
  });

  test('of nothing but damaged ones: what can be read of the file', async () => {
    await backedUp(() => undefined);
    const [newest] = listBackups(file);
    writeFileSync(newest!.path, 'nothing');
    overwrite(0, 100, 0);
    const opened = reopen();
    expect(opened.recovered).toMatchObject({ from: 'salvage', lost: [] });
    expect(keys(opened.sqlite)).toEqual(names(0, 300));
    opened.close();
  });
});

test('a damaged file of the first version comes to the newest one', () => {
  const sqlite = connect(file);
  migrate(sqlite, readMigrations(migrationsDir()), 1);
  sqlite.exec(`
    insert into rtmp_sources (uid, name, url) values ('d1', 'One', 'rtmp://a/b');
    insert into rtmp_source_secrets (source_uid, sealed_key) values ('d1', x'01');
    insert into streaming_sessions (uid, avatar_uid) values ('s1', 'vida')`);
  sqlite.close();
  overwrite(0, 100, 0);
  const opened = reopen();
  expect(opened.recovered).toMatchObject({ from: 'salvage', lost: [] });
  expect(
    opened.sqlite.prepare('select uid, avatar_uid, metadata from streaming_sessions').raw().all(),
  ).toEqual([['s1', null, '{"avatar":"vida"}']]);
  expect(opened.sqlite.prepare('select source_uid from rtmp_source_secrets').pluck().all()).toEqual(['d1']);
  opened.close();
});

test('changes that were not sent are kept, and the server is asked for everything again', () => {
  const database = temporaryDatabase('00000000-0000-4000-8000-000000000001', folder);
  createDestinationStore(database).save({
    id: '00000000-0000-4000-8000-00000000000a',
    name: 'One',
    url: 'rtmp://a/b',
    isDefault: true,
  });
  database.sqlite.exec("insert into sync_feeds (feed, cursor, complete, schema) values ('own', 70, 1, 1)");
  database.sqlite.pragma('foreign_keys = OFF');
  database.sqlite.exec("insert into avatar_files values ('nobody', 's', 1, 'vrm', 'vrm0', 1, null)");
  const ops = database.sqlite.prepare('select * from sync_outbox').all();
  expect(ops).toHaveLength(1);
  database.close();
  overwrite(0, 100, 0);
  const opened = reopen();
  expect(opened.sqlite.prepare('select * from sync_outbox').all()).toEqual(ops);
  expect(opened.sqlite.prepare('select cursor, complete from sync_feeds').get()).toEqual({
    cursor: 0,
    complete: 0,
  });
  expect(opened.sqlite.pragma('foreign_key_check')).toEqual([]);
  expect(opened.recovered!.lost).toEqual([{ table: 'avatar_files', rows: 1 }]);
  opened.close();
});

test('a recovery that cannot end leaves everything where it was', () => {
  seeded(20);
  overwrite(0, 100, 0);
  const bad = readFileSync(file);
  const migrations = join(folder, 'migrations');
  cpSync(migrationsDir(), migrations, { recursive: true });
  const journal = join(migrations, 'meta', '_journal.json');
  const { entries } = JSON.parse(readFileSync(journal, 'utf8')) as { entries: unknown[] };
  writeFileSync(
    journal,
    JSON.stringify({ entries: [...entries, { tag: '9999_bad', when: 9e12, breakpoints: true }] }),
  );
  writeFileSync(join(migrations, '9999_bad.sql'), 'create table');
  expect(() => openDatabase(file, migrations)).toThrow();
  expect(readFileSync(file).equals(bad)).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['migrations', 'vida3.db']);
});
