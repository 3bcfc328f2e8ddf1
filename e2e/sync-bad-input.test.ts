import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startCloud } from '../scripts/cloud/cloud.ts';
import type { Cloud, Fault } from '../scripts/cloud/types.ts';
import type { PullAnswer } from '../src/main/services/sync/wire.ts';
import { SimClock } from './support/sync-clock.ts';
import { Random } from './support/sync-random.ts';
import { fillLibrary } from './support/sync-rows.ts';
import { openSyncStudio, type StudioOptions, type SyncStudio } from './support/sync-studio.ts';

const PULL = /\/rest\/v1\/rpc\/sync_pull$/;
const PUSH = /\/rest\/v1\/rpc\/sync_push$/;

let cloud: Cloud;
let users = 0;
let userId: string;
let token: string;
let clock: SimClock;
const open: SyncStudio[] = [];

beforeAll(async () => {
  cloud = await startCloud({ engine: 'pglite' });
});
afterAll(() => cloud?.close());
beforeEach(async () => {
  const name = `studio${++users}`;
  ({ id: userId } = await cloud.addUser(`${name}@example.test`, 'correct horse', name));
  token = await cloud.token(userId, { ttlSeconds: 3600 });
  clock = new SimClock(new Random(users));
});
afterEach(async () => {
  cloud.clearFaults();
  await Promise.all(open.splice(0).map((studio) => studio.close()));
});

function studioOf(options: Partial<StudioOptions> = {}): SyncStudio {
  const studio = openSyncStudio({ url: cloud.url, key: cloud.key, userId, token, clock, ...options });
  open.push(studio);
  return studio;
}

async function synced(options: Partial<StudioOptions> = {}): Promise<SyncStudio> {
  const studio = studioOf(options);
  studio.start();
  await studio.service.now();
  return studio;
}

function addDestination({ db }: SyncStudio, name = 'Mine'): string {
  const uid = crypto.randomUUID();
  db.sqlite.transaction(() => {
    db.sqlite
      .prepare('insert into rtmp_sources (uid, name, url) values (?, ?, ?)')
      .run(uid, name, 'rtmp://h/app');
    const patch = { name, url: 'rtmp://h/app', bitrate: 2500, is_default: false };
    db.enqueue({ table: 'rtmp_sources', uid, kind: 'upsert', patch });
  })();
  return uid;
}

const answerStatus = (status: number, body = '{}', headers: Record<string, string> = {}): Fault['do'] => ({
  kind: 'status',
  status,
  body,
  headers: { 'content-type': 'application/json', ...headers },
});
const changePull = (change: (page: PullAnswer) => unknown): Fault['do'] => ({
  kind: 'change',
  body: (body) => JSON.stringify(change(JSON.parse(body) as PullAnswer)),
});
const count = (studio: SyncStudio, table: string): number =>
  studio.db.sqlite.prepare<[], { n: number }>(`select count(*) as n from "${table}"`).get()!.n;
const serverCount = async (table: string): Promise<number> => {
  const [row] = await cloud.engine.query<{ n: number }>(
    `select count(*)::integer as n from public."${table}" where user_id = $1`,
    [userId],
  );
  return row!.n;
};

test('a first pull of 10,000 rows is interrupted at any page and goes on where it was', async () => {
  await fillLibrary(cloud, userId, 10_000);
  const studio = studioOf({ pullLimit: 1000 });
  studio.start();
  const faults: Fault['do'][] = [
    { kind: 'drop' },
    { kind: 'lose-answer' },
    answerStatus(503),
    { kind: 'change', body: (body) => body.slice(0, body.length / 2) },
  ];
  let last = -1;
  for (let page = 0; count(studio, 'avatars') < 10_000; page++) {
    expect(page).toBeLessThan(30);
    // One page passes, the next one does not.
    cloud.fault({ path: PULL, do: { kind: 'change', body: (body) => body } });
    cloud.fault({ path: PULL, do: faults[page % faults.length]! });
    await studio.service.now();
    cloud.clearFaults();
    expect(count(studio, 'avatars')).toBeGreaterThan(last);
    last = count(studio, 'avatars');
  }
  await studio.service.now();
  expect(studio.service.state).toMatchObject({ mode: 'idle', problem: null, pulled: null, unreadable: 0 });
  expect(studio.states.some(({ pulled }) => (pulled ?? 0) > 0)).toBe(true);
  const requests = cloud.requests.length;
  await studio.service.now();
  expect(cloud.requests.length - requests, 'a pull with nothing new').toBe(1);
});

