import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Backup,
  backUp,
  backUpIfDue,
  backupFolder,
  backupsByWorth,
  listBackups,
  outdated,
} from './backup.ts';
import { type TemporaryDatabase, temporaryDatabase } from './fixtures.ts';
import { createKeyValueStore } from './queries/settings.ts';

let database: TemporaryDatabase;
beforeEach(() => {
  database = temporaryDatabase(null);
});
afterEach(() => database.close());

const at = (time: string) => new Date(time);
const make = (time: string) => backUp(database.sqlite, database.file, at(time));

test('a backup is one sound file with everything, made while the database is in use', async () => {
  const store = createKeyValueStore(database);
  database.sqlite.transaction(() => {
    for (let i = 0; i < 500; i++) store.set(`key ${i}`, 'x'.repeat(2000));
  })();
  let written = 0;
  const making = make('2026-01-02T03:04:05.678Z');
  const writer = setInterval(() => store.set(`during ${written++}`, 'y'), 0);
  const backup = await making;
  clearInterval(writer);
  expect(backup).toMatchObject({ name: 'vida3-2026-01-02T03-04-05.678Z.db', at: '2026-01-02T03:04:05.678Z' });
  expect(listBackups(database.file)).toEqual([backup]);
  expect(readdirSync(backupFolder(database.file))).toEqual([backup.name]);
  const copy = new Database(backup.path, { readonly: true });
  expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(copy.prepare("select count(*) from settings where key like 'key %'").pluck().get()).toBe(500);
  copy.close();
});

test('one a day is made at the start', async () => {
  const { sqlite, file } = database;
  expect(await backUpIfDue(sqlite, file, at('2026-01-02T00:00:00Z'))).not.toBeNull();
  expect(await backUpIfDue(sqlite, file, at('2026-01-02T23:59:00Z'))).toBeNull();
  expect(await backUpIfDue(sqlite, file, at('2026-01-03T00:00:00Z'))).not.toBeNull();
  // The clock was ahead when the last one was made.
  expect(await backUpIfDue(sqlite, file, at('2026-01-01T00:00:00Z'))).not.toBeNull();
});

test('one that a clock which was ahead has made counts for none, and goes when three others are there', async () => {
  const { sqlite, file } = database;
  const ahead = await make('2031-01-01T00:00:00Z');
  const first = await backUpIfDue(sqlite, file, at('2026-01-02T00:00:00Z'));
  expect(backupsByWorth(file, at('2026-01-02T01:00:00Z'))).toEqual([first, ahead]);
  expect(await backUpIfDue(sqlite, file, at('2026-01-02T12:00:00Z'))).toBeNull();
  await backUpIfDue(sqlite, file, at('2026-01-03T00:00:00Z'));
  expect(listBackups(file)).toContainEqual(ahead);
  await backUpIfDue(sqlite, file, at('2026-01-04T00:00:00Z'));
  expect(listBackups(file).map((each) => each.at)).toEqual([
    '2026-01-04T00:00:00.000Z',
    '2026-01-03T00:00:00.000Z',
    '2026-01-02T00:00:00.000Z',
  ]);
});

test('a clock that was set back by hours costs nobody the backup that was just made', async () => {
  for (const hour of [21, 22, 23]) await make(`2026-01-02T${hour}:00:00Z`);
  const made = await make('2026-01-02T12:00:00Z');
  expect(listBackups(database.file)).toContainEqual(made);
});

test('what a crash has left unfinished is no backup and goes', async () => {
  const folder = backupFolder(database.file);
  mkdirSync(folder);
  writeFileSync(join(folder, 'vida3-2026-01-01T00-00-00.000Z.db.unfinished'), 'half');
  writeFileSync(join(folder, 'mine.db'), 'somebody else’s');
  expect(listBackups(database.file)).toEqual([]);
  await backUpIfDue(database.sqlite, database.file, at('2026-01-02T00:00:00Z'));
  expect(readdirSync(folder).sort()).toEqual(['mine.db', 'vida3-2026-01-02T00-00-00.000Z.db']);
});

test('a backup that cannot be made says so and leaves nothing', async () => {
  writeFileSync(backupFolder(database.file), 'a file where the folder should be');
  await expect(make('2026-01-02T00:00:00Z')).rejects.toMatchObject({ reason: 'storage.backup-failed' });
});

test('a damaged database makes no backup and costs none', async () => {
  const good = await make('2026-01-02T00:00:00Z');
  const store = createKeyValueStore(database);
  for (let i = 0; i < 200; i++) store.set(`key ${i}`, 'x'.repeat(300));
  database.sqlite.unsafeMode(true);
  database.sqlite.pragma('writable_schema = ON');
  database.sqlite.exec("update sqlite_master set rootpage = 3 where name = 'settings'");
  await expect(make('2026-01-03T00:00:00Z')).rejects.toMatchObject({ reason: 'storage.backup-failed' });
  expect(readdirSync(backupFolder(database.file))).toEqual([good.name]);
});

test('kept are the newest three and the last of each day of a week', () => {
  const named = (time: string): Backup => ({ name: time, path: time, at: time, bytes: 1 });
  const times = [
    '2026-01-20T12:00:00.000Z',
    '2026-01-20T11:00:00.000Z',
    '2026-01-20T10:00:00.000Z',
    '2026-01-20T09:00:00.000Z',
    '2026-01-19T23:00:00.000Z',
    '2026-01-19T01:00:00.000Z',
    '2026-01-15T01:00:00.000Z',
    '2026-01-13T13:00:00.000Z',
    '2026-01-13T11:00:00.000Z',
    '2025-12-01T00:00:00.000Z',
  ];
  expect(outdated(times.map(named), at('2026-01-20T12:00:00Z')).map(({ at: time }) => time)).toEqual([
    '2026-01-20T09:00:00.000Z',
    '2026-01-19T01:00:00.000Z',
    '2026-01-13T11:00:00.000Z',
    '2025-12-01T00:00:00.000Z',
  ]);
  expect(outdated(times.slice(-2).map(named), at('2030-01-01T00:00:00Z'))).toEqual([]);
});
