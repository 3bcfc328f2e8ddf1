import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  DataProfiles,
  glb,
  model,
  NOW,
  OTHER,
  OWNER,
  type Profile,
  run,
  UID,
} from '../../testing/data-support.ts';
import { nameIn } from './archive/names.ts';

const SESSION = '33333333-3333-4333-8333-333333333333';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let profiles: DataProfiles;
beforeEach(() => {
  profiles = new DataProfiles();
});
afterEach(() => profiles.close());

/** An avatar, a destination, and a broadcast with the avatar. @returns uid of the avatar */
async function fill(made: Profile): Promise<string> {
  const { id } = await made.library.importAvatar('Hero', glb);
  run(made, `insert into rtmp_sources (uid, name, url) values (?, 'Main', 'rtmps://a.example/app')`, UID);
  run(
    made,
    `insert into streaming_sessions (uid, avatar_uid, start_time, end_time, duration, status)
      values (?, ?, ?, ?, 60, 'ended')`,
    SESSION,
    id,
    NOW,
    NOW,
  );
  return id;
}
const uids = ({ database }: Profile, table: string) =>
  database.sqlite.prepare(`select uid from ${table} order by uid`).pluck().all() as string[];
const rows = (of: Profile) => ['avatars', 'rtmp_sources', 'streaming_sessions'].flatMap((t) => uids(of, t));
const archive = async (of: Profile) => (await of.data.export()).path;

describe('an archive', () => {
  test('of a guest has other names in every account, and its own in another guest', async () => {
    const guest = await profiles.open(null);
    await fill(guest);
    const path = await archive(guest);
    const names: string[] = [];
    for (const owner of [OWNER, OTHER, null]) {
      const to = await profiles.open(owner);
      expect(await to.data.import(path)).toEqual({ added: 3, known: 0, refused: 0 });
      expect(await to.data.import(path)).toEqual({ added: 0, known: 3, refused: 0 });
      names.push(...rows(to));
    }
    expect(new Set(names).size).toBe(9);
    expect(names.slice(6)).toEqual(rows(guest));
    for (const name of names) expect(name).toMatch(UUID);
  });

  test('that comes back by another account is known, row by row', async () => {
    const first = await profiles.open(OWNER);
    const id = await fill(first);
    const second = await profiles.open(OTHER);
    expect(await second.data.import(await archive(first))).toMatchObject({ added: 3 });
    const session = second.database.sqlite.prepare('select avatar_uid from streaming_sessions').pluck().get();
    expect(uids(second, 'avatars')).toEqual([session]);
    expect(session).not.toBe(id);
    // Another name or content is no reason to double it.
    run(second, `update avatars set name = 'Renamed'`);
    expect(await first.data.import(await archive(second))).toEqual({ added: 0, known: 3, refused: 0 });
    const guest = await profiles.open(null);
    expect(await guest.data.import(await archive(second))).toMatchObject({ added: 3 });
    expect(await first.data.import(await archive(guest))).toEqual({ added: 0, known: 3, refused: 0 });
  });

  test('of rows that were taken along under their own names knows them', async () => {
    const guest = await profiles.open(null);
    await fill(guest);
    const account = await profiles.open(OWNER);
    await fill(account);
    // A claim keeps the names.
    run(account, 'pragma foreign_keys = off');
    run(account, 'update avatars set uid = ?', uids(guest, 'avatars')[0]);
    expect(await account.data.import(await archive(guest))).toEqual({ added: 0, known: 3, refused: 0 });
  });

  test('has an avatar that is here under another name of its own: same model, same name', async () => {
    const guest = await profiles.open(null);
    await fill(guest);
    await guest.library.importAvatar('Other', model(2));
    const account = await profiles.open(OWNER);
    const { id } = await account.library.importAvatar('Hero', glb);
    await account.library.importAvatar('Not that', model(2));
    expect(await account.data.import(await archive(guest))).toEqual({ added: 3, known: 1, refused: 0 });
    expect(account.database.sqlite.prepare('select avatar_uid from streaming_sessions').pluck().get()).toBe(
      id,
    );
  });
});

test('names go round any accounts and come back', () => {
  const there = nameIn(OTHER, nameIn(OWNER, UID, null), OWNER);
  expect(nameIn(null, there, OTHER)).toBe(UID);
  expect(nameIn(OTHER, UID, null)).toBe(there);
  expect(nameIn(OWNER, UID, OWNER)).toBe(UID);
});

test('an import into a library that is being closed is told to wait, and what was begun comes to its end', async () => {
  const made = await profiles.open(null);
  const path = await archive(made);
  const adding = made.library.importImage('Late.png', (await import('../library/make-png.ts')).makePng(8, 8));
  const { images } = made.library.files();
  const closing = made.library.close();
  await expect(made.data.import(path)).rejects.toMatchObject({ reason: 'data.busy' });
  await expect(images.add('x', glb)).rejects.toMatchObject({ reason: 'data.busy' });
  let added = false;
  void adding.then(() => {
    added = true;
  });
  await closing;
  expect(added).toBe(true);
});
