import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeTempFolder } from './temp-folder.ts';

test('what a dead process left is removed, what a living one uses is kept', () => {
  // Larger than any process id a system hands out.
  const dead = path.join(tmpdir(), 'vida3-test-999999999-abc');
  mkdirSync(dead, { recursive: true });
  const first = makeTempFolder('test');
  const second = makeTempFolder('test');
  expect(existsSync(dead)).toBe(false);
  expect(existsSync(first)).toBe(true);
  expect(first).not.toBe(second);
  for (const folder of [first, second]) rmSync(folder, { recursive: true });
});
