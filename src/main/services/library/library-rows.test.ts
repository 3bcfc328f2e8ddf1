import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { glb, LibraryRows, OWNER, other, png, sha } from '../../testing/library-rows-support.ts';

const UID = '22222222-2222-4222-8222-222222222222';
const UID2 = '33333333-3333-4333-8333-333333333333';

let world: LibraryRows;
beforeEach(() => {
  world = new LibraryRows();
});
afterEach(() => world.close());

describe('in an account', () => {
  test('an import is one row, one change and one upload; a file by path is none until it is listed', async () => {
    const library = await world.open(OWNER);
    const { id } = await library.importAvatar('Hero.glb', glb);
    const metadata = { sha256: sha(glb), family: 'glb', extension: 'glb' };
    expect(world.ops()).toEqual([
      [
        'upsert',
        {
          name: 'Hero',
          type: 'glb-upload',
          category: 'custom',
          vertices: 3,
          control_points: 0,
          file_size: glb.byteLength,
          metadata,
        },
      ],
    ]);
    const upload = {
      avatarUid: id,
      part: 'model',
      sha256: sha(glb),
      bytes: glb.byteLength,
      extension: 'glb',
    };
    expect(world.uploads).toEqual([upload]);
    writeFileSync(join(world.dir, 'guest.glb'), other);
    const guest = await library.resolveAvatar(join(world.dir, 'guest.glb'));
    expect([world.ops().length, world.uploads.length]).toEqual([1, 1]);
    await library.importAvatar('Guest', other);
    expect([world.ops().length, world.uploads.length]).toEqual([2, 2]);
    expect(world.uploads[1]).toMatchObject({ avatarUid: guest.id, sha256: sha(other) });
  });

  test('a picture is uploaded, and what is in the cloud is told', async () => {
    const library = await world.open(OWNER);
    const { id } = await library.importAvatar('Hero', glb);
    await library.saveThumbnail(id, png);
    expect(world.uploads[1]).toEqual({
      avatarUid: id,
      part: 'thumbnail',
      sha256: sha(png),
      bytes: png.byteLength,
      extension: 'png',
    });
    world.sqlite().exec('delete from sync_outbox');
    const objectPath = `${OWNER}/${id}/${sha(glb)}.glb`;
    library.fileUploaded({ avatarUid: id, part: 'model', objectPath });
    library.fileUploaded({ avatarUid: UID, part: 'model', objectPath });
    expect(world.row(id)).toMatchObject({ model_url: objectPath, file_url: objectPath, thumbnail_url: null });
    expect(world.ops()).toEqual([['upsert', { model_url: objectPath, file_url: objectPath }]]);
    expect(world.wanted).toEqual([]);
  });

  test('a removal is soft, told, and takes the file only when nobody needs it', async () => {
    const library = await world.open(OWNER);
    const { id } = await library.importAvatar('Hero', glb);
    await library.saveThumbnail(id, png);
    world.pulled(UID, glb);
    expect(await library.fileArrived(UID, 'model', world.aside(glb), sha(glb))).toBeNull();
    world.sqlite().prepare('update avatars set rev = 1 where uid = ?').run(id);
    world.sqlite().exec('delete from sync_outbox');
    await library.removeAvatar(id);
    expect(world.ops()).toEqual([['delete', {}]]);
    expect(world.row(id)['deleted_at']).not.toBeNull();
    expect(world.files()).toEqual([`${sha(glb)}.glb`]);
    expect(await library.resolveAvatar(UID)).toMatchObject({ url: `/avatars/${sha(glb)}.glb` });
    await library.removeAvatar(UID);
    expect(world.files()).toEqual([]);
  });

  test('what waits to be uploaded goes with its avatar', async () => {
    const library = await world.open(OWNER);
    const { id } = await library.importAvatar('Hero', glb);
    const queued = world.sqlite().prepare('select count(*) from upload_queue').pluck();
    world
      .sqlite()
      .prepare(
        `insert into upload_queue (id, avatar_uid, direction, part, sha256, bytes, object_path)
          values ('a', ?, 'up', 'model', ?, 1, 'x'), ('b', ?, 'down', 'thumbnail', ?, 1, 'y')`,
      )
      .run(id, sha(glb), id, sha(png));
    expect(queued.get()).toBe(2);
    await library.removeAvatar(id);
    expect(queued.get()).toBe(0);
    expect(world.files()).toEqual([]);
  });
});

