import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock } from './lock.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vida3-lock-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('a second studio of the same folder is refused, a later one is not', () => {
  const lock = acquireLock(home);
  expect(() => acquireLock(home)).toThrow(/host.already-running/);
  lock.release();
  acquireLock(home).release();
  expect(readdirSync(home)).toEqual([]);
});

test.each([
  ['a process that is gone', '4194303 77\n'],
  ['a number that another program has now', `${process.pid} 1\n`],
  ['nothing readable', ''],
])('a lock of %s is taken over', (_name, content) => {
  writeFileSync(join(home, 'studio.lock'), content);
  acquireLock(home).release();
  expect(readdirSync(home)).toEqual([]);
});

test('release leaves a lock alone that is not its own', () => {
  const lock = acquireLock(home);
  writeFileSync(join(home, 'studio.lock'), '1 1\n');
  lock.release();
  expect(readdirSync(home)).toEqual(['studio.lock']);
});
