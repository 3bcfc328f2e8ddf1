import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ReasonError } from '../../../shared/errors.ts';
import { type DataSnapshot, dataSnapshot } from '../../../shared/ipc/data.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../db/fixtures.ts';
import { createArchiveRows } from '../../db/queries/archive.ts';
import { createAvatarRows } from '../../db/queries/avatars.ts';
import { silentLog } from '../../logging/log.ts';
import { inspectHere } from '../library/inspect/inspect-here.ts';
import { packGlb, triangle } from '../library/inspect/make-glb.ts';
import { createLibrary, type LibraryService } from '../library/library.ts';
import { makePng } from '../library/make-png.ts';
import type { AvatarUpload } from '../library/ports.ts';
import { ARCHIVE_LIMITS } from './archive/limits.ts';
import { makeArchive, makeZip, type TestEntry } from './archive/make-zip.ts';
import { DataService } from './data-service.ts';

const OWNER = '11111111-1111-4111-8111-111111111111';
const OTHER = '99999999-9999-4999-8999-999999999999';
const UID = '22222222-2222-4222-8222-222222222222';
const NOW = '2026-11-20T10:00:00.000Z';
const sha = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const model = (extra: unknown) => packGlb({ ...triangle().json, extras: extra }, triangle().bin);
const glb = model(1);
const png = makePng(64, 64);
const wav = Uint8Array.from('RIFF\0\0\0\0WAVEfmt ', (letter) => letter.charCodeAt(0));

interface Profile {
  readonly folder: string;
  readonly database: TemporaryDatabase;
  readonly library: LibraryService;
  readonly data: DataService;
  readonly snapshots: DataSnapshot[];
  readonly uploads: AvatarUpload[];
  imported: number;
}

let dir: string;
let profiles: Profile[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vida3-data-'));
  profiles = [];
});
afterEach(async () => {
  for (const { data, library, database } of profiles) {
    await data.close();
    await library.close();
    database.close();
  }
  rmSync(dir, { recursive: true });
});

async function profile(owner: string | null, name = `p${profiles.length}`): Promise<Profile> {
  const folder = join(dir, name);
  const database = temporaryDatabase(owner, folder);
  const uploads: AvatarUpload[] = [];
  const queue = { enqueue: (upload: AvatarUpload) => void uploads.push(upload) };
  const library = await createLibrary({
    resourcesDir: join(dir, 'nothing'),
    home: folder,
    avatars: createAvatarRows(database, queue),
    inspect: inspectHere,
    log: silentLog,
  });
  const snapshots: DataSnapshot[] = [];
  const made: Profile = {
    folder,
    database,
    library,
    snapshots,
    uploads,
    imported: 0,
    data: new DataService({
      home: folder,
      profile: () => ({ name: 'Ünïcode & Söns', folder }),
      rows: createArchiveRows(database, queue),
      library: () => library.files(),
      backups: { list: () => [{ name: 'b.db', at: NOW, bytes: 1 }], backUp: async () => undefined },
      version: '0.1.0',
      publish: (snapshot) => void snapshots.push(dataSnapshot.payload.parse(snapshot)),
      onImported: () => made.imported++,
      log: silentLog,
      now: () => new Date(NOW),
    }),
  };
  profiles.push(made);
  return made;
}

const run = ({ database }: Profile, sql: string, ...values: unknown[]) =>
  void database.sqlite.prepare(sql).run(...values);
const count = ({ database }: Profile, table: string) =>
  database.sqlite.prepare(`select count(*) from ${table}`).pluck().get();

async function fill(made: Profile): Promise<string> {
  const { id } = await made.library.importAvatar('Hero', glb);
  await made.library.saveThumbnail(id, png);
  await made.library.importAvatar('Second', model(2));
  await made.library.importImage('Room.png', makePng(9, 9));
  await made.library.importSound('Rain.wav', wav);
  run(
    made,
    `insert into rtmp_sources (uid, name, url, is_default) values (?, 'Main', 'rtmps://a.example/app', 1)`,
    UID,
  );
  run(
    made,
    'insert into rtmp_source_secrets (source_uid, sealed_key) values (?, ?)',
    UID,
    Buffer.from('live_secret_key'),
  );
  run(
    made,
    `insert into streaming_sessions (uid, avatar_uid, start_time, end_time, duration, status, metadata)
      values (?, ?, ?, ?, 60, 'ended', '{"destinations":["Main"]}')`,
    OTHER,
    id,
    NOW,
    NOW,
  );
  run(made, `insert into streaming_sessions (uid, start_time) values (?, ?)`, OWNER, NOW);
  run(made, `insert into settings (key, value) values ('studio', '{"fps":30}')`);
  return id;
}

