import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCloudConfig } from './config.ts';

const KEY = 'sb_publishable_0123456789abcdef';
const jwt = (role: string) =>
  [
    'eyJhbGciOiJIUzI1NiJ9',
    Buffer.from(JSON.stringify({ role, iss: 'supabase' })).toString('base64url'),
    'c2ln',
  ].join('.');

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vida3-cloud-config-'));
  file = join(folder, 'cloud.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (url?: string, key?: string) =>
  readCloudConfig(file, { VIDA3_SUPABASE_URL: url, VIDA3_SUPABASE_KEY: key });

test('none is configured: no file, one of nulls, empty variables', async () => {
  expect(await read()).toBeNull();
  writeFileSync(file, '{ "url": null, "key": null }');
  expect(await read('', '')).toBeNull();
  const packed = join(import.meta.dirname, '..', '..', '..', 'resources', 'cloud.json');
  expect(await readCloudConfig(packed, {})).toBeNull();
});

test('the environment comes before the file', async () => {
  writeFileSync(file, JSON.stringify({ url: 'https://file.supabase.co', key: KEY }));
  expect(await read()).toEqual({ url: 'https://file.supabase.co', key: KEY });
  expect(await read('http://127.0.0.1:54321/', jwt('anon'))).toEqual({
    url: 'http://127.0.0.1:54321',
    key: jwt('anon'),
  });
});

test.each([
  ['http://project.supabase.co', 'usage.bad-url'],
  ['http://127.0.0.1.evil.example', 'usage.bad-url'],
  ['https://user:password@project.supabase.co', 'usage.bad-url'],
  ['https://project.supabase.co/?x=1', 'usage.bad-url'],
  ['postgres://postgres:secret@db.supabase.co/postgres', 'usage.bad-url'],
  ['nonsense', 'usage.bad-url'],
])('the address %s is refused', async (url, reason) => {
  await expect(read(url, KEY)).rejects.toMatchObject({ reason });
});

test.each([
  'sb_secret_0123456789abcdef',
  jwt('service_role'),
  jwt('authenticated'),
  'sbp_0123456789abcdef',
  'sk_live_0123456789abcdef',
  'rk_live_0123456789abcdef',
  'whsec_0123456789abcdef',
  'postgres-password-1',
  'a.e30.b',
  'short',
  `${KEY}\n`,
])('the key %s is refused, and not repeated', async (key) => {
  const error: unknown = await read('https://project.supabase.co', key).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ reason: 'account.no-cloud' });
  expect(String(error)).not.toContain(key.trim());
});

test('half of it, or a damaged file, is told', async () => {
  await expect(read('https://project.supabase.co')).rejects.toMatchObject({ reason: 'account.no-cloud' });
  await expect(read(undefined, KEY)).rejects.toMatchObject({ reason: 'account.no-cloud' });
  writeFileSync(file, '{');
  await expect(read()).rejects.toMatchObject({ reason: 'account.no-cloud' });
});
