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
import { type TemporaryDatabase, temporaryDatabase } from '../../db/fixtures.ts';
import { createAvatarRows } from '../../db/queries/avatars.ts';
import { type Log, silentLog } from '../../logging/log.ts';
import { inspectHere } from './inspect/inspect-here.ts';
import { packGlb, triangle } from './inspect/make-glb.ts';
import { createLibrary, type LibraryService } from './library.ts';
import { makePng } from './make-png.ts';
import type { AvatarUpload, LibraryOptions, WantedFile } from './ports.ts';

const OWNER = '11111111-1111-4111-8111-111111111111';
const UID = '22222222-2222-4222-8222-222222222222';
const UID2 = '33333333-3333-4333-8333-333333333333';
const sha = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const model = (extra: unknown) => packGlb({ ...triangle().json, extras: extra }, triangle().bin);
const glb = model(1);
const other = model(2);
const png = makePng(64, 64);

let dir: string;
let home: string;
let database: TemporaryDatabase | undefined;
let uploads: AvatarUpload[];
let wanted: WantedFile[];
let warnings: unknown[];
let inspected: number;
let libraries: LibraryService[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vida3-rows-'));
  home = join(dir, 'home');
  mkdirSync(join(home, 'avatars'), { recursive: true });
  uploads = [];
  wanted = [];
  warnings = [];
  inspected = 0;
  libraries = [];
});
afterEach(async () => {
  for (const library of libraries) await library.close();
  database?.close();
  database = undefined;
  rmSync(dir, { recursive: true });
});

async function open(owner: string | null, options: Partial<LibraryOptions> = {}): Promise<LibraryService> {
  if (database?.owner !== owner) {
    database?.close();
    database = temporaryDatabase(owner);
  }
  const log: Log = { ...silentLog, warn: (_message, fields) => void warnings.push(fields) };
  const library = await createLibrary({
    resourcesDir: join(dir, 'nothing'),
    home,
    avatars: createAvatarRows(database, { enqueue: (upload) => void uploads.push(upload) }),
    inspect: (path, options) => {
      inspected++;
      return inspectHere(path, options);
    },
    log,
    onNeedsFile: (file) => void wanted.push(file),
    ...options,
  });
  libraries.push(library);
  return library;
}

const files = () => readdirSync(join(home, 'avatars')).sort();
const place = (name: string, bytes: Uint8Array | string) => {
  writeFileSync(join(home, 'avatars', name), bytes);
  return join(home, 'avatars', name);
};
const aside = (bytes: Uint8Array) => {
  writeFileSync(join(dir, 'download'), bytes);
  return join(dir, 'download');
};
const sqlite = () => database!.sqlite;
const ops = () =>
  sqlite()
    .prepare('select kind, patch from sync_outbox order by seq')
    .all()
    .map((row) => {
      const { kind, patch } = row as { kind: string; patch: string };
      return [kind, JSON.parse(patch)] as const;
    });
const row = (uid: string) =>
  sqlite().prepare('select * from avatars where uid = ?').get(uid) as Record<string, unknown>;

/** As sync puts it there. */
function pulled(uid: string, bytes: Uint8Array, change: Record<string, unknown> = {}): string {
  const sha256 = sha(bytes);
  const path = `${OWNER}/${uid}/${sha256}.glb`;
  const columns = {
    uid,
    name: 'From elsewhere',
    type: 'glb-upload',
    vertices: 3,
    control_points: 0,
    file_size: bytes.byteLength,
    metadata: JSON.stringify({ sha256, family: 'glb', extension: 'glb' }),
    model_url: path,
    file_url: path,
    sync_seq: 1,
    rev: 1,
    ...change,
  };
  const names = Object.keys(columns);
  sqlite()
    .prepare(`insert into avatars (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`)
    .run(...Object.values(columns));
  return sha256;
}

