import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../scripts/cloud/types.ts';
import { type Service, serviceOf } from './services-support.ts';
import { codeOf, ENGINES, makeUser, op, openEngine, pull, push, pushOne } from './support.ts';

describe.each(ENGINES)('functions of the server on %s', (kind) => {
  let engine: Engine;
  let service: Service;
  beforeAll(async () => {
    engine = await openEngine({ engine: kind });
    service = serviceOf(engine);
  });
  afterAll(() => engine.close());

  describe('Stripe', () => {
    let events = 0;
    const at = (minutes: number): string => new Date(Date.UTC(2026, 5, 1, 12, minutes)).toISOString();
    const event = (
      customer: string,
      minutes: number,
      sub: Record<string, unknown> | null = {},
    ): Record<string, unknown> => ({
      id: `evt_${kind}_${++events}`,
      type: 'customer.subscription.updated',
      created: at(minutes),
      customer,
      read_at: at(minutes),
      subscription: sub && {
        id: `sub_${customer}`,
        status: 'active',
        price_id: 'price_dev_spartan',
        cancel_at_period_end: false,
        current_period_start: at(0),
        current_period_end: '2100-01-01T00:00:00Z',
        created: at(0),
        ...sub,
      },
    });
    const customerOf = async (): Promise<{ user: string; customer: string }> => {
      const user = await makeUser(engine);
      const customer = `cus_${user.replaceAll('-', '')}`;
      expect(await service('billing_customer_set', user, customer)).toBe(customer);
      return { user, customer };
    };
    const planOf = async (user: string): Promise<unknown> =>
      (await engine.query('select plan, subscription_status as status from users where id = $1', [user]))[0];
    const apply = (what: unknown): Promise<unknown> => service('stripe_apply', what);

    test("the first customer of a user stays, and is one user's", async () => {
      const { user, customer } = await customerOf();
      expect(await service('billing_customer_set', user, 'cus_other')).toBe(customer);
      expect(await service('billing_customer', user)).toBe(customer);
      const other = await makeUser(engine);
      expect(await service('billing_customer', other)).toBe(null);
      expect(await codeOf(service('billing_customer_set', other, customer))).toBe('23505');
      expect(await codeOf(service('billing_customer_set', other, 'x'))).toBe('22023');
    });

    test('a paid subscription is the plan, on the desktop too', async () => {
      const { user, customer } = await customerOf();
      const before = (await pull(engine, user)).own.cursor;
      expect(await apply(event(customer, 1))).toEqual({ result: 'applied' });
      expect(await planOf(user)).toEqual({ plan: 'spartan', status: 'active' });
      const changes = (await pull(engine, user, before)).own.changes;
      expect(changes.map(({ t }) => t).sort()).toEqual(['user_subscriptions', 'users']);
      expect(changes.find(({ t }) => t === 'users')?.row).toMatchObject({
        plan: 'spartan',
        stream_time_remaining: 72000,
      });
    });

    test('the end of one of two subscriptions leaves the plan of the other, in the same transaction', async () => {
      const { user, customer } = await customerOf();
      const zeus = { id: `sub_old_${customer}`, price_id: 'price_dev_zeus', created: at(0) };
      const old = (minutes: number) => event(customer, minutes, zeus)['subscription'];
      await apply(event(customer, 1, zeus));
      await apply(event(customer, 2, { created: at(1) }));
      expect(await planOf(user)).toEqual({ plan: 'spartan', status: 'active' });
      const ended = { ...event(customer, 3, { created: at(1), status: 'canceled' }), living: old(3) };
      expect(await apply(ended)).toEqual({ result: 'applied' });
      expect(await planOf(user)).toEqual({ plan: 'zeus', status: 'active' });
      expect(await apply(ended)).toEqual({ result: 'duplicate' });
      // Also when the one that ended is not to be had any more.
      await apply(event(customer, 4, { ...zeus, status: 'past_due' }));
      expect(await apply({ ...event(customer, 5, null), living: old(5) })).toEqual({ result: 'applied' });
      expect(await planOf(user)).toEqual({ plan: 'zeus', status: 'active' });
      // An older reading brings back neither.
      const late = { ...event(customer, 2, { created: at(1) }), living: old(2) };
      expect(await apply(late)).toEqual({ result: 'stale' });
      expect(await planOf(user)).toEqual({ plan: 'zeus', status: 'active' });
    });

    test('the same event twice has one effect; an older reading has none, in whatever order', async () => {
      const { user, customer } = await customerOf();
      const first = event(customer, 5);
      expect(await apply(first)).toEqual({ result: 'applied' });
      const rev = await engine.query('select sync_seq from users where id = $1', [user]);
      expect(await apply(first)).toEqual({ result: 'duplicate' });
      expect(await apply(event(customer, 3, { status: 'canceled' }))).toEqual({ result: 'stale' });
      expect(await apply(event(customer, 5, { price_id: 'price_dev_goat' }))).toEqual({ result: 'stale' });
      expect(await engine.query('select sync_seq from users where id = $1', [user])).toEqual(rev);
      expect(await apply(event(customer, 6, { price_id: 'price_dev_goat' }))).toEqual({ result: 'applied' });
      expect(await planOf(user)).toEqual({ plan: 'goat', status: 'active' });
    });

    test.each([
      ['active', 'spartan', 'active'],
      ['trialing', 'spartan', 'trialing'],
      ['past_due', 'spartan', 'past_due'],
      ['unpaid', 'free', 'unpaid'],
      ['canceled', 'free', 'cancelled'],
      ['incomplete', 'free', 'incomplete'],
      ['incomplete_expired', 'free', 'expired'],
      ['paused', 'free', 'paused'],
    ])('%s is the plan %s, said as %s', async (stripe, plan, status) => {
      const { user, customer } = await customerOf();
      await apply(event(customer, 1));
      await apply(event(customer, 2, { status: stripe }));
      expect(await planOf(user)).toEqual({ plan, status });
    });

    test('a payment that stays due keeps the plan for a week from the first time on', async () => {
      const { user, customer } = await customerOf();
      await apply(event(customer, 1, { price_id: 'price_dev_reply_guy' }));
      await apply({
        ...event(customer, 2, { status: 'past_due' }),
        read_at: new Date(Date.now() - 1000).toISOString(),
      });
      const end = async (): Promise<unknown> =>
        (await engine.query('select subscription_end_date as at from users where id = $1', [user]))[0]?.[
          'at'
        ];
      const first = await end();
      await apply({ ...event(customer, 3, { status: 'past_due' }), read_at: new Date().toISOString() });
      expect(await end()).toEqual(first);
      const results = await push(engine, user, [op('avatars'), op('avatars')]);
      expect(results.map(({ status }) => status)).toEqual(['applied', 'applied']);
      await engine.query(
        `update user_subscriptions set end_date = now() - interval '1 second' where user_id = $1`,
        [user],
      );
      expect(await pushOne(engine, user, op('avatars'))).toMatchObject({ code: 'VD402' });
    });

    test('an event that has no effect is remembered; one that cannot be placed is not, and comes again', async () => {
      const { user, customer } = await customerOf();
      const nothing = event(customer, 1, null);
      expect(await apply(nothing)).toEqual({ result: 'ignored' });
      expect(await apply(nothing)).toEqual({ result: 'duplicate' });
      const early = event('cus_nobody_yet', 1);
      expect(await codeOf(apply(early))).toBe('P0002');
      // Of a deleted account: there is nothing to come back for.
      expect(await apply(event('cus_gone', 1, { status: 'canceled' }))).toEqual({ result: 'ignored' });
      expect(await codeOf(apply(event(customer, 1, { price_id: 'price_unknown' })))).toBe('P0002');
      expect(await codeOf(apply(event(customer, 1, { status: 'brand_new' })))).toBe('22023');
      expect(await codeOf(apply({}))).toBe('22023');
      const other = await makeUser(engine);
      await service('billing_customer_set', other, 'cus_nobody_yet');
      expect(await apply(early)).toEqual({ result: 'applied' });
      expect(await planOf(user)).toEqual({ plan: 'free', status: 'active' });
      await service('account_delete', other);
    });

    test('a subscription does not change hands', async () => {
      const [a, b] = [await customerOf(), await customerOf()];
      await apply(event(a.customer, 1));
      expect(await codeOf(apply(event(b.customer, 2, { id: `sub_${a.customer}` })))).toBe('22023');
      expect(await planOf(a.user)).toEqual({ plan: 'spartan', status: 'active' });
      expect(await planOf(b.user)).toEqual({ plan: 'free', status: 'active' });
    });

    test('of two living subscriptions the one that was made later counts', async () => {
      const { user, customer } = await customerOf();
      await apply(
        event(customer, 1, { id: `sub_new_${customer}`, price_id: 'price_dev_zeus', created: at(10) }),
      );
      await apply(
        event(customer, 2, { id: `sub_old_${customer}`, price_id: 'price_dev_reply_guy', created: at(0) }),
      );
      expect(await planOf(user)).toEqual({ plan: 'zeus', status: 'active' });
      await apply(
        event(customer, 3, { id: `sub_newer_${customer}`, price_id: 'price_dev_goat', created: at(20) }),
      );
      expect(await planOf(user)).toEqual({ plan: 'goat', status: 'active' });
    });

    test('the price of a plan comes from the server', async () => {
      expect(await service('checkout_price', 'spartan')).toEqual({
        plan: 'spartan',
        name: 'Spartan',
        price_id: 'price_dev_spartan',
        is_active: true,
        is_free: false,
        is_coming_soon: false,
      });
      expect(await service('checkout_price', 'free')).toMatchObject({ is_free: true, price_id: null });
      expect(await service('checkout_price', 'no-such')).toBe(null);
    });
  });
});