/** Everything an archive is about, without what a machine says of it. */
function contents({ database, library, folder }: Profile) {
  const all = (sql: string) => database.sqlite.prepare(sql).all();
  const avatarColumns = `uid, name, category, vertices, control_points, file_size, is_rigged, usage_count, metadata, created_at`;
  return {
    avatars: all(`select ${avatarColumns} from avatars where deleted_at is null order by created_at, uid`),
    files: all('select * from avatar_files order by avatar_uid'),
    destinations: all('select uid, name, url, bitrate, is_default from rtmp_sources'),
    sessions: all(`select uid, avatar_uid, start_time, end_time, duration, status, metadata
      from streaming_sessions where status <> 'active'`),
    settings: all('select key, value from settings'),
    images: library.files().images.list(),
    sounds: library.files().sounds.list(),
    disk: ['avatars', 'images', 'sounds'].flatMap((name) =>
      readdirSync(join(folder, name))
        .filter((file) => !file.endsWith('.json'))
        .map((file) => [file, sha(readFileSync(join(folder, name, file)))]),
    ),
  };
}

describe('an archive', () => {
  test('of one profile makes another one equal; a second import adds nothing; no secret is in it', async () => {
    const from = await profile(null);
    await fill(from);
    const { path } = await from.data.export();
    expect(path).toBe(join(from.folder, 'exports', 'vida3-u-ni-code-so-ns-2026-11-20.zip'));
    expect(from.data.snapshot.exported).toMatchObject({ bytes: statSync(path).size });
    expect(readFileSync(path).includes('live_secret_key')).toBe(false);
    expect(await from.data.asset(path.slice(path.lastIndexOf('/') + 1))).toMatchObject({ path });
    expect(await from.data.asset('../vida3.db')).toBeNull();

    const to = await profile(null);
    expect(await to.data.import(path)).toEqual({ added: 7, known: 0, refused: 0 });
    expect(contents(to)).toEqual(contents(from));
    expect(to.imported).toBe(1);
    expect(to.library.snapshot().avatars.map(({ name, here }) => [name, here])).toEqual([
      ['Hero', true],
      ['Second', true],
    ]);
    expect(await to.data.import(path)).toEqual({ added: 0, known: 7, refused: 0 });
    expect(contents(to)).toEqual(contents(from));
    expect(from.data.snapshot.job).toBeNull();
    expect(from.snapshots.some(({ job }) => job?.kind === 'export')).toBe(true);
    expect((await from.data.export()).path).toMatch(/-2\.zip$/);
  });

  test('replaces nothing: what was changed or removed here stays so', async () => {
    const from = await profile(null);
    const id = await fill(from);
    const { path } = await from.data.export();
    await from.library.renameAvatar(id, 'Renamed');
    run(from, `update rtmp_sources set deleted_at = created_at`);
    expect(await from.data.import(path)).toEqual({ added: 0, known: 7, refused: 0 });
    expect(from.library.snapshot().avatars[0]).toMatchObject({ name: 'Renamed' });
  });

  test('goes into an account as changes and uploads of its own', async () => {
    const from = await profile(null);
    const id = await fill(from);
    const { path } = await from.data.export();
    const to = await profile(OWNER);
    run(
      to,
      `insert into rtmp_sources (uid, name, url, is_default) values (?, 'Mine', 'rtmp://b.example/app', 1)`,
      OTHER,
    );
    expect(await to.data.import(path)).toMatchObject({ added: 7, refused: 0 });
    expect(count(to, 'sync_outbox')).toBe(4);
    expect(to.uploads.map(({ part }) => part)).toEqual(['model', 'thumbnail', 'model']);
    expect(to.uploads[0]).toMatchObject({ avatarUid: id, sha256: sha(glb) });
    // There is one default already.
    expect(to.database.sqlite.prepare('select sum(is_default) from rtmp_sources').pluck().get()).toBe(1);
  });

  test('of another account gets names of its own, the same every time', async () => {
    const from = await profile(OTHER);
    const id = await fill(from);
    const { path } = await from.data.export();
    const to = await profile(OWNER);
    expect(await to.data.import(path)).toMatchObject({ added: 7 });
    const uids = to.database.sqlite.prepare('select uid from avatars').pluck().all();
    expect(uids).not.toContain(id);
    const session = to.database.sqlite.prepare('select avatar_uid from streaming_sessions').pluck().get();
    expect(uids).toContain(session);
    expect(await to.data.import(path)).toMatchObject({ added: 0, known: 7 });
  });
});