describe('what the server sends', () => {
  test('a row that cannot be read is set aside; the others and the cursor go on; it comes again when it changes', async () => {
    await fillLibrary(cloud, userId, 3);
    const bad = (page: PullAnswer) => {
      for (const { row } of page.own.changes) if (row.name === 'Avatar 2') row.vertices = 'many';
      return page;
    };
    cloud.fault({ path: PULL, do: changePull(bad) });
    const studio = await synced();
    expect(studio.service.state).toMatchObject({ mode: 'idle', problem: null, unreadable: 1 });
    expect(count(studio, 'avatars')).toBe(2);
    expect(studio.db.sqlite.prepare('select table_name, why from sync_unreadable').all()).toEqual([
      { table_name: 'avatars', why: expect.stringMatching(/^vertices/) },
    ]);
    await cloud.engine.query(
      `update public.avatars set usage_count = 7 where user_id = $1 and name = 'Avatar 2'`,
      [userId],
    );
    await studio.service.now();
    expect(studio.service.state.unreadable).toBe(0);
    expect(count(studio, 'avatars')).toBe(3);
  });

  test('a server that is ahead: tables and columns of the future are left out', async () => {
    await fillLibrary(cloud, userId, 2);
    const ahead = (page: PullAnswer) => {
      page.schema = 9;
      for (const { row } of page.own.changes) row.colour = 'green';
      page.own.changes.push({ t: 'holograms', s: page.own.cursor, row: { id: 1 } });
      return page;
    };
    cloud.fault({ path: PULL, do: changePull(ahead) });
    const studio = await synced();
    expect(studio.service.state).toMatchObject({ mode: 'idle', problem: null, unreadable: 0 });
    expect(count(studio, 'avatars')).toBe(2);
  });

  test('a server that is behind: columns that it does not have stay as they are, and come when it has them', async () => {
    await fillLibrary(cloud, userId, 2);
    const behind = (page: PullAnswer) => {
      page.schema = 0;
      for (const { row } of page.own.changes) delete row.ipfs_hash;
      return page;
    };
    cloud.fault({ path: PULL, do: changePull(behind) });
    const studio = await synced();
    const hashes = () =>
      studio.db.sqlite.prepare('select ipfs_hash from avatars where ipfs_hash is null').all();
    expect(count(studio, 'avatars')).toBe(2);
    expect(studio.service.state.problem).toBeNull();
    // start() and now() were two syncs: the second one had the newer server.
    await studio.service.now();
    expect(hashes()).toEqual([]);
  });

  test.each([
    ['no JSON', () => 'upstream says hello'],
    ['another shape', () => '{"own": []}'],
    [
      'a page that leads nowhere',
      (body: string) => body.replace(/"more": ?false/, '"more":true').replace(/"cursor": ?\d+/, '"cursor":0'),
    ],
  ])('%s is no answer, and is asked for again later', async (_name, body) => {
    cloud.fault({ path: PULL, do: { kind: 'change', body } });
    const studio = await synced();
    expect(studio.service.state).toMatchObject({ mode: 'offline', problem: 'sync.bad-answer' });
    expect(studio.service.state.nextTryAt).not.toBeNull();
    await studio.service.now();
    expect(studio.service.state).toMatchObject({ mode: 'idle', problem: null });
  });

  test('tombstones that were purged: what the server no longer has goes, the rest stays all the time', async () => {
    await fillLibrary(cloud, userId, 4);
    const studio = await synced();
    const mine = addDestination(studio);
    await cloud.engine.query(`delete from public.avatars where user_id = $1 and name = 'Avatar 2'`, [userId]);
    const purged = (page: PullAnswer) => ({
      ...page,
      own: { ...page.own, purged_before: page.own.cursor + 10 },
    });
    cloud.fault({ path: PULL, do: changePull(purged), times: 3 });
    await studio.service.now();
    expect(studio.service.state).toMatchObject({ mode: 'idle', problem: null, pending: 0 });
    expect(studio.db.sqlite.prepare('select name from avatars order by name').all()).toEqual(
      ['Avatar 1', 'Avatar 3', 'Avatar 4'].map((name) => ({ name })),
    );
    expect(studio.db.sqlite.prepare('select uid from rtmp_sources').all()).toEqual([{ uid: mine }]);
    const requests = cloud.requests.length;
    await studio.service.now();
    expect(cloud.requests.length - requests, 'it does not begin anew each time').toBe(1);
  });
});

