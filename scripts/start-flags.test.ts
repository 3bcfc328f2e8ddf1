import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseStartFlags } from './start-flags.mjs';

test('a host may be named in both ways, and none means whichever is there', () => {
  expect(parseStartFlags([])).toEqual({ host: null, unknown: null });
  expect(parseStartFlags(['--host', 'electron'])).toEqual({ host: 'electron', unknown: null });
  expect(parseStartFlags(['--host=browser'])).toEqual({ host: 'browser', unknown: null });
});

test.each([
  ['--nonsense'],
  ['--host'],
  ['--host=firefox'],
  ['--host', 'electron', '--no-sandbox'],
  ['vida3://studio'],
])('%s is refused before anything is set up or started', (...args) => {
  const run = spawnSync(process.execPath, [join(import.meta.dirname, 'vida.mjs'), 'start', ...args], {
    encoding: 'utf8',
    // Whatever it would set up or start by mistake, it does not find.
    env: { PATH: '/nowhere' },
  });
  expect([run.status, run.stdout]).toEqual([2, '']);
  expect(run.stderr).toContain('Unknown flag');
});
