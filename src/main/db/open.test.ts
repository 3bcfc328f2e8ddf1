import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrationsDir } from '../host/paths.ts';
import { connect } from './connect.ts';
import { temporaryDatabase } from './fixtures.ts';
import { migrate, readMigrations } from './migrate.ts';
import { openDatabase, openReadOnly } from './open.ts';
import { createKeyValueStore } from './queries/settings.ts';
import { createSessionStore } from './queries/streaming-sessions.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vida3-db-'));
  file = join(folder, 'sub', 'studio.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a new file gets the schema and the careful settings', () => {
  const { db, recovered, writable, findLost, close } = openDatabase(file, migrationsDir());
  expect({ recovered, writable, findLost }).toEqual({ recovered: null, writable: true, findLost: false });
  expect(db.get(sql`pragma journal_mode`)).toEqual({ journal_mode: 'wal' });
  expect(db.get(sql`pragma foreign_keys`)).toEqual({ foreign_keys: 1 });
  expect(db.get(sql`pragma synchronous`)).toEqual({ synchronous: 1 });
  expect(existsSync(join(folder, 'sub', 'backups'))).toBe(false);
  close();
});

test('what was written is there after a second opening', () => {
  const first = openDatabase(file, migrationsDir());
  createKeyValueStore(first).set('a', { b: [1, null] });
  first.close();
  const second = openDatabase(file, migrationsDir());
  expect(createKeyValueStore(second).get('a')).toEqual({ b: [1, null] });
  expect(createKeyValueStore(second).get('none')).toBeUndefined();
  second.close();
});

test('an empty file is a new database', () => {
  mkdirSync(join(folder, 'sub'));
  writeFileSync(file, '');
  const { recovered, close } = openDatabase(file, migrationsDir());
  expect(recovered).toBeNull();
  close();
});

test('a path that cannot be opened is storage.failed', () => {
  writeFileSync(join(folder, 'sub'), 'a file where the folder should be');
  expect(() => openDatabase(file, migrationsDir())).toThrow(/storage.failed/);
});

test('the test’s own database is one like any other', () => {
  const database = temporaryDatabase(null, folder);
  createKeyValueStore(database).set('a', 1);
  database.close();
  const again = temporaryDatabase('me', folder);
  expect(createKeyValueStore(again).get('a')).toBe(1);
  again.close();
});

/** Mounts a small file system; null where that is not allowed. */
function mount(path: string, ...options: string[]): (() => void) | null {
  try {
    execFileSync('mount', [...options, path], { stdio: 'ignore' });
  } catch {
    return null;
  }
  return () => void execFileSync('umount', [path], { stdio: 'ignore' });
}
const probe = mkdtempSync(join(tmpdir(), 'vida3-mount-'));
const probed = mount(probe, '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs');
probed?.();
rmSync(probe, { recursive: true });

describe.skipIf(!probed)('a disk that takes nothing (only where file systems can be mounted)', () => {
  let disk: string;
  let unmount: () => void;
  const onDisk = (size: string) => {
    disk = mkdtempSync(join(tmpdir(), 'vida3-disk-'));
    unmount = mount(disk, '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs')!;
  };
  afterEach(() => {
    unmount();
    rmSync(disk, { recursive: true, force: true });
  });
  const remount = (how: string) => execFileSync('mount', ['-o', `remount,${how}`, disk]);
  const fill = (name: string) => {
    for (const chunk of [1 << 16, 1 << 12, 1 << 8, 1]) {
      try {
        for (;;) writeFileSync(join(disk, name), Buffer.alloc(chunk), { flag: 'a' });
      } catch {
        // Full at this size of a chunk.
      }
    }
  };

  test('full while it is used: the write is refused with its reason, nothing is torn, and it goes on with room', () => {
    onDisk('3m');
    const opened = openDatabase(join(disk, 'vida3.db'), migrationsDir());
    const store = createKeyValueStore(opened);
    store.set('kept', 'yes');
    fill('ballast');
    let written = 0;
    expect(() => {
      for (; written < 2000; written++) store.set(`key ${written}`, 'x'.repeat(3000));
    }).toThrow(expect.objectContaining({ reason: 'storage.full' }));
    expect(store.get('kept')).toBe('yes');
    expect(opened.sqlite.pragma('quick_check', { simple: true })).toBe('ok');
    expect(opened.sqlite.inTransaction).toBe(false);
    rmSync(join(disk, 'ballast'));
    store.set('after', 1);
    opened.close();
    const again = openDatabase(join(disk, 'vida3.db'), migrationsDir());
    expect(again.recovered).toBeNull();
    expect(createKeyValueStore(again).get('after')).toBe(1);
    again.close();
  });

  test('full at the start: what is there can be looked at', () => {
    onDisk('2m');
    const first = openDatabase(join(disk, 'vida3.db'), migrationsDir());
    createKeyValueStore(first).set('kept', 'yes');
    first.close();
    fill('ballast');
    const opened = openDatabase(join(disk, 'vida3.db'), migrationsDir());
    expect(createKeyValueStore(opened).get('kept')).toBe('yes');
    expect(() => createKeyValueStore(opened).set('new', 1)).toThrow(
      expect.objectContaining({ reason: opened.writable ? 'storage.full' : 'storage.read-only' }),
    );
    opened.close();
    rmSync(join(disk, 'ballast'));
    fill('other');
    expect(() => openDatabase(join(disk, 'sub', 'new.db'), migrationsDir())).toThrow(
      expect.objectContaining({ reason: 'storage.full' }),
    );
  });

  test('read-only, with writes that were only in the log', () => {
    onDisk('4m');
    const path = join(disk, 'vida3.db');
    const first = openDatabase(path, migrationsDir());
    createKeyValueStore(first).set('kept', 'yes');
    const copies = ['', '-wal'].map((end) => [end, readFileSync(path + end)] as const);
    first.close();
    for (const [end, bytes] of copies) writeFileSync(path + end, bytes);
    remount('ro');
    try {
      const opened = openDatabase(path, migrationsDir());
      expect(opened.writable).toBe(false);
      expect(createKeyValueStore(opened).get('kept')).toBe('yes');
      expect(() => createKeyValueStore(opened).set('new', 1)).toThrow(
        expect.objectContaining({ reason: 'storage.read-only' }),
      );
      expect(() =>
        createSessionStore({ ...opened, owner: null, enqueue: () => undefined }).setDuration('x', 1),
      ).toThrow(expect.objectContaining({ reason: 'storage.read-only' }));
      opened.close();
      expect(() => openDatabase(join(disk, 'new.db'), migrationsDir())).toThrow(
        expect.objectContaining({ reason: 'storage.read-only' }),
      );
    } finally {
      remount('rw');
    }
    expect(readdirSync(disk).sort()).toEqual(['vida3.db', 'vida3.db-wal']);
    expect(readFileSync(path).equals(copies[0]![1])).toBe(true);
  });
});

