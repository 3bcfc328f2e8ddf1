import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../scripts/cloud/types.ts';
import { CATALOGUE_TABLES, OWN_TABLES, WRITABLE_TABLES } from '../../src/main/services/sync/wire.ts';
import {
  block,
  codeOf,
  detailOf,
  ENGINES,
  makeUser,
  op,
  openEngine,
  PATCH,
  pushOne,
  pushRaw,
  rowOf,
  suspend,
} from './support.ts';

const CLOSED_TABLES = ['sessions', 'system_logs', 'dmca_complaints', 'coming_soon_emails'];
const READ_ONLY = [
  'user_subscriptions',
  'user_add_ons',
  'user_suspensions',
  'user_warnings',
  'gpu_usage_logs',
];

/** Each policy attacked: by nobody, by a neighbour, by somebody who may no more, with a token that claims too much. */
describe.each(ENGINES)('row security on %s', (kind) => {
  let engine: Engine;
  let ann: string;
  let bob: string;
  let staff: string;
  beforeAll(async () => {
    engine = await openEngine({ engine: kind });
    ann = await makeUser(engine, { plan: 'spartan' });
    bob = await makeUser(engine);
    staff = await makeUser(engine, { role: 'moderator' });
    for (const table of WRITABLE_TABLES) await pushOne(engine, ann, op(table));
    await engine.query(`insert into user_add_ons (user_id, addon_id) values ($1, 'stream_hours')`, [ann]);
    await engine.query(
      `insert into user_suspensions (user_id, suspension_type, suspension_level, reason, is_active)
       values ($1, 'manual', 1, 'long ago', false)`,
      [ann],
    );
    await engine.query(`insert into user_warnings (user_id, warning_type, reason) values ($1, 'dmca', 'x')`, [
      ann,
    ]);
    await engine.query(
      `insert into gpu_usage_logs (uid, user_id, operation, usage, memory_used, service_id, resource_usage)
       values (gen_random_uuid(), $1, 'tracking', 1, 1, 'x', 1)`,
      [ann],
    );
  });
  afterAll(() => engine.close());

  const asAnon = (sql: string, params: unknown[] = []): Promise<unknown[]> =>
    engine.as('anon', { role: 'anon' }, (query) => query(sql, params));
  const asUser = (user: string, sql: string, params: unknown[] = []): Promise<unknown[]> =>
    engine.asUser(user, (query) => query(sql, params));
  /** What a token that was signed with a stolen secret might say; the database role stays what it is. */
  const forged = (user: string, sql: string): Promise<unknown[]> =>
    engine.as(
      'authenticated',
      {
        sub: user,
        role: 'service_role',
        app_metadata: { role: 'admin' },
        user_role: 'admin',
        is_admin: true,
      },
      (query) => query(sql),
    );

  test.each(CATALOGUE_TABLES)('%s: read by everybody, written by nobody', async (table) => {
    expect(Array.isArray(await asAnon(`select * from ${table}`))).toBe(true);
    expect(Array.isArray(await asUser(bob, `select * from ${table}`))).toBe(true);
    for (const attack of [
      `update ${table} set sort_order = 1`,
      `update ${table} set deleted_at = now()`,
      `update ${table} set updated_at = now()`,
      `delete from ${table}`,
      `insert into ${table} default values`,
      `truncate ${table}`,
    ]) {
      expect(await codeOf(asAnon(attack))).toMatch(/42501|42703/);
      expect(await codeOf(asUser(staff, attack))).toMatch(/42501|42703/);
      expect(await codeOf(forged(ann, attack))).toMatch(/42501|42703/);
    }
  });

  test('what was taken out of the catalogue is a tombstone for members and nothing for others', async () => {
    await engine.query(`insert into avatar_categories (name, deleted_at) values ('gone', now())`);
    expect(await asAnon(`select 1 from avatar_categories where name = 'gone'`)).toHaveLength(0);
    expect(await asUser(bob, `select 1 from avatar_categories where name = 'gone'`)).toHaveLength(1);
    await engine.query(`delete from avatar_categories where name = 'gone'`);
  });

  test.each([...OWN_TABLES, 'gpu_usage_logs', ...CLOSED_TABLES])('%s: closed to anon', async (table) => {
    for (const attack of [
      `select 1 from ${table}`,
      `delete from ${table}`,
      `insert into ${table} default values`,
    ]) {
      expect(await codeOf(asAnon(attack))).toBe('42501');
      expect(await codeOf(engine.as('anon', { sub: ann, role: 'service_role' }, (q) => q(attack)))).toBe(
        '42501',
      );
    }
  });

  test.each([...READ_ONLY, ...WRITABLE_TABLES])('%s: own rows only', async (table) => {
    expect(await asUser(ann, `select user_id from ${table}`)).not.toHaveLength(0);
    expect(await asUser(bob, `select user_id from ${table}`)).toHaveLength(0);
    expect(await asUser(staff, `select user_id from ${table}`)).toHaveLength(0);
    expect(await forged(bob, `select user_id from ${table}`)).toHaveLength(0);
    // A token without a user is nobody's.
    expect(
      await engine.as('authenticated', { role: 'authenticated' }, (q) => q(`select 1 from ${table}`)),
    ).toHaveLength(0);
  });

  test.each(READ_ONLY)('%s: written by the server only', async (table) => {
    for (const attack of [
      `update ${table} set user_id = user_id`,
      `delete from ${table}`,
      `insert into ${table} default values`,
    ]) {
      expect(await codeOf(asUser(ann, attack))).toBe('42501');
      expect(await codeOf(forged(ann, attack))).toBe('42501');
      expect(await codeOf(asUser(staff, attack))).toBe('42501');
    }
  });

  test.each(CLOSED_TABLES)('%s: closed to members and staff too', async (table) => {
    for (const user of [ann, staff]) {
      expect(await codeOf(asUser(user, `select * from ${table}`))).toBe('42501');
      expect(await codeOf(asUser(user, `insert into ${table} default values`))).toBe('42501');
    }
  });

  test('what is behind the functions is closed', async () => {
    for (const table of ['billing_customers', 'stripe_events', 'sync_ops', 'sync_config', 'form_limits']) {
      expect(await codeOf(asUser(ann, `select * from private.${table}`))).toBe('42501');
      expect(await codeOf(asAnon(`select * from private.${table}`))).toBe('42501');
    }
    expect(await codeOf(asUser(ann, `select nextval('private.sync_seq')`))).toBe('42501');
    expect(await codeOf(asUser(ann, `select private.apply_op('${bob}', '{}')`))).toBe('42501');
    expect(await codeOf(asUser(ann, `select private.answer_op('${bob}', '{}', null)`))).toBe('42501');
    expect(await codeOf(asUser(ann, `select private.wire_row('avatars', gen_random_uuid(), '${bob}')`))).toBe(
      '42501',
    );
    expect(await codeOf(asUser(ann, `select private.standing('${bob}')`))).toBe('42501');
    expect(await codeOf(asUser(ann, `select private.lock_owner('${bob}')`))).toBe('42501');
    expect(await codeOf(asUser(ann, `select private.refresh_plan('${bob}')`))).toBe('42501');
  });

  test('the functions of the server are closed to users, whatever their token claims', async () => {
    for (const call of [
      `stripe_apply('{}')`,
      `billing_customer('${bob}')`,
      `billing_customer_set('${ann}', 'cus_1')`,
      `checkout_price('goat')`,
      `file_dmca('{}', 'x')`,
      `coming_soon('a@b.cd', 'goat', 'x')`,
      `account_export('${bob}')`,
      `account_delete('${bob}')`,
      'sync_purge(90)',
    ]) {
      expect(await codeOf(asUser(ann, `select public.${call}`))).toBe('42501');
      expect(await codeOf(forged(ann, `select public.${call}`))).toBe('42501');
      expect(await codeOf(asAnon(`select public.${call}`))).toBe('42501');
    }
    for (const call of [`sync_pull(0, 0, 1, 1)`, `sync_push('[]', 1)`, 'ack_warning(1)']) {
      expect(await codeOf(asAnon(`select public.${call}`))).toBe('42501');
      expect(await codeOf(engine.as('authenticated', {}, (q) => q(`select public.${call}`)))).toBe('42501');
    }
    expect(
      await codeOf(
        engine.as('authenticated', { sub: 'not-an-id' }, (q) => q(`select sync_pull(0, 0, 1, 1)`)),
      ),
    ).toBe('22P02');
  });

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
    ]) {
      expect([name, await codeOf(asUser(bob, 'update users set username = $1', [name]))]).toEqual([
        name,
        '23514',
      ]);
    }
    await asUser(ann, `update users set username = 'Jürgen_Ω'`);
    await asUser(ann, `update users set username = 'Ann'`);
    expect(await codeOf(asUser(bob, `update users set username = 'aNN'`))).toBe('23505');
    for (const url of ['http://example.org/a.png', 'javascript:alert(1)', 'file:///etc/passwd']) {
      expect(await codeOf(asUser(bob, 'update users set avatar_url = $1', [url]))).toBe('23514');
    }
  });

  test.each(WRITABLE_TABLES)(
    '%s: no writing into another account, no limits of others felt out',
    async (table) => {
      const columns = Object.keys(PATCH[table]);
      const values = Object.values(PATCH[table]);
      const insert = `insert into ${table} (uid, user_id, ${columns.join(', ')}) values ($1, $2, ${columns.map((_, i) => `$${i + 3}`).join(', ')})`;
      expect(await codeOf(asUser(bob, insert, [randomUUID(), ann, ...values]))).toBe('42501');
      // Ann's room is full for nobody but Ann: it is still her row that is refused, not her limit.
      expect(
        await codeOf(forged(bob, `insert into ${table} (uid, user_id) values (gen_random_uuid(), '${ann}')`)),
      ).toBe('42501');
      expect(
        await asUser(
          bob,
          `update ${table} set metadata = metadata returning uid`.replace(
            'metadata = metadata',
            `${columns[0]} = ${columns[0]}`,
          ),
        ),
      ).toHaveLength(0);
      for (const attack of [
        `update ${table} set user_id = '${bob}'`,
        `update ${table} set uid = gen_random_uuid()`,
        `update ${table} set id = 1`,
        `update ${table} set rev = 1`,
        `update ${table} set sync_seq = 1`,
        `update ${table} set deleted_at = null`,
        `update ${table} set created_at = now()`,
        `delete from ${table}`,
      ]) {
        expect([attack, await codeOf(asUser(ann, attack))]).toEqual([attack, '42501']);
      }
      const [theirs] = await engine.query<{ uid: string; rev: number }>(
        `select uid, rev from ${table} where user_id = $1`,
        [ann],
      );
      // An upsert onto a foreign uid neither changes the row nor takes it over.
      const upsert = `${insert} on conflict (uid) do update set ${columns[0]} = excluded.${columns[0]}`;
      expect(await codeOf(asUser(bob, upsert, [theirs!.uid, bob, ...values]))).toBe('42501');
      expect(await engine.query(`select rev from ${table} where uid = $1`, [theirs!.uid])).toEqual([
        { rev: theirs!.rev },
      ]);
    },
  );

  test('avatars: the server says what is premium', async () => {
    for (const change of [
      `is_premium = false`,
      `required_plan = 'free'`,
      `supabase_url = 'x'`,
      'usage_count = 0',
    ]) {
      expect(await codeOf(asUser(ann, `update avatars set ${change}`))).toBe('42501');
    }
  });

  test('avatars: a public one is read by members until it is deleted, and written by nobody else', async () => {
    const shown = rowOf(
      await pushOne(engine, ann, op('avatars', { patch: { ...PATCH.avatars, is_public: true } })),
    );
    const see = `select uid from avatars where uid = '${String(shown['uid'])}'`;
    expect(await asUser(bob, see)).toHaveLength(1);
    expect(await codeOf(asAnon(see))).toBe('42501');
    expect(
      await asUser(
        bob,
        `update avatars set name = 'mine' where uid = '${String(shown['uid'])}' returning uid`,
      ),
    ).toHaveLength(0);
    const stolen = await pushOne(
      engine,
      bob,
      op('avatars', { uid: String(shown['uid']), base_rev: 1, patch: { name: 'mine' } }),
    );
    expect(stolen).toMatchObject({ status: 'rejected', code: 'VD409' });
    await pushOne(engine, ann, op('avatars', { uid: String(shown['uid']), kind: 'delete' }));
    expect(await asUser(bob, see)).toHaveLength(0);
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
      for (const write of [
        `update users set username = 'still-here'`,
        `update avatars set name = 'x' where user_id = '${user}'`,
        `update rtmp_sources set name = 'x'`,
        `insert into rtmp_sources (uid, user_id, name, url) values (gen_random_uuid(), '${user}', 'x', 'rtmp://x')`,
        `insert into avatars (uid, user_id, name, type, vertices, control_points, file_size) values (gen_random_uuid(), '${user}', 'x', 'preset', 1, 1, 1)`,
        `insert into streaming_sessions (uid, user_id) values (gen_random_uuid(), '${user}')`,
      ]) {
        expect([write, await codeOf(asUser(user, write))]).toEqual([write, 'VD403']);
        expect(await detailOf(asUser(user, write))).toBe(why);
        expect(await codeOf(forged(user, write))).toBe('VD403');
      }
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

  test('service_role does its work without a user, and has no way into what is private but the functions', async () => {
    const service = (sql: string): Promise<unknown[]> =>
      engine.as('service_role', { role: 'service_role' }, (q) => q(sql));
    expect((await service('select id from users')).length).toBeGreaterThan(2);
    await service(
      `insert into system_logs (level, type, service, message) values ('info', 'info', 'auth', 'x')`,
    );
    expect(await codeOf(service('select * from private.sync_ops'))).toBe('42501');
    expect(await codeOf(service(`select sync_push('[]', 1)`))).toBe('42501');
  });

  test('a push says nothing about rows of others but that their ids are taken', async () => {
    const [theirs] = await engine.query<{ uid: string }>('select uid from rtmp_sources where user_id = $1', [
      ann,
    ]);
    for (const kindOf of ['upsert', 'delete'] as const) {
      for (const base of [null, 1, 2]) {
        const answer = await engine.asUser(bob, (q) =>
          pushRaw(q, [op('rtmp_sources', { uid: theirs!.uid, kind: kindOf, base_rev: base })]),
        );
        expect(answer).toMatchObject({ results: [{ status: 'rejected', code: 'VD409', detail: 'uid' }] });
        expect(JSON.stringify(answer)).not.toContain(ann);
      }
    }
  });
});
