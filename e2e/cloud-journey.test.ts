import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCloud } from '../scripts/cloud/cloud.ts';
import type { Cloud } from '../scripts/cloud/types.ts';
import { createFileSecrets } from '../src/main/host/browser/secrets.ts';
import { resourcesDir } from '../src/main/host/paths.ts';
import { silentLog } from '../src/main/logging/log.ts';
import { createSessionStore } from '../src/main/services/account/sessions.ts';
import { makePng } from '../src/main/services/library/make-png.ts';
import { accountClaim, accountSignIn, accountSignOut, accountSnapshot } from '../src/shared/ipc/account.ts';
import { destinationsSave, destinationsSnapshot } from '../src/shared/ipc/destinations.ts';
import { avatarRename, librarySnapshot } from '../src/shared/ipc/library.ts';
import { syncDiscard, syncKeepLocal, syncNow, syncSnapshot } from '../src/shared/ipc/sync.ts';
import { type Desktop, startDesktop } from './support/desktop.ts';

const EMAIL = 'ada@example.org';
const PASSWORD = 'correct horse battery';
const KEY = 'live_secret_key_of_ada';
const SOON = { timeout: 20_000, interval: 50 };

const vida = path.join(resourcesDir(), 'avatars', 'vida.vrm');
const ownAvatars = (desktop: Desktop) =>
  desktop.last(librarySnapshot).avatars.filter((avatar) => avatar.kind !== 'built-in');
const isQuiet = (desktop: Desktop) => {
  const { mode, pending, files } = desktop.last(syncSnapshot);
  return mode === 'idle' && pending === 0 && files.length === 0;
};

