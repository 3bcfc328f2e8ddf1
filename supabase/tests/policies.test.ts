import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../scripts/cloud/types.ts';
import { CATALOGUE_TABLES, OWN_TABLES, WRITABLE_TABLES } from '../../src/main/services/sync/wire.ts';
import { type Neighbours, openNeighbours } from './policies-support.ts';
import { codeOf, ENGINES, op, PATCH, pushOne, pushRaw, rowOf } from './support.ts';

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
  let asAnon: Neighbours['asAnon'];
  let asUser: Neighbours['asUser'];
  let forged: Neighbours['forged'];
  beforeAll(async () => {
    ({ engine, ann, bob, staff, asAnon, asUser, forged } = await openNeighbours(kind));
  });
  afterAll(() => engine.close());

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

  test.each(WRITABLE_TABLES)('%s: written by sync_push and by no other way', async (table) => {
    const columns = Object.keys(PATCH[table]);
    const values = Object.values(PATCH[table]);
    const insert = `insert into ${table} (uid, user_id, ${columns.join(', ')}) values ($1, $2, ${columns.map((_, i) => `$${i + 3}`).join(', ')})`;
    const [theirs] = await engine.query<{ uid: string; rev: number }>(
      `select uid, rev from ${table} where user_id = $1`,
      [ann],
    );
    for (const [who, owner, uid] of [
      [ann, ann, randomUUID()],
      [bob, bob, randomUUID()],
      [bob, ann, randomUUID()],
      [bob, bob, theirs!.uid],
      [staff, ann, randomUUID()],
    ] as const) {
      expect(await codeOf(asUser(who, insert, [uid, owner, ...values]))).toBe('42501');
      const upsert = `${insert} on conflict (uid) do update set ${columns[0]} = excluded.${columns[0]}`;
      expect(await codeOf(asUser(who, upsert, [uid, owner, ...values]))).toBe('42501');
    }
    for (const attack of [
      `insert into ${table} (uid, user_id) values (gen_random_uuid(), '${ann}')`,
      ...[...columns, 'user_id', 'uid', 'id', 'rev', 'sync_seq', 'deleted_at', 'created_at'].map(
        (column) => `update ${table} set ${column} = ${column}`,
      ),
      `delete from ${table}`,
      `truncate ${table}`,
    ]) {
      expect([attack, await codeOf(asUser(ann, attack))]).toEqual([attack, '42501']);
      expect([attack, await codeOf(forged(ann, attack))]).toEqual([attack, '42501']);
      expect([attack, await codeOf(asAnon(attack))]).toEqual([attack, '42501']);
    }
    expect(await engine.query(`select rev from ${table} where uid = $1`, [theirs!.uid])).toEqual([
      { rev: theirs!.rev },
    ]);
  });

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

  test('avatars: a public one is read by members until it is deleted or its owner is blocked, and written by nobody else', async () => {
    const shown = rowOf(
      await pushOne(engine, ann, op('avatars', { patch: { ...PATCH.avatars, is_public: true } })),
    );
    const see = `select uid from avatars where uid = '${String(shown['uid'])}'`;
    expect(await asUser(bob, see)).toHaveLength(1);
    expect(await codeOf(asAnon(see))).toBe('42501');
    const stolen = await pushOne(
      engine,
      bob,
      op('avatars', { uid: String(shown['uid']), base_rev: 1, patch: { name: 'mine' } }),
    );
    expect(stolen).toMatchObject({ status: 'rejected', code: 'VD409' });
    await engine.query('update users set blocked = true where id = $1', [ann]);
    expect(await asUser(bob, see)).toHaveLength(0);
    expect(await asUser(ann, see)).toHaveLength(1);
    await engine.query('update users set blocked = false where id = $1', [ann]);
    expect(await asUser(bob, see)).toHaveLength(1);
    await pushOne(engine, ann, op('avatars', { uid: String(shown['uid']), kind: 'delete' }));
    expect(await asUser(bob, see)).toHaveLength(0);
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
