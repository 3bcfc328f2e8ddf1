import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cloud } from '../../../scripts/cloud/types.ts';
import { type Person, peopleOf } from './people.ts';
import { doubleOf, hasDeno, post, stripeOf } from './support.ts';

let cloud: Cloud;
const { person, checkout, subscriber } = peopleOf(() => cloud);

const planNow = async (who: Person) =>
  (await cloud.engine.query<{ plan: string }>('select plan from public.users where id = $1', [who.id]))[0]
    ?.plan;
const customerOf = async (who: Person) =>
  String(
    (await cloud.engine.query('select public.billing_customer($1) as customer', [who.id]))[0]?.['customer'],
  );

/** What the studio never does, and somebody else will. */
describe.skipIf(!hasDeno)(
  hasDeno ? 'Edge Functions against abuse' : 'Edge Functions: Deno is not installed',
  () => {
    beforeAll(async () => {
      const { startCloud } = await import('../../../scripts/cloud/cloud.ts');
      cloud = await startCloud({ engine: 'pglite', functions: true });
    });
    afterAll(() => cloud?.close());

    test('a new checkout ends the open ones of before, and not its own', async () => {
      const who = await person();
      const old = await checkout(who);
      const body = { plan: 'zeus', opId: crypto.randomUUID() };
      const first = await post(cloud, 'create-checkout', body, who.auth);
      expect(await post(cloud, 'create-checkout', body, who.auth)).toEqual(first);
      const stripe = stripeOf(cloud);
      expect((await stripe.checkout.sessions.retrieve(old)).status).toBe('expired');
      await expect(doubleOf(cloud).pay(old)).rejects.toThrow();
      const own = /cs_\w+/.exec(String(first.body['url']))![0];
      expect(await doubleOf(cloud).pay(own)).toEqual([200, 200, 200]);
      expect(await planNow(who)).toBe('zeus');
    });

    test('the end of one of two subscriptions takes no plan that is paid for', async () => {
      const who = await subscriber('zeus');
      const stripe = stripeOf(cloud);
      const [{ price } = { price: '' }] = await cloud.engine.query<{ price: string }>(
        "select stripe_price_id as price from public.subscription_plans where id = 'spartan'",
      );
      // By the dashboard: the studio's own checkout would refuse it.
      const session = await stripe.checkout.sessions.create({
        mode: 'subscription',
        customer: who.customer,
        line_items: [{ price, quantity: 1 }],
        success_url: 'https://example.test/ok',
      });
      await doubleOf(cloud).pay(session.id);
      const second = String((await stripe.checkout.sessions.retrieve(session.id)).subscription);
      expect(await doubleOf(cloud).update(second, { status: 'canceled' })).toEqual([200]);
      expect(await planNow(who)).toBe('zeus');
      await doubleOf(cloud).update(who.subscription, { status: 'canceled' });
      expect(await planNow(who)).toBe('free');
    });

    test('a deleted account has no checkout that could be paid, and no customer', async () => {
      const who = await person();
      const open = await checkout(who);
      const customer = await customerOf(who);
      const gone = await post(cloud, 'account', { action: 'delete', email: who.email }, who.auth);
      expect(gone).toEqual({ status: 200, body: {} });
      const stripe = stripeOf(cloud);
      expect((await stripe.checkout.sessions.retrieve(open)).status).toBe('expired');
      await expect(doubleOf(cloud).pay(open)).rejects.toThrow();
      expect(await stripe.customers.retrieve(customer)).toMatchObject({ deleted: true });
    });

    test('a deletion that was interrupted after the customer was gone is finished', async () => {
      const who = await subscriber();
      await stripeOf(cloud).customers.del(who.customer);
      expect(await post(cloud, 'account', { action: 'delete', email: who.email }, who.auth)).toEqual({
        status: 200,
        body: {},
      });
      expect(await planNow(who)).toBeUndefined();
    });

    test('who has no address types the own name', async () => {
      const who = await person();
      await cloud.engine.query('update auth.users set email = null where id = $1', [who.id]);
      const [{ username } = { username: '' }] = await cloud.engine.query<{ username: string }>(
        'select username from public.users where id = $1',
        [who.id],
      );
      const remove = (email: string) => post(cloud, 'account', { action: 'delete', email }, who.auth);
      for (const word of ['', who.email, `${who.id}@users.invalid`, 'someone', username.slice(1)]) {
        expect(await remove(word), word).toEqual({ status: 400, body: { error: 'wrong-email' } });
      }
      expect(await remove(` ${username.toUpperCase()} `)).toEqual({ status: 200, body: {} });
      expect(await planNow(who)).toBeUndefined();
      // Who has one does not.
      const other = await person();
      const byName = { action: 'delete', email: `person_${other.email.slice(6, 7)}` };
      expect((await post(cloud, 'account', byName, other.auth)).status).toBe(400);
    });

    test('headers that a sender writes make nobody another sender', async () => {
      const statuses: number[] = [];
      for (let i = 0; i < 12; i++) {
        const answer = await post(
          cloud,
          'coming-soon',
          { email: `many${i}@example.test`, plan: 'goat' },
          {
            'x-forwarded-for': `198.51.100.${i}`,
            'x-real-ip': `198.51.100.${i}`,
            'cf-connecting-ip': `198.51.100.${i}`,
            forwarded: `for=198.51.100.${i}`,
          },
        );
        statuses.push(answer.status);
      }
      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
    });
  },
);
