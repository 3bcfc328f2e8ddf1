import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFileSecrets } from '../../host/browser/secrets.ts';
import type { SecretStore } from '../../host/port.ts';
import { silentLog } from '../../logging/log.ts';
import type { Session } from './ports.ts';
import { openProfiles } from './profiles.ts';
import { createSessionStore } from './sessions.ts';

const A = '11111111-1111-4111-8111-111111111111';
const B = '22222222-2222-4222-8222-222222222222';
const HOSTILE = ['', '..', '../x', `${A}/..`, `${A}\0`, A.replaceAll('1', 'F'), 'con', `${A}\n`];

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vida3-profiles-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('profiles', () => {
  const open = () => openProfiles(home, silentLog);

  test('the guest is first; what was open last is open again', async () => {
    expect(open().active).toEqual({ userId: null, email: null, folder: home });
    const profiles = open();
    await profiles.setActive(profiles.of(A, 'a@example.com'));
    await profiles.setActive(profiles.of(B, 'b@example.com'));
    expect(open().active).toEqual({ userId: B, email: 'b@example.com', folder: join(home, 'accounts', B) });
    await profiles.setActive(profiles.guest());
    expect(open().active.userId).toBeNull();
    expect(JSON.parse(readFileSync(join(home, 'profiles.json'), 'utf8')).accounts).toEqual([
      { userId: A, email: 'a@example.com' },
      { userId: B, email: 'b@example.com' },
    ]);
    expect(statSync(join(home, 'profiles.json')).mode & 0o777).toBe(0o600);
  });

  test('a forgotten one goes with its folder, also when that was interrupted', async () => {
    const profiles = open();
    const { folder } = profiles.of(A, 'a@example.com');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'vida3.db'), 'x');
    await profiles.setActive(profiles.of(A, 'a@example.com'));
    await profiles.remove(A);
    expect(existsSync(folder)).toBe(false);
    expect(open().active.userId).toBeNull();
    mkdirSync(`${folder}.deleted`);
    mkdirSync(join(home, 'accounts', B));
    open();
    expect(readdirSync(join(home, 'accounts'))).toEqual([B]);
  });

  test.each([
    ['no JSON', '{'],
    ['a later version', '{"version":2,"active":null,"accounts":[]}'],
    ['a path for an id', `{"version":1,"active":"../..","accounts":[{"userId":"../..","email":"x"}]}`],
    ['somebody unknown', `{"version":1,"active":"${A}","accounts":[]}`],
  ])('%s is set aside, and the guest is opened', (_name, text) => {
    writeFileSync(join(home, 'profiles.json'), text);
    expect(open().active.userId).toBeNull();
    expect(readdirSync(home).filter((name) => name.startsWith('profiles.json.broken-'))).toHaveLength(1);
  });

  test.each(HOSTILE)('%j never becomes a folder', (id) => {
    expect(() => open().of(id, 'x')).toThrow('uuid');
  });
});

describe('sessions', () => {
  const session: Session = {
    ...{
      userId: A,
      email: 'a@example.com',
      accessToken: 'access-a',
      refreshToken: 'refresh-a',
      expiresAt: 1,
    },
  };

  test('sealed, 0600, and there after a restart', async () => {
    await createSessionStore(home, createFileSecrets(home), silentLog).save(session);
    const file = join(home, 'sessions', A);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes('refresh-a')).toBe(false);
    const store = createSessionStore(home, createFileSecrets(home), silentLog);
    expect(store.kind).toBe('file');
    expect(await store.load(A)).toEqual(session);
    expect(await store.load(B)).toBeNull();
    await store.remove(A);
    await store.remove(A);
    expect(await store.load(A)).toBeNull();
  });

  test("a cut file, another key and another user's file are no session", async () => {
    const store = createSessionStore(home, createFileSecrets(home), silentLog);
    await store.save(session);
    const file = join(home, 'sessions', A);
    writeFileSync(join(home, 'sessions', B), readFileSync(file));
    expect(await store.load(B)).toBeNull();
    writeFileSync(file, readFileSync(file).subarray(0, 20));
    expect(await store.load(A)).toBeNull();
    await store.save(session);
    rmSync(join(home, 'secrets.key'));
    expect(await createSessionStore(home, createFileSecrets(home), silentLog).load(A)).toBeNull();
  });

  test('where secrets are only disguised nothing is written', async () => {
    const basic: SecretStore = { ...createFileSecrets(home), kind: 'basic' };
    const store = createSessionStore(home, basic, silentLog);
    await store.save(session);
    expect(store.kind).toBe('memory');
    expect(await store.load(A)).toEqual(session);
    expect(readdirSync(home)).toEqual([]);
    expect(await createSessionStore(home, basic, silentLog).load(A)).toBeNull();
  });

  test.each(HOSTILE)('%j never becomes a file', async (id) => {
    const store = createSessionStore(home, createFileSecrets(home), silentLog);
    await expect(store.save({ ...session, userId: id })).rejects.toThrow();
    await expect(store.load(id)).rejects.toThrow('uuid');
  });
});