describe('the index of an older version', () => {
  const entry = (bytes: Uint8Array, name: string, more = {}) => ({
    id: sha(bytes),
    name,
    family: 'glb',
    listed: true,
    ...more,
  });
  const writeIndex = (...avatars: unknown[]) => place('index.json', JSON.stringify({ version: 1, avatars }));

  test('is taken over with names, order, pictures and what is not listed; once', async () => {
    place(`${sha(glb)}.glb`, glb);
    place(`${sha(other)}.glb`, other);
    place(`${sha(glb)}.png`, png);
    writeIndex(
      entry(glb, 'First', { thumbnail: '0123456789abcdef' }),
      entry(other, 'By path', { listed: false, thumbnail: null }),
      entry(model(3), 'Without its file'),
    );
    const library = await open(null);
    await library.settled();
    expect(library.snapshot().avatars).toMatchObject([
      { name: 'First', here: true, thumbnailUrl: `/thumbnails/${sha(png)}.png` },
    ]);
    expect(files()).toEqual(
      [`${sha(glb)}.glb`, `${sha(other)}.glb`, `${sha(png)}.png`, 'index.json.taken-over'].sort(),
    );
    const { id } = library.snapshot().avatars[0]!;
    // Counted after the start, not at it.
    expect(row(id)).toMatchObject({ vertices: 3, file_size: glb.byteLength, user_id: null });

    place('index.json', readFileSync(join(home, 'avatars/index.json.taken-over')));
    const again = await open(null);
    expect(again.snapshot().avatars).toMatchObject([{ id, name: 'First' }]);
    expect(again.snapshot().ownAvatars).toBe(1);
  });

  test('keeps its ids: the sha256 of a file still leads to its avatar', async () => {
    place(`${sha(glb)}.glb`, glb);
    place(`${sha(other)}.glb`, other);
    writeIndex(entry(glb, 'First'), entry(other, 'Second'));
    const library = await open(null);
    const [first, second] = library.snapshot().avatars;
    expect([first?.name, second?.name]).toEqual(['First', 'Second']);
    expect(await library.resolveAvatar(sha(glb))).toMatchObject({ id: first?.id, name: 'First' });
    await library.renameAvatar(sha(other), 'Renamed');
    expect(library.snapshot().avatars[1]).toMatchObject({ id: second?.id, name: 'Renamed' });
    await library.removeAvatar(sha(glb));
    await expect(library.resolveAvatar(sha(glb))).rejects.toMatchObject({ reason: 'avatar.not-found' });
  });

  test('that was taken over but not renamed before a crash is not taken twice', async () => {
    place(`${sha(glb)}.glb`, glb);
    writeIndex(entry(glb, 'First'));
    const library = await open(null);
    await library.renameAvatar(sha(glb), 'Renamed');
    writeIndex(entry(glb, 'First'));
    expect((await open(null)).snapshot().avatars).toMatchObject([{ name: 'Renamed' }]);
  });

  test('that cannot be written down holds nothing up, and is taken at the next start', async () => {
    place(`${sha(glb)}.glb`, glb);
    writeIndex(entry(glb, 'First'));
    database = temporaryDatabase(null);
    sqlite().pragma('query_only = on');
    const library = await open(null);
    await library.settled();
    expect(library.snapshot().avatars).toEqual([]);
    expect(files()).toContain('index.json');
    sqlite().pragma('query_only = off');
    expect((await open(null)).snapshot().avatars).toMatchObject([{ name: 'First' }]);
  });

  test('that is broken is set aside, and its files are found again; what is no avatar stays where it is', async () => {
    place(`${sha(glb)}.glb`, glb);
    place(`${sha(other)}.glb`, 'something else');
    place('index.json', '{"version":1,"ava');
    const library = await open(null);
    await library.settled();
    expect(library.snapshot().avatars).toMatchObject([
      { name: `Avatar ${sha(glb).slice(0, 6)}`, here: true },
    ]);
    expect(files().filter((name) => name.startsWith('index.json.broken-'))).toHaveLength(1);
    expect(files()).toContain(`${sha(other)}.glb`);
    expect(warnings).toMatchObject([{ reason: 'avatar.not-a-model' }]);
  });

  test('files without a row are left alone, unless the rows were lost, and never in an account', async () => {
    place(`${sha(glb)}.glb`, glb);
    const library = await open(null);
    await library.settled();
    expect(library.snapshot().avatars).toEqual([]);
    await library.open(home, { findLost: true });
    await library.settled();
    expect(library.snapshot().avatars).toHaveLength(1);
    const account = await open(OWNER);
    await account.open(home, { findLost: true });
    await account.settled();
    expect(account.snapshot().avatars).toEqual([]);
  });
});