describe('what the server answers', () => {
  test('429 and 5xx: later, not sooner than it asks for', async () => {
    cloud.fault({ path: PULL, do: answerStatus(429, '{}', { 'retry-after': '90' }) });
    const studio = await synced();
    expect(studio.service.state).toMatchObject({ mode: 'offline', problem: 'sync.server-failed' });
    expect(Date.parse(studio.service.state.nextTryAt!) - clock.now()).toBe(90_000);
    const requests = cloud.requests.length;
    clock.advance(89_000);
    expect(cloud.requests.length).toBe(requests);
    clock.advance(1000);
    await studio.service.now();
    expect(studio.service.state).toMatchObject({ mode: 'idle', problem: null });
    cloud.fault({ path: PULL, do: answerStatus(502, 'bad gateway') });
    await studio.service.now();
    expect(studio.service.state).toMatchObject({ mode: 'offline', problem: 'sync.server-failed' });
  });

  test('401: another token is tried once, then somebody has to sign in; nothing is lost', async () => {
    const studio = await synced();
    cloud.fault({ path: PUSH, do: answerStatus(401, '{"code":"PGRST303"}') });
    addDestination(studio, 'One');
    await studio.service.now();
    expect(studio.refusedTokens).toHaveLength(1);
    expect(studio.service.state).toMatchObject({ mode: 'idle', pending: 0 });
    cloud.fault({ path: PUSH, do: answerStatus(401, '{"code":"PGRST303"}'), times: 2 });
    addDestination(studio, 'Two');
    await studio.service.now();
    expect(studio.service.state).toMatchObject({ mode: 'needs-sign-in', pending: 1, nextTryAt: null });
    studio.service.changed();
    expect(clock.waiting).toBe(0);
    studio.service.signedIn();
    await studio.service.now();
    expect(studio.service.state).toMatchObject({ mode: 'idle', pending: 0 });
    expect(await serverCount('rtmp_sources')).toBe(2);
  });

  test('an expired and a forged token', async () => {
    for (const bad of [
      await cloud.token(userId, { ttlSeconds: -60 }),
      await cloud.token(userId, { secret: 'somebody else, with a secret long enough' }),
    ]) {
      const studio = await synced({ token: bad });
      expect(studio.service.state).toMatchObject({ mode: 'needs-sign-in', problem: 'account.needs-sign-in' });
    }
  });

  test('403 for a whole call stops it until it is asked for', async () => {
    const studio = await synced();
    cloud.fault({ path: PULL, do: answerStatus(403, '{"code":"42501"}') });
    await studio.service.now();
    expect(studio.service.state).toMatchObject({ problem: 'sync.refused', nextTryAt: null });
    expect(clock.waiting).toBe(0);
    await studio.service.now();
    expect(studio.service.state).toMatchObject({ mode: 'idle', problem: null });
  });

  test('VD426: this version is too old; changes are kept', async () => {
    const studio = await synced();
    addDestination(studio);
    cloud.fault({ path: PUSH, do: answerStatus(400, '{"code":"VD426"}') });
    await studio.service.now();
    expect(studio.service.state).toMatchObject({ mode: 'client-too-old', pending: 1, nextTryAt: null });
  });

  test('a batch that is too much goes in halves; a change that is too much alone is refused alone', async () => {
    const studio = await synced();
    const uids = Array.from({ length: 9 }, (_, index) => addDestination(studio, `Name ${index}`));
    const patch = { name: 'x'.repeat(200_000) };
    studio.db.enqueue({ table: 'rtmp_sources', uid: uids[4]!, kind: 'upsert', patch });
    cloud.fault({ path: PUSH, do: answerStatus(400, '{"code":"VD413"}'), times: 3 });
    await studio.service.now();
    expect(studio.service.state).toMatchObject({ problem: null, pending: 0 });
    expect(await serverCount('rtmp_sources')).toBeGreaterThanOrEqual(7);
    expect(studio.store.refused().map(({ reason }) => reason)).toContain('sync.invalid-value');
  });

  test('an answer that is lost after it took effect: sent again, no effect twice', async () => {
    const studio = await synced();
    addDestination(studio);
    cloud.fault({ path: PUSH, do: { kind: 'lose-answer' } });
    await studio.service.now();
    expect(studio.service.state).toMatchObject({ mode: 'offline', pending: 1 });
    await studio.service.now();
    expect(studio.service.state).toMatchObject({ mode: 'idle', pending: 0, refused: [] });
    expect(await serverCount('rtmp_sources')).toBe(1);
  });

  test('two syncs at once are one after the other', async () => {
    const studio = await synced();
    addDestination(studio);
    const before = cloud.requests.length;
    await Promise.all([studio.service.now(), studio.service.now(), studio.service.now()]);
    const paths = cloud.requests.slice(before).map(({ path }) => path);
    expect(paths.filter((path) => PUSH.test(path))).toHaveLength(1);
    expect(await serverCount('rtmp_sources')).toBe(1);
  });
});

