import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { matchesRedirect, parseToml, readProjectConfig } from './project-config.ts';

test('the config of this repository is read', async () => {
  const config = await readProjectConfig(fileURLToPath(new URL('../../../supabase', import.meta.url)));
  expect(config.confirmEmail).toBe(true);
  expect(config.minPasswordLength).toBe(8);
  expect(config.fileBytes).toBe(512 * 1024 ** 2);
  expect(config.verifyJwt('stripe-webhook')).toBe(false);
  expect(config.verifyJwt('account')).toBe(true);
  expect(config.verifyJwt('anything-else')).toBe(true);
  const allowed = (url: string) => config.redirectUrls.some((pattern) => matchesRedirect(pattern, url));
  expect(allowed('http://127.0.0.1:41999/auth/callback')).toBe(true);
  expect(allowed('vida3://auth/callback')).toBe(true);
  for (const url of ['https://evil.example/', 'http://127.0.0.1.evil.example/x', 'vida3://auth/other']) {
    expect(allowed(url), url).toBe(false);
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
