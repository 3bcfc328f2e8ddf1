import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryDatabase } from '../../db/fixtures.ts';
import { glb, LibraryRows, model, OWNER, other, png, sha } from '../../testing/library-rows-support.ts';

let world: LibraryRows;
beforeEach(() => {
  world = new LibraryRows();
});
afterEach(() => world.close());

describe('the index of an older version', () => {
  const entry = (bytes: Uint8Array, name: string, more = {}) => ({
    id: sha(bytes),
    name,
    family: 'glb',
    listed: true,
    ...more,
  });
  const writeIndex = (...avatars: unknown[]) =>
    world.place('index.json', JSON.stringify({ version: 1, avatars }));

  test('is taken over with names, order, pictures and what is not listed; once', async () => {
    world.place(`${sha(glb)}.glb`, glb);
    world.place(`${sha(other)}.glb`, other);
    world.place(`${sha(glb)}.png`, png);
    writeIndex(
      entry(glb, 'First', { thumbnail: '0123456789abcdef' }),
      entry(other, 'By path', { listed: false, thumbnail: null }),
      entry(model(3), 'Without its file'),
    );
    const library = await world.open(null);
    await library.settled();
    expect(library.snapshot().avatars).toMatchObject([
      { name: 'First', here: true, thumbnailUrl: `/thumbnails/${sha(png)}.png` },
    ]);
    expect(world.files()).toEqual(
      [`${sha(glb)}.glb`, `${sha(other)}.glb`, `${sha(png)}.png`, 'index.json.taken-over'].sort(),
    );
    const { id } = library.snapshot().avatars[0]!;
    // Counted after the start, not at it.
    expect(world.row(id)).toMatchObject({ vertices: 3, file_size: glb.byteLength, user_id: null });

    world.place('index.json', readFileSync(join(world.home, 'avatars/index.json.taken-over')));
    const again = await world.open(null);
    expect(again.snapshot().avatars).toMatchObject([{ id, name: 'First' }]);
    expect(again.snapshot().ownAvatars).toBe(1);
  });

  test('keeps its ids: the sha256 of a file still leads to its avatar', async () => {
    world.place(`${sha(glb)}.glb`, glb);
    world.place(`${sha(other)}.glb`, other);
    writeIndex(entry(glb, 'First'), entry(other, 'Second'));
    const library = await world.open(null);
    const [first, second] = library.snapshot().avatars;
    expect([first?.name, second?.name]).toEqual(['First', 'Second']);
    expect(await library.resolveAvatar(sha(glb))).toMatchObject({ id: first?.id, name: 'First' });
    await library.renameAvatar(sha(other), 'Renamed');
    expect(library.snapshot().avatars[1]).toMatchObject({ id: second?.id, name: 'Renamed' });
    await library.removeAvatar(sha(glb));
    await expect(library.resolveAvatar(sha(glb))).rejects.toMatchObject({ reason: 'avatar.not-found' });
  });

  test('that was taken over but not renamed before a crash is not taken twice', async () => {
    world.place(`${sha(glb)}.glb`, glb);
    writeIndex(entry(glb, 'First'));
    const library = await world.open(null);
    await library.renameAvatar(sha(glb), 'Renamed');
    writeIndex(entry(glb, 'First'));
    expect((await world.open(null)).snapshot().avatars).toMatchObject([{ name: 'Renamed' }]);
  });

  test('that cannot be written down holds nothing up, and is taken at the next start', async () => {
    world.place(`${sha(glb)}.glb`, glb);
    writeIndex(entry(glb, 'First'));
    world.database = temporaryDatabase(null);
    world.sqlite().pragma('query_only = on');
    const library = await world.open(null);
    await library.settled();
    expect(library.snapshot().avatars).toEqual([]);
    expect(world.files()).toContain('index.json');
    world.sqlite().pragma('query_only = off');
    expect((await world.open(null)).snapshot().avatars).toMatchObject([{ name: 'First' }]);
  });

  test('that is broken is set aside, and its files are found again; what is no avatar stays where it is', async () => {
    world.place(`${sha(glb)}.glb`, glb);
    world.place(`${sha(other)}.glb`, 'something else');
    world.place('index.json', '{"version":1,"ava');
    const library = await world.open(null);
    await library.settled();
    expect(library.snapshot().avatars).toMatchObject([
      { name: `Avatar ${sha(glb).slice(0, 6)}`, here: true },
    ]);
    expect(world.files().filter((name) => name.startsWith('index.json.broken-'))).toHaveLength(1);
    expect(world.files()).toContain(`${sha(other)}.glb`);
    expect(world.warnings).toMatchObject([{ reason: 'avatar.not-a-model' }]);
  });

  test('files without a row are left alone, unless the rows were lost, and never in an account', async () => {
    world.place(`${sha(glb)}.glb`, glb);
    const library = await world.open(null);
    await library.settled();
    expect(library.snapshot().avatars).toEqual([]);
    await library.open(world.home, { findLost: true });
    await library.settled();
    expect(library.snapshot().avatars).toHaveLength(1);
    const account = await world.open(OWNER);
    await account.open(world.home, { findLost: true });
    await account.settled();
    expect(account.snapshot().avatars).toEqual([]);
  });
});
