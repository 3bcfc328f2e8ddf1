import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Destination } from '../../../shared/ipc/destinations.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../db/fixtures.ts';
import { createDestinationStore } from '../../db/queries/rtmp-sources.ts';
import { createFileSecrets } from '../../host/browser/secrets.ts';
import { readServices } from '../services/services.ts';
import { Destinations } from './destinations.ts';

const SERVICES = readServices(join(import.meta.dirname, '../../../../resources/services.json'));

let home: string;
let database: TemporaryDatabase;
let published: Destination[][];
let secrets: string[];
let destinations: Destinations;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vida3-destinations-'));
  database = temporaryDatabase(null, home);
  published = [];
  secrets = [];
  destinations = new Destinations({
    store: createDestinationStore(database),
    secrets: createFileSecrets(home),
    services: SERVICES,
    publish: (list) => published.push(list),
    registerSecret: (secret) => secrets.push(secret),
  });
});
afterEach(() => {
  database.close();
  rmSync(home, { recursive: true, force: true });
});

const add = (name: string, more: Partial<Parameters<Destinations['save']>[0]> = {}) =>
  destinations.save({ name, url: 'rtmp://a.example/live', key: `key-of-${name}`, isDefault: false, ...more });
const defaults = () =>
  destinations
    .list()
    .filter((each) => each.isDefault)
    .map((each) => each.name);

test('a destination is saved, published, and opened with its key', async () => {
  const saved = await add('one');
  expect(saved).toMatchObject({ name: 'one', url: 'rtmp://a.example/live', hasKey: true, isDefault: true });
  expect(published).toEqual([[saved]]);
  expect(secrets).toEqual(['key-of-one']);
  expect(await destinations.open(saved.id)).toMatchObject({
    name: 'one',
    target: { server: 'rtmp://a.example/live', key: 'key-of-one' },
  });
});

test('no file of the data folder holds the key', async () => {
  await add('one');
  database.db.run(sql`pragma wal_checkpoint(full)`);
  for (const file of readdirSync(home)) {
    expect(readFileSync(join(home, file)).includes('key-of-one'), file).toBe(false);
  }
});

test('a change without a key keeps the key, one with a key replaces it', async () => {
  const { id } = await add('one');
  await destinations.save({ id, name: 'uno', url: 'rtmp://b.example/live', isDefault: false });
  expect((await destinations.open(id)).target).toMatchObject({ host: 'b.example', key: 'key-of-one' });
  await destinations.save({ id, name: 'uno', url: 'rtmp://b.example/live', key: 'new', isDefault: false });
  expect((await destinations.open(id)).target.key).toBe('new');
  expect(destinations.list()).toHaveLength(1);
});

test('exactly one is the default, whatever happens', async () => {
  const one = await add('one');
  await add('two');
  expect(defaults()).toEqual(['one']);
  const three = await add('three', { isDefault: true });
  expect(defaults()).toEqual(['three']);
  await destinations.save({ ...three, isDefault: false });
  expect(defaults()).toEqual(['three']);
  destinations.remove(three.id);
  expect(defaults()).toEqual(['one']);
  destinations.remove(one.id);
  expect(defaults()).toEqual(['two']);
});

test('of two defaults, chosen on two machines, the later one counts', async () => {
  const [one, two] = [await add('one'), await add('two')];
  database.db.run(sql`update rtmp_sources set is_default = 1, updated_at = '2999' where uid = ${two.id}`);
  expect(defaults()).toEqual(['two']);
  await destinations.save({ id: one.id, name: 'one', url: one.url, isDefault: true });
  expect(defaults()).toEqual(['one']);
  expect(database.db.all(sql`select name from rtmp_sources where is_default`)).toEqual([{ name: 'one' }]);
});

test('removing forgets the key at once', async () => {
  const { id } = await add('one');
  destinations.remove(id);
  expect(database.db.all(sql`select * from rtmp_source_secrets`)).toEqual([]);
  await expect(destinations.open(id)).rejects.toMatchObject({ reason: 'destination.not-found' });
  expect(() => destinations.remove(id)).toThrow(/destination.not-found/);
});

