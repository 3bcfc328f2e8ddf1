import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../scripts/cloud/types.ts';
import {
  CATALOGUE_TABLES,
  COUNTERS,
  EDITABLE,
  OWN_TABLES,
  WRITABLE_TABLES,
} from '../../src/main/services/sync/wire.ts';
import { ENGINES, openEngine } from './support.ts';

/** What must be so after every migration, whatever it was about. */
describe.each(ENGINES)('the catalogue on %s', (kind) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ engine: kind });
  });
  afterAll(() => engine.close());

  const names = async (sql: string): Promise<string[]> =>
    (await engine.query<{ name: string }>(sql)).map((row) => row.name).sort();

  test('there are the 19 tables, each with row security', async () => {
    const tables = await engine.query<{ name: string; rls: boolean }>(
      `select c.relname as name, c.relrowsecurity as rls from pg_class c
       where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p')`,
    );
    expect(tables.filter((table) => !table.rls)).toEqual([]);
    expect(await names(`select tablename as name from pg_tables where schemaname = 'public'`)).toHaveLength(
      19,
    );
    expect(
      await names(`select viewname as name from pg_views where schemaname in ('public', 'private')`),
    ).toEqual([]);
  });

  test('anon reads the catalogue and nothing else', async () => {
    expect(
      await names(`select table_schema || '.' || table_name || ' ' || privilege_type as name
        from information_schema.role_table_grants where grantee in ('anon', 'PUBLIC')
        and table_schema in ('public', 'private', 'storage', 'auth')`),
    ).toEqual(CATALOGUE_TABLES.map((table) => `public.${table} SELECT`).sort());
  });

  test('who is signed in has the grants that are meant', async () => {
    expect(
      await names(`select table_name || ' ' || privilege_type as name from information_schema.role_table_grants
        where grantee = 'authenticated' and table_schema = 'public'`),
    ).toEqual(
      [...CATALOGUE_TABLES, ...OWN_TABLES, 'gpu_usage_logs'].map((table) => `${table} SELECT`).sort(),
    );
    const columns = await engine.query<{ t: string; what: string; columns: string[] }>(
      `select table_name as t, privilege_type as what, array_agg(column_name::text order by column_name) as columns
       from information_schema.column_privileges
       where grantee = 'authenticated' and table_schema = 'public' and privilege_type <> 'SELECT' group by 1, 2`,
    );
    const granted = (table: string, what: string): string[] =>
      columns.find((row) => row.t === table && row.what === what)?.columns ?? [];
    // What owners write goes by sync_push.
    expect(granted('users', 'UPDATE')).toEqual(['avatar_url', 'twitter_handle', 'username']);
    expect(columns).toHaveLength(1);
  });

  test('nobody is granted anything behind the functions', async () => {
    expect(
      await names(`select grantee || ' ' || table_name as name from information_schema.role_table_grants
        where table_schema = 'private' and grantee in ('anon', 'authenticated', 'service_role', 'PUBLIC')`),
    ).toEqual([]);
    expect(
      await names(`select r.rolname as name from pg_roles r where r.rolname in ('anon', 'service_role')
        and has_schema_privilege(r.oid, 'private', 'usage')`),
    ).toEqual([]);
  });

  test('each role may call the functions that are meant for it', async () => {
    const callable = (role: string): Promise<string[]> =>
      names(`select n.nspname || '.' || p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('public', 'private') and has_function_privilege('${role}', p.oid, 'execute')`);
    expect(await callable('anon')).toEqual([]);
    expect(await callable('authenticated')).toEqual([
      'private.is_shown',
      'private.is_staff',
      'private.iso_now',
      'private.may_upload',
      'private.my_standing',
      'private.sync_facts',
      'public.ack_warning',
      'public.sync_pull',
      'public.sync_push',
    ]);
    expect(await callable('service_role')).toEqual([
      'public.account_delete',
      'public.account_export',
      'public.billing_customer',
      'public.billing_customer_set',
      'public.checkout_price',
      'public.coming_soon',
      'public.file_dmca',
      'public.stripe_apply',
      'public.sync_purge',
    ]);
  });

  test('every function has an empty search path', async () => {
    expect(
      await names(`select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('public', 'private')
        and not coalesce(p.proconfig @> array['search_path=""'], false)`),
    ).toEqual([]);
  });

  test('no default privilege gives anything to an API role', async () => {
    expect(
      await names(`select a.grantee::regrole::text as name from pg_default_acl d, aclexplode(d.defaclacl) a
        where a.grantee <> 0 and a.grantee::regrole::text in ('anon', 'authenticated', 'service_role')`),
    ).toEqual([]);
  });

  test('policies ask for the caller once for each statement, and never for everybody', async () => {
    const policies = await engine.query<{ name: string; roles: string; rule: string }>(
      `select tablename || ': ' || policyname as name, array_to_string(roles, ',') as roles,
        coalesce(qual, '') || ' ' || coalesce(with_check, '') as rule
       from pg_policies where schemaname in ('public', 'private', 'storage')`,
    );
    expect(policies.length).toBeGreaterThan(25);
    expect(policies.filter(({ roles }) => roles !== 'authenticated' && roles !== 'anon')).toEqual([]);
    const bare = policies.filter(({ rule }) =>
      /auth\.\w+\(\)|private\.(is_staff|my_standing)\(\)/.test(
        rule.replaceAll(/\( SELECT [^)]*\(\) AS \w+\)/g, ''),
      ),
    );
    expect(bare).toEqual([]);
  });

  test('every foreign key has an index that begins with it', async () => {
    expect(
      await names(`select c.conrelid::regclass::text || ' ' || c.conname as name from pg_constraint c
        where c.contype = 'f' and c.connamespace in ('public'::regnamespace, 'private'::regnamespace)
        and not exists (
          select 1 from pg_index i where i.indrelid = c.conrelid
          and (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey and i.indpred is null
        )`),
    ).toEqual([]);
  });

  test('no secret is a column', async () => {
    expect(
      await names(`select table_name || '.' || column_name as name from information_schema.columns
        where table_schema = 'public'
        and column_name ~ '(password|secret|token|stream_key|^sess$|stripe_customer_id)'`),
    ).toEqual([]);
  });

  test('the server lets a client write exactly the columns that the client knows to send', async () => {
    for (const table of WRITABLE_TABLES) {
      const [row] = await engine.query<{ columns: Record<string, string>; counters: string[] }>(
        'select private.sync_columns($1) as columns, private.sync_counters($1) as counters',
        [table],
      );
      expect(Object.keys(row?.columns ?? {}).sort()).toEqual([...EDITABLE[table]].sort());
      expect(row?.counters).toEqual(COUNTERS[table]);
    }
  });

  test('every table that is pulled is stamped, and has an index for its feed', async () => {
    expect(
      await names(`select c.relname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where t.tgname = 'z_stamp' and c.relnamespace = 'public'::regnamespace`),
    ).toEqual([...OWN_TABLES, ...CATALOGUE_TABLES].sort());
    const feeds = await names(
      `select tablename as name from pg_indexes where indexname = tablename || '_feed'`,
    );
    // `users` is one row.
    expect(feeds).toEqual([...OWN_TABLES, ...CATALOGUE_TABLES].filter((table) => table !== 'users').sort());
  });

  test('the seed can be run again and changes nothing, also nothing that was edited', async () => {
    await engine.query(`update subscription_plans set price = 5.49 where id = 'reply_guy'`);
    const before = await engine.query('select * from subscription_plans order by rank');
    const { seeds } = await import('../../scripts/cloud/engine/migrations.ts');
    for (const step of seeds()) await engine.exec(step.sql);
    expect(await engine.query('select * from subscription_plans order by rank')).toEqual(before);
    expect(before.map((plan) => plan['id'])).toEqual(['free', 'reply_guy', 'spartan', 'zeus', 'goat']);
    await engine.query(`update subscription_plans set price = 4.99 where id = 'reply_guy'`);
  });

  test('a higher plan gives no less of anything', async () => {
    const plans = await engine.query<Record<string, unknown>>(
      'select * from subscription_plans order by rank',
    );
    for (const [low, high] of plans.slice(1).map((plan, i) => [plans[i]!, plan] as const)) {
      for (const [column, value] of Object.entries(low)) {
        if (['is_free', 'is_popular', 'sync_seq'].includes(column)) continue;
        if (typeof value === 'boolean')
          expect([high['id'], column, high[column] || !value]).toEqual([high['id'], column, true]);
        const limit = /^(price|stream_minutes|avatar_max|max_|tracking_p|animation_)/.test(column);
        const size = (x: unknown): number => Number.parseFloat(String(x));
        if (limit)
          expect([high['id'], column, size(high[column]) >= size(value)]).toEqual([high['id'], column, true]);
      }
    }
  });
});
