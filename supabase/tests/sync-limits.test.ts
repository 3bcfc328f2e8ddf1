import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../scripts/cloud/types.ts';
import { AVATAR, codeOf, ENGINES, makeUser, op, openEngine, push, pushOne } from './support.ts';

describe.each(ENGINES)('sync on %s', (kind) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ engine: kind });
  });
  afterAll(() => engine.close());

  describe('limits of the plan', () => {
    test('as many avatars as the plan has room for', async () => {
      const owner = await makeUser(engine);
      expect(await pushOne(engine, owner, op('avatars'))).toMatchObject({ status: 'applied' });
      const refused = op('avatars');
      expect(await pushOne(engine, owner, refused)).toMatchObject({
        status: 'rejected',
        code: 'VD402',
        detail: 'avatar_max_count',
      });
      // The room of a deleted one is free; the same op may be tried again, for nothing came of it.
      const [mine] = await engine.query<{ uid: string }>('select uid from avatars where user_id = $1', [
        owner,
      ]);
      await pushOne(engine, owner, op('avatars', { uid: mine!.uid, kind: 'delete' }));
      expect(await pushOne(engine, owner, refused)).toMatchObject({ status: 'applied', replayed: false });
      expect(
        await engine.query('select avatar_count, avatars_created from users where id = $1', [owner]),
      ).toEqual([{ avatar_count: 1, avatars_created: 2 }]);
      // Bringing one back is no way around it.
      const undelete = engine.as('service_role', { sub: owner }, (query) =>
        query(`update avatars set deleted_at = null where uid = $1`, [mine!.uid]),
      );
      expect(await codeOf(undelete)).toBe('VD402');
    });

    test('no file larger than the plan says, at once, later or by another number than its own', async () => {
      const owner = await makeUser(engine, { plan: 'reply_guy' });
      const [plan] = await engine.query<{ mb: number }>(
        `select max_file_size_mb as mb from subscription_plans where id = 'reply_guy'`,
      );
      const limit = plan!.mb * 1024 * 1024;
      const refused = { status: 'rejected', code: 'VD402', detail: 'max_file_size_mb' };
      const made = op('avatars');
      const edit = (base: number, patch: Record<string, unknown>) =>
        pushOne(engine, owner, op('avatars', { uid: made.uid, base_rev: base, patch }));
      const withPatch = (patch: object) =>
        pushOne(engine, owner, op('avatars', { patch: { ...AVATAR, ...patch } }));
      expect(await withPatch({ file_size: limit + 1 })).toMatchObject(refused);
      await pushOne(engine, owner, made);
      expect(await edit(1, { file_size: limit + 1 })).toMatchObject(refused);
      expect(await edit(1, { file_size: limit })).toMatchObject({ status: 'applied' });

      // What lies in storage counts, whatever the row says.
      const store = async (bytes: number | null): Promise<string> => {
        const name = `${owner}/${made.uid}/${randomUUID().replaceAll('-', '').repeat(2)}.glb`;
        await engine.query(
          `insert into storage.objects (bucket_id, name, metadata) values ('avatars', $1, $2)`,
          [name, bytes === null ? null : JSON.stringify({ size: bytes })],
        );
        return name;
      };
      const large = await store(limit + 1);
      expect(await edit(2, { model_url: large, file_size: 1000 })).toMatchObject(refused);
      expect(await edit(2, { file_url: large })).toMatchObject(refused);
      expect(await withPatch({ model_url: large })).toMatchObject(refused);
      expect(await edit(2, { model_url: await store(limit) })).toMatchObject({ status: 'applied' });
      expect(await edit(3, { model_url: await store(null) })).toMatchObject({ status: 'applied' });

      // After a downgrade it stays, is edited, and does not grow.
      await engine.query(`update user_subscriptions set status = 'cancelled' where user_id = $1`, [owner]);
      expect(await edit(4, { name: 'edited', file_size: limit })).toMatchObject({ status: 'applied' });
      expect(await edit(5, { file_size: limit + 1 })).toMatchObject(refused);
    });

    test('two hundred servers, and their room again when one is deleted', async () => {
      const owner = await makeUser(engine, { plan: 'goat' });
      const sources = Array.from({ length: 200 }, () => op('rtmp_sources'));
      await push(engine, owner, sources.slice(0, 100));
      await push(engine, owner, sources.slice(100));
      const one = op('rtmp_sources');
      const refused = { status: 'rejected', code: 'VD402', detail: 'rtmp_sources_max' };
      expect(await pushOne(engine, owner, one)).toMatchObject(refused);
      const undelete = (uid: string) =>
        engine.as('service_role', { sub: owner }, (query) =>
          query('update rtmp_sources set deleted_at = null where uid = $1', [uid]),
        );
      const first = sources[0]!.uid;
      const edit = op('rtmp_sources', { uid: first, base_rev: 1, patch: { name: 'edited' } });
      expect(await pushOne(engine, owner, edit)).toMatchObject({ status: 'applied' });
      await pushOne(engine, owner, op('rtmp_sources', { uid: first, kind: 'delete' }));
      expect(await pushOne(engine, owner, one)).toMatchObject({ status: 'applied' });
      expect(await codeOf(undelete(first))).toBe('VD402');
    });

    test('no column is filled with endless JSON', async () => {
      const owner = await makeUser(engine, { plan: 'goat' });
      await push(engine, owner, [op('avatars'), op('streaming_sessions')]);
      for (const [table, column] of [
        ['avatars', 'lod_levels'],
        ['avatars', 'animations'],
        ['avatars', 'blend_shapes'],
        ['avatars', 'metadata'],
        ['streaming_sessions', 'metadata'],
      ]) {
        const fill = (length: number) =>
          engine.query(
            `update ${table} set ${column} = to_jsonb(repeat('x', ${length})) where user_id = $1`,
            [owner],
          );
        await fill(65_534);
        expect([column, await codeOf(fill(65_535))]).toEqual([column, '23514']);
        await fill(1);
      }
    });

    test('a stream that begins now needs time of this week; one that has been is recorded, and counts', async () => {
      const owner = await makeUser(engine);
      const live = (): ReturnType<typeof op> =>
        op('streaming_sessions', { patch: { status: 'active', start_time: new Date().toISOString() } });
      const first = live();
      expect(await pushOne(engine, owner, first)).toMatchObject({ status: 'applied' });
      expect(await pushOne(engine, owner, live())).toMatchObject({
        code: 'VD402',
        detail: 'max_concurrent_streams',
      });
      const end = { status: 'ended', end_time: new Date().toISOString(), duration: 600 };
      await pushOne(engine, owner, op('streaming_sessions', { uid: first.uid, base_rev: 1, patch: end }));
      const left = async (): Promise<unknown> =>
        (
          await engine.query(
            'select stream_time_remaining as left, total_stream_time as total from users where id = $1',
            [owner],
          )
        )[0];
      expect(await left()).toEqual({ left: 300, total: 600 });
      const offline = op('streaming_sessions');
      expect(await pushOne(engine, owner, offline)).toMatchObject({ status: 'applied' });
      expect(await left()).toEqual({ left: 0, total: 1200 });
      const refused = { status: 'rejected', code: 'VD402', detail: 'stream_minutes_per_week' };
      expect(await pushOne(engine, owner, live())).toMatchObject(refused);
      // Neither a deletion nor a shorter duration gives time back.
      await pushOne(engine, owner, op('streaming_sessions', { uid: offline.uid, kind: 'delete' }));
      await pushOne(
        engine,
        owner,
        op('streaming_sessions', { uid: first.uid, base_rev: 2, patch: { duration: 0 } }),
      );
      expect(await left()).toEqual({ left: 0, total: 1200 });
      expect(await pushOne(engine, owner, live())).toMatchObject(refused);
      // Nor does a clock that was set back, or a beginning of long ago.
      for (const start_time of ['2026-01-05T10:00:00.000Z', new Date(Date.now() - 3600_000).toISOString()]) {
        const old = op('streaming_sessions', { patch: { status: 'active', start_time } });
        expect(await pushOne(engine, owner, old)).toMatchObject(refused);
      }
      // An hour that was bought does, and so does the next week.
      await engine.query(`insert into user_add_ons (user_id, addon_id) values ($1, 'stream_hours')`, [owner]);
      expect(await left()).toEqual({ left: 3300, total: 1200 });
      await engine.query(`delete from user_add_ons where user_id = $1`, [owner]);
      await engine.query(
        `update streaming_sessions set created_at = created_at - interval '7 days' where user_id = $1`,
        [owner],
      );
      expect(await pushOne(engine, owner, live())).toMatchObject({ status: 'applied' });
      const endless = op('streaming_sessions', {
        patch: { status: 'ended', end_time: '2026-01-05T10:10:00Z', duration: 604801 },
      });
      expect(await pushOne(engine, owner, endless)).toMatchObject({
        code: '23514',
        detail: 'streaming_sessions_duration',
      });
    });

    test('after a downgrade everything stays and can be edited; only what is new is refused', async () => {
      const owner = await makeUser(engine, { plan: 'reply_guy' });
      const [a, b] = [op('avatars'), op('avatars')];
      await push(engine, owner, [a, b]);
      await engine.query(`update user_subscriptions set status = 'cancelled' where user_id = $1`, [owner]);
      expect(
        await engine.query('select plan, subscription_status from users where id = $1', [owner]),
      ).toEqual([{ plan: 'free', subscription_status: 'cancelled' }]);
      expect(
        await pushOne(engine, owner, op('avatars', { uid: a.uid, base_rev: 1, patch: { name: 'edited' } })),
      ).toMatchObject({ status: 'applied' });
      expect(await pushOne(engine, owner, op('avatars'))).toMatchObject({ code: 'VD402' });
      expect(await pushOne(engine, owner, op('avatars', { uid: b.uid, kind: 'delete' }))).toMatchObject({
        status: 'applied',
      });
    });

    test('a limit that an operator edits counts at once', async () => {
      const owner = await makeUser(engine);
      await engine.query(`update subscription_plans set avatar_max_count = 0 where id = 'free'`);
      expect(await pushOne(engine, owner, op('avatars'))).toMatchObject({ code: 'VD402' });
      await engine.query(`update subscription_plans set avatar_max_count = 1 where id = 'free'`);
      expect(await pushOne(engine, owner, op('avatars'))).toMatchObject({ status: 'applied' });
    });
  });
});
