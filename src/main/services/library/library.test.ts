import { createHash } from 'node:crypto';
import {
  copyFileSync,
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
import { REQUIRED_BONES } from './inspect/humanoid.ts';
import { inspectAvatar } from './inspect/inspect-file.ts';
import { inspectHere } from './inspect/inspect-here.ts';
import { packGlb, pngHeader, triangle } from './inspect/make-glb.ts';
import { createLibrary } from './library.ts';
import type { LibraryOptions } from './ports.ts';

const ROOT = join(import.meta.dirname, '../../../..');

let dir: string;
let resourcesDir: string;
let home: string;
let inspected: number;
let database: TemporaryDatabase;

const vrm = (() => {
  const { json, bin } = triangle();
  const humanBones = Object.fromEntries(REQUIRED_BONES.map((bone) => [bone, { node: 0 }]));
  const meta = { licenseUrl: 'https://vrm.dev/licenses/1.0/' };
  return packGlb(
    { ...json, extensions: { VRMC_vrm: { specVersion: '1.0', meta, humanoid: { humanBones } } } },
    bin,
  );
})();
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const glb = packGlb(triangle().json, triangle().bin);
const idOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vida3-library-'));
  resourcesDir = join(dir, 'resources');
  home = join(dir, 'home');
  inspected = 0;
  database = temporaryDatabase(null);
  mkdirSync(join(resourcesDir, 'avatars'), { recursive: true });
  mkdirSync(join(resourcesDir, 'backgrounds'), { recursive: true });
  mkdirSync(home);
  writeFileSync(join(resourcesDir, 'avatars/vida.vrm'), vrm);
  writeFileSync(join(resourcesDir, 'avatars/vida.png'), pngHeader(256, 256));
  writeFileSync(join(resourcesDir, 'avatars/notes.txt'), 'not listed');
  const list = [{ id: 'dusk', name: 'Dusk', file: 'dusk.jpg' }];
  writeFileSync(join(resourcesDir, 'backgrounds/backgrounds.json'), JSON.stringify(list));
});
afterEach(() => {
  database.close();
  rmSync(dir, { recursive: true });
});

function open(options: Partial<LibraryOptions> = {}) {
  return createLibrary({
    resourcesDir,
    home,
    avatars: createAvatarRows(database),
    log: silentLog,
    inspect: (path, signal) => {
      inspected++;
      return inspectHere(path, signal);
    },
    ...options,
  });
}

describe('what the program brings', () => {
  test('avatars with their thumbnails and backgrounds, as the contract says', async () => {
    const library = await open();
    const snapshot = librarySnapshot.payload.parse(library.snapshot());
    expect(snapshot).toEqual({
      avatars: [
        {
          id: 'vida',
          name: 'Vida',
          kind: 'built-in',
          family: 'vrm1',
          thumbnailUrl: '/thumbnails/vida.png',
          here: true,
        },
      ],
      ownAvatars: 0,
      backgrounds: [{ id: 'dusk', name: 'Dusk', url: '/backgrounds/dusk.jpg' }],
      images: [],
      sounds: [],
    });
    expect(await library.resolveAvatar('vida')).toEqual({
      id: 'vida',
      name: 'Vida',
      url: '/avatars/vida.vrm',
      family: 'vrm1',
      wantsThumbnail: false,
    });
    expect(await library.mounts.avatars('vida.vrm')).toMatchObject({
      path: join(resourcesDir, 'avatars/vida.vrm'),
    });
    expect(await library.mounts.thumbnails('vida.png')).toMatchObject({ type: 'image/png' });
    expect(await library.mounts.backgrounds('dusk.jpg')).toMatchObject({ type: 'image/jpeg' });
    for (const name of ['notes.txt', 'vida.png', '../home', '', 'x'.repeat(70)]) {
      expect(await library.mounts.avatars(name)).toBeNull();
    }
    expect(await library.mounts.thumbnails('vida.vrm')).toBeNull();
    expect(await library.mounts.backgrounds('backgrounds.json')).toBeNull();
    expect(inspected).toBe(0);
  });

  test('without any of it the library is empty and still works', async () => {
    const library = await open({ resourcesDir: join(dir, 'nothing') });
    expect(library.snapshot()).toEqual({
      avatars: [],
      ownAvatars: 0,
      backgrounds: [],
      images: [],
      sounds: [],
    });
    expect((await library.importAvatar('mine', glb)).id).toMatch(UUID);
  });

  test.skipIf(!existsSync(join(ROOT, 'resources/avatars/vida.vrm')))(
    'the bundled avatar passes the check (skipped until it is generated)',
    async () => {
      const report = await inspectAvatar(join(ROOT, 'resources/avatars/vida.vrm'));
      expect(report).toMatchObject({ ok: true, family: 'vrm1', arkit: { found: 52 } });
      expect(report.problems.filter(({ severity }) => severity !== 'info')).toEqual([]);
    },
  );
});

