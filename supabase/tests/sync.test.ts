import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../scripts/cloud/types.ts';
import {
  AVATAR,
  codeOf,
  detailOf,
  ENGINES,
  makeUser,
  op,
  openEngine,
  pull,
  push,
  pushOne,
  pushRaw,
  rowOf,
} from './support.ts';

describe.each(ENGINES)('sync on %s', (kind) => {
  let engine: Engine;
  let user: string;
  beforeAll(async () => {
    engine = await openEngine({ engine: kind });
    user = await makeUser(engine, { plan: 'goat' });
  });
  afterAll(() => engine.close());

  test('the first pull gives the profile and the catalogue; the next one gives nothing', async () => {
    const first = await pull(engine, user);
    expect(first.schema).toBe(1);
    expect(first.own.changes.map((change) => change.t)).toEqual(['user_subscriptions', 'users']);
    expect(new Set(first.cat.changes.map((change) => change.t))).toEqual(
      new Set(['subscription_plans', 'add_ons', 'avatar_categories', 'background_categories']),
    );
    const profile = first.own.changes.find((change) => change.t === 'users')?.row;
    expect(profile).toMatchObject({ id: user, plan: 'goat', subscription_plan_id: 'goat', role: 'user' });
    // Milliseconds, as the studio keeps them.
    expect(String(profile?.['created_at'])).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?\+00:00$/);
    const next = await pull(engine, user, first.own.cursor, first.cat.cursor);
    expect(next.own).toEqual({ changes: [], cursor: first.own.cursor, more: false, purged_before: 0 });
    expect(next.cat).toEqual({ changes: [], cursor: first.cat.cursor, more: false, purged_before: 0 });
  });

  test('pages are in order, whole, without overlap, and end', async () => {
    const owner = await makeUser(engine, { plan: 'goat' });
    const ops = Array.from({ length: 23 }, (_, i) => op(i % 3 === 0 ? 'rtmp_sources' : 'avatars'));
    await push(engine, owner, ops);
    const seen: string[] = [];
    let own = 0;
    let cat = 0;
    for (let pages = 0; ; pages++) {
      const page = await pull(engine, owner, own, cat, 5);
      const positions = [...page.own.changes, ...page.cat.changes].map((change) => change.s);
      expect(page.own.changes.every((change) => change.s > own && change.row['sync_seq'] === change.s)).toBe(
        true,
      );
      expect(new Set(positions).size).toBe(positions.length);
      expect(page.own.changes.length === 5).toBe(page.own.more || page.own.changes.length === 5);
      seen.push(...page.own.changes.map((change) => String(change.row['uid'] ?? change.t)));
      own = page.own.cursor;
      cat = page.cat.cursor;
      if (!page.own.more && !page.cat.more) {
        expect(pages).toBeGreaterThan(3);
        break;
      }
    }
    expect(seen.sort()).toEqual([...ops.map((one) => one.uid), 'user_subscriptions', 'users'].sort());
  });

  test('a row keeps what was sent, and comes back the same in a pull', async () => {
    const patch = {
      ...AVATAR,
      name: 'Ωmega "quoted" \u{1f600} \\ \n line',
      file_size: 2 ** 31 + 5,
      last_used_at: '2026-03-01T10:20:30.125Z',
      metadata: { deep: [1, 2.5, { x: null }], empty: {}, text: 'é' },
      blend_shapes: ['a', 'b'],
      lod_levels: null,
      is_public: false,
    };
    const made = op('avatars', { add: { usage_count: 3 } });
    await engine.query('update subscription_plans set max_file_size_mb = 4096');
    await pushOne(engine, user, made);
    const result = rowOf(await pushOne(engine, user, op('avatars', { uid: made.uid, base_rev: 1, patch })));
    expect(result).toMatchObject({
      ...patch,
      last_used_at: '2026-03-01T10:20:30.125+00:00',
      usage_count: 3,
      rev: 2,
    });
    const found = (await pull(engine, user)).own.changes.find(
      (change) => change.row['uid'] === result['uid'],
    );
    expect(found?.row).toEqual(result);
  });

  test('an edit on the newest revision is applied, on an old one it is a conflict with the row as it is', async () => {
    const made = op('avatars');
    await pushOne(engine, user, made);
    const edit = (base: number | null, name: string) =>
      pushOne(engine, user, op('avatars', { uid: made.uid, base_rev: base, patch: { name } }));
    expect(rowOf(await edit(1, 'second'))).toMatchObject({ rev: 2, name: 'second', vertices: 10 });
    for (const base of [1, null, 0, 99]) {
      expect(await edit(base, 'late')).toMatchObject({ status: 'conflict', row: { rev: 2, name: 'second' } });
    }
    expect(rowOf(await edit(2, 'third'))).toMatchObject({ rev: 3, name: 'third' });
  });

  test('counters are added up, whatever revision they come with', async () => {
    const made = op('avatars');
    await pushOne(engine, user, made);
    await pushOne(engine, user, op('avatars', { uid: made.uid, base_rev: 1, patch: { name: 'edited' } }));
    const count = (n: number, base: number) =>
      pushOne(
        engine,
        user,
        op('avatars', { uid: made.uid, base_rev: base, patch: {}, add: { usage_count: n } }),
      );
    expect(rowOf(await count(2, 1))).toMatchObject({ usage_count: 2, name: 'edited' });
    expect(rowOf(await count(5, 1))).toMatchObject({ usage_count: 7 });
    const late = op('avatars', {
      uid: made.uid,
      base_rev: 1,
      patch: { name: 'x' },
      add: { usage_count: 100 },
    });
    expect(await pushOne(engine, user, late)).toMatchObject({ status: 'conflict', row: { usage_count: 7 } });
    for (const n of [-1, 1.5, 1_000_001, 2 ** 40]) {
      expect(await count(n, 4)).toMatchObject({
        status: 'rejected',
        code: expect.stringMatching(/22023|22003/),
        detail: 'usage_count',
      });
    }
    expect(
      await pushOne(
        engine,
        user,
        op('avatars', { uid: made.uid, base_rev: 4, patch: {}, add: { vertices: 1 } }),
      ),
    ).toMatchObject({
      code: '42501',
      detail: 'vertices',
    });
  });

  test('a deletion is a tombstone, beats every edit, and may be of a row that never was', async () => {
    const made = op('avatars');
    await pushOne(engine, user, made);
    await pushOne(engine, user, op('avatars', { uid: made.uid, base_rev: 1, patch: { name: 'newer' } }));
    // On an old revision too.
    const gone = rowOf(
      await pushOne(engine, user, op('avatars', { uid: made.uid, kind: 'delete', base_rev: 1 })),
    );
    expect(gone['deleted_at']).not.toBeNull();
    for (const base of [null, 2, 3]) {
      const edit = op('avatars', {
        uid: made.uid,
        base_rev: base,
        patch: { name: 'again' },
        add: { usage_count: 1 },
      });
      expect(await pushOne(engine, user, edit)).toMatchObject({
        status: 'conflict',
        row: { deleted_at: gone['deleted_at'] },
      });
    }
    const twice = await pushOne(engine, user, op('avatars', { uid: made.uid, kind: 'delete' }));
    expect(rowOf(twice)).toEqual(gone);
    const change = (await pull(engine, user)).own.changes.find(({ row }) => row['uid'] === made.uid);
    expect(change?.row).toEqual(gone);
    expect(await pushOne(engine, user, op('avatars', { kind: 'delete' }))).toMatchObject({
      status: 'applied',
      row: null,
    });
  });

  test('an edit of a row that was purged brings nothing back', async () => {
    expect(await pushOne(engine, user, op('avatars', { base_rev: 4, patch: { name: 'x' } }))).toMatchObject({
      status: 'rejected',
      code: 'P0002',
      detail: 'uid',
    });
  });

  test('the same op twice has one effect and one answer; another body under its id is refused', async () => {
    const made = op('avatars', { add: { usage_count: 4 } });
    const first = await push(engine, user, [made, made]);
    expect(first.map((result) => result.status === 'applied' && result.replayed)).toEqual([false, true]);
    const again = await pushOne(engine, user, made);
    expect(again).toMatchObject({ status: 'applied', replayed: true, row: { usage_count: 4, rev: 1 } });
    expect(await pushOne(engine, user, { ...made, patch: { ...AVATAR, name: 'other' } })).toMatchObject({
      status: 'rejected',
      code: '22023',
      detail: 'op_id',
    });
    expect(await pushOne(engine, user, { ...made, uid: randomUUID() })).toMatchObject({ detail: 'op_id' });
    // Op ids are each user's own.
    const other = await makeUser(engine, { plan: 'goat' });
    expect(await pushOne(engine, other, { ...made, uid: randomUUID() })).toMatchObject({
      status: 'applied',
      replayed: false,
    });
  });

  test("an id that was deleted before it was somebody else's is not a way to their row", async () => {
    const uid = randomUUID();
    const deletion = op('avatars', { uid, kind: 'delete' });
    expect(await pushOne(engine, user, deletion)).toMatchObject({ status: 'applied', row: null });
    const other = await makeUser(engine);
    expect(await pushOne(engine, other, op('avatars', { uid }))).toMatchObject({ status: 'applied' });
    expect(await pushOne(engine, user, deletion)).toMatchObject({
      status: 'applied',
      row: null,
      replayed: true,
    });
  });

  test('results come in the order of the ops, and one that fails stops none', async () => {
    const ops = [
      op('avatars'),
      op('avatars', { patch: { ...AVATAR, type: 'no-such-type' } }),
      op('rtmp_sources'),
      op('avatars', { patch: { name: 'not all that is needed' } }),
      op('streaming_sessions'),
    ];
    const results = await push(engine, user, ops);
    expect(results.map((result) => result.op_id)).toEqual(ops.map((one) => one.op_id));
    expect(
      results.map((result) =>
        result.status === 'rejected' ? `${result.code} ${result.detail}` : result.status,
      ),
    ).toEqual(['applied', '23514 avatars_type', 'applied', '23502 type', 'applied']);
  });

  test("a session names its avatar by uid; one that is not there, or another's, is none", async () => {
    const avatar = op('avatars');
    const session = op('streaming_sessions');
    const withAvatar = { ...session, patch: { ...session.patch, avatar_uid: avatar.uid } };
    const [, result] = await push(engine, user, [avatar, withAvatar]);
    expect(rowOf(result!)).toMatchObject({ avatar_uid: avatar.uid, avatar_id: expect.any(Number) });
    const pulled = (await pull(engine, user)).own.changes.find(({ row }) => row['uid'] === session.uid);
    expect(pulled?.row).toEqual(rowOf(result!));
    const other = await makeUser(engine);
    for (const owner of [user, other]) {
      const uid = owner === other ? avatar.uid : randomUUID();
      const one = op('streaming_sessions');
      const row = rowOf(await pushOne(engine, owner, { ...one, patch: { ...one.patch, avatar_uid: uid } }));
      expect(row).toMatchObject({ avatar_uid: null, avatar_id: null });
    }
    await pushOne(
      engine,
      user,
      op('streaming_sessions', { uid: session.uid, base_rev: 1, patch: { avatar_uid: null } }),
    );
  });

  test('what has ended does not become active again', async () => {
    const session = op('streaming_sessions');
    await pushOne(engine, user, session);
    const late = op('streaming_sessions', {
      uid: session.uid,
      base_rev: 1,
      patch: { status: 'active', end_time: null, viewers: 9 },
    });
    expect(rowOf(await pushOne(engine, user, late))).toMatchObject({
      status: 'ended',
      end_time: '2026-01-05T10:10:00+00:00',
      viewers: 9,
    });
    const shorter = op('streaming_sessions', { uid: session.uid, base_rev: 2, patch: { duration: 1 } });
    expect(rowOf(await pushOne(engine, user, shorter))).toMatchObject({ duration: 600 });
  });

  test('the newest default destination is the only one, and the others are told', async () => {
    const owner = await makeUser(engine);
    const [a, b] = [op('rtmp_sources'), op('rtmp_sources')].map((one) => ({
      ...one,
      patch: { ...one.patch, is_default: true },
    }));
    await push(engine, owner, [a!, b!]);
    const rows = (await pull(engine, owner)).own.changes.filter(({ t }) => t === 'rtmp_sources');
    // The one that steps back comes first, so that no client ever sees two.
    expect(rows.map(({ row }) => [row['uid'], row['is_default']])).toEqual([
      [a!.uid, false],
      [b!.uid, true],
    ]);
  });

  test('an old client is told so, for pulls and pushes', async () => {
    await engine.query('update private.sync_config set min_schema = 2, schema = 2');
    expect(await codeOf(pull(engine, user))).toBe('VD426');
    expect(await codeOf(push(engine, user, []))).toBe('VD426');
    expect(await detailOf(push(engine, user, []))).toBe('2');
    await engine.query('update private.sync_config set min_schema = 1, schema = 1');
    // A newer one is served.
    expect(await engine.asUser(user, (query) => pushRaw(query, [], 7))).toMatchObject({ results: [] });
  });

  test('what is purged is said by a position below which a client begins anew', async () => {
    const owner = await makeUser(engine, { plan: 'goat' });
    const [old, fresh] = [op('avatars'), op('avatars')];
    await push(engine, owner, [old, fresh]);
    const session = op('streaming_sessions');
    await pushOne(engine, owner, { ...session, patch: { ...session.patch, avatar_uid: old.uid } });
    await push(
      engine,
      owner,
      [old, fresh].map((one) => op('avatars', { uid: one.uid, kind: 'delete' })),
    );
    await engine.query(`update avatars set deleted_at = now() - interval '91 days' where uid = $1`, [
      old.uid,
    ]);
    const [{ seq } = { seq: 0 }] = await engine.query<{ seq: number }>(
      'select sync_seq as seq from avatars where uid = $1',
      [old.uid],
    );
    await engine.as('service_role', null, (query) => query('select sync_purge(90)'));
    const page = await pull(engine, owner);
    expect(page.own.purged_before).toBe(seq);
    const uids = page.own.changes.map(({ row }) => row['uid']);
    expect(uids).not.toContain(old.uid);
    expect(uids).toContain(fresh.uid);
    expect(page.own.changes.find(({ row }) => row['uid'] === session.uid)?.row).toMatchObject({
      avatar_uid: null,
    });
    await engine.query('update private.sync_config set own_purged_before = 0');
  });
});
