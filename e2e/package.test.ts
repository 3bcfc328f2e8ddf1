import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Where an Electron binary is, this builds the program; elsewhere everything that needs none, and checks it. */
test('npm run package -- --dir packs the program and finds nothing wrong with it', () => {
  const run = spawnSync(process.execPath, [path.join(ROOT, 'scripts', 'package.mjs'), '--dir'], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 170_000,
  });
  expect(run.stdout + run.stderr).not.toContain('FAILED');
  expect(run.status, run.stderr).toBe(0);
  rmSync(path.join(ROOT, 'dist', 'package'), { recursive: true, force: true });
}, 180_000);
