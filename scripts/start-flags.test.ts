import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseStartFlags } from './start-flags.mjs';

test('a host may be named in both ways, and none means whichever is there', () => {
  const none = { host: null, safe: false, unknown: null };
  expect(parseStartFlags([])).toEqual(none);
  expect(parseStartFlags(['--host', 'electron'])).toEqual({ ...none, host: 'electron' });
  expect(parseStartFlags(['--host=browser'])).toEqual({ ...none, host: 'browser' });
  expect(parseStartFlags(['--safe', '--host', 'browser'])).toEqual({ ...none, host: 'browser', safe: true });
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