describe('a change that is refused', () => {
  test('the plan has no room: it blocks nothing, and the user decides', async () => {
    const studio = await synced();
    const avatar = (name: string): string => {
      const uid = crypto.randomUUID();
      const patch = { name, type: 'glb-upload', vertices: 1, control_points: 0, file_size: 1 };
      studio.db.sqlite.transaction(() => {
        studio.db.sqlite
          .prepare(
            'insert into avatars (uid, name, type, vertices, control_points, file_size) values (?, ?, ?, 1, 0, 1)',
          )
          .run(uid, name, patch.type);
        studio.db.enqueue({ table: 'avatars', uid, kind: 'upsert', patch });
      })();
      return uid;
    };
    avatar('First');
    const second = avatar('Second');
    const third = avatar('Third');
    addDestination(studio);
    await studio.service.now();
    expect(studio.service.state).toMatchObject({ mode: 'idle', problem: null, pending: 0 });
    const [newest, older] = studio.service.state.refused;
    expect(newest).toMatchObject({
      name: 'Third',
      reason: 'sync.plan-limit',
      detail: 'avatar_max_count',
      kept: false,
    });
    expect(await serverCount('rtmp_sources')).toBe(1);

    studio.service.keepLocal(older!.opId);
    studio.service.discard(newest!.opId);
    await studio.service.now();
    expect(studio.service.state.refused).toMatchObject([{ name: 'Second', kept: true }]);
    const live = studio.db.sqlite
      .prepare('select uid, rev from avatars where deleted_at is null order by rev')
      .all();
    expect(live).toHaveLength(2);
    expect(live[0]).toEqual({ uid: second, rev: 0 });
    expect(live).not.toContainEqual(expect.objectContaining({ uid: third }));

    await fillLibrary(cloud, userId, 0);
    studio.service.retry(studio.service.state.refused[0]!.opId);
    await studio.service.now();
    expect(studio.service.state.refused).toEqual([]);
    expect(await serverCount('avatars')).toBe(2);
    expect(() => studio.service.discard(newest!.opId)).toThrow(/sync.no-such-change/);
  });

  test('an edit is taken back: the row is again as the server has it', async () => {
    const studio = await synced();
    const uid = addDestination(studio, 'Good');
    await studio.service.now();
    const bad = 'y'.repeat(79);
    studio.db.sqlite.transaction(() => {
      studio.db.sqlite.prepare('update rtmp_sources set name = ? where uid = ?').run(bad, uid);
      studio.db.enqueue({ table: 'rtmp_sources', uid, kind: 'upsert', patch: { name: 5 } });
    })();
    await studio.service.now();
    expect(studio.service.state.refused).toMatchObject([{ reason: 'sync.invalid-value', detail: 'name' }]);
    studio.service.discard(studio.service.state.refused[0]!.opId);
    await studio.service.now();
    expect(studio.db.sqlite.prepare('select name from rtmp_sources').all()).toEqual([{ name: 'Good' }]);
    expect(studio.service.state.refused).toEqual([]);
  });
});

test('a disk that is full in the middle of a page: nothing of the page is there, and it comes whole later', async () => {
  await fillLibrary(cloud, userId, 400);
  const studio = studioOf({ pullLimit: 200 });
  const pages = Number(studio.db.sqlite.pragma('page_count', { simple: true }));
  studio.db.sqlite.pragma(`max_page_count = ${pages + 10}`);
  studio.start();
  await studio.service.now();
  expect(studio.service.state).toMatchObject({ mode: 'idle', problem: 'storage.full' });
  expect(studio.service.state.nextTryAt).not.toBeNull();
  expect(count(studio, 'avatars')).toBe(0);
  expect(studio.store.cursors().own).toBe(0);
  studio.db.sqlite.pragma('max_page_count = 1000000');
  await studio.service.now();
  expect(studio.service.state).toMatchObject({ mode: 'idle', problem: null });
  expect(count(studio, 'avatars')).toBe(400);
});

test('another account on the same machine: each has its own file, and what was waiting waits for its owner', async () => {
  const first = await synced();
  addDestination(first, 'Of the first');
  cloud.fault({ path: PUSH, do: { kind: 'drop' } });
  await first.service.now();
  await first.service.stop();
  const { id: otherId } = await cloud.addUser(`other${users}@example.test`, 'correct horse', `other${users}`);
  const other = await synced({ userId: otherId, token: await cloud.token(otherId, { ttlSeconds: 600 }) });
  expect(count(other, 'rtmp_sources')).toBe(0);
  expect(other.service.state.pending).toBe(0);
  first.start();
  await first.service.now();
  expect(await serverCount('rtmp_sources')).toBe(1);
});