describe('in an account', () => {
  test('an import is one row, one change and one upload; a file by path is none until it is listed', async () => {
    const library = await open(OWNER);
    const { id } = await library.importAvatar('Hero.glb', glb);
    const metadata = { sha256: sha(glb), family: 'glb', extension: 'glb' };
    expect(ops()).toEqual([
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
    expect(uploads).toEqual([upload]);
    writeFileSync(join(dir, 'guest.glb'), other);
    const guest = await library.resolveAvatar(join(dir, 'guest.glb'));
    expect([ops().length, uploads.length]).toEqual([1, 1]);
    await library.importAvatar('Guest', other);
    expect([ops().length, uploads.length]).toEqual([2, 2]);
    expect(uploads[1]).toMatchObject({ avatarUid: guest.id, sha256: sha(other) });
  });

  test('a picture is uploaded, and what is in the cloud is told', async () => {
    const library = await open(OWNER);
    const { id } = await library.importAvatar('Hero', glb);
    await library.saveThumbnail(id, png);
    expect(uploads[1]).toEqual({
      avatarUid: id,
      part: 'thumbnail',
      sha256: sha(png),
      bytes: png.byteLength,
      extension: 'png',
    });
    sqlite().exec('delete from sync_outbox');
    const objectPath = `${OWNER}/${id}/${sha(glb)}.glb`;
    library.fileUploaded({ avatarUid: id, part: 'model', objectPath });
    library.fileUploaded({ avatarUid: UID, part: 'model', objectPath });
    expect(row(id)).toMatchObject({ model_url: objectPath, file_url: objectPath, thumbnail_url: null });
    expect(ops()).toEqual([['upsert', { model_url: objectPath, file_url: objectPath }]]);
    expect(wanted).toEqual([]);
  });

  test('a removal is soft, told, and takes the file only when nobody needs it', async () => {
    const library = await open(OWNER);
    const { id } = await library.importAvatar('Hero', glb);
    await library.saveThumbnail(id, png);
    pulled(UID, glb);
    expect(await library.fileArrived(UID, 'model', aside(glb), sha(glb))).toBeNull();
    sqlite().prepare('update avatars set rev = 1 where uid = ?').run(id);
    sqlite().exec('delete from sync_outbox');
    await library.removeAvatar(id);
    expect(ops()).toEqual([['delete', {}]]);
    expect(row(id)['deleted_at']).not.toBeNull();
    expect(files()).toEqual([`${sha(glb)}.glb`]);
    expect(await library.resolveAvatar(UID)).toMatchObject({ url: `/avatars/${sha(glb)}.glb` });
    await library.removeAvatar(UID);
    expect(files()).toEqual([]);
  });

  test('a file that waits to be uploaded outlives its row, and goes at the next start', async () => {
    const library = await open(OWNER);
    const { id } = await library.importAvatar('Hero', glb);
    sqlite()
      .prepare(
        `insert into upload_queue (id, avatar_uid, direction, part, sha256, bytes, object_path)
          values ('a', ?, 'up', 'model', ?, 1, 'x')`,
      )
      .run(id, sha(glb));
    await library.removeAvatar(id);
    expect(files()).toEqual([`${sha(glb)}.glb`]);
    sqlite().exec('delete from upload_queue');
    await (await open(OWNER)).settled();
    expect(files()).toEqual([]);
  });
});

describe('an avatar of another device', () => {
  test('is listed without its file, asked for once, and first when it is chosen', async () => {
    const library = await open(OWNER);
    const picture = `${OWNER}/${UID}/${sha(png)}.png`;
    pulled(UID, glb, { thumbnail_url: picture, preview_url: picture });
    library.rowsChanged();
    library.rowsChanged();
    expect(library.snapshot().avatars).toMatchObject([
      { id: UID, name: 'From elsewhere', family: 'glb', here: false, thumbnailUrl: null },
    ]);
    const asked = { avatarUid: UID, objectPath: `${OWNER}/${UID}/${sha(glb)}.glb`, sha256: sha(glb) };
    expect(wanted).toEqual([
      { ...asked, part: 'model', chosen: false },
      { avatarUid: UID, part: 'thumbnail', objectPath: picture, sha256: sha(png), chosen: false },
    ]);
    await expect(library.resolveAvatar(UID)).rejects.toMatchObject({ reason: 'files.not-here' });
    expect(wanted[2]).toEqual({ ...asked, part: 'model', chosen: true });

    expect(await library.fileArrived(UID, 'thumbnail', aside(png), sha(png))).toBeNull();
    expect(library.snapshot().avatars[0]).toMatchObject({ thumbnailUrl: `/thumbnails/${sha(png)}.png` });
    expect(await library.fileArrived(UID, 'model', aside(glb), sha(glb))).toBeNull();
    expect(library.snapshot().avatars[0]).toMatchObject({
      here: true,
      thumbnailUrl: `/thumbnails/${sha(png)}.png`,
    });
    expect(await library.resolveAvatar(UID)).toMatchObject({ wantsThumbnail: false });
    expect(inspected).toBe(1);
    // What the cloud sent is not sent back.
    expect([ops(), uploads]).toEqual([[], []]);
    wanted = [];
    library.rowsChanged();
    await (await open(OWNER)).settled();
    expect(wanted).toEqual([]);
  });

  test('takes only the file its row names, and only one that an import would take', async () => {
    const library = await open(OWNER);
    pulled(UID, glb);
    const garbage = glb.slice(0, 200);
    pulled(UID2, garbage);
    expect(await library.fileArrived(UID, 'model', aside(other), sha(glb))).toBe('files.changed');
    expect(await library.fileArrived(UID, 'model', aside(other), sha(other))).toBe('files.changed');
    expect(await library.fileArrived(UID2, 'model', aside(garbage), sha(garbage))).toBe('avatar.truncated');
    expect(await library.fileArrived('nobody', 'model', aside(glb), sha(glb))).toBe('files.changed');
    expect(files()).toEqual([]);
    expect(library.snapshot().avatars.map(({ here }) => here)).toEqual([false, false]);
    expect(warnings).toHaveLength(4);
    sqlite().prepare('update avatars set deleted_at = created_at where uid = ?').run(UID);
    expect(await library.fileArrived(UID, 'model', aside(glb), sha(glb))).toBe('files.changed');
  });

  test('whose row says anything at all is no way out of the folder', async () => {
    const library = await open(OWNER);
    pulled(UID, glb, {
      model_url: '../../etc/passwd',
      metadata: '{"family":7}',
      thumbnail_url: 'https://evil/x.png',
    });
    pulled(UID2, glb, { model_url: `${OWNER}/${UID}/${sha(glb)}.glb`, metadata: 'null' });
    library.rowsChanged();
    expect(wanted).toEqual([]);
    expect(library.snapshot().avatars).toMatchObject([
      { family: 'glb', here: false, thumbnailUrl: null },
      { family: 'glb', here: false },
    ]);
  });

  test('is the one that an import of the same file brings here', async () => {
    const library = await open(OWNER);
    pulled(UID, glb);
    expect((await library.importAvatar('Mine', glb)).id).toBe(UID);
    expect(library.snapshot().avatars).toMatchObject([{ id: UID, name: 'From elsewhere', here: true }]);
    expect(ops()).toEqual([]);
  });

  test('adopts a file that lies here already', async () => {
    const library = await open(OWNER);
    await library.importAvatar('Hero', glb);
    // As when the feed begins anew.
    sqlite().exec('delete from avatars');
    pulled(UID, glb);
    library.rowsChanged();
    await library.settled();
    expect(library.snapshot().avatars).toMatchObject([{ id: UID, here: true }]);
    expect(wanted).toEqual([]);
  });
});

describe('another profile', () => {
  test('has its own files; the mounts follow, and a closed library takes nothing in', async () => {
    const library = await open(null);
    await library.importAvatar('Hero', glb);
    await library.importImage('room.png', png);
    await library.close();
    await expect(library.importAvatar('Late', other)).rejects.toMatchObject({ reason: 'data.busy' });
    expect(library.snapshot()).toMatchObject({ avatars: [], images: [], ownAvatars: 0 });
    sqlite().exec('delete from avatars');
    const second = join(dir, 'second');
    await library.open(second);
    expect(library.snapshot()).toMatchObject({ avatars: [], images: [] });
    expect(await library.mounts.avatars(`${sha(glb)}.glb`)).toBeNull();
    await library.importAvatar('Other', other);
    expect(existsSync(join(second, 'avatars', `${sha(other)}.glb`))).toBe(true);
    expect(files()).toEqual([`${sha(glb)}.glb`]);
  });

  test('waits for a check that is going on, and ends it', async () => {
    let begun = () => {};
    const started = new Promise<void>((resolve) => (begun = resolve));
    const library = await open(null, {
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
    expect(files()).toEqual([]);
  });
});

test('two imports of the same bytes at the same time are one avatar', async () => {
  const library = await open(OWNER);
  const [a, b] = await Promise.all([library.importAvatar('a', glb), library.importAvatar('b', glb)]);
  expect(a.id).toBe(b.id);
  expect(ops()).toHaveLength(1);
});