describe('addresses', () => {
  test.each([
    'http://a/b',
    'rtmp://',
    'rtmp://host',
    'rtmp://user:pw@host/app',
    'rtmp://h:99999/app',
    'nonsense',
  ])('%s is refused', async (url) => {
    await expect(add('one', { url })).rejects.toMatchObject({ reason: 'destination.bad-url' });
    expect(published).toEqual([]);
  });

  test.each([
    ['rtmp://a.example/live/pasted_key', 'rtmp://a.example/live', 'pasted_key'],
    ['rtmps://a.example:443/app/k?x=1', 'rtmps://a.example:443/app', 'k?x=1'],
  ])('a whole publish address is split: %s', async (url, server, key) => {
    const saved = await add('one', { url, key: undefined });
    expect(saved).toMatchObject({ url: server, hasKey: true });
    expect((await destinations.open(saved.id)).target.key).toBe(key);
  });

  test('without any key it can be saved and not opened', async () => {
    const saved = await add('one', { key: undefined });
    expect(saved.hasKey).toBe(false);
    await expect(destinations.open(saved.id)).rejects.toMatchObject({ reason: 'destination.no-key' });
  });

  test('a query in the server part would be shown, so it is refused', async () => {
    await expect(add('one', { url: 'rtmp://a.example/live?auth=x' })).rejects.toMatchObject({
      reason: 'destination.bad-url',
    });
  });
});

describe('services', () => {
  const KICK = 'rtmps://fa7.global-contribute.live-video.net';

  test.each([
    ['rtmp://a.example/live', null],
    ['rtmp://live.twitch.tv/app', 'twitch'],
    ['rtmps://a.rtmps.youtube.com:443/live2', 'youtube'],
    [`${KICK}:443/app`, 'kick'],
  ])('%s is known as %s', async (url, service) => {
    expect(await add('one', { url })).toMatchObject({ url, service });
    expect(destinations.list()).toMatchObject([{ service }]);
  });

  test('Kick shows its host without the path, which is added', async () => {
    const { id, url } = await add('one', { url: KICK });
    expect(url).toBe(`${KICK}/app`);
    expect(await destinations.open(id)).toMatchObject({
      target: { app: 'app', key: 'key-of-one', port: 443 },
    });
    expect(await add('two', { url: `${KICK}/`, key: undefined })).toMatchObject({
      url: `${KICK}/app`,
      hasKey: false,
    });
  });

  test('a key pasted behind a host without its path is a key', async () => {
    const saved = await add('one', { url: `${KICK}/sk_us-west-2_secret`, key: undefined });
    expect(saved).toMatchObject({ url: `${KICK}/app`, hasKey: true });
    expect((await destinations.open(saved.id)).target.key).toBe('sk_us-west-2_secret');
    expect(secrets).toContain('sk_us-west-2_secret');
  });

  test('the query of an address that the service hands out itself stays in the server part', async () => {
    const url = 'rtmps://b.rtmps.youtube.com:443/live2?backup=1';
    const saved = await add('backup', { url });
    expect(saved).toMatchObject({ url, service: 'youtube' });
    expect(await add('without a key', { url, key: undefined })).toMatchObject({ url, hasKey: false });
    expect((await destinations.open(saved.id)).target).toMatchObject({
      server: url,
      app: 'live2?backup=1',
      key: 'key-of-backup',
    });
    await expect(
      add('other', { url: 'rtmps://b.rtmps.youtube.com:443/live2?token=1' }),
    ).rejects.toMatchObject({ reason: 'destination.bad-url' });
  });
});

test('a key of another machine is asked for again, and what is stored stays', async () => {
  const { id } = await add('one');
  rmSync(join(home, 'secrets.key'));
  const elsewhere = new Destinations({
    store: createDestinationStore(database),
    secrets: createFileSecrets(home),
    services: SERVICES,
    publish: () => undefined,
    registerSecret: () => undefined,
  });
  const sealed = createDestinationStore(database).sealedKey(id);
  await expect(elsewhere.open(id)).rejects.toMatchObject({ reason: 'secrets.unreadable' });
  expect(elsewhere.list()).toMatchObject([{ id, hasKey: false }]);
  expect(createDestinationStore(database).sealedKey(id)).toEqual(sealed);
  const [{ name, url, isDefault }] = elsewhere.list() as [Destination];
  await elsewhere.save({ id, name, url, isDefault, key: 'typed-again' });
  expect(elsewhere.list()).toMatchObject([{ id, hasKey: true }]);
  expect((await elsewhere.open(id)).target.key).toBe('typed-again');
});

test('what a slow keyring seals for one account is put into no other', async () => {
  const asked = Promise.withResolvers<Uint8Array>();
  let owner: string | null = 'first';
  const store = createDestinationStore({
    ...database,
    get owner() {
      return owner;
    },
  });
  const slow = new Destinations({
    store,
    secrets: { ...createFileSecrets(home), seal: () => asked.promise },
    services: SERVICES,
    publish: () => undefined,
    registerSecret: () => undefined,
  });
  const saving = slow.save({ name: 'one', url: 'rtmp://a.example/live', key: 'k', isDefault: false });
  owner = 'second';
  asked.resolve(new Uint8Array([1]));
  await expect(saving).rejects.toMatchObject({ reason: 'data.busy' });
  expect(store.list()).toEqual([]);
});
