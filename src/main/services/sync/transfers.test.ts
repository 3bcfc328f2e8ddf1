import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startCloud } from '../../../../scripts/cloud/cloud.ts';
import type { Cloud } from '../../../../scripts/cloud/types.ts';
import { createFileRemote } from '../../cloud/storage.ts';
import { ActiveDatabase } from '../../db/active-database.ts';
import { openDatabase } from '../../db/open.ts';
import { createTransferStore } from '../../db/queries/upload-queue.ts';
import { avatars, uploadQueue } from '../../db/schema/index.ts';
import { silentLog } from '../../logging/log.ts';
import type { Tokens } from '../account/ports.ts';
import { objectPathOf } from './object-path.ts';
import type { AvatarFile, FileRemote, TransferFolder } from './transfer-ports.ts';
import { Transfers } from './transfers.ts';
import { HandClock } from './transfers-support.ts';

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'db', 'migrations');
const CHUNK = 256 * 1024;

let cloud: Cloud;
let owner: string;
let dir: string;
const cleanUp: (() => void | Promise<void>)[] = [];

beforeAll(async () => {
  cloud = await startCloud({ engine: 'pglite' });
  owner = (await cloud.addUser('files@example.test', 'a good password', 'files')).id;
});
afterAll(() => cloud.close());
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vida3-transfers-'));
  cleanUp.push(() => rmSync(dir, { recursive: true, force: true }));
});
afterEach(async () => {
  cloud.clearFaults();
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

const until = (settled: () => void) => vi.waitFor(settled, { timeout: 20_000, interval: 10 });

interface DeviceOptions {
  readonly file?: string;
  readonly owner?: string | null;
  readonly tokens?: Tokens;
  readonly remote?: (real: FileRemote) => FileRemote;
}

/** One machine: a real database, a folder and the queue, with the double as its storage. */
function device(options: DeviceOptions = {}) {
  const home = options.file ?? join(dir, randomUUID());
  mkdirSync(home, { recursive: true });
  const db = new ActiveDatabase(
    openDatabase(join(home, 'vida3.db'), MIGRATIONS),
    options.owner === undefined ? owner : options.owner,
  );
  const store = createTransferStore(db);
  const tokens = options.tokens ?? { token: () => cloud.token(owner), refused: () => undefined };
  const real = createFileRemote({ config: { url: cloud.url, key: cloud.key }, tokens, chunkBytes: CHUNK });
  const folder: TransferFolder = {
    path: (file) => join(home, 'avatars', `${file.sha256}.${file.extension}`),
  };
  const clock = new HandClock();
  const uploaded: string[] = [];
  const downloaded: string[] = [];
  const transfers = new Transfers({
    ...{ store, folder, clock, log: silentLog },
    remote: options.remote ? options.remote(real) : real,
    onUploaded: ({ objectPath, avatarUid }) => {
      db.db.update(avatars).set({ modelUrl: objectPath }).where(eq(avatars.uid, avatarUid)).run();
      uploaded.push(objectPath);
    },
    onDownloaded: ({ sha256 }) => void downloaded.push(sha256),
    onChange: () => undefined,
  });
  cleanUp.push(async () => {
    await transfers.stop();
    if (db.sqlite.open) db.close();
  });
  mkdirSync(join(home, 'avatars'), { recursive: true });
  return { home, db, store, folder, clock, transfers, uploaded, downloaded };
}
type Device = ReturnType<typeof device>;

function addAvatar({ db }: Device, uid: string = randomUUID()): string {
  const counts = { vertices: 0, controlPoints: 0, fileSize: 0 };
  db.db
    .insert(avatars)
    .values({ uid, name: 'Kite', type: 'glb-upload', rev: 1, ...counts })
    .run();
  return uid;
}

/** An avatar with a file, in the queue to be sent. */
function enqueue(on: Device, content: Buffer = randomBytes(4 * CHUNK), avatarUid = addAvatar(on)) {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const file: AvatarFile = { avatarUid, part: 'model', sha256, extension: 'glb' };
  writeFileSync(on.folder.path(file), content);
  on.store.addUpload({ ...file, bytes: content.length });
  const objectPath = objectPathOf({ userId: owner, ...file });
  return { ...file, content, objectPath, id: `up:${avatarUid}:model:${sha256}` };
}

/** A file that a row names is to be fetched; one that is queued already is not queued twice. */
function want(
  on: Device,
  file: Omit<Parameters<Device['store']['addDownload']>[0], 'bytes'> & { readonly bytes?: number },
): void {
  if (on.store.addDownload({ ...file, bytes: file.bytes ?? 0 })) on.transfers.nudge();
}

const requests = (method: string, path: RegExp) =>
  cloud.requests.filter((request) => request.method === method && path.test(request.path)).length;
const RESUMABLE = /\/upload\/resumable/;
const empty = (on: Device) => until(() => expect(on.db.db.select().from(uploadQueue).all()).toEqual([]));
const row = (on: Device, id: string) => on.store.get(id);

describe('uploads', () => {
  test('goes on after a dropped line where it was, and a second device gets the same bytes', async () => {
    let broken = 0;
    const one = device({
      remote: (real) => ({
        ...real,
        upload: (request) =>
          real.upload({
            ...request,
            onAccepted: (offset) => {
              request.onAccepted(offset);
              if (offset === 2 * CHUNK && broken++ === 0)
                cloud.fault({ path: RESUMABLE, do: { kind: 'drop' } });
            },
          }),
      }),
    });
    const [posts, patches] = [requests('POST', RESUMABLE), requests('PATCH', RESUMABLE)];
    const file = enqueue(one);
    one.transfers.start();
    await until(() => expect(row(one, file.id)).toMatchObject({ state: 'waiting', reason: 'files.offline' }));
    expect(one.transfers.snapshot()).toMatchObject([
      { name: 'Kite', direction: 'up', sent: 2 * CHUNK, total: 4 * CHUNK, reason: 'files.offline' },
    ]);
    await until(() => expect(one.clock.pending).toBe(1));
    one.clock.advance(5000);
    await empty(one);
    expect(one.uploaded).toEqual([file.objectPath]);
    expect(requests('POST', RESUMABLE) - posts).toBe(1);
    // Two before the line was dropped, that one, and two after it.
    expect(requests('PATCH', RESUMABLE) - patches).toBeLessThanOrEqual(5);

    const other = device();
    addAvatar(other, file.avatarUid);
    other.transfers.start();
    want(other, file);
    await empty(other);
    expect(other.downloaded).toEqual([file.sha256]);
    expect(readFileSync(other.folder.path(file)).equals(file.content)).toBe(true);
    expect(readdirSync(join(other.home, 'avatars'))).toHaveLength(1);
    // What is here and whole is not fetched again.
    const gets = requests('GET', /\/object\//);
    want(other, file);
    await empty(other);
    expect(requests('GET', /\/object\//)).toBe(gets);
  });

  test('a lost answer to the last chunk, and one that is there already, are as good as sent', async () => {
    const one = device({
      remote: (real) => ({
        ...real,
        upload: (request) =>
          real.upload({
            ...request,
            onUrl: (url) => {
              request.onUrl(url);
              if (!request.uploadUrl) cloud.fault({ path: RESUMABLE, do: { kind: 'lose-answer' } });
            },
          }),
      }),
    });
    const file = enqueue(one, randomBytes(1000));
    one.transfers.start();
    await until(() => expect(row(one, file.id)?.reason).toBe('files.offline'));
    one.transfers.resume();
    await empty(one);
    cloud.clearFaults();
    one.store.addUpload({ ...file, bytes: 1000 });
    one.transfers.nudge();
    await empty(one);
    expect(one.uploaded).toEqual([file.objectPath, file.objectPath]);
  });

  test('stops for another profile, and goes on after a restart and a kill', async () => {
    const halt = Promise.withResolvers<void>();
    const one = device({
      remote: (real) => ({
        ...real,
        upload: (request) =>
          real.upload({
            ...request,
            onAccepted: (offset) => {
              request.onAccepted(offset);
              halt.resolve();
            },
          }),
      }),
    });
    const posts = requests('POST', RESUMABLE);
    const file = enqueue(one);
    one.transfers.start();
    await halt.promise;
    await one.transfers.stop();
    expect(row(one, file.id)).toMatchObject({ state: 'waiting', reason: null });
    expect(row(one, file.id)?.offset).toBeGreaterThanOrEqual(CHUNK);
    // As a killed program leaves it.
    one.store.update(file.id, { state: 'running' });
    one.db.close();
    const again = device({ file: one.home });
    again.transfers.start();
    await empty(again);
    expect(again.uploaded).toEqual([file.objectPath]);
    expect(requests('POST', RESUMABLE) - posts).toBe(1);
  });

  test('a file that is too big, refused, gone or changed says so and holds up nobody', async () => {
    const one = device();
    const big = enqueue(one, Buffer.alloc(26 * 1024 * 1024));
    const [gone, changed, tooBig] = [enqueue(one), enqueue(one), enqueue(one, randomBytes(100))];
    rmSync(one.folder.path(gone));
    writeFileSync(one.folder.path(changed), randomBytes(4 * CHUNK));
    const good = enqueue(one, randomBytes(10));
    cloud.fault({
      path: RESUMABLE,
      times: 1,
      do: { kind: 'status', status: 413, body: 'Maximum size exceeded' },
    });
    one.transfers.start();
    await until(() => expect(one.uploaded).toContain(good.objectPath));
    const reasons = [big, gone, changed].map(({ id }) => row(one, id)?.reason);
    expect(reasons).toEqual(['files.too-big', 'files.missing', 'files.changed']);
    expect(one.uploaded).toContain(tooBig.objectPath);
    // Now it is the policy that says no.
    cloud.fault({
      path: RESUMABLE,
      times: 1,
      do: { kind: 'status', status: 403, body: 'new row violates row-level security policy' },
    });
    one.transfers.retry(big.id);
    await until(() => expect(row(one, big.id)).toMatchObject({ state: 'failed', reason: 'files.refused' }));
    writeFileSync(one.folder.path(gone), gone.content);
    one.transfers.retry(gone.id);
    one.transfers.retry('nothing');
    await until(() => expect(one.uploaded).toContain(gone.objectPath));
    expect(one.transfers.snapshot().every(({ state }) => state === 'failed')).toBe(true);
  });

  test('waits as a whole without a network, and until somebody signs in', async () => {
    let token = await cloud.token(owner, { ttlSeconds: -60 });
    const refused: string[] = [];
    let fresh: string | null = null;
    const one = device({
      tokens: {
        token: async () => token,
        refused: (old) => {
          refused.push(old);
          if (fresh) token = fresh;
        },
      },
    });
    cloud.fault({ path: RESUMABLE, do: { kind: 'drop' } });
    const [first, second] = [enqueue(one, randomBytes(10)), enqueue(one, randomBytes(10))];
    const before = requests('POST', RESUMABLE);
    one.transfers.start();
    await until(() => expect(one.clock.pending).toBe(1));
    expect(row(one, first.id)?.reason).toBe('files.offline');
    expect(row(one, second.id)?.reason).toBeNull();
    expect(requests('POST', RESUMABLE) - before).toBeLessThanOrEqual(1);
    one.transfers.nudge();
    expect(row(one, first.id)?.state).toBe('waiting');

    one.transfers.resume();
    await until(() => expect(row(one, first.id)?.reason).toBe('account.needs-sign-in'));
    await until(() => expect(one.transfers.snapshot().every(({ state }) => state === 'waiting')).toBe(true));
    expect(one.clock.pending).toBe(0);
    expect(new Set(refused).size).toBe(1);

    fresh = await cloud.token(owner);
    one.transfers.resume();
    await empty(one);
    expect(one.uploaded).toHaveLength(2);
  });
});

describe('downloads', () => {
  test('another content than was promised never lands; it is tried again, then the user is asked', async () => {
    const one = device();
    const file = enqueue(one, randomBytes(500));
    one.transfers.start();
    await empty(one);
    const avatarUid = file.avatarUid;
    const other = device();
    addAvatar(other, avatarUid);
    const promised = { ...file, sha256: 'b'.repeat(64), id: `down:${avatarUid}:model:${'b'.repeat(64)}` };
    other.transfers.start();
    want(other, promised);
    for (let tries = 1; tries <= 5; tries++) {
      await until(() =>
        expect(row(other, promised.id)).toMatchObject({ attempts: tries, reason: 'files.changed' }),
      );
      await until(() => expect(other.transfers.snapshot()[0]?.state).not.toBe('running'));
      if (tries < 5) await until(() => expect(other.clock.pending).toBe(1));
      other.clock.advance(400_000);
    }
    expect(row(other, promised.id)?.state).toBe('failed');
    expect(readdirSync(join(other.home, 'avatars'))).toEqual([]);
    expect(other.downloaded).toEqual([]);
  });

  test('one that is larger than its row says, or not there, is not kept', async () => {
    const one = device();
    const file = enqueue(one, randomBytes(500));
    one.transfers.start();
    await empty(one);
    const other = device();
    addAvatar(other, file.avatarUid);
    const missing = {
      ...file,
      avatarUid: addAvatar(other),
      objectPath: file.objectPath.replace(/.{5}\.glb$/, '00000.glb'),
    };
    other.transfers.start();
    want(other, { ...file, bytes: 499 });
    want(other, missing);
    const reasons = () => other.transfers.snapshot().map(({ reason }) => reason);
    await until(() => expect(reasons()).toEqual(['files.changed', 'files.missing']));
    expect(readdirSync(join(other.home, 'avatars'))).toEqual([]);
  });
});

describe('the queue', () => {
  test('is written with the row or not at all, and has the same file once', () => {
    const one = device();
    const avatarUid = addAvatar(one);
    const file: AvatarFile = { avatarUid, part: 'model', sha256: 'a'.repeat(64), extension: 'glb' };
    expect(() =>
      one.db.db.transaction(() => {
        one.store.addUpload({ ...file, bytes: 1 });
        throw new Error('undone');
      }),
    ).toThrow('undone');
    expect(one.store.list(9)).toEqual([]);
    expect(one.store.addUpload({ ...file, bytes: 1 })).toBe(true);
    expect(one.store.addUpload({ ...file, bytes: 1 })).toBe(false);
    expect(one.store.addUpload({ ...file, sha256: 'c'.repeat(64), bytes: 1 })).toBe(true);
    expect(one.store.list(9).map(({ id }) => id)).toEqual([`up:${avatarUid}:model:${'c'.repeat(64)}`]);
    expect(one.store.addUpload({ ...file, avatarUid: randomUUID(), bytes: 1 })).toBe(false);
    one.store.drop(avatarUid);
    expect(one.store.list(9)).toEqual([]);
  });

  test('a guest sends nothing', () => {
    const guest = device({ owner: null });
    const avatarUid = addAvatar(guest);
    const file: AvatarFile = { avatarUid, part: 'model', sha256: 'a'.repeat(64), extension: 'glb' };
    expect(guest.store.addUpload({ ...file, bytes: 1 })).toBe(false);
    expect(guest.store.list(9)).toEqual([]);
  });

  test('an avatar that is deleted takes its upload with it, also while it runs', async () => {
    const begun = Promise.withResolvers<void>();
    const one = device({
      remote: (real) => ({
        ...real,
        upload: ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
            begun.resolve();
          }),
      }),
    });
    const file = enqueue(one);
    one.transfers.start();
    await begun.promise;
    one.store.drop(file.avatarUid);
    one.transfers.nudge();
    await until(() => expect(one.transfers.snapshot()).toEqual([]));
    await one.transfers.stop();
    expect(one.uploaded).toEqual([]);
  });
});