test('no room left within a limit of pages is storage.full', () => {
  const opened = openDatabase(file, migrationsDir());
  const store = createKeyValueStore(opened);
  const pages = opened.sqlite.pragma('page_count', { simple: true }) as number;
  opened.sqlite.pragma(`max_page_count = ${pages + 2}`);
  expect(() => store.set('big', 'x'.repeat(100_000))).toThrow(
    expect.objectContaining({ reason: 'storage.full' }),
  );
  expect(store.get('big')).toBeUndefined();
  store.set('small', 1);
  opened.close();
});

test('no room for the statistics at the end: the file is closed all the same', () => {
  const opened = openDatabase(file, migrationsDir());
  const store = createKeyValueStore(opened);
  for (let i = 0; i < 20; i++) store.set(`key ${i}`, i);
  expect(store.get('key 7')).toBe(7);
  const pages = opened.sqlite.pragma('page_count', { simple: true }) as number;
  opened.sqlite.pragma(`max_page_count = ${pages}`);
  expect(() => opened.sqlite.pragma('optimize')).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }));
  opened.close();
  expect(opened.sqlite.open).toBe(false);
  expect(existsSync(`${file}-wal`)).toBe(false);
});

describe('only looked at', () => {
  /** Name and content of everything beside the file, and when it was changed. */
  function contents(): unknown[] {
    if (!existsSync(join(folder, 'sub'))) return [];
    return readdirSync(join(folder, 'sub'), { recursive: true, encoding: 'utf8' }).map((name) => {
      const path = join(folder, 'sub', name);
      const stat = statSync(path);
      return [name, stat.mtimeMs, stat.isFile() ? readFileSync(path, 'latin1') : null];
    });
  }
  function look(): string[] | null {
    const before = contents();
    const opened = openReadOnly(file, migrationsDir());
    const keys = opened?.sqlite.prepare<[], string>('select key from settings').pluck().all() ?? null;
    if (opened) {
      expect(() => opened.sqlite.exec('delete from settings')).toThrow(
        expect.objectContaining({ code: 'SQLITE_READONLY' }),
      );
      opened.close();
    }
    expect(contents()).toEqual(before);
    return keys;
  }

  test('what is there, and what is only in its log', () => {
    const first = openDatabase(file, migrationsDir());
    createKeyValueStore(first).set('kept', 'yes');
    const copies = ['', '-wal'].map((end) => [end, readFileSync(file + end)] as const);
    expect(look()).toEqual(['kept']);
    first.close();
    expect(look()).toEqual(['kept']);
    for (const [end, bytes] of copies) writeFileSync(file + end, bytes);
    expect(look()).toEqual(['kept']);
  });

  test('nothing of what is not there, not sound, or of another version', () => {
    expect(look()).toBeNull();
    mkdirSync(join(folder, 'sub'));
    writeFileSync(file, '');
    expect(look()).toBeNull();
    writeFileSync(file, 'no database'.repeat(1000));
    expect(look()).toBeNull();
    rmSync(file);
    const known = readMigrations(migrationsDir());
    const older = connect(file);
    migrate(older, known, known.length - 1);
    older.close();
    expect(look()).toBeNull();
    openDatabase(file, migrationsDir()).close();
    expect(look()).toEqual([]);
    const newer = connect(file);
    newer
      .prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)')
      .run('0'.repeat(64), 9_000_000_000_000);
    newer.close();
    expect(look()).toBeNull();
  });
});
