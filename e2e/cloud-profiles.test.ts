import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startCloud } from '../scripts/cloud/cloud.ts';
import type { Cloud } from '../scripts/cloud/types.ts';
import { resourcesDir } from '../src/main/host/paths.ts';
import { accountClaim, accountSignIn, accountSignOut, accountSnapshot } from '../src/shared/ipc/account.ts';
import { destinationsSave, destinationsSnapshot } from '../src/shared/ipc/destinations.ts';
import { avatarRemove, librarySnapshot } from '../src/shared/ipc/library.ts';
import { syncNow, syncSnapshot } from '../src/shared/ipc/sync.ts';
import { type Desktop, startDesktop } from './support/desktop.ts';

const PASSWORD = 'correct horse battery';
const SOON = { timeout: 20_000, interval: 50 };
const vida = path.join(resourcesDir(), 'avatars', 'vida.vrm');

const isQuiet = (desktop: Desktop) => {
  const { mode, pending, files } = desktop.last(syncSnapshot);
  return mode === 'idle' && pending === 0 && files.length === 0;
};
const ownAvatars = (desktop: Desktop) =>
  desktop.last(librarySnapshot).avatars.filter((avatar) => avatar.kind !== 'built-in');

/** What goes wrong while the open profile changes must leave the one that was open, and whole. */
describe('profiles', () => {
  let cloud: Cloud;
  let email: string;
  let turn = 0;
  const desktops: Desktop[] = [];

  const start = async (home?: string) => {
    const desktop = await startDesktop(cloud, home);
    desktops.push(desktop);
    return desktop;
  };
  const signIn = async (desktop: Desktop) => {
    await desktop.call(accountSignIn, { email, password: PASSWORD });
    await expect.poll(() => isQuiet(desktop), SOON).toBe(true);
  };

  beforeAll(async () => {
    cloud = await startCloud({ engine: 'pglite' });
  });
  beforeEach(async () => {
    email = `ada${++turn}@example.org`;
    await cloud.addUser(email, PASSWORD, `ada${turn}`);
  });
  afterAll(async () => {
    for (const desktop of desktops) await desktop.close();
    await cloud?.close();
  });

  test('a guest’s database that cannot be opened leaves the account open, and its sync going on', async () => {
    const desktop = await start();
    await signIn(desktop);
    const file = path.join(desktop.home, 'vida3.db');
    const guest = new Database(file);
    guest
      .prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)')
      .run('a'.repeat(64), Date.now() + 1e9);
    guest.close();
    await expect(desktop.call(accountSignOut, {})).rejects.toMatchObject({ reason: 'storage.too-new' });
    expect(desktop.last(accountSnapshot)).toMatchObject({ state: 'signed-in', user: { email } });
    await desktop.call(destinationsSave, { name: 'Later', url: 'rtmp://a.example/live', isDefault: true });
    await desktop.call(syncNow, {});
    await expect.poll(() => isQuiet(desktop), SOON).toBe(true);
    expect((await desktop.app.library.importAvatar('Vida.vrm', vida)).id).toBeTruthy();
  });

  test('a guest’s damaged database is not repaired only to be counted', async () => {
    const first = await start();
    await signIn(first);
    const { home } = first;
    await first.app.close();
    const file = path.join(home, 'vida3.db');
    const damaged = Buffer.from(readFileSync(file)).fill(0x5a, 0, 8192);
    writeFileSync(file, damaged);
    const again = await start(home);
    expect(again.last(accountSnapshot)).toMatchObject({ user: { email }, guest: null });
    await expect.poll(() => isQuiet(again), SOON).toBe(true);
    expect(readFileSync(file).equals(damaged)).toBe(true);
  });

  test('a claim adds to rows that the account has from an archive what it lacks: keys and files', async () => {
    const desktop = await start();
    await desktop.app.library.importAvatar('Vida.vrm', vida);
    await desktop.call(destinationsSave, {
      name: 'Mine',
      url: 'rtmp://a.example/live',
      key: 'guest-key',
      isDefault: true,
    });
    const { path: archive } = await desktop.app.data.export();
    await signIn(desktop);
    await desktop.app.data.import(archive);
    const [avatar] = ownAvatars(desktop);
    expect(desktop.last(destinationsSnapshot).destinations).toMatchObject([{ name: 'Mine', hasKey: false }]);
    await desktop.call(avatarRemove, { id: avatar!.id });
    await desktop.call(accountClaim, {});
    expect(ownAvatars(desktop)).toMatchObject([{ name: 'Vida', here: true }]);
    const mine = desktop.last(destinationsSnapshot).destinations;
    const keys = await Promise.all(mine.map(({ id }) => desktop.app.destinations.open(id)));
    expect(keys.map(({ target }) => target.key)).toContain('guest-key');
    await expect.poll(() => isQuiet(desktop), SOON).toBe(true);
    expect(desktop.last(syncSnapshot).refused).toEqual([]);
  });

  test('an avatar that is deleted elsewhere gives way to the default, and that is said', async () => {
    const first = await start();
    const second = await start();
    await signIn(first);
    await signIn(second);
    await first.app.library.importAvatar('Vida.vrm', vida);
    await expect.poll(() => isQuiet(first), SOON).toBe(true);
    await second.call(syncNow, {});
    await expect.poll(() => ownAvatars(second), SOON).toMatchObject([{ here: true }]);
    const { id } = ownAvatars(second)[0]!;
    await second.app.studio.configure({ avatarId: id });
    await first.call(avatarRemove, { id });
    await expect.poll(() => isQuiet(first), SOON).toBe(true);
    await second.call(syncNow, {});
    await expect.poll(() => second.app.studio.snapshot.avatar.id, SOON).toBe('vida');
    expect(second.app.studio.snapshot.settings.avatarId).toBe('vida');
    expect(second.notices).toEqual(['avatar.not-found']);
    // Its files make room in the cloud.
    const objects = () =>
      cloud.engine.query('select name from storage.objects where name like $1', [`%/${id}/%`]);
    await expect.poll(objects, SOON).toEqual([]);
  });
});