/** Two machines of one person, a guest who gets an account, and a paid plan. */
describe('the cloud, from a guest to a second machine', () => {
  let cloud: Cloud;
  let first: Desktop;
  let second: Desktop;
  let userId: string;
  let background: string;

  beforeAll(async () => {
    cloud = await startCloud({ engine: 'pglite', functions: true });
    ({ id: userId } = await cloud.addUser(EMAIL, PASSWORD, 'ada'));
    first = await startDesktop(cloud);
    second = await startDesktop(cloud);
  });
  afterAll(async () => {
    await first?.close();
    await second?.close();
    await cloud?.close();
  });

  test('a guest works without a single request', async () => {
    await first.app.library.importAvatar('My Vida.vrm', vida);
    await first.call(destinationsSave, {
      name: 'Twitch',
      url: 'rtmp://live.twitch.tv/app',
      key: KEY,
      isDefault: true,
    });
    const picture = await first.app.library.importImage('Wall.png', makePng(64, 36));
    background = picture.id;
    const [scene] = first.app.studio.snapshot.settings.scenes;
    await first.app.studio.saveScene({ ...scene!, background });
    const { id } = ownAvatars(first)[0]!;
    await first.app.studio.configure({ avatarId: id });
    expect(first.last(accountSnapshot)).toMatchObject({ cloud: true, state: 'guest', user: null });
    expect(first.last(syncSnapshot).mode).toBe('local');
    expect(cloud.requests).toEqual([]);
  });

  test('signing in opens the account, and all the guest has made can be taken along', async () => {
    await expect(first.call(accountSignIn, { email: EMAIL, password: 'wrong' })).rejects.toMatchObject({
      reason: 'account.bad-credentials',
    });
    await first.call(accountSignIn, { email: EMAIL, password: PASSWORD });
    await expect
      .poll(() => first.last(accountSnapshot).guest, SOON)
      .toEqual({
        avatars: 1,
        destinations: 1,
        sessions: 0,
        images: 1,
        sounds: 0,
      });
    expect(ownAvatars(first)).toEqual([]);
    expect(first.app.studio.snapshot.avatar.id).toBe('vida');
    expect(first.app.studio.snapshot.settings.scenes[0]!.background).not.toBe(background);
    // What the first sync brings may be looked at in the middle of it.
    let claimed = false;
    const looking = (async () => {
      while (!claimed) await first.app.studio.refreshTracking();
    })();
    const claim = await first.call(accountClaim, {}).finally(() => {
      claimed = true;
    });
    await looking;
    expect(claim).toEqual({ moved: { avatars: 1, destinations: 1, sessions: 0, images: 1, sounds: 0 } });
    expect(ownAvatars(first)).toMatchObject([{ name: 'My Vida', here: true }]);
    // What the guest had chosen is chosen here.
    expect(first.app.studio.snapshot.avatar.name).toBe('My Vida');
    expect(first.app.studio.snapshot.settings.scenes[0]!.background).toBe(background);
    expect(first.notices).toEqual([]);
    await expect.poll(() => isQuiet(first), SOON).toBe(true);
    expect(first.last(accountSnapshot)).toMatchObject({
      state: 'signed-in',
      guest: null,
      user: { id: userId, email: EMAIL, username: 'ada', plan: 'free' },
    });
    expect(readdirSync(path.join(first.home, 'avatars'))).toEqual([]);
    const { id } = first.last(destinationsSnapshot).destinations[0]!;
    expect((await first.app.destinations.open(id)).target.key).toBe(KEY);
  });

  test('a second machine has the same, down to the bytes of the file, and no stream key', async () => {
    await second.call(accountSignIn, { email: EMAIL, password: PASSWORD });
    await expect.poll(() => ownAvatars(second), SOON).toMatchObject([{ name: 'My Vida', here: true }]);
    expect(second.last(destinationsSnapshot).destinations).toMatchObject([{ name: 'Twitch', hasKey: false }]);
    const sha256 = createHash('sha256').update(readFileSync(vida)).digest('hex');
    const file = path.join(second.home, 'accounts', userId, 'avatars', `${sha256}.vrm`);
    expect(readFileSync(file).equals(readFileSync(vida))).toBe(true);
    const { id } = ownAvatars(second)[0]!;
    expect(await second.app.library.resolveAvatar(id)).toMatchObject({ name: 'My Vida', family: 'vrm1' });
  });

  test('a change on one is there on the other', async () => {
    const { id } = ownAvatars(second)[0]!;
    await second.call(avatarRename, { id, name: 'Evening' });
    await expect.poll(() => isQuiet(second), SOON).toBe(true);
    await first.call(syncNow, {});
    await expect.poll(() => ownAvatars(first), SOON).toMatchObject([{ id, name: 'Evening' }]);
  });

  test('what the plan does not allow is asked about, and blocks nothing', async () => {
    const sol = path.join(resourcesDir(), 'avatars', 'sol.vrm');
    await first.app.library.importAvatar('Sol.vrm', sol);
    await first.call(destinationsSave, { name: 'Own', url: 'rtmp://own.example/live', isDefault: false });
    await expect
      .poll(() => first.last(syncSnapshot).refused, SOON)
      .toMatchObject([{ table: 'avatars', name: 'Sol', reason: 'sync.plan-limit', kept: false }]);
    await expect.poll(() => first.last(syncSnapshot).pending, SOON).toBe(0);
    await second.call(syncNow, {});
    await expect
      .poll(() => second.last(destinationsSnapshot).destinations.map(({ name }) => name), SOON)
      .toEqual(['Twitch', 'Own']);
    const { opId } = first.last(syncSnapshot).refused[0]!;
    await first.call(syncKeepLocal, { opId });
    expect(first.last(syncSnapshot).refused).toMatchObject([{ kept: true }]);
    expect(ownAvatars(first)).toHaveLength(2);
  });

  test('a paid checkout ends in the plan on the desktop', async () => {
    const answer = await fetch(`${cloud.url}/functions/v1/create-checkout`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await cloud.token(userId)}`,
        apikey: cloud.key,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ plan: 'spartan', opId: crypto.randomUUID() }),
    });
    const checkout = (await answer.json()) as { url: string };
    expect(answer.status, JSON.stringify(checkout)).toBe(200);
    const id = /cs_[\w]+/.exec(checkout.url)?.[0];
    expect(await cloud.stripe!.pay(id!)).toSatisfy((codes: number[]) => codes.every((code) => code === 200));
    await first.call(syncNow, {});
    await expect
      .poll(() => first.last(accountSnapshot).user, SOON)
      .toMatchObject({
        plan: 'spartan',
        planName: 'Spartan',
      });
  });

  test('what was refused before goes once the plan has room, or is given up', async () => {
    const { opId } = first.last(syncSnapshot).refused[0]!;
    await first.call(syncDiscard, { opId });
    await expect.poll(() => ownAvatars(first).map(({ name }) => name), SOON).toEqual(['Evening']);
    expect(first.last(syncSnapshot).refused).toEqual([]);
  });

  test('no network: work goes on, waits, and is said', async () => {
    cloud.fault({ path: /./, times: 1000, do: { kind: 'drop' } });
    const { id } = ownAvatars(first)[0]!;
    await first.call(avatarRename, { id, name: 'Offline' });
    await expect.poll(() => first.last(syncSnapshot), SOON).toMatchObject({ mode: 'offline', pending: 1 });
    expect(ownAvatars(first)).toMatchObject([{ name: 'Offline' }]);
    cloud.clearFaults();
  });

  test('signing out keeps what was not sent, and the guest is empty', async () => {
    await first.call(accountSignOut, {});
    expect(first.last(accountSnapshot)).toMatchObject({ state: 'guest', user: null });
    expect(ownAvatars(first)).toEqual([]);
    expect(first.last(destinationsSnapshot).destinations).toEqual([]);
    await first.call(accountSignIn, { email: EMAIL, password: PASSWORD });
    await expect.poll(() => isQuiet(first), SOON).toBe(true);
    await second.call(syncNow, {});
    await expect.poll(() => ownAvatars(second), SOON).toMatchObject([{ name: 'Offline' }]);
  });

  test('another account on the same machine sees nothing of the first', async () => {
    await cloud.addUser('eve@example.org', 'another good password', 'eve');
    await second.call(accountSignOut, {});
    await second.call(accountSignIn, { email: 'eve@example.org', password: 'another good password' });
    await expect.poll(() => second.last(syncSnapshot).mode, SOON).toBe('idle');
    expect(ownAvatars(second)).toEqual([]);
    expect(second.last(destinationsSnapshot).destinations).toEqual([]);
    await second.app.studio.configure({ mirror: true });
    await second.call(accountSignIn, { email: EMAIL, password: PASSWORD });
    expect(second.app.studio.snapshot.settings.mirror).toBe(false);
  });

  test('no page ever saw a token, a password or a stream key', () => {
    const everything = [...first.seen, ...second.seen].join('\n');
    for (const secret of [KEY, PASSWORD, 'access_token', 'refresh_token', 'eyJ']) {
      expect(everything.includes(secret), secret).toBe(false);
    }
    const logs = [first, second].flatMap(({ home }) =>
      readdirSync(path.join(home, 'logs')).map((name) => readFileSync(path.join(home, 'logs', name), 'utf8')),
    );
    for (const secret of [KEY, PASSWORD, 'eyJ']) expect(logs.join('').includes(secret), secret).toBe(false);
  });
});

describe('the start with an account and a dead network', () => {
  /** Takes connections and never says a word. */
  let blackHole: Server;
  const sockets: Socket[] = [];
  let project: { url: string; key: string };
  let home: string;

  beforeAll(async () => {
    blackHole = createServer((socket) => {
      sockets.push(socket);
      // A studio that ends resets what it has open.
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => blackHole.listen(0, '127.0.0.1', resolve));
    const { port } = blackHole.address() as { port: number };
    project = { url: `http://127.0.0.1:${port}`, key: 'sb_publishable_test' };
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => blackHole.close(resolve));
    if (home) rmSync(home, { recursive: true, force: true });
  });

  test('an account is used on this machine, and its session runs out', async () => {
    const cloud = await startCloud({ engine: 'pglite' });
    home = mkdtempSync(path.join(tmpdir(), 'vida3-desktop-'));
    const desktop = await startDesktop(cloud, home);
    try {
      const { id } = await cloud.addUser(EMAIL, PASSWORD, 'ada');
      await desktop.call(accountSignIn, { email: EMAIL, password: PASSWORD });
      await desktop.call(destinationsSave, { name: 'Mine', url: 'rtmp://a.example/live', isDefault: true });
      await expect.poll(() => isQuiet(desktop), SOON).toBe(true);
      const sessions = createSessionStore(home, createFileSecrets(home), silentLog);
      const session = await sessions.load(id);
      await sessions.save({ ...session!, expiresAt: Date.now() - 3_600_000 });
    } finally {
      await desktop.close();
      await cloud.close();
    }
  });

  test('everything of the account is there before anything was asked of the network', async () => {
    const { app, close } = await startDesktop(project, home, { begin: false });
    try {
      expect(app.destinations.list()).toMatchObject([{ name: 'Mine' }]);
      expect(app.cloud.account.snapshot).toMatchObject({ state: 'signed-in', user: { email: EMAIL } });
      expect(sockets).toHaveLength(0);
      app.cloud.begin();
      await expect.poll(() => sockets.length, SOON).toBeGreaterThan(0);
      expect(app.cloud.account.snapshot.state).toBe('signed-in');
    } finally {
      await close();
    }
  });
});
