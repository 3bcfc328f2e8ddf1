import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { allowedRedirect } from './auth/redirects.ts';
import { matchesRedirect, parseToml, readProjectConfig } from './project-config.ts';

test('the config of this repository is read', async () => {
  const config = await readProjectConfig(fileURLToPath(new URL('../../../supabase', import.meta.url)));
  expect(config.confirmEmail).toBe(true);
  expect(config.minPasswordLength).toBe(8);
  expect(config.fileBytes).toBe(512 * 1024 ** 2);
  expect(config.verifyJwt('stripe-webhook')).toBe(false);
  expect(config.verifyJwt('account')).toBe(true);
  expect(config.verifyJwt('anything-else')).toBe(true);
  const context = { config, url: () => 'http://127.0.0.1:54321' };
  for (const url of [
    'http://127.0.0.1:41999/auth/callback',
    'vida3://auth/callback',
    'http://127.0.0.1/x?y=1',
  ]) {
    expect(allowedRedirect(context, url), url).toBe(url);
  }
});

test.each([
  'https://evil.example/',
  'http://127.0.0.1.evil.example/x',
  'vida3://auth/other',
  // A browser reads the part before the @ as a name, and the rest as the address 8.8.8.8.
  'http://127.0.0.1:1@0x08080808/x',
  'http://127.0.0.1:1@8.8.8.8/x',
  'http://127.0.0.1@8.8.8.8/x',
  'http://user@127.0.0.1:41999/auth/callback',
  'http://:@127.0.0.1:41999/auth/callback',
  'http://8.8.8.8/auth/callback',
  'http://0x08080808/auth/callback',
  'http://127.0.0.1:41999\\@8.8.8.8/x',
  'http:\\\\8.8.8.8/x',
  'https://127.0.0.1:41999/auth/callback',
  'http://127.0.0.1:41999/auth/callback#x',
  'http://localhost:41999/auth/callback',
  'javascript:alert(1)//http://127.0.0.1/',
  'not an address',
])('nobody is led to %s', async (url) => {
  const config = await readProjectConfig(fileURLToPath(new URL('../../../supabase', import.meta.url)));
  expect(allowedRedirect({ config, url: () => 'http://127.0.0.1:54321' }, url)).toBe('http://127.0.0.1');
});

test('the allow-list has no wildcard, and a project whose site is a page can name five digits of a port', async () => {
  const config = await readProjectConfig(fileURLToPath(new URL('../../../supabase', import.meta.url)));
  expect(config.redirectUrls).toEqual(['vida3://auth/callback']);
  const page = {
    ...config,
    siteUrl: 'https://vida.example',
    redirectUrls: ['http://127.0.0.1:[0-9][0-9][0-9][0-9][0-9]/auth/callback'],
  };
  const lead = (url: string) => allowedRedirect({ config: page, url: () => 'http://127.0.0.1:54321' }, url);
  expect(lead('http://127.0.0.1:41999/auth/callback')).toBe('http://127.0.0.1:41999/auth/callback');
  for (const url of [
    'http://127.0.0.1:1@0x08080808/x',
    'http://127.0.0.1:41999/other',
    'http://127.0.0.1:4199a/auth/callback',
  ]) {
    expect(lead(url), url).toBe('https://vida.example');
  }
});

test('comments, arrays over several lines and quotes', () => {
  const values = parseToml(`a = 1_000 # one
[x.y]
# It's a comment
s = "has # in it" # and a comment
list = [
  "one", # first
  'two',
]
off = false`);
  expect(Object.fromEntries(values)).toEqual({
    a: 1000,
    'x.y.s': 'has # in it',
    'x.y.list': ['one', 'two'],
    'x.y.off': false,
  });
});

test('a folder without a config has defaults', async () => {
  const config = await readProjectConfig('/nonexistent');
  expect(config).toMatchObject({ siteUrl: null, confirmEmail: true, jwtSeconds: 3600 });
});

test('stars stop at dots and slashes, two of them do not', () => {
  expect(matchesRedirect('http://127.0.0.1:*/a', 'http://127.0.0.1:80/a')).toBe(true);
  expect(matchesRedirect('http://127.0.0.1:*/a', 'http://127.0.0.1:80/b/a')).toBe(false);
  expect(matchesRedirect('http://h/**', 'http://h/b/a.c')).toBe(true);
  expect(matchesRedirect('http://h/?', 'http://h/ab')).toBe(false);
});