describe('a job', () => {
  test('that is cancelled leaves nothing, and one runs at a time', async () => {
    const from = await profile(null);
    await fill(from);
    const { path } = await from.data.export();
    const before = readdirSync(join(from.folder, 'exports'));
    const exporting = from.data.export();
    await expect(from.data.import(path)).rejects.toMatchObject({ reason: 'data.busy' });
    from.data.cancel();
    await expect(exporting).rejects.toMatchObject({ reason: 'data.cancelled' });
    expect(readdirSync(join(from.folder, 'exports'))).toEqual(before);

    const to = await profile(null);
    const importing = to.data.import(path);
    // In the middle: the rows are read, the files are not in their places.
    while (!to.data.snapshot.job?.done) await new Promise((resolve) => setImmediate(resolve));
    to.data.cancel();
    await expect(importing).rejects.toMatchObject({ reason: 'data.cancelled' });
    expect(readdirSync(to.folder).filter((name) => name.startsWith('.import-'))).toEqual([]);
    expect(existsSync(join(to.folder, 'avatars')) ? readdirSync(join(to.folder, 'avatars')) : []).toEqual([]);
    expect([count(to, 'avatars'), count(to, 'settings'), to.imported]).toEqual([0, 0, 0]);
    expect(to.data.snapshot.job).toBeNull();
  });

  test('whose rows cannot be written takes its files back', async () => {
    const from = await profile(null);
    await fill(from);
    const { path } = await from.data.export();
    const to = await profile(null);
    to.database.sqlite.exec(
      `create trigger refuse before insert on settings begin select raise(abort, 'no'); end`,
    );
    await expect(to.data.import(path)).rejects.toMatchObject({ reason: 'storage.failed' });
    expect(readdirSync(join(to.folder, 'avatars'))).toEqual([]);
    expect(to.library.snapshot()).toMatchObject({ avatars: [], images: [], sounds: [] });
    expect(count(to, 'rtmp_sources')).toBe(0);
  });

  test('that was killed is swept at the opening; problems and backups are told', async () => {
    const made = await profile(null);
    mkdirSync(join(made.folder, '.import-abc'));
    mkdirSync(join(made.folder, 'exports'));
    writeFileSync(join(made.folder, 'exports/x.unfinished'), '');
    await made.data.opened({ recovered: null, writable: true, problem: null });
    expect(readdirSync(made.folder)).not.toContain('.import-abc');
    expect(readdirSync(join(made.folder, 'exports'))).toEqual([]);
    made.data.setProblem('storage.full');
    await made.data.backUp();
    expect(made.snapshots.at(-1)).toMatchObject({
      writable: false,
      problem: 'storage.full',
      backups: [{ name: 'b.db' }],
    });
  });
});

