import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DiskWatch } from './disk-watch.ts';

test('tells which file has too little room, and the least room of all', async () => {
  const low: string[] = [];
  const watch = new DiskWatch({
    minFreeBytes: 100,
    files: () => [
      { id: 'a', path: '/one/a.mkv' },
      { id: 'b', path: '/two/b.mkv' },
      { id: 'c', path: '/gone/c.mkv' },
    ],
    onLow: (id, free) => low.push(`${id} ${free}`),
    freeBytes: async (folder) => (folder === '/gone' ? null : folder === '/one' ? 100 : 99),
  });
  expect(watch.freeBytes).toBeNull();
  await watch.look();
  expect(low).toEqual(['b 99']);
  expect(watch.freeBytes).toBe(99);
  watch.close();
});

test('asks the real disk; a folder that is gone says nothing', async () => {
  let path = join(tmpdir(), 'a.mkv');
  const watch = new DiskWatch({
    minFreeBytes: 0,
    files: () => [{ id: 'a', path }],
    onLow: () => expect.unreachable(),
  });
  await watch.look();
  expect(watch.freeBytes).toBeGreaterThan(0);
  path = join(tmpdir(), 'no-such-folder', 'a.mkv');
  await watch.look();
  expect(watch.freeBytes).toBeNull();
  watch.close();
});

test('a look that fails does not end the watch', async () => {
  let fails = true;
  const low: string[] = [];
  const watch = new DiskWatch({
    minFreeBytes: 100,
    files: () => [{ id: 'a', path: '/one/a.mkv' }],
    onLow: (id) => low.push(id),
    freeBytes: async () => {
      if (fails) throw new Error('nobody can say');
      return 1;
    },
  });
  await expect(watch.look()).rejects.toThrow();
  fails = false;
  await watch.look();
  expect(low).toEqual(['a']);
  watch.close();
});
