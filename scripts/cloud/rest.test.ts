import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { base64url, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCloud } from './cloud.ts';
import type { Cloud } from './types.ts';

let cloud: Cloud;
let user: { id: string };
let other: { id: string };
let mine: SupabaseClient;

const withToken = (token: string) =>
  createClient(cloud.url, cloud.key, { accessToken: async () => token, auth: { persistSession: false } });
const PULL = { p_own: 0, p_cat: 0, p_limit: 500, p_schema: 1 };

beforeAll(async () => {
  cloud = await startCloud({ engine: 'pglite' });
  user = await cloud.addUser('user@example.test', 'a good password', 'user-one');
  other = await cloud.addUser('other@example.test', 'a good password', 'user-two');
  mine = withToken(await cloud.token(user.id));
});
afterAll(() => cloud?.close());

describe('rpc', () => {
  test('a pull has the own row and the catalogue', async () => {
    const { data, error } = await mine.rpc('sync_pull', PULL);
    expect(error).toBeNull();
    expect(
      data.own.changes.map(({ t, row }: { t: string; row: { id: string } }) => [t, row.id]),
    ).toContainEqual(['users', user.id]);
    expect(JSON.stringify(data)).not.toContain(other.id);
    expect(data.cat.changes.length).toBeGreaterThan(5);
    expect(new Date(data.server_time).getTime()).toBeGreaterThan(0);
  });

  test('a push arrives as jsonb and is answered op by op', async () => {
    const op = {
      op_id: crypto.randomUUID(),
      t: 'rtmp_sources',
      uid: crypto.randomUUID(),
      kind: 'upsert',
      patch: { name: 'Ünïcode “stream”', url: 'rtmp://127.0.0.1/live' },
      add: {},
      base_rev: null,
    };
    const { data, error } = await mine.rpc('sync_push', { p_ops: [op], p_schema: 1 });
    expect(error).toBeNull();
    expect(data.results).toMatchObject([
      { op_id: op.op_id, status: 'applied', row: { name: op.patch.name } },
    ]);
  });

  test('what is not there, not granted or not for users is refused each in its own way', async () => {
    expect((await mine.rpc('no_such_thing')).error?.code).toBe('PGRST202');
    expect((await mine.rpc('sync_pull', { p_wrong: 1 })).error?.code).toBe('PGRST202');
    expect((await mine.rpc('account_export', { p_user: user.id })).error?.code).toBe('42501');
    await cloud.engine.exec(`create function public.leak() returns int language sql as 'select 1';
      grant execute on function public.leak() to authenticated;`);
    const leak = await mine.rpc('leak');
    expect(leak.error).toMatchObject({ code: 'PGRST100' });
    expect(leak.error?.message).toContain('leak');
    const service = createClient(cloud.url, cloud.serviceKey, { auth: { persistSession: false } });
    expect((await service.rpc('account_export', { p_user: user.id })).error).toBeNull();
    const anon = createClient(cloud.url, cloud.key, { auth: { persistSession: false } });
    const refused = await anon.rpc('sync_pull', PULL);
    expect(refused).toMatchObject({ status: 401, error: { code: '42501' } });
  });

  test('errors of functions keep their codes', async () => {
    const old = await mine.rpc('sync_pull', { ...PULL, p_schema: 0 });
    expect(old).toMatchObject({ status: 400, error: { code: 'VD426' } });
    const text = await mine.rpc('sync_pull', { ...PULL, p_own: 'x' });
    expect(text).toMatchObject({ status: 400, error: { code: '22P02' } });
  });
});

