import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../scripts/cloud/types.ts';
import { type Neighbours, openNeighbours } from './policies-support.ts';
import { block, codeOf, detailOf, ENGINES, makeUser, op, pushOne, rowOf, suspend } from './support.ts';

/** What people may do with their profile, their files and what was said of them. */
describe.each(ENGINES)('row security on %s', (kind) => {
  let engine: Engine;
  let ann: string;
  let bob: string;
  let staff: string;
  let asAnon: Neighbours['asAnon'];
  let asUser: Neighbours['asUser'];
  let forged: Neighbours['forged'];
  beforeAll(async () => {
    ({ engine, ann, bob, staff, asAnon, asUser, forged } = await openNeighbours(kind));
  });
  afterAll(() => engine.close());

  test("users: a profile is its owner's, staff may read", async () => {
    expect(await asUser(bob, 'select id from users')).toEqual([{ id: bob }]);
    expect(await forged(bob, 'select id from users')).toEqual([{ id: bob }]);
    expect((await asUser(staff, 'select id from users')).length).toBeGreaterThan(2);
    await asUser(
      bob,
      `update users set username = 'bob.the_2-nd', avatar_url = 'https://example.org/b.png', twitter_handle = 'bob'`,
    );
    expect(await engine.query('select username from users where twitter_handle = $1', ['bob'])).toEqual([
      { username: 'bob.the_2-nd' },
    ]);
    expect(
      await asUser(bob, `update users set username = 'hacked' where id = '${ann}' returning id`),
    ).toHaveLength(0);
    expect(
      await asUser(staff, `update users set username = 'hacked' where id = '${ann}' returning id`),
    ).toHaveLength(0);
  });

  test('users: self-promotion and self-upgrade are refused', async () => {
    for (const change of [
      `role = 'admin'`,
      `subscription_plan_id = 'goat'`,
      `plan = 'goat'`,
      `subscription_status = 'active'`,
      `subscription_end_date = '2100-01-01'`,
      'blocked = false',
      'email_verified = true',
      `email = 'other@example.org'`,
      'stream_time_remaining = 1000000',
      'avatar_count = 0',
      `id = gen_random_uuid()`,
      'sync_seq = 0',
      'deleted_at = now()',
      `username = 'fine', role = 'admin'`,
    ]) {
      expect([change, await codeOf(asUser(bob, `update users set ${change}`))]).toEqual([
        change,
        expect.stringMatching(/42501|428C9/),
      ]);
      expect([change, await codeOf(forged(bob, `update users set ${change}`))]).toEqual([
        change,
        expect.stringMatching(/42501|428C9/),
      ]);
    }
    expect(
      await codeOf(
        asUser(bob, `insert into users (id, username, email) values ('${randomUUID()}', 'new', 'n@b.cd')`),
      ),
    ).toBe('42501');
    expect(await codeOf(asUser(bob, 'delete from users'))).toBe('42501');
    expect(
      await codeOf(
        asUser(
          bob,
          `insert into user_subscriptions (user_id, plan_id, stream_time_remaining) values ('${bob}', 'goat', 1)`,
        ),
      ),
    ).toBe('42501');
  });

  test("users: a name is short, without blanks and signs, and nobody else's in any case", async () => {
    for (const name of [
      'ab',
      'x'.repeat(31),
      'with blank',
      'semi;colon',
      'a\u0007bell',
      '<script>',
      'a/b',
      'na\u00a0me',
      // What does not show, or turns what follows around.
      ...[
        '\u00ad',
        '\u061c',
        '\u200b',
        '\u200d',
        '\u200f',
        '\u2028',
        '\u202a',
        '\u202e',
        '\u2060',
        '\u2066',
        '\ufeff',
      ].map((hidden) => `ad${hidden}min`),
    ]) {
      expect([name, await codeOf(asUser(bob, 'update users set username = $1', [name]))]).toEqual([
        name,
        '23514',
      ]);
    }
    await asUser(ann, `update users set username = 'Jürgen_Ω'`);
    await asUser(ann, `update users set username = 'Ann'`);
    expect(await codeOf(asUser(bob, `update users set username = 'aNN'`))).toBe('23505');
    for (const url of [
      'http://example.org/a.png',
      'javascript:alert(1)',
      'file:///etc/passwd',
      'https://',
      'https://x.org/a b',
      'https://x.org/a\nb',
      'https://x.org/"onerror="alert(1)',
      'https://x.org/<script>',
      'https:\\\\x.org',
      'https://x.org\\a',
      `https://x.org/${'a'.repeat(500)}`,
    ]) {
      expect(await codeOf(asUser(bob, 'update users set avatar_url = $1', [url]))).toBe('23514');
    }
  });

  test('who is blocked or suspended reads what is theirs and writes nothing', async () => {
    for (const [stop, why] of [
      [block, 'blocked'],
      [suspend, 'suspended'],
    ] as const) {
      const user = await makeUser(engine, { plan: 'goat' });
      const mine = rowOf(await pushOne(engine, user, op('avatars')));
      const source = rowOf(await pushOne(engine, user, op('rtmp_sources')));
      await stop(engine, user);
      expect(await asUser(user, 'select uid from avatars where user_id = auth.uid()')).toHaveLength(1);
      const write = `update users set username = 'still-here'`;
      expect(await codeOf(asUser(user, write))).toBe('VD403');
      expect(await detailOf(asUser(user, write))).toBe(why);
      expect(await codeOf(forged(user, write))).toBe('VD403');
      for (const one of [
        op('avatars'),
        op('avatars', { uid: String(mine['uid']), base_rev: 1, patch: { name: 'x' } }),
        op('rtmp_sources', { uid: String(source['uid']), kind: 'delete' }),
      ]) {
        expect(await pushOne(engine, user, one)).toMatchObject({
          status: 'rejected',
          code: 'VD403',
          detail: why,
        });
      }
    }
  });

  test('a suspension that is over, lifted or taken back is none', async () => {
    const user = await makeUser(engine);
    await suspend(engine, user);
    for (const end of [
      `expires_at = now() - interval '1 second'`,
      `expires_at = null, is_active = false`,
      `is_active = true, deleted_at = now()`,
    ]) {
      await engine.query(`update user_suspensions set ${end} where user_id = $1`, [user]);
      expect(await pushOne(engine, user, op('rtmp_sources'))).toMatchObject({ status: 'applied' });
    }
  });

  test('staff who were blocked read no profiles', async () => {
    const user = await makeUser(engine, { role: 'admin' });
    expect((await asUser(user, 'select 1 from users')).length).toBeGreaterThan(1);
    await block(engine, user);
    expect(await asUser(user, 'select 1 from users')).toHaveLength(1);
  });

  test('a warning is acknowledged by whom it was given to, once', async () => {
    const [warning] = await engine.query<{ id: number }>('select id from user_warnings where user_id = $1', [
      ann,
    ]);
    const ack = (user: string): Promise<unknown[]> => asUser(user, 'select ack_warning($1)', [warning!.id]);
    expect(await codeOf(ack(bob))).toBe('P0002');
    expect(await codeOf(asUser(ann, 'select ack_warning(999999999999)'))).toBe('P0002');
    await ack(ann);
    const at = await engine.query('select acknowledged, acknowledged_at from user_warnings where id = $1', [
      warning!.id,
    ]);
    expect(at[0]?.['acknowledged']).toBe(true);
    await ack(ann);
    expect(
      await engine.query('select acknowledged, acknowledged_at from user_warnings where id = $1', [
        warning!.id,
      ]),
    ).toEqual(at);
  });

  describe('storage', () => {
    const sha = 'a'.repeat(64);
    const put = (
      user: string,
      name: string,
      bytes: number | string = 1000,
      bucket = 'avatars',
    ): Promise<unknown[]> =>
      asUser(
        user,
        'insert into storage.objects (bucket_id, name, metadata) values ($1, $2, $3) returning name',
        [bucket, name, JSON.stringify({ size: bytes, mimetype: 'model/gltf-binary' })],
      );

    test('a file goes into the own folder, under a name that says what it is', async () => {
      const good = `${ann}/${randomUUID()}/${sha}.vrm`;
      expect(await put(ann, good)).toHaveLength(1);
      for (const name of [
        `${bob}/${randomUUID()}/${sha}.vrm`,
        `${ann}/../${bob}/${sha}.vrm`,
        `${ann}/${randomUUID()}/${sha}.exe`,
        `${ann}/${randomUUID()}/${sha}.vrm/x.vrm`,
        `${ann}/x.vrm`,
        `x/${ann}/${randomUUID()}/${sha}.vrm`,
        `${ann.toUpperCase()}/${randomUUID()}/${sha}.vrm`,
        `${ann}/${randomUUID()}/${sha}.vrm\n`,
        '',
      ]) {
        expect([name, await codeOf(put(ann, name))]).toEqual([name, '42501']);
      }
      expect(await asUser(ann, 'select name from storage.objects')).toEqual([{ name: good }]);
      expect(await asUser(bob, 'select name from storage.objects')).toEqual([]);
      expect(await asUser(staff, 'select name from storage.objects')).toEqual([]);
      expect(await codeOf(asAnon('select name from storage.objects'))).toBe('42501');
      expect(await asUser(bob, 'delete from storage.objects returning name')).toEqual([]);
      expect(await codeOf(asUser(ann, `update storage.objects set name = '${bob}/x'`))).toBe('42501');
      expect(await asUser(ann, 'delete from storage.objects returning name')).toEqual([{ name: good }]);
    });

    test('no larger than the plan says, and not without end', async () => {
      const name = (): string => `${bob}/${randomUUID()}/${sha}.glb`;
      const limit = 25 * 1024 * 1024;
      expect(await put(bob, name(), limit)).toHaveLength(1);
      for (const bytes of [limit + 1, 10 ** 16, -1, 'many', '1; drop']) {
        expect(await codeOf(put(bob, name(), bytes))).toBe('42501');
      }
      expect(await put(ann, `${ann}/${randomUUID()}/${sha}.glb`, limit + 1)).toHaveLength(1);
      for (let i = 1; i < 24; i++) expect(await put(bob, name())).toHaveLength(1);
      expect(await codeOf(put(bob, name()))).toBe('42501');
    });

    test('nor more bytes in all than the plan has room for, where a size is not told beforehand', async () => {
      const user = await makeUser(engine);
      const name = (): string => `${user}/${randomUUID()}/${sha}.glb`;
      // As the storage server does it for a resumable upload: it asks without a size, and writes it down at the end.
      const unsized = async (bytes: number): Promise<void> => {
        const at = name();
        await asUser(user, `insert into storage.objects (bucket_id, name) values ('avatars', $1)`, [at]);
        await engine.query('update storage.objects set metadata = $2 where name = $1', [
          at,
          JSON.stringify({ size: bytes }),
        ]);
      };
      const mb = 1024 * 1024;
      await unsized(74 * mb);
      expect(await codeOf(put(user, name(), mb + 1))).toBe('42501');
      await unsized(mb);
      await unsized(1);
      expect(await codeOf(unsized(1))).toBe('42501');
      // A place that was bought is room for its files too.
      await engine.query(`insert into user_add_ons (user_id, addon_id) values ($1, 'avatar_slot')`, [user]);
      await unsized(1);
    });

    test('no other bucket, and nothing for who is blocked', async () => {
      await engine.query(`insert into storage.buckets (id, name, public) values ('other', 'other', false)`);
      expect(await codeOf(put(ann, `${ann}/${randomUUID()}/${sha}.vrm`, 1, 'other'))).toBe('42501');
      const user = await makeUser(engine);
      const name = `${user}/${randomUUID()}/${sha}.vrm`;
      await put(user, name);
      await block(engine, user);
      expect(await codeOf(put(user, `${user}/${randomUUID()}/${sha}.vrm`))).toBe('42501');
      expect(await asUser(user, 'delete from storage.objects returning name')).toEqual([]);
      expect(await engine.query(`select public from storage.buckets where id = 'avatars'`)).toEqual([
        { public: false },
      ]);
    });
  });
});
