import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { librarySnapshot } from '../../../shared/ipc/library.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../db/fixtures.ts';
import { createAvatarRows } from '../../db/queries/avatars.ts';
import { silentLog } from '../../logging/log.ts';
import { inspectHere } from './inspect/inspect-here.ts';
import { packGlb, pngHeader, triangle } from './inspect/make-glb.ts';
import { createLibrary } from './library.ts';
import { makePng } from './make-png.ts';

let home: string;
let changes: number;
let database: TemporaryDatabase;

const glb = packGlb(triangle().json, triangle().bin);
const idOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const contentOf = (asset: unknown) => new Uint8Array(readFileSync((asset as { path: string }).path));

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vida3-images-'));
  changes = 0;
  database = temporaryDatabase(null);
  mkdirSync(join(home, 'resources/avatars'), { recursive: true });
  mkdirSync(join(home, 'resources/backgrounds'));
  writeFileSync(join(home, 'resources/avatars/vida.glb'), glb.slice(0));
  writeFileSync(
    join(home, 'resources/backgrounds/backgrounds.json'),
    JSON.stringify([{ id: 'dusk', name: 'Dusk', file: 'dusk.jpg' }]),
  );
});
afterEach(() => {
  database.close();
  rmSync(home, { recursive: true });
});

const open = () =>
  createLibrary({
    resourcesDir: join(home, 'resources'),
    home,
    avatars: createAvatarRows(database),
    log: silentLog,
    inspect: inspectHere,
    onChange: () => changes++,
  });