/** Numbers below 1, the same for one seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const avatarRow = (bytes: Uint8Array, change: Record<string, unknown> = {}) => ({
  uid: UID,
  name: 'Hero',
  type: 'glb-upload',
  category: 'custom',
  ipfs_hash: null,
  vertices: 3,
  control_points: 0,
  is_rigged: false,
  rigged_ipfs_hash: null,
  face_tracking_enabled: true,
  body_tracking_enabled: true,
  hand_tracking_enabled: false,
  lod_levels: null,
  animations: null,
  blend_shapes: null,
  usage_count: 0,
  last_used_at: null,
  metadata: null,
  created_at: NOW,
  updated_at: NOW,
  file: { sha256: sha(bytes), extension: 'glb', thumbnail_sha256: null },
  ...change,
});
const jsonl = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const good: TestEntry[] = [
  { name: 'rows/avatars.jsonl', data: jsonl(avatarRow(glb)), deflate: true },
  { name: `avatars/${sha(glb)}.glb`, data: glb },
];

describe('a hostile archive', () => {
  const save = (bytes: Uint8Array) => {
    const path = join(dir, 'archive.zip');
    writeFileSync(path, bytes);
    return path;
  };
  const clean = (made: Profile) => {
    expect(readdirSync(made.folder).filter((name) => name.startsWith('.import-'))).toEqual([]);
    expect(existsSync(join(made.folder, 'avatars')) ? readdirSync(join(made.folder, 'avatars')) : []).toEqual(
      [],
    );
    expect(existsSync(join(dir, 'evil'))).toBe(false);
  };

  test('the good one of these tests is taken', async () => {
    const made = await profile(null);
    expect(await made.data.import(save(makeZip(makeArchive(good))))).toEqual({
      added: 1,
      known: 0,
      refused: 0,
    });
    expect(made.library.snapshot().avatars).toMatchObject([{ id: UID, name: 'Hero', here: true }]);
  });

  const zeros = Buffer.alloc(ARCHIVE_LIMITS.ratioFrom + 1);
  const whole: [string, () => Uint8Array][] = [
    ['no zip', () => Buffer.from('PK no zip')],
    ['nothing', () => Buffer.alloc(0)],
    ['a slip', () => makeZip(makeArchive([...good, { name: '../evil', data: 'x' }]))],
    [
      'a slip in a folder of ours',
      () => makeZip(makeArchive([...good, { name: 'avatars/../../evil', data: 'x' }])),
    ],
    ['an absolute path', () => makeZip(makeArchive([...good, { name: '/tmp/evil', data: 'x' }]))],
    ['backslashes', () => makeZip(makeArchive([...good, { name: 'avatars\\evil', data: 'x' }]))],
    ['a name of no archive', () => makeZip(makeArchive([...good, { name: 'vida3.db', data: 'x' }]))],
    ['a folder', () => makeZip(makeArchive([...good, { name: 'avatars/', data: '' }]))],
    ['a link', () => makeZip(makeArchive([{ ...good[0]!, mode: 0o120777 }, good[1]!]))],
    ['a device', () => makeZip(makeArchive([{ ...good[0]!, mode: 0o060644 }, good[1]!]))],
    ['one name twice', () => makeZip([...makeArchive(good), good[1]!])],
    ['an encrypted entry', () => makeZip(makeArchive([{ ...good[0]!, encrypted: true }, good[1]!]))],
    [
      'a bomb',
      () => makeZip(makeArchive([...good, { name: 'rows/settings.jsonl', data: zeros, deflate: true }])),
    ],
    ['a size that is not true', () => makeZip(makeArchive([{ ...good[0]!, claims: 20_000_000 }, good[1]!]))],
    ['entries that are not there', () => makeZip(makeArchive(good), 50)],
    ['more entries than any', () => makeZip(makeArchive(good), 60_000)],
    ['no manifest', () => makeZip(good)],
    [
      'a manifest of something else',
      () => makeZip([...good, { name: 'manifest.json', data: '{"format":"x"}' }]),
    ],
    ['a manifest that is no JSON', () => makeZip([...good, { name: 'manifest.json', data: '{' }])],
    ['a file that the manifest does not name', () => makeZip([...makeArchive(good.slice(0, 1)), good[1]!])],
    [
      'a file that is missing',
      () => makeZip(makeArchive(good).filter(({ name }) => !name.startsWith('avatars'))),
    ],
    [
      'rows that were changed',
      () =>
        makeZip([
          { ...good[0]!, data: jsonl(avatarRow(glb, { name: 'Zero' })) },
          ...makeArchive(good).slice(1),
        ]),
    ],
  ];
  test.each(whole)('with %s is refused as a whole', async (_, make) => {
    const made = await profile(null);
    await expect(made.data.import(save(make()))).rejects.toMatchObject({ reason: 'data.bad-archive' });
    expect(count(made, 'avatars')).toBe(0);
    clean(made);
  });

  test('of a newer version says so', async () => {
    const made = await profile(null);
    const path = save(makeZip(makeArchive(good, { version: 2, shape: 'unknown' })));
    await expect(made.data.import(path)).rejects.toMatchObject({ reason: 'data.too-new' });
    clean(made);
  });

  test('that was cut off anywhere leaves nothing', async () => {
    const made = await profile(null);
    const bytes = makeZip(makeArchive(good));
    for (const part of [0.1, 0.5, 0.9, 0.99]) {
      const path = save(bytes);
      truncateSync(path, Math.floor(bytes.byteLength * part));
      await expect(made.data.import(path)).rejects.toBeInstanceOf(ReasonError);
    }
    expect(count(made, 'avatars')).toBe(0);
    clean(made);
  });

  test('with any bytes changed is taken or refused, and nothing of it stays besides', async () => {
    const made = await profile(null);
    const zip = makeZip(makeArchive(good));
    const random = generator(7);
    for (let round = 0; round < 80; round++) {
      const bent = Buffer.from(zip);
      for (let i = 0; i <= round % 4; i++)
        bent[Math.floor(random() * bent.byteLength)] = Math.floor(random() * 256);
      const outcome = await made.data.import(save(bent)).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ reason: 'data.bad-archive' });
      run(made, 'delete from avatars');
      rmSync(join(made.folder, 'avatars'), { recursive: true, force: true });
      await made.library.open(made.folder);
    }
    clean(made);
  });

  test('with a million entries is refused by its directory', async () => {
    const made = await profile(null);
    const zip = makeZip(makeArchive(good));
    // A ZIP64 end record and its locator before the old end record, which then says 0xffff.
    const end = zip.subarray(zip.byteLength - 22);
    const at = zip.byteLength - 22;
    const record = Buffer.alloc(56);
    record.writeUInt32LE(0x06064b50, 0);
    record.writeBigUInt64LE(44n, 4);
    record.writeBigUInt64LE(1_000_000n, 24);
    record.writeBigUInt64LE(1_000_000n, 32);
    record.writeBigUInt64LE(BigInt(end.readUInt32LE(12)), 40);
    record.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48);
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50, 0);
    locator.writeBigUInt64LE(BigInt(at), 8);
    locator.writeUInt32LE(1, 16);
    const old = Buffer.from(end);
    old.writeUInt16LE(0xffff, 8);
    old.writeUInt16LE(0xffff, 10);
    old.writeUInt32LE(0xffffffff, 16);
    const path = save(Buffer.concat([zip.subarray(0, at), record, locator, old]));
    await expect(made.data.import(path)).rejects.toMatchObject({
      reason: 'data.bad-archive',
      detail: expect.stringContaining('1000000 entries'),
    });
  });

  test('with some bad rows and files gives the good ones', async () => {
    const made = await profile(null);
    const broken = model(3).slice(0, 150);
    const uid = (digit: number) => UID.replaceAll('2', String(digit));
    const rows = jsonl(
      avatarRow(glb),
      avatarRow(glb, { name: 'Twice' }),
      avatarRow(broken, { uid: uid(3) }),
      avatarRow(model(4), { uid: uid(4) }),
      avatarRow(glb, { uid: uid(5), name: '' }),
      avatarRow(glb, { uid: 'x' }),
      avatarRow(glb, { uid: uid(6), file: null }),
      avatarRow(glb, { uid: uid(7), file: { sha256: sha(glb), extension: 'vrm', thumbnail_sha256: null } }),
      avatarRow(glb, { uid: uid(8), created_at: '2026-01-01T00:00:00.123456+02:00' }),
    );
    const sessions = jsonl(
      {
        uid: OWNER,
        avatar_uid: uid(3),
        start_time: NOW,
        end_time: NOW,
        duration: 5,
        platform: null,
        viewers: 0,
        status: 'ended',
        metadata: null,
        created_at: NOW,
        updated_at: NOW,
      },
      { uid: OTHER, status: 'active' },
    );
    const entries: TestEntry[] = [
      { name: 'rows/avatars.jsonl', data: `${rows}no json\n{"long":"${'x'.repeat(300_000)}"}\n` },
      { name: 'rows/streaming_sessions.jsonl', data: sessions },
      {
        name: 'rows/rtmp_sources.jsonl',
        data: jsonl({ uid: OWNER, url: 'file:///etc/passwd', name: 'x', bitrate: 1 }),
      },
      {
        name: 'rows/settings.jsonl',
        data: jsonl({ key: '../x', value: 1 }, { key: 'studio', value: { a: [1] } }),
      },
      { name: 'rows/users.jsonl', data: jsonl({ id: OWNER, role: 'admin' }) },
      { name: 'rows/unknown_table.jsonl', data: 'anything' },
      { name: 'rows/images.jsonl', data: jsonl({ id: sha('x'), name: 'x', file: `${sha('x')}.png` }) },
      { name: `images/${sha('x')}.png`, data: 'x' },
      { name: `avatars/${sha(glb)}.glb`, data: glb },
      { name: `avatars/${sha(broken)}.glb`, data: broken },
      // Its name is of other bytes.
      { name: `avatars/${sha(model(4))}.glb`, data: model(5) },
    ];
    const counts = await made.data.import(save(makeZip(makeArchive(entries))));
    expect(counts).toEqual({ added: 4, known: 0, refused: 13 });
    expect(made.database.sqlite.prepare('select uid, created_at from avatars order by uid').all()).toEqual([
      { uid: UID, created_at: NOW },
      { uid: uid(8), created_at: '2025-12-31T22:00:00.123Z' },
    ]);
    expect(made.database.sqlite.prepare('select uid, avatar_uid from streaming_sessions').all()).toEqual([
      { uid: OWNER, avatar_uid: null },
    ]);
    expect([count(made, 'users'), count(made, 'rtmp_sources')]).toEqual([0, 0]);
    expect(readdirSync(join(made.folder, 'avatars'))).toEqual([`${sha(glb)}.glb`]);
  });
});