describe('avatars of the user', () => {
  test('are checked, kept once by content, listed, served, and still there after a restart', async () => {
    let changes = 0;
    const library = await open({ onChange: () => changes++ });
    const first = await library.importAvatar('C:\\avatars\\My \u202ehero.vrm', vrm);
    const again = await library.importAvatar('Other name', vrm);
    expect(first).toMatchObject({ id: expect.stringMatching(UUID), report: { ok: true, family: 'vrm1' } });
    expect(again).toEqual({ id: first.id, report: null });
    expect([inspected, changes]).toEqual([1, 2]);

    const reopened = await open();
    expect(reopened.snapshot().avatars[1]).toEqual({
      id: first.id,
      name: 'My hero',
      kind: 'glb-upload',
      family: 'vrm1',
      thumbnailUrl: null,
      here: true,
    });
    const { url } = await reopened.resolveAvatar(first.id);
    expect(url).toBe(`/avatars/${idOf(vrm)}.vrm`);
    const asset = await reopened.mounts.avatars(`${idOf(vrm)}.vrm`);
    expect(asset).toMatchObject({ type: 'model/gltf-binary' });
    expect(new Uint8Array(readFileSync((asset as { path: string }).path))).toEqual(vrm);
    expect(await reopened.mounts.avatars(`${idOf(vrm)}.glb`)).toBeNull();
    expect(await reopened.mounts.avatars('index.json')).toBeNull();
  });

  test('that are refused leave their reason and nothing else', async () => {
    const library = await open();
    const cut = glb.slice(0, 200);
    await expect(library.importAvatar('cut', cut)).rejects.toMatchObject({ reason: 'avatar.truncated' });
    await expect(library.resolveAvatar(join(dir, 'missing.vrm'))).rejects.toMatchObject({
      reason: 'avatar.not-found',
    });
    await expect(library.resolveAvatar('nobody')).rejects.toMatchObject({ reason: 'avatar.not-found' });
    await expect(library.resolveAvatar(dir)).rejects.toMatchObject({ reason: 'avatar.not-a-model' });
    expect(library.snapshot().avatars).toHaveLength(1);
    expect(readdirSync(join(home, 'avatars'))).toEqual([]);
  });

  test('named by path are used without being listed, until they are imported', async () => {
    const library = await open();
    const path = join(dir, 'guest.glb');
    writeFileSync(path, glb);
    const guest = await library.resolveAvatar(path);
    expect(guest).toEqual({
      id: expect.stringMatching(UUID),
      name: 'guest',
      url: `/avatars/${idOf(glb)}.glb`,
      family: 'glb',
      wantsThumbnail: false,
    });
    rmSync(path);
    expect(await library.mounts.avatars(`${idOf(glb)}.glb`)).not.toBeNull();
    expect(library.snapshot().avatars).toHaveLength(1);
    await library.importAvatar('Guest', glb);
    expect(library.snapshot().avatars[1]).toMatchObject({ id: guest.id, name: 'Guest' });
    expect(inspected).toBe(1);
  });

  test('imported at the same time are all in the index', async () => {
    const library = await open();
    const many = Array.from({ length: 6 }, (_, index) => {
      const { json, bin } = triangle();
      return packGlb({ ...json, extras: { index } }, bin);
    });
    await Promise.all(many.map((bytes, index) => library.importAvatar(`Avatar ${index}`, bytes)));
    expect((await open()).snapshot().avatars).toHaveLength(7);
  });

  test('whose file is gone stay in the list and say so, until the same file is imported again', async () => {
    const library = await open();
    const { id } = await library.importAvatar('a', glb);
    rmSync(join(home, `avatars/${idOf(glb)}.glb`));
    const reopened = await open();
    expect(reopened.snapshot().avatars[1]).toMatchObject({ id, here: false });
    await expect(reopened.resolveAvatar(id)).rejects.toMatchObject({ reason: 'files.not-here' });
    expect((await reopened.importAvatar('b', glb)).id).toBe(id);
    expect(reopened.snapshot().avatars[1]).toMatchObject({ id, name: 'a', here: true });
  });
});

describe('backgrounds', () => {
  test('by id, by colour, transparent', async () => {
    const library = await open();
    expect(await library.resolveBackground('dusk')).toEqual({ kind: 'image', url: '/backgrounds/dusk.jpg' });
    expect(await library.resolveBackground('#A0B0c0')).toEqual({ kind: 'color', color: '#a0b0c0' });
    expect(await library.resolveBackground('transparent')).toEqual({ kind: 'transparent' });
    for (const choice of ['#12345', '#gggggg', '#']) {
      await expect(library.resolveBackground(choice)).rejects.toMatchObject({
        reason: 'usage.bad-background',
      });
    }
  });

  test('by file: what it is and how large, by its content', async () => {
    const library = await open();
    const save = (name: string, bytes: Uint8Array | string) => {
      writeFileSync(join(dir, name), bytes);
      return join(dir, name);
    };
    const choice = await library.resolveBackground(save('picture.dat', pngHeader(1920, 1080)));
    expect(choice).toMatchObject({
      kind: 'image',
      url: expect.stringMatching(/^\/backgrounds\/file-[0-9a-f]{16}$/),
    });
    const name = (choice as { url: string }).url.replace('/backgrounds/', '');
    expect(await library.mounts.backgrounds(name)).toEqual({
      path: join(dir, 'picture.dat'),
      type: 'image/png',
    });
    expect(await library.mounts.backgrounds('file-0000000000000000')).toBeNull();
    const refused = { reason: 'background.not-an-image' };
    await expect(library.resolveBackground(save('big.png', pngHeader(9000, 10)))).rejects.toMatchObject(
      refused,
    );
    await expect(library.resolveBackground(save('fake.png', 'no picture'))).rejects.toMatchObject(refused);
    await expect(library.resolveBackground(dir)).rejects.toMatchObject(refused);
    await expect(library.resolveBackground('nowhere')).rejects.toMatchObject({
      reason: 'background.not-found',
    });
  });
});

test('a copy of the file is what is checked and used, whatever becomes of the original', async () => {
  const path = join(dir, 'changing.glb');
  writeFileSync(path, glb);
  const library = await open({
    inspect: (checked, signal) => {
      // The original is swapped between the check and the use.
      copyFileSync(join(resourcesDir, 'avatars/notes.txt'), path);
      return inspectHere(checked, signal);
    },
  });
  const { url } = await library.resolveAvatar(path);
  const asset = (await library.mounts.avatars(url.replace('/avatars/', ''))) as { path: string };
  expect(new Uint8Array(readFileSync(asset.path))).toEqual(glb);
});
