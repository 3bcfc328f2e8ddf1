import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../scripts/cloud/types.ts';
import { pushAnswerSchema } from '../../src/main/services/sync/wire.ts';
import { AVATAR, codeOf, ENGINES, makeUser, op, openEngine, pushOne, pushRaw, rowOf } from './support.ts';

/** Answers that are meant; anything else would be a fault of the server. */
const MEANT = /^(22|23|VD|42501|P0002)/;

describe.each(ENGINES)('hostile calls on %s', (kind) => {
  let engine: Engine;
  let user: string;
  let victim: string;
  let theirs: string;
  beforeAll(async () => {
    engine = await openEngine({ engine: kind });
    user = await makeUser(engine, { plan: 'goat' });
    victim = await makeUser(engine, { plan: 'goat' });
    theirs = String(rowOf(await pushOne(engine, victim, op('avatars')))['uid']);
  });
  afterAll(() => engine.close());

  const call = (ops: unknown, schema: unknown = 1): Promise<unknown> =>
    engine.asUser(user, (query) => pushRaw(query, ops, schema));
  const one = async (over: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const answer = pushAnswerSchema.parse(await call([{ ...op('avatars'), ...over }]));
    return { ...answer.results[0] };
  };

  test.each([
    ['null', 'null', '22023'],
    ['a number', '5', '22023'],
    ['an object', '{}', '22023'],
    ['a text', '"[]"', '22023'],
    ['an op that is null', '[null]', '22023'],
    ['an op that is a list', '[[]]', '22023'],
    ['an op without an id', '[{"t":"avatars"}]', '22023'],
    ['an id that is none', '[{"op_id":"x"}]', '22023'],
    ['an id that is an object', '[{"op_id":{"a":1}}]', '22023'],
    ['no JSON', '[', '22P02'],
    ['a null byte', '[{"op_id":"\\u0000"}]', '22P05'],
    ['half a surrogate pair', '["\\ud800"]', '22P02'],
  ])('the whole call is refused: %s', async (_name, ops, code) => {
    expect(await codeOf(call(ops))).toBe(code);
  });

  test('a batch is 100 ops and 8 MB', async () => {
    expect(await codeOf(call(Array.from({ length: 101 }, () => op('avatars', { kind: 'delete' }))))).toBe(
      'VD413',
    );
    expect(await call(Array.from({ length: 100 }, () => op('avatars', { kind: 'delete' })))).toMatchObject({
      results: expect.any(Array),
    });
    const large = { ...op('avatars'), patch: { ...AVATAR, metadata: 'x'.repeat(9_000_000) } };
    expect(await codeOf(call([large]))).toBe('VD413');
    expect(await one({ patch: { ...AVATAR, metadata: 'x'.repeat(70_000) } })).toMatchObject({
      code: 'VD413',
      detail: 'patch',
    });
  });

  test('a change that is too deep is refused, and those beside it are not', async () => {
    const nested = (levels: number) => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`;
    const deep = op('avatars', { patch: { ...AVATAR, metadata: 'DEEP' } });
    const beside = [op('avatars'), op('rtmp_sources')];
    const send = async (levels: number): Promise<unknown> => {
      const text = JSON.stringify([beside[0], { ...deep, op_id: randomUUID() }, beside[1]]);
      return call(text.replace('"DEEP"', nested(levels)));
    };
    const applied = { status: 'applied' };
    for (const levels of [98, 5000]) {
      expect(await send(levels)).toMatchObject({
        results: [applied, { status: 'rejected', code: '22023', detail: 'patch' }, applied],
      });
    }
    expect(await send(96)).toMatchObject({ results: [applied, applied, applied] });
  });

  test('what is too complex for the server is refused by itself: the queue goes on', async () => {
    await engine.exec(`create function public.too_deep() returns trigger language plpgsql as $$
        begin
          if new.name = 'too deep' then raise exception 'stack depth limit exceeded' using errcode = '54001'; end if;
          return new;
        end $$;
      create trigger a_too_deep before insert on public.rtmp_sources for each row execute function public.too_deep();`);
    const ops = ['before', 'too deep', 'after'].map((name) =>
      op('rtmp_sources', { patch: { name, url: 'rtmp://x' } }),
    );
    const answer = await call(ops);
    await engine.exec('drop function public.too_deep() cascade');
    expect(answer).toMatchObject({
      results: [{ status: 'applied' }, { status: 'rejected', code: '54001' }, { status: 'applied' }],
    });
  });

  test('no schema version, or one that is none', async () => {
    for (const schema of [null, -1]) expect(await codeOf(call([], schema))).toBe('22023');
    expect(await codeOf(call([], 0))).toBe('VD426');
  });

  test.each([
    ['another table', { t: 'users' }, '22023', 't'],
    ['a system table', { t: 'pg_catalog.pg_authid' }, '22023', 't'],
    ['SQL for a table', { t: 'avatars; drop table public.users; --' }, '22023', 't'],
    ['a quoted table', { t: 'avatars"' }, '22023', 't'],
    ['a list for a table', { t: ['avatars'] }, '22023', 't'],
    ['no table', { t: null }, '22023', 't'],
    ['another kind', { kind: 'truncate' }, '22023', 'kind'],
    ['SQL for a uid', { uid: `' or 1=1 --` }, '22023', 'uid'],
    ['no uid', { uid: null }, '22023', 'uid'],
    ['a patch that is a list', { patch: [] }, '22023', 'patch'],
    ['a patch that is null', { patch: null }, '22023', 'patch'],
    ['an addition that is a text', { add: 'x' }, '22023', 'add'],
    ['a revision that is a text', { base_rev: '1' }, '22023', 'base_rev'],
    ['half a revision', { base_rev: 1.5 }, '22023', 'base_rev'],
    ['a negative revision', { base_rev: -1 }, '22023', 'base_rev'],
    ['a huge revision', { base_rev: 1e300 }, '22003', 'base_rev'],
    ['an owner beside the op', { user_id: randomUUID() }, '22023', 'op'],
    ['the owner', { patch: { ...AVATAR, user_id: randomUUID() } }, '42501', 'user_id'],
    ["the server's id", { patch: { ...AVATAR, id: 1 } }, '42501', 'id'],
    ['the revision', { patch: { ...AVATAR, rev: 100 } }, '42501', 'rev'],
    ['the position', { patch: { ...AVATAR, sync_seq: 1 } }, '42501', 'sync_seq'],
    ['the tombstone', { patch: { ...AVATAR, deleted_at: null } }, '42501', 'deleted_at'],
    ['the plan that is needed', { patch: { ...AVATAR, required_plan: 'free' } }, '42501', 'required_plan'],
    ['the counter itself', { patch: { ...AVATAR, usage_count: 1_000_000 } }, '42501', 'usage_count'],
    [
      'a column that is SQL',
      { patch: { ...AVATAR, 'name = (select 1)': 'x' } },
      '42501',
      'name = (select 1)',
    ],
    ['a prototype', { patch: JSON.parse('{"__proto__":{"role":"admin"}}') }, '42501', '__proto__'],
    ['a constructor', { patch: { constructor: { prototype: {} } } }, '42501', 'constructor'],
    ['no name at all', { patch: { ...AVATAR, '': 1 } }, '42501', ''],
    ['a number for a text', { patch: { ...AVATAR, name: 5 } }, '22023', 'name'],
    ['an object for a text', { patch: { ...AVATAR, name: {} } }, '22023', 'name'],
    ['a text for a number', { patch: { ...AVATAR, vertices: '5' } }, '22023', 'vertices'],
    ['a fraction', { patch: { ...AVATAR, vertices: 0.5 } }, '22023', 'vertices'],
    ['too large a number', { patch: { ...AVATAR, vertices: 2 ** 31 } }, '22003', 'vertices'],
    ['more than a client can read', { patch: { ...AVATAR, file_size: 2 ** 53 } }, '22003', 'file_size'],
    ['a negative size', { patch: { ...AVATAR, file_size: -1 } }, '23514', 'avatars_file_size'],
    ['a text for a switch', { patch: { ...AVATAR, is_public: 'yes' } }, '22023', 'is_public'],
    ['nothing for what is needed', { patch: { ...AVATAR, name: null } }, '23502', 'name'],
    ['an empty name', { patch: { ...AVATAR, name: '' } }, '23514', 'avatars_name'],
    ['an endless name', { patch: { ...AVATAR, name: 'x'.repeat(201) } }, '23514', 'avatars_name'],
    ['a word for a time', { patch: { ...AVATAR, last_used_at: 'now' } }, '22023', 'last_used_at'],
    ['for ever', { patch: { ...AVATAR, last_used_at: 'infinity' } }, '22023', 'last_used_at'],
    [
      'a day that is none',
      { patch: { ...AVATAR, last_used_at: '2026-02-30T00:00:00Z' } },
      '22008',
      'last_used_at',
    ],
    [
      'a clock far ahead',
      { patch: { ...AVATAR, last_used_at: '9999-01-01T00:00:00Z' } },
      '23514',
      'avatars_last_used_at',
    ],
    [
      'a clock far behind',
      { patch: { ...AVATAR, last_used_at: '0001-01-01T00:00:00Z' } },
      '23514',
      'avatars_last_used_at',
    ],
  ])('an op is refused, and says why: %s', async (_name, over, code, detail) => {
    expect(await one(over)).toMatchObject({
      status: 'rejected',
      code,
      detail: detail === '' ? null : detail,
    });
  });

  test('pulls with cursors and limits that are none', async () => {
    const pull = (...params: unknown[]): Promise<string> =>
      codeOf(engine.asUser(user, (query) => query('select sync_pull($1, $2, $3, $4)', params)));
    for (const params of [
      [-1, 0, 10, 1],
      [0, -1, 10, 1],
      [null, 0, 10, 1],
      [0, 0, 0, 1],
      [0, 0, 1001, 1],
      [0, 0, -5, 1],
      [0, 0, null, 1],
      [0, 0, 10, null],
      [0, 0, 10, -1],
    ]) {
      expect([params, await pull(...params)]).toEqual([params, '22023']);
    }
    expect(await pull(0, 0, 10, 0)).toBe('VD426');
    expect(await pull('9223372036854775807', '9223372036854775807', 1000, 2147483647)).toMatch(/no error/);
    expect(await pull('9223372036854775808', 0, 10, 1)).toBe('22003');
  });

  test('ops that come back in another order, twice and mixed have the effect of each one once', async () => {
    const made = op('avatars');
    const edits = [1, 2, 3].map((n) =>
      op('avatars', { uid: made.uid, base_rev: 1, patch: {}, add: { usage_count: n } }),
    );
    await call([made, ...edits]);
    await call([...edits].reverse());
    await call([edits[1], made, edits[0], edits[1]]);
    expect(await engine.query('select usage_count from avatars where uid = $1', [made.uid])).toEqual([
      { usage_count: 6 },
    ]);
  });

  test("whatever is sent: an answer that is meant, and never a change of what is another's", async () => {
    const state = async (): Promise<unknown> =>
      (
        await engine.query<{ s: string }>(
          `select md5(string_agg(x, ',' order by x)) as s from (
             select to_jsonb(a)::text as x from avatars a where user_id <> $1
             union all select to_jsonb(s)::text from streaming_sessions s where user_id <> $1
             union all select to_jsonb(r)::text from rtmp_sources r where user_id <> $1
             union all select to_jsonb(u)::text from users u where id <> $1
             union all select to_jsonb(p)::text from subscription_plans p
           ) all_rows`,
          [user],
        )
      )[0]?.s;
    const before = await state();
    const word = fc.oneof(
      fc.constantFrom(
        'avatars',
        'streaming_sessions',
        'rtmp_sources',
        'users',
        'upsert',
        'delete',
        theirs,
        victim,
        'name',
        'user_id',
        "'; drop table users; --",
        '__proto__',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    const patch = fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          'name',
          'vertices',
          'is_public',
          'last_used_at',
          'metadata',
          'avatar_uid',
          'url',
          'user_id',
          'duration',
        ),
        word,
      ),
      fc.oneof(fc.jsonValue({ maxDepth: 3 }), word),
      { maxKeys: 6 },
    );
    const opLike = fc.record(
      {
        op_id: fc.oneof(fc.uuid(), word),
        t: fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom('avatars', 'streaming_sessions', 'rtmp_sources') },
          { weight: 1, arbitrary: fc.oneof(word, fc.jsonValue({ maxDepth: 1 })) },
        ),
        uid: fc.oneof(fc.uuid(), fc.constant(theirs), word),
        kind: fc.oneof(fc.constantFrom('upsert', 'delete'), word),
        patch: fc.oneof(
          { weight: 5, arbitrary: patch },
          { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
        ),
        add: fc.oneof(
          {
            weight: 5,
            arbitrary: fc.dictionary(
              fc.constantFrom('usage_count', 'rev'),
              fc.oneof(fc.integer(), fc.double()),
              { maxKeys: 1 },
            ),
          },
          { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
        ),
        base_rev: fc.oneof(fc.constant(null), fc.integer(), fc.jsonValue({ maxDepth: 1 })),
      },
      { requiredKeys: ['op_id', 't', 'uid', 'kind', 'patch', 'add'] },
    );
    const calls = fc.oneof(
      { weight: 9, arbitrary: fc.array(opLike, { maxLength: 4 }) },
      { weight: 1, arbitrary: fc.jsonValue() },
    );
    await fc.assert(
      fc.asyncProperty(calls, async (ops) => {
        let answer: unknown;
        try {
          answer = await call(ops);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(MEANT) });
          return;
        }
        for (const result of (answer as { results: { status: string; code?: string; row?: unknown }[] })
          .results) {
          if (result.status === 'rejected') expect(result.code).toMatch(MEANT);
          expect(JSON.stringify(result.row ?? null)).not.toContain(victim);
        }
      }),
      { numRuns: 150 },
    );
    expect(await state()).toBe(before);
  });
});
