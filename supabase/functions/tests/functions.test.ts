import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cloud } from '../../../scripts/cloud/types.ts';
import { type Person, peopleOf } from './people.ts';
import { deliver, doubleOf, hasDeno, post, stripeOf } from './support.ts';

let cloud: Cloud;
const { person, checkout, planOf, subscriber } = peopleOf(() => cloud);

describe.skipIf(!hasDeno)(
  hasDeno ? 'Edge Functions under Deno' : 'Edge Functions: Deno is not installed',
  () => {
    beforeAll(async () => {
      const { startCloud } = await import('../../../scripts/cloud/cloud.ts');
      cloud = await startCloud({ engine: 'pglite', functions: true });
    });
    afterAll(() => cloud?.close());

    describe('checkout and portal', () => {
      test('a paid checkout ends in the row of its plan', async () => {
        const who = await person();
        const session = await checkout(who);
        expect(await planOf(who)).toBeUndefined();
        const statuses = await doubleOf(cloud).pay(session);
        expect(statuses.length).toBeGreaterThan(0);
        expect(new Set(statuses)).toEqual(new Set([200]));
        expect(await planOf(who)).toMatchObject({ plan: 'spartan', status: 'active' });
      });

      test('the same op is the same checkout, and nobody else gets it', async () => {
        const [one, other] = [await person(), await person()];
        const body = { plan: 'zeus', opId: crypto.randomUUID() };
        const first = await post(cloud, 'create-checkout', body, one.auth);
        expect(await post(cloud, 'create-checkout', body, one.auth)).toEqual(first);
        expect((await post(cloud, 'create-checkout', body, other.auth)).body['url']).not.toBe(
          first.body['url'],
        );
        expect(await post(cloud, 'create-checkout', { ...body, plan: 'goat' }, one.auth)).toEqual({
          status: 409,
          body: { error: 'op-reused' },
        });
      });

      test('a price of the client, an unknown plan and a free one are refused', async () => {
        const { auth } = await person();
        const opId = crypto.randomUUID();
        const cases: [unknown, number][] = [
          [{ plan: 'spartan', opId, price: 'price_cheap' }, 400],
          [{ plan: 'spartan' }, 400],
          [{ plan: "x'; drop table users", opId }, 400],
          ['{', 400],
          [{ plan: 'nonesuch', opId }, 404],
          [{ plan: 'free', opId }, 404],
        ];
        for (const [body, status] of cases) {
          expect((await post(cloud, 'create-checkout', body, auth)).status, JSON.stringify(body)).toBe(
            status,
          );
        }
        expect((await post(cloud, 'create-checkout', 'x'.repeat(5000), auth)).status).toBe(413);
      });

      test('who has a plan changes it in the portal, and two checkouts are not paid beside each other', async () => {
        const who = await subscriber();
        const again = { plan: 'zeus', opId: crypto.randomUUID() };
        expect(await post(cloud, 'create-checkout', again, who.auth)).toEqual({
          status: 409,
          body: { error: 'already-subscribed' },
        });
        const portal = await post(cloud, 'create-portal', {}, who.auth);
        expect(portal.status).toBe(200);
        expect(String(portal.body['url'])).toMatch(/^https?:\/\//);
        expect(await post(cloud, 'create-portal', {}, (await person()).auth)).toEqual({
          status: 404,
          body: { error: 'no-customer' },
        });
      });

      test.each(['create-checkout', 'create-portal', 'account'])(
        '%s is for who is signed in',
        async (name) => {
          const { id } = await person();
          const tokens = [
            await cloud.token(id, { ttlSeconds: -60 }),
            await cloud.token(id, { secret: 'another secret that is long enough for it' }),
            await cloud.token(crypto.randomUUID()),
            cloud.key,
            'rubbish',
          ];
          const body = { plan: 'spartan', opId: crypto.randomUUID() };
          expect((await post(cloud, name, body)).status).toBe(401);
          for (const token of tokens) {
            expect((await post(cloud, name, body, { authorization: `Bearer ${token}` })).status, token).toBe(
              401,
            );
          }
        },
      );
    });

    describe('webhook', () => {
      test('an event has one effect, however often it comes', async () => {
        const who = await subscriber();
        const event = {
          id: `evt_once_${who.id}`,
          type: 'customer.subscription.updated',
          object: { id: who.subscription, object: 'subscription', customer: who.customer },
        };
        const first = await deliver(cloud, event);
        expect(first.status).toBe(200);
        const second = await deliver(cloud, event);
        expect(second.status).toBe(200);
        expect(second.body['result']).not.toEqual(first.body['result']);
        expect(JSON.stringify(second.body['result'])).toContain('duplicate');
      });

      test('an old event that comes late does not bring the old plan back', async () => {
        const who = await subscriber('zeus');
        const prices = await cloud.engine.query<{ id: string; price: string }>(
          "select id, stripe_price_id as price from public.subscription_plans where id in ('zeus', 'goat')",
        );
        const price = (plan: string) => prices.find(({ id }) => id === plan)!.price;
        await doubleOf(cloud).update(who.subscription, { priceId: price('goat') });
        expect(await planOf(who)).toMatchObject({ plan: 'goat' });
        const stale = await deliver(cloud, {
          id: `evt_stale_${who.id}`,
          type: 'customer.subscription.updated',
          created: Math.floor(Date.now() / 1000) - 3600,
          object: {
            ...{ id: who.subscription, object: 'subscription', customer: who.customer, status: 'active' },
            items: { data: [{ price: { id: price('zeus') } }] },
          },
        });
        expect(stale.status).toBe(200);
        expect(await planOf(who)).toMatchObject({ plan: 'goat' });
      });

      test('what was cancelled at Stripe is the free plan here', async () => {
        const who = await subscriber();
        await doubleOf(cloud).update(who.subscription, { status: 'canceled' });
        const [user] = await cloud.engine.query<{ plan: string }>(
          'select plan from public.users where id = $1',
          [who.id],
        );
        expect(user?.plan).toBe('free');
      });

      test('forged, tampered, unsigned, old and oversized bodies are refused and change nothing', async () => {
        const who = await subscriber();
        const object = { id: who.subscription, object: 'subscription', customer: who.customer };
        const type = 'customer.subscription.updated';
        const now = Math.floor(Date.now() / 1000);
        const refused = { status: 400, body: { error: 'bad-signature' } };
        expect(
          await deliver(cloud, { id: 'evt_forged_1', type, object, secret: 'whsec_of_somebody_else' }),
        ).toEqual(refused);
        expect(
          await deliver(cloud, {
            id: 'evt_forged_2',
            type,
            object,
            tamper: (body) => body.replace('evt_forged_2', 'evt_forged_9'),
          }),
        ).toEqual(refused);
        expect(await deliver(cloud, { id: 'evt_forged_3', type, object, signedAt: now - 301 })).toEqual(
          refused,
        );
        expect(await post(cloud, 'stripe-webhook', { id: 'evt_forged_4', type, data: { object } })).toEqual(
          refused,
        );
        expect(
          (await post(cloud, 'stripe-webhook', 'x'.repeat(1_100_000), { 'stripe-signature': 't=1' })).status,
        ).toBe(413);
        const stored = await cloud.engine.query(
          "select 1 from private.stripe_events where id like 'evt_forged_%'",
        );
        expect(stored).toEqual([]);
        expect((await deliver(cloud, { id: 'evt_g1', type, object, signedAt: now - 290 })).status).toBe(200);
      });

      test('a payment of an unknown customer is asked for again, an event of no concern is not', async () => {
        const stripe = stripeOf(cloud);
        const [{ price } = { price: '' }] = await cloud.engine.query<{ price: string }>(
          "select stripe_price_id as price from public.subscription_plans where id = 'spartan'",
        );
        const { id: customer } = await stripe.customers.create({});
        const session = await stripe.checkout.sessions.create({
          mode: 'subscription',
          customer,
          line_items: [{ price, quantity: 1 }],
          success_url: 'https://example.test/ok',
          cancel_url: 'https://example.test/no',
        });
        expect(await doubleOf(cloud).pay(session.id)).toContain(500);
        const ignored = { status: 200, body: { result: 'ignored' } };
        const object = { id: 'cus_x', object: 'customer', customer };
        expect(await deliver(cloud, { id: 'evt_i1', type: 'customer.created', object })).toEqual(ignored);
        expect(await deliver(cloud, { id: 'evt_i2', type: 'made.up', object })).toEqual(ignored);
        // Of a deleted account: its subscription is gone, and so is everything there was to do.
        expect(
          await deliver(cloud, {
            id: 'evt_i3',
            type: 'customer.subscription.deleted',
            object: { id: 'sub_gone', object: 'subscription', customer: 'cus_gone' },
          }),
        ).toEqual(ignored);
      });
    });

    describe('forms', () => {
      const notice = (owner: Person) => ({
        complainant_name: 'A. Sculptor',
        complainant_email: 'sculptor@example.test',
        content_url: `https://example.test/avatars/${owner.id}`,
        claimed_work: 'The statue in the hall',
        description: 'The head is a copy of mine.',
        good_faith: true,
        accurate: true,
      });

      test('coming-soon takes an address once, says nothing of it, and has a limit', async () => {
        const from = { 'x-forwarded-for': '203.0.113.7' };
        const body = { email: 'Curious@example.test', plan: 'goat' };
        expect(await post(cloud, 'coming-soon', body, from)).toEqual({ status: 200, body: {} });
        expect(await post(cloud, 'coming-soon', body, from)).toEqual({ status: 200, body: {} });
        const rows = await cloud.engine.query<{ plan_name: string }>(
          "select plan_name from public.coming_soon_emails where lower(email) = 'curious@example.test'",
        );
        expect(rows).toHaveLength(1);
        for (const bad of [
          { ...body, email: 'no address' },
          { email: body.email },
          { ...body, admin: true },
        ]) {
          expect((await post(cloud, 'coming-soon', bad, from)).status).toBe(400);
        }
        const statuses: number[] = [];
        for (let i = 0; i < 30 && !statuses.includes(429); i++) {
          statuses.push(
            (await post(cloud, 'coming-soon', { ...body, email: `c${i}@example.test` }, from)).status,
          );
        }
        expect(statuses).toContain(429);
      });

      test('dmca files a notice, refuses half a one, and has a limit', async () => {
        const owner = await person();
        const from = { 'x-forwarded-for': '203.0.113.8' };
        for (const bad of [
          { ...notice(owner), accurate: false },
          { ...notice(owner), complainant_email: 'nobody' },
          { ...notice(owner), status: 'resolved' },
          { ...notice(owner), content_url: 'javascript:alert(1)' },
        ]) {
          expect((await post(cloud, 'dmca', bad, from)).status).toBe(400);
        }
        expect(await post(cloud, 'dmca', notice(owner), from)).toEqual({ status: 200, body: {} });
        const [row] = await cloud.engine.query('select * from public.dmca_complaints');
        expect(row).toMatchObject({ status: 'pending', complainant_name: 'A. Sculptor' });
        const statuses: number[] = [];
        for (let i = 0; i < 30 && !statuses.includes(429); i++) {
          statuses.push((await post(cloud, 'dmca', notice(owner), from)).status);
        }
        expect(statuses).toContain(429);
      });
    });

    describe('account', () => {
      test('export has what is ours and nothing of another', async () => {
        const [who, other] = [await subscriber(), await person()];
        const { status, body } = await post(cloud, 'account', { action: 'export' }, who.auth);
        expect(status).toBe(200);
        const text = JSON.stringify(body);
        expect(text).toContain(who.email);
        expect(text).toContain(who.subscription);
        expect(text).not.toContain(other.id);
      });

      test('delete wants the own address, and then leaves nothing', async () => {
        const who = await subscriber();
        const path = `${who.id}/${crypto.randomUUID()}/${'a'.repeat(64)}.glb`;
        await cloud.engine.query(
          "insert into storage.objects (bucket_id, name, owner_id, metadata) values ('avatars', $1, $2, $3)",
          [path, who.id, { size: 4, mimetype: 'model/gltf-binary' }],
        );
        for (const email of ['', 'somebody@example.test']) {
          expect(await post(cloud, 'account', { action: 'delete', email }, who.auth)).toEqual({
            status: 400,
            body: { error: 'wrong-email' },
          });
        }
        expect((await post(cloud, 'account', { action: 'delete' }, who.auth)).status).toBe(400);
        expect(await planOf(who)).toBeDefined();

        const typed = ` ${who.email.toUpperCase()} `;
        expect(await post(cloud, 'account', { action: 'delete', email: typed }, who.auth)).toEqual({
          status: 200,
          body: {},
        });
        expect((await stripeOf(cloud).subscriptions.retrieve(who.subscription)).status).toBe('canceled');
        for (const table of ['auth.users', 'public.users']) {
          expect(await cloud.engine.query(`select 1 from ${table} where id = $1`, [who.id]), table).toEqual(
            [],
          );
        }
        expect(await cloud.engine.query('select 1 from storage.objects where name = $1', [path])).toEqual([]);
        expect((await post(cloud, 'account', { action: 'export' }, who.auth)).status).toBe(401);
      });
    });

    test('answers other methods with 405 and a preflight with what a form needs', async () => {
      const url = `${cloud.url}/functions/v1/coming-soon`;
      expect((await fetch(url)).status).toBe(405);
      const preflight = await fetch(url, { method: 'OPTIONS', headers: { origin: 'https://example.test' } });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    });
  },
);
