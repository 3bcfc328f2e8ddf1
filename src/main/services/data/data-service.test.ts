import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  count,
  DataProfiles,
  glb,
  model,
  NOW,
  OTHER,
  OWNER,
  type Profile,
  png,
  run,
  sha,
  UID,
  wav,
} from '../../testing/data-support.ts';
import { makePng } from '../library/make-png.ts';
import { nameIn } from './archive/names.ts';

let profiles: DataProfiles;
beforeEach(() => {
  profiles = new DataProfiles();
});
afterEach(() => profiles.close());
const profile = (owner: string | null) => profiles.open(owner);

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
    expect(to.uploads[0]).toMatchObject({ avatarUid: nameIn(OWNER, id, null), sha256: sha(glb) });
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
    await made.data.opened({ recovered: null, writable: false, problem: 'storage.full' });
    expect(readdirSync(made.folder)).not.toContain('.import-abc');
    expect(readdirSync(join(made.folder, 'exports'))).toEqual([]);
    await made.data.backUp();
    expect(made.snapshots.at(-1)).toMatchObject({
      writable: false,
      problem: 'storage.full',
      backups: [{ name: 'b.db' }],
    });
  });
});
