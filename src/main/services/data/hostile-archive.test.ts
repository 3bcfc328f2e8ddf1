import { existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ReasonError } from '../../../shared/errors.ts';
import {
  count,
  DataProfiles,
  glb,
  model,
  NOW,
  OTHER,
  OWNER,
  type Profile,
  run,
  sha,
  UID,
} from '../../testing/data-support.ts';
import { ARCHIVE_LIMITS } from './archive/limits.ts';
import { makeArchive, makeZip, type TestEntry } from './archive/make-zip.ts';

let profiles: DataProfiles;
beforeEach(() => {
  profiles = new DataProfiles();
});
afterEach(() => profiles.close());
const profile = (owner: string | null) => profiles.open(owner);

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
    const path = join(profiles.dir, 'archive.zip');
    writeFileSync(path, bytes);
    return path;
  };
  const clean = (made: Profile) => {
    expect(readdirSync(made.folder).filter((name) => name.startsWith('.import-'))).toEqual([]);
    expect(existsSync(join(made.folder, 'avatars')) ? readdirSync(join(made.folder, 'avatars')) : []).toEqual(
      [],
    );
    expect(existsSync(join(profiles.dir, 'evil'))).toBe(false);
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
