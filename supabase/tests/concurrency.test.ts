import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresIsThere } from '../../scripts/cloud/engine/index.ts';
import type { Engine } from '../../scripts/cloud/types.ts';
import { makeUser, op, openEngine, pull, push, pushOne, pushRaw } from './support.ts';

/** Transactions that really run beside each other: PGlite has one at a time. */
describe.skipIf(!postgresIsThere())(
  'at the same time, on PostgreSQL (skipped where no server is installed)',
  () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await openEngine({ engine: 'postgres' });
    });
    afterAll(() => engine?.close());

    /** Holds a transaction of a user open until it is let go. */
    function hold(
      work: (query: Engine['query']) => Promise<unknown>,
      user: string,
    ): { ready: Promise<void>; go: () => void; done: Promise<void> } {
      let go = (): void => undefined;
      let begun = (): void => undefined;
      const gate = new Promise<void>((resolve) => {
        go = resolve;
      });
      const ready = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const done = engine.asUser(user, async (query) => {
        await work(query);
        begun();
        await gate;
      });
      return { ready, go, done };
    }

    test('a live puller misses no row of four writers', async () => {
      const user = await makeUser(engine, { plan: 'goat' });
      const uids = new Set<string>();
      let writing = true;
      const writers = Promise.all(
        Array.from({ length: 4 }, async () => {
          for (let i = 0; i < 25; i++) {
            const ops = [op('avatars'), op('rtmp_sources')];
            for (const one of ops) uids.add(one.uid);
            await push(engine, user, ops);
          }
        }),
      ).then(() => {
        writing = false;
      });
      const seen = new Set<unknown>();
      const puller = (async () => {
        let own = 0;
        for (let last = false; ; ) {
          const page = await pull(engine, user, own, 2 ** 40, 7);
          for (const change of page.own.changes) {
            expect(change.s).toBeGreaterThan(own);
            seen.add(change.row['uid']);
          }
          own = page.own.cursor;
          if (page.own.more) continue;
          if (last) return;
          last = !writing;
        }
      })();
      await Promise.all([writers, puller]);
      expect([...uids].filter((uid) => !seen.has(uid))).toEqual([]);
    });

    test('who wrote first is seen first: the second writer of an owner waits, another owner does not', async () => {
      const [user, other] = [await makeUser(engine, { plan: 'goat' }), await makeUser(engine)];
      const first = hold(
        (query) => pushRaw(query, [op('avatars', { patch: { ...op('avatars').patch, name: 'first' } })]),
        user,
      );
      await first.ready;
      let second = false;
      const waiting = pushOne(engine, user, op('rtmp_sources')).then(() => {
        second = true;
      });
      // Neither another owner nor a pull of the same one waits for it.
      expect(await pushOne(engine, other, op('rtmp_sources'))).toMatchObject({ status: 'applied' });
      const cursor = (await pull(engine, user)).own.cursor;
      expect(second).toBe(false);
      first.go();
      await Promise.all([first.done, waiting]);
      const changes = (await pull(engine, user, cursor)).own.changes.map(({ t }) => t);
      expect(changes).toContain('avatars');
      expect(changes).toContain('rtmp_sources');
    });

    test('a transaction of somebody else that stays open holds no pull back', async () => {
      const [user, other] = [await makeUser(engine, { plan: 'goat' }), await makeUser(engine)];
      const open = hold((query) => pushRaw(query, [op('rtmp_sources')]), other);
      await open.ready;
      const made = op('avatars');
      await pushOne(engine, user, made);
      expect((await pull(engine, user)).own.changes.map(({ row }) => row['uid'])).toContain(made.uid);
      open.go();
      await open.done;
    });

    test('a catalogue that is edited in an open transaction is not skipped by those who pull meanwhile', async () => {
      const user = await makeUser(engine);
      let go = (): void => undefined;
      const gate = new Promise<void>((resolve) => {
        go = resolve;
      });
      let begun = (): void => undefined;
      const ready = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const slow = engine.as('service_role', null, async (query) => {
        await query(`insert into avatar_categories (name) values ('slow')`);
        begun();
        await gate;
      });
      await ready;
      const quick = engine.as('service_role', null, (query) =>
        query(`insert into avatar_categories (name) values ('quick')`),
      );
      await pushOne(engine, user, op('rtmp_sources'));
      const before = await pull(engine, user);
      go();
      await Promise.all([slow, quick]);
      const after = await pull(engine, user, before.own.cursor, before.cat.cursor);
      expect(after.cat.changes.map(({ row }) => row['name'])).toEqual(['slow', 'quick']);
    });

    test('a limit is not outrun by many at once', async () => {
      const user = await makeUser(engine, { plan: 'reply_guy' });
      await Promise.all(Array.from({ length: 14 }, () => pushOne(engine, user, op('avatars'))));
      expect(await engine.query('select count(*)::int as n from avatars where user_id = $1', [user])).toEqual(
        [{ n: 5 }],
      );
      expect(await engine.query('select avatar_count as n from users where id = $1', [user])).toEqual([
        { n: 5 },
      ]);
    });

    test('two devices that send the same op have one effect, those with the same edit one winner', async () => {
      const user = await makeUser(engine, { plan: 'goat' });
      const made = op('avatars', { add: { usage_count: 1 } });
      const results = await Promise.all(Array.from({ length: 6 }, () => pushOne(engine, user, made)));
      expect(results.every((result) => result.status === 'applied')).toBe(true);
      expect(results.filter((result) => !result.replayed)).toHaveLength(1);
      expect(await engine.query('select usage_count, rev from avatars where uid = $1', [made.uid])).toEqual([
        { usage_count: 1, rev: 1 },
      ]);
      const edits = await Promise.all(
        Array.from({ length: 6 }, (_, i) =>
          pushOne(engine, user, op('avatars', { uid: made.uid, base_rev: 1, patch: { name: `n${i}` } })),
        ),
      );
      expect(edits.map((result) => result.status).sort()).toEqual(['applied', ...Array(5).fill('conflict')]);
    });

    test('two owners that make the same uid at once: one has it, the other is told', async () => {
      const [a, b] = [await makeUser(engine), await makeUser(engine)];
      const uid = randomUUID();
      const results = await Promise.all(
        [a, b].map((user) => pushOne(engine, user, op('rtmp_sources', { uid }))),
      );
      expect(
        results.map((result) => (result.status === 'rejected' ? result.code : result.status)).sort(),
      ).toEqual(['VD409', 'applied']);
    });

    test('whoever runs the project can change accounts while these are written to', async () => {
      const users = await Promise.all(Array.from({ length: 4 }, () => makeUser(engine, { plan: 'goat' })));
      await Promise.all([
        ...users.map(async (user) => {
          for (let i = 0; i < 15; i++) {
            await push(engine, user, [op('avatars'), op('streaming_sessions')]);
            await engine.asUser(user, (query) => query(`update users set twitter_handle = 'h${i}'`));
          }
        }),
        (async () => {
          for (let i = 0; i < 15; i++) {
            await engine.as('service_role', null, (query) =>
              query(`update users set role = 'user' where role = 'user'`),
            );
            await engine.as('service_role', null, (query) =>
              query('update user_subscriptions set auto_renew = not auto_renew'),
            );
          }
        })(),
      ]);
      expect(
        await engine.query('select sum(avatar_count)::int as n from users where id = any($1)', [users]),
      ).toEqual([{ n: 60 }]);
    });

    test('the same event of Stripe at once has one effect', async () => {
      const user = await makeUser(engine);
      const customer = `cus_${user.replaceAll('-', '')}`;
      const call = (sql: string, params: unknown[]): Promise<{ r: unknown }[]> =>
        engine.as('service_role', null, (query) => query<{ r: unknown }>(sql, params));
      await call('select billing_customer_set($1, $2) as r', [user, customer]);
      const event = (id: string, minute: number, price: string): string => {
        const at = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
        return JSON.stringify({
          id,
          type: 'customer.subscription.updated',
          created: at,
          customer,
          read_at: at,
          subscription: {
            id: `sub_${customer}`,
            status: 'active',
            price_id: price,
            current_period_end: at,
            created: '2026-01-01T00:00:00Z',
          },
        });
      };
      const same = await Promise.all(
        Array.from({ length: 5 }, () =>
          call('select stripe_apply($1) as r', [event('evt_same', 1, 'price_dev_zeus')]),
        ),
      );
      expect(same.filter(([row]) => JSON.stringify(row?.r) === '{"result":"applied"}')).toHaveLength(1);
      const prices = ['reply_guy', 'spartan', 'zeus', 'goat'];
      await Promise.all(
        prices.map((plan, i) =>
          call('select stripe_apply($1) as r', [event(`evt_${plan}`, 10 + i, `price_dev_${plan}`)]),
        ),
      );
      expect(await engine.query('select plan from users where id = $1', [user])).toEqual([{ plan: 'goat' }]);
    });
  },
);
