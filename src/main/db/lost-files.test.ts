import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrationsDir } from '../host/paths.ts';
import { backUpNow } from './backup.ts';
import { temporaryDatabase } from './fixtures.ts';
import { foundLost } from './lost-files.ts';
import { openDatabase } from './open.ts';
import { createKeyValueStore } from './queries/settings.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vida3-lost-'));
  file = join(folder, 'vida3.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openDatabase(file, migrationsDir());

/** What an opening that changes nothing says. */
function findLost(): boolean {
  const opened = open();
  const answer = opened.findLost;
  opened.close();
  return answer;
}

function damage(from: 'backup' | 'salvage' | 'empty'): void {
  const database = temporaryDatabase(null, folder);
  createKeyValueStore(database).set('a', 1);
  if (from === 'backup') backUpNow(database.sqlite, file);
  database.close();
  const bytes = readFileSync(file);
  bytes.fill(0, 0, from === 'salvage' ? 100 : bytes.length);
  writeFileSync(file, bytes);
}

test('an ordinary database has lost nothing', () => {
  expect(findLost()).toBe(false);
  expect(findLost()).toBe(false);
});

test.each(['backup', 'salvage', 'empty'] as const)(
  'files whose rows were lost are looked for until they were found (%s)',
  (from) => {
    damage(from);
    const first = open();
    expect(first).toMatchObject({ recovered: { from }, findLost: true });
    first.close();
    expect(findLost()).toBe(true);
    const second = open();
    expect(second.recovered).toBeNull();
    foundLost(second.sqlite);
    expect(second.findLost).toBe(false);
    second.close();
    expect(findLost()).toBe(false);
  },
);

test('they are still to be looked for when nothing can be written down', () => {
  damage('empty');
  const opened = open();
  opened.sqlite.pragma('query_only = ON');
  expect(() => foundLost(opened.sqlite)).toThrow(expect.objectContaining({ reason: 'storage.read-only' }));
  opened.close();
  expect(findLost()).toBe(true);
});