describe('tokens', () => {
  const secret = (text: string) => new TextEncoder().encode(text);
  const claims = () => ({ sub: user.id, role: 'authenticated' });

  test('expired, forged, unsigned and foreign ones are 401', async () => {
    const unsigned = `${base64url.encode('{"alg":"none"}')}.${base64url.encode(JSON.stringify(claims()))}.`;
    const otherAlgorithm = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS512' })
      .setExpirationTime('1h')
      .sign(secret('x'.repeat(64)));
    const cases: [string, string][] = [
      [await cloud.token(user.id, { ttlSeconds: -10 }), 'PGRST303'],
      [await cloud.token(user.id, { secret: 'y'.repeat(40) }), 'PGRST301'],
      [unsigned, 'PGRST301'],
      [otherAlgorithm, 'PGRST301'],
      ['rubbish', 'PGRST301'],
    ];
    for (const [token, code] of cases) {
      expect(await withToken(token).rpc('sync_pull', PULL), code).toMatchObject({
        status: 401,
        error: { code },
      });
    }
  });

  test('a role that is none of the interface opens nothing', async () => {
    const postgres = withToken(await cloud.token(user.id, { role: 'postgres' }));
    expect(await postgres.rpc('sync_pull', PULL)).toMatchObject({ status: 403, error: { code: '42501' } });
  });

  test('without a key, with a wrong one and under a foreign name nobody gets in', async () => {
    const url = `${cloud.url}/rest/v1/rpc/sync_pull`;
    expect((await fetch(url, { method: 'POST' })).status).toBe(401);
    expect((await fetch(url, { method: 'POST', headers: { apikey: 'sb_publishable_x' } })).status).toBe(401);
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      request(cloud.url, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(421);
  });
});

describe('users', () => {
  test('the own row takes the three columns', async () => {
    const quiet = await mine.from('users').update({ twitter_handle: 'me' }).eq('id', user.id);
    expect(quiet).toMatchObject({ status: 204, error: null });
    const shown = await mine
      .from('users')
      .update({ twitter_handle: null, username: 'renamed' })
      .eq('id', user.id)
      .select('id,username')
      .single();
    expect(shown.data).toEqual({ id: user.id, username: 'renamed' });
  });

  test('a taken name is a conflict, other columns and other rows are not to be had', async () => {
    const change = (patch: Record<string, unknown>, id = user.id) =>
      mine.from('users').update(patch).eq('id', id);
    expect(await change({ username: 'user-two' })).toMatchObject({ status: 409, error: { code: '23505' } });
    expect(await change({ subscription_plan_id: 'goat' })).toMatchObject({
      status: 403,
      error: { code: '42501' },
    });
    expect(await change({ nonesuch: 1 })).toMatchObject({ status: 400, error: { code: 'PGRST204' } });
    await change({ username: 'stolen' }, other.id);
    const [row] = await cloud.engine.query('select username from public.users where id = $1', [other.id]);
    expect(row).toEqual({ username: 'user-two' });
  });

  test('every query that is not known is refused by name', async () => {
    const refused = [
      mine.from('users').update({ username: 'all-of-them' }).neq('id', user.id),
      mine.from('users').update({ username: 'all-of-them' }).eq('username', 'renamed'),
      mine.from('users').select('*').order('id'),
      mine.from('users').select('id, avatars(*)'),
      mine.from('users').delete().eq('id', user.id),
      mine.from('avatars').insert({ name: 'x' }),
      mine.from('avatars').select(),
      mine.from('users').upsert({ id: user.id }),
    ];
    for (const query of refused) {
      const { error, status } = await query;
      expect([status, error?.code]).toEqual([400, 'PGRST100']);
      expect(error?.message).toMatch(/The double does not know .+/);
    }
    const counted = await mine.from('users').select('id', { count: 'exact' });
    expect(counted.error?.message).toContain('count=exact');
    const hidden = await mine.schema('private').from('billing_customers').select();
    expect(hidden).toMatchObject({ status: 406, error: { code: 'PGRST106' } });
    expect((await mine.functions.invoke('account')).error?.name).toBe('FunctionsHttpError');
    const { data } = await mine.from('subscription_plans').select('id').eq('id', 'spartan').maybeSingle();
    expect(data).toEqual({ id: 'spartan' });
  });
});

describe('faults', () => {
  const path = /rpc\/sync_pull$/;
  const pull = () => mine.rpc('sync_pull', PULL);

  test('status, drop, lost and changed answers happen as often as they were asked for', async () => {
    cloud.fault({ path, do: { kind: 'status', status: 429, headers: { 'retry-after': '7' } }, times: 2 });
    expect((await pull()).status).toBe(429);
    expect((await pull()).status).toBe(429);
    expect((await pull()).status).toBe(200);

    cloud.fault({ path, do: { kind: 'change', body: (body) => body.replace('"own"', '"nwo"') } });
    expect((await pull()).data).toHaveProperty('nwo');
    cloud.fault({ path, do: { kind: 'delay', ms: 20 } });
    expect((await pull()).status).toBe(200);
  });

  test('a lost answer has had its effect, a dropped request has not', async () => {
    const name = async () =>
      (
        await cloud.engine.query<{ username: string }>('select username from public.users where id = $1', [
          user.id,
        ])
      )[0]?.username;
    const rename = (username: string) => mine.from('users').update({ username }).eq('id', user.id);
    cloud.fault({ path: /\/users$/, do: { kind: 'drop' } });
    expect((await rename('dropped')).error).not.toBeNull();
    expect(await name()).not.toBe('dropped');
    cloud.fault({ path: /\/users$/, do: { kind: 'lose-answer' } });
    expect((await rename('lost-answer')).error).not.toBeNull();
    expect(await name()).toBe('lost-answer');
    cloud.fault({ path, do: { kind: 'drop' }, times: 100 });
    cloud.clearFaults();
    const before = cloud.requests.length;
    expect((await pull()).status).toBe(200);
    expect(cloud.requests.slice(before)).toEqual([
      { method: 'POST', path: '/rest/v1/rpc/sync_pull', status: 200 },
    ]);
  });
});