describe('pictures of the user', () => {
  const png = makePng(320, 180);

  test('are kept once by content, listed, served, and still there after a restart', async () => {
    const library = await open();
    const first = await library.importImage('C:\\pictures\\..\\My \u202eroom.PNG', png);
    const again = await library.importImage('Other.png', png);
    expect(first).toEqual({ id: idOf(png) });
    expect(again).toEqual(first);
    expect(changes).toBe(2);

    const reopened = await open();
    const url = `/images/${first.id}.png`;
    expect(librarySnapshot.payload.parse(reopened.snapshot()).images).toEqual([
      { id: first.id, name: 'My room', url },
    ]);
    expect(await reopened.resolveImage(first.id)).toEqual({ url });
    expect(await reopened.resolveBackground(first.id)).toEqual({ kind: 'image', url });
    const asset = await reopened.mounts.images(`${first.id}.png`);
    expect(asset).toMatchObject({ type: 'image/png' });
    expect(contentOf(asset)).toEqual(png);
    for (const name of [first.id, `${first.id}.jpg`, `${first.id}.png.png`, 'index.json', '']) {
      expect(await reopened.mounts.images(name), name).toBeNull();
    }
  });

  test.each([
    ['', 'Picture'],
    ['.png', 'Picture'],
    ['../../etc/passwd', 'passwd'],
    ['a\u0000b\nc.jpeg', 'abc'],
    ['\ud83d.png', '\ufffd'],
    [`${'x'.repeat(500)}.webp`, 'x'.repeat(200)],
    ['CON', 'CON'],
    ['<img src=x onerror=alert(1)>.png', '<img src=x onerror=alert(1)>'],
  ])('a file named %j is called %j and written under its hash', async (file, name) => {
    const library = await open();
    await library.importImage(file, png);
    expect(library.snapshot().images[0]).toMatchObject({ name });
    expect(readdirSync(join(home, 'images')).sort()).toEqual([`${idOf(png)}.png`, 'index.json']);
  });

  test('that are refused leave their reason and nothing else', async () => {
    const library = await open();
    const refused: [Uint8Array, string][] = [
      [png.subarray(0, png.length - 20), 'image.not-an-image'],
      [pngHeader(320, 180), 'image.not-an-image'],
      [new TextEncoder().encode('<svg/>'), 'image.not-an-image'],
      [new Uint8Array(0), 'image.not-an-image'],
      [pngHeader(8193, 10), 'image.too-big'],
      [new Uint8Array(32 * 1024 * 1024 + 1), 'image.too-big'],
    ];
    for (const [bytes, reason] of refused) {
      await expect(library.importImage('picture.png', bytes)).rejects.toMatchObject({ reason });
    }
    expect(library.snapshot().images).toEqual([]);
    expect(existsSync(join(home, 'images'))).toBe(false);
    expect(changes).toBe(0);
  });

  test('imported at the same time are all in the index', async () => {
    const library = await open();
    const many = Array.from({ length: 6 }, (_, seed) => makePng(8, 8, seed));
    await Promise.all([...many, ...many].map((bytes, index) => library.importImage(`${index}.png`, bytes)));
    expect((await open()).snapshot().images).toHaveLength(6);
  });

  test('can be removed, once', async () => {
    const library = await open();
    const { id } = await library.importImage('a.png', png);
    await library.removeImage(id);
    expect(readdirSync(join(home, 'images'))).toEqual(['index.json']);
    expect(await library.mounts.images(`${id}.png`)).toBeNull();
    for (const action of [library.removeImage(id), library.resolveImage(id)]) {
      await expect(action).rejects.toMatchObject({ reason: 'image.not-found' });
    }
    await expect(library.resolveBackground(id)).rejects.toMatchObject({ reason: 'background.not-found' });
    await expect(library.removeImage('dusk')).rejects.toMatchObject({ reason: 'library.built-in' });
    expect((await open()).snapshot().images).toEqual([]);
  });

  test('whose file was deleted by hand are not found, can be removed, and can come back', async () => {
    const library = await open();
    const { id } = await library.importImage('a.png', png);
    const file = join(home, 'images', `${id}.png`);
    rmSync(file);
    await expect(library.resolveImage(id)).rejects.toMatchObject({ reason: 'image.not-found' });
    await library.importImage('a.png', png);
    expect(await library.resolveImage(id)).toBeTruthy();
    rmSync(file);
    await library.removeImage(id);
    expect(library.snapshot().images).toEqual([]);
    await library.importImage('a.png', png);
    rmSync(file);
    expect((await open()).snapshot().images).toEqual([]);
  });

  test('a broken index is set aside', async () => {
    await (await open()).importImage('a.png', png);
    writeFileSync(join(home, 'images/index.json'), '[]');
    const library = await open();
    expect(library.snapshot().images).toEqual([]);
    expect((await library.importImage('b.png', png)).id).toBe(idOf(png));
    expect(library.snapshot().images).toMatchObject([{ name: 'b' }]);
    expect(readdirSync(join(home, 'images')).some((name) => name.startsWith('index.json.broken-'))).toBe(
      true,
    );
  });
});

