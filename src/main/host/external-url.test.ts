import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { opener, openInSystemBrowser } from './browser/open-external.ts';
import { openableUrl } from './external-url.ts';

test.each([
  ['https://project.supabase.co/auth/v1/authorize?x=1&y=2', null],
  ['http://127.0.0.1:54321/auth/v1/authorize', null],
  ['http://localhost:3000/', null],
  ['http://[::1]:3000/', null],
  ['https://example.com/a b"c', 'https://example.com/a%20b%22c'],
])('%s may be opened', (url, written) => expect(openableUrl(url)).toBe(written ?? url));

test.each([
  'http://example.com/',
  'http://127.0.0.1.example.com/',
  'https://user:password@example.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'vida3://open',
  'ms-msdt:/id',
  '--help',
  '',
  `https://example.com/${'a'.repeat(5000)}`,
])('%s may not', (url) => expect(openableUrl(url)).toBeNull());

describe.skipIf(process.platform !== 'linux')('the system’s browser, played by a script', () => {
  let folder: string;
  let path: string | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vida3-opener-'));
    path = process.env['PATH'];
  });
  afterEach(() => {
    process.env['PATH'] = path;
    rmSync(folder, { recursive: true, force: true });
  });
  const play = (script: string) => {
    const file = join(folder, 'xdg-open');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    process.env['PATH'] = `${folder}${delimiter}${path}`;
  };

  test('gets the address as one argument', async () => {
    play(`printf '%s\\n' "$#" "$@" > ${join(folder, 'args')}`);
    const url = 'https://example.com/?a=$(touch+x)&b=;|`c`';
    expect(await openInSystemBrowser(url)).toBe(true);
    expect(readFileSync(join(folder, 'args'), 'utf8')).toBe(`1\n${new URL(url).href}\n`);
  });

  test('a program that gives up has opened nothing; one that stays has', async () => {
    play('exit 3');
    expect(await openInSystemBrowser('https://example.com/')).toBe(false);
    play('exec sleep 1');
    expect(await openInSystemBrowser('https://example.com/', 'linux', 100)).toBe(true);
  });

  test('there may be none, and nothing but addresses is handed over', async () => {
    process.env['PATH'] = folder;
    expect(await openInSystemBrowser('https://example.com/')).toBe(false);
    play(`touch ${join(folder, 'called')}`);
    expect(await openInSystemBrowser('file:///etc/passwd')).toBe(false);
    expect(() => readFileSync(join(folder, 'called'))).toThrow('ENOENT');
  });
});

test('every system has its own way, without a shell', () => {
  expect(opener('darwin').command).toBe('open');
  expect(opener('win32')).toEqual({ command: 'rundll32', args: ['url.dll,FileProtocolHandler'] });
});