describe('an avatar of another device', () => {
  test('is listed without its file, asked for once, and again when it is chosen', async () => {
    const library = await world.open(OWNER);
    const picture = `${OWNER}/${UID}/${sha(png)}.png`;
    world.pulled(UID, glb, { thumbnail_url: picture, preview_url: picture });
    library.rowsChanged();
    library.rowsChanged();
    expect(library.snapshot().avatars).toMatchObject([
      { id: UID, name: 'From elsewhere', family: 'glb', here: false, thumbnailUrl: null },
    ]);
    const asked = { avatarUid: UID, objectPath: `${OWNER}/${UID}/${sha(glb)}.glb`, sha256: sha(glb) };
    expect(world.wanted).toEqual([
      { ...asked, part: 'model' },
      { avatarUid: UID, part: 'thumbnail', objectPath: picture, sha256: sha(png) },
    ]);
    await expect(library.resolveAvatar(UID)).rejects.toMatchObject({ reason: 'files.not-here' });
    expect(world.wanted[2]).toEqual({ ...asked, part: 'model' });

    expect(await library.fileArrived(UID, 'thumbnail', world.aside(png), sha(png))).toBeNull();
    expect(library.snapshot().avatars[0]).toMatchObject({ thumbnailUrl: `/thumbnails/${sha(png)}.png` });
    expect(await library.fileArrived(UID, 'model', world.aside(glb), sha(glb))).toBeNull();
    expect(library.snapshot().avatars[0]).toMatchObject({
      here: true,
      thumbnailUrl: `/thumbnails/${sha(png)}.png`,
    });
    expect(await library.resolveAvatar(UID)).toMatchObject({ wantsThumbnail: false });
    expect(world.inspected).toBe(1);
    // What the cloud sent is not sent back.
    expect([world.ops(), world.uploads]).toEqual([[], []]);
    world.wanted = [];
    library.rowsChanged();
    await (await world.open(OWNER)).settled();
    expect(world.wanted).toEqual([]);
  });

  test('takes only the file its row names, and only one that an import would take', async () => {
    const library = await world.open(OWNER);
    world.pulled(UID, glb);
    const garbage = glb.slice(0, 200);
    world.pulled(UID2, garbage);
    expect(await library.fileArrived(UID, 'model', world.aside(other), sha(glb))).toBe('files.changed');
    expect(await library.fileArrived(UID, 'model', world.aside(other), sha(other))).toBe('files.changed');
    expect(await library.fileArrived(UID2, 'model', world.aside(garbage), sha(garbage))).toBe(
      'avatar.truncated',
    );
    expect(await library.fileArrived('nobody', 'model', world.aside(glb), sha(glb))).toBe('files.changed');
    expect(world.files()).toEqual([]);
    expect(library.snapshot().avatars.map(({ here }) => here)).toEqual([false, false]);
    expect(world.warnings).toHaveLength(4);
    world.sqlite().prepare('update avatars set deleted_at = created_at where uid = ?').run(UID);
    expect(await library.fileArrived(UID, 'model', world.aside(glb), sha(glb))).toBe('files.changed');
  });

  test('whose row says anything at all is no way out of the folder', async () => {
    const library = await world.open(OWNER);
    world.pulled(UID, glb, {
      model_url: '../../etc/passwd',
      metadata: '{"family":7}',
      thumbnail_url: 'https://evil/x.png',
    });
    world.pulled(UID2, glb, { model_url: `${OWNER}/${UID}/${sha(glb)}.glb`, metadata: 'null' });
    library.rowsChanged();
    expect(world.wanted).toEqual([]);
    expect(library.snapshot().avatars).toMatchObject([
      { family: 'glb', here: false, thumbnailUrl: null },
      { family: 'glb', here: false },
    ]);
  });

  test('is the one that an import of the same file brings here', async () => {
    const library = await world.open(OWNER);
    world.pulled(UID, glb);
    expect((await library.importAvatar('Mine', glb)).id).toBe(UID);
    expect(library.snapshot().avatars).toMatchObject([{ id: UID, name: 'From elsewhere', here: true }]);
    expect(world.ops()).toEqual([]);
  });

  test('adopts a file that lies here already', async () => {
    const library = await world.open(OWNER);
    await library.importAvatar('Hero', glb);
    // As when the feed begins anew.
    world.sqlite().exec('delete from avatars');
    world.pulled(UID, glb);
    library.rowsChanged();
    await library.settled();
    expect(library.snapshot().avatars).toMatchObject([{ id: UID, here: true }]);
    expect(world.wanted).toEqual([]);
  });
});

describe('another profile', () => {
  test('has its own files; the mounts follow, and a closed library takes nothing in', async () => {
    const library = await world.open(null);
    await library.importAvatar('Hero', glb);
    await library.importImage('room.png', png);
    await library.close();
    await expect(library.importAvatar('Late', other)).rejects.toMatchObject({ reason: 'data.busy' });
    expect(library.snapshot()).toMatchObject({ avatars: [], images: [], ownAvatars: 0 });
    world.sqlite().exec('delete from avatars');
    const second = join(world.dir, 'second');
    await library.open(second);
    expect(library.snapshot()).toMatchObject({ avatars: [], images: [] });
    expect(await library.mounts.avatars(`${sha(glb)}.glb`)).toBeNull();
    await library.importAvatar('Other', other);
    expect(existsSync(join(second, 'avatars', `${sha(other)}.glb`))).toBe(true);
    expect(world.files()).toEqual([`${sha(glb)}.glb`]);
  });

  test('waits for a check that is going on, and ends it', async () => {
    let begun = () => {};
    const started = new Promise<void>((resolve) => (begun = resolve));
    const library = await world.open(null, {
      inspect: (_path, { signal }) => {
        begun();
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      },
    });
    const importing = library.importAvatar('Hero', glb);
    const refused = expect(importing).rejects.toMatchObject({ reason: 'data.busy' });
    await started;
    await library.close();
    await refused;
    expect(world.files()).toEqual([]);
  });
});

test('two imports of the same bytes at the same time are one avatar', async () => {
  const library = await world.open(OWNER);
  const [a, b] = await Promise.all([library.importAvatar('a', glb), library.importAvatar('b', glb)]);
  expect(a.id).toBe(b.id);
  expect(world.ops()).toHaveLength(1);
});