describe('pictures of avatars', () => {
  const png = makePng(256, 256);

  test('are wanted until one is saved; a new one has a new address', async () => {
    const library = await open();
    const { id } = await library.importAvatar('Hero.glb', glb);
    const own = () => library.snapshot().avatars.find((avatar) => avatar.id === id);
    expect(await library.resolveAvatar(id)).toMatchObject({ wantsThumbnail: true });
    expect(own()).toMatchObject({ thumbnailUrl: null });
    await library.saveThumbnail(id, png);
    expect(await library.resolveAvatar(id)).toMatchObject({ wantsThumbnail: false });
    const before = own()?.thumbnailUrl ?? '';
    const asset = await library.mounts.thumbnails(before.replace('/thumbnails/', ''));
    expect(asset).toMatchObject({ path: join(home, 'avatars', `${idOf(png)}.png`), type: 'image/png' });
    expect(contentOf(asset)).toEqual(png);
    await library.saveThumbnail(id, makePng(256, 256, 9));
    expect(own()?.thumbnailUrl).not.toBe(before);
    expect(await library.mounts.thumbnails(before.replace('/thumbnails/', ''))).toBeNull();
    expect((await open()).snapshot().avatars.find((avatar) => avatar.id === id)).toEqual(own());
    rmSync(join(home, 'avatars', `${idOf(makePng(256, 256, 9))}.png`));
    expect(await (await open()).resolveAvatar(id)).toMatchObject({ wantsThumbnail: true });
  });

  test('are refused for what is built in, not listed, unknown, or no small PNG', async () => {
    const library = await open();
    const file = join(home, 'guest.glb');
    writeFileSync(file, packGlb({ ...triangle().json, extras: 1 }, triangle().bin));
    const guest = await library.resolveAvatar(file);
    expect(guest).toMatchObject({ wantsThumbnail: false });
    const { id } = await library.importAvatar('Hero', glb);
    const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0, 9, 0, 16, 3, 0, 0, 0]);
    const refused: [string, Uint8Array, string][] = [
      ['vida', png, 'library.built-in'],
      [guest.id, png, 'avatar.not-found'],
      ['../index', png, 'avatar.not-found'],
      [id, png.subarray(0, 60), 'image.not-an-image'],
      [id, jpeg, 'image.not-an-image'],
      [id, makePng(1025, 4), 'image.too-big'],
    ];
    for (const [avatarId, bytes, reason] of refused) {
      await expect(library.saveThumbnail(avatarId, bytes), reason).rejects.toMatchObject({ reason });
    }
    expect(readdirSync(join(home, 'avatars')).filter((name) => name.endsWith('.png'))).toEqual([]);
  });
});

describe('avatars of the user', () => {
  test('are renamed as typed, without what cannot be seen', async () => {
    const library = await open();
    const { id } = await library.importAvatar('Hero.glb', glb);
    await library.renameAvatar(id, ' Day / night\u202e\u0007.vrm ');
    expect((await open()).snapshot().avatars[1]).toMatchObject({ id, name: 'Day / night.vrm' });
    await expect(library.renameAvatar('vida', 'Mine')).rejects.toMatchObject({ reason: 'library.built-in' });
    await expect(library.renameAvatar('nobody', 'Mine')).rejects.toMatchObject({
      reason: 'avatar.not-found',
    });
  });

  test('are removed with their picture, also when their file is gone, and can be imported again', async () => {
    const library = await open();
    const { id } = await library.importAvatar('Hero.glb', glb);
    await library.saveThumbnail(id, makePng(8, 8));
    await library.removeAvatar(id);
    expect(readdirSync(join(home, 'avatars'))).toEqual([]);
    expect(library.snapshot().avatars).toHaveLength(1);
    await expect(library.removeAvatar(id)).rejects.toMatchObject({ reason: 'avatar.not-found' });
    await expect(library.removeAvatar('vida')).rejects.toMatchObject({ reason: 'library.built-in' });
    await expect(library.resolveAvatar(id)).rejects.toMatchObject({ reason: 'avatar.not-found' });
    const again = (await library.importAvatar('Hero.glb', glb)).id;
    expect(await library.resolveAvatar(again)).toMatchObject({ wantsThumbnail: true });
    rmSync(join(home, 'avatars', `${idOf(glb)}.glb`));
    await library.removeAvatar(again);
    expect(library.snapshot().avatars).toHaveLength(1);
  });

  test('a second removal and a rename that come too late are told so', async () => {
    const library = await open();
    const { id } = await library.importAvatar('Hero.glb', glb);
    const [first, second, rename] = await Promise.allSettled([
      library.removeAvatar(id),
      library.removeAvatar(id),
      library.renameAvatar(id, 'Late'),
    ]);
    expect(first.status).toBe('fulfilled');
    for (const late of [second, rename]) {
      expect(late).toMatchObject({ status: 'rejected', reason: { reason: 'avatar.not-found' } });
    }
    expect((await open()).snapshot().avatars).toHaveLength(1);
  });

  test('a folder that cannot be made is storage.failed', async () => {
    const library = await open();
    writeFileSync(join(home, 'images'), '');
    await expect(library.importImage('a.png', makePng(8, 8))).rejects.toMatchObject({
      reason: 'storage.failed',
    });
  });
});
