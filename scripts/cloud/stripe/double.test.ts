import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStripeDouble } from './double.ts';
import { parseForm } from './form.ts';

const SECRET = 'whsec_of_this_test';
const PRICES = [
  { id: 'price_small', cents: 499, name: 'Small' },
  { id: 'price_large', cents: 999, name: 'Large' },
];
let double: Awaited<ReturnType<typeof startStripeDouble>>;
let stripe: Stripe;
let receiver: Server;
const events: Stripe.Event[] = [];

const clientOf = (apiVersion?: string) => {
  const { hostname, port } = new URL(double.url);
  return new Stripe('sk_test_of_this_test', {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    maxNetworkRetries: 0,
    ...(apiVersion ? { apiVersion: apiVersion as typeof Stripe.API_VERSION } : {}),
  });
};

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const signature = String(request.headers['stripe-signature']);
      events.push(Stripe.webhooks.constructEvent(Buffer.concat(chunks), signature, SECRET));
      response.writeHead(200).end('{}');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  double = await startStripeDouble({
    folder: null,
    webhookSecret: SECRET,
    webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
    prices: async () => PRICES,
    log: () => undefined,
  });
  stripe = clientOf();
});
afterAll(async () => {
  await double?.close();
  receiver.close();
});

async function checkout(price = 'price_small') {
  const customer = await stripe.customers.create({ email: 'a@example.test', metadata: { user_id: 'u1' } });
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    customer: customer.id,
    client_reference_id: 'u1',
    line_items: [{ price, quantity: 1 }],
    success_url: 'http://127.0.0.1:9/done',
    cancel_url: 'http://127.0.0.1:9/back',
    subscription_data: { metadata: { user_id: 'u1' } },
  });
  return { customer, session };
}

describe('a checkout', () => {
  test('that is paid makes a subscription and tells it in signed events', async () => {
    const { customer, session } = await checkout();
    expect(session).toMatchObject({ status: 'open', customer: customer.id });
    events.length = 0;
    expect(await double.pay(session.id)).toEqual([200, 200, 200]);
    expect(events.map(({ type }) => type)).toEqual([
      'customer.subscription.created',
      'checkout.session.completed',
      'invoice.paid',
    ]);
    const { data } = await stripe.subscriptions.list({ customer: customer.id });
    expect(data).toHaveLength(1);
    const item = data[0]!.items.data[0]!;
    expect(item.price.id).toBe('price_small');
    expect(item.current_period_end).toBeGreaterThan(item.current_period_start);
    expect(data[0]!.metadata).toEqual({ user_id: 'u1' });
    await expect(double.pay(session.id)).rejects.toThrow();
  });

  test('is paid by the button of its page, and changed and ended in the portal', async () => {
    const { customer, session } = await checkout();
    expect(await (await fetch(session.url!)).text()).toContain('Pay with test card');
    const paid = await fetch(session.url!, { method: 'POST', redirect: 'manual' });
    expect([paid.status, paid.headers.get('location')]).toEqual([302, 'http://127.0.0.1:9/done']);
    const [subscription] = (await stripe.subscriptions.list({ customer: customer.id })).data;

    const portal = await stripe.billingPortal.sessions.create({
      customer: customer.id,
      return_url: 'http://127.0.0.1:9/',
    });
    expect(await (await fetch(portal.url)).text()).toContain('Change to Large');
    const post = (fields: Record<string, string>) =>
      fetch(portal.url, {
        method: 'POST',
        body: new URLSearchParams({ subscription: subscription!.id, ...fields }),
        redirect: 'manual',
      });
    await post({ price: 'price_large' });
    expect(events.at(-1)!.type).toBe('customer.subscription.updated');
    await post({ cancel: '1' });
    expect(events.at(-1)!.type).toBe('customer.subscription.deleted');
    expect((await stripe.subscriptions.retrieve(subscription!.id)).status).toBe('canceled');
  });
});

describe('the API', () => {
  test('answers the same key the same way, and refuses it for something else', async () => {
    const options = { idempotencyKey: 'once' };
    const first = await stripe.customers.create({ email: 'once@example.test' }, options);
    expect((await stripe.customers.create({ email: 'once@example.test' }, options)).id).toBe(first.id);
    await expect(stripe.customers.create({ email: 'other@example.test' }, options)).rejects.toBeInstanceOf(
      Stripe.errors.StripeIdempotencyError,
    );
  });

  test('refuses what it does not know in the words of Stripe', async () => {
    const cases: [() => Promise<unknown>, object][] = [
      [() => stripe.subscriptions.retrieve('sub_none'), { code: 'resource_missing', statusCode: 404 }],
      [() => checkout('price_none'), { code: 'resource_missing', param: 'price' }],
      [() => stripe.customers.create({ phone: '1' }), { code: 'parameter_unknown', param: 'phone' }],
      [() => stripe.products.list(), { statusCode: 404 }],
      [() => clientOf('2020-08-27').customers.create({}), { statusCode: 400 }],
    ];
    for (const [call, error] of cases) {
      const refused = await call().then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(refused).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
      expect(refused).toMatchObject(error);
    }
    expect((await fetch(`${double.url}/v1/customers`, { method: 'POST' })).status).toBe(401);
  });

  test('changes and cancels subscriptions, as the dashboard and the library do', async () => {
    const { session } = await checkout();
    await double.pay(session.id);
    const { subscription } = await stripe.checkout.sessions.retrieve(session.id);
    const id = String(subscription);
    expect(await double.update(id, { status: 'past_due' })).toEqual([200, 200]);
    expect(events.at(-1)!.type).toBe('invoice.payment_failed');
    await double.update(id, { status: 'active', priceId: 'price_large' });
    const changed = await stripe.subscriptions.retrieve(id);
    expect(changed.items.data[0]!.price.id).toBe('price_large');
    expect((await stripe.subscriptions.cancel(id)).status).toBe('canceled');
    await expect(double.update(id, { status: 'nonsense' })).rejects.toThrow();
  });
});

describe('what an account leaves behind', () => {
  test('open checkouts are listed and expired, and cannot be paid then', async () => {
    const { customer, session } = await checkout();
    const openOnes = () => stripe.checkout.sessions.list({ customer: customer.id, status: 'open' });
    expect((await openOnes()).data.map(({ id }) => id)).toEqual([session.id]);
    expect(await stripe.checkout.sessions.expire(session.id)).toMatchObject({ status: 'expired', url: null });
    expect((await openOnes()).data).toEqual([]);
    await expect(double.pay(session.id)).rejects.toThrow();
    await expect(stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({ statusCode: 400 });
  });

  test('a deleted customer has no subscription, pays nothing and is remembered as deleted', async () => {
    const { customer, session } = await checkout();
    await double.pay(session.id);
    const again = await stripe.checkout.sessions.create({
      mode: 'subscription',
      customer: customer.id,
      line_items: [{ price: 'price_small', quantity: 1 }],
      success_url: 'http://127.0.0.1:9/done',
    });
    const deleted = { id: customer.id, object: 'customer', deleted: true };
    expect(await stripe.customers.del(customer.id)).toMatchObject(deleted);
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject(deleted);
    await expect(stripe.customers.del(customer.id)).rejects.toMatchObject({ code: 'resource_missing' });
    await expect(double.pay(again.id)).rejects.toThrow();
    const { data } = await stripe.subscriptions.list({ customer: customer.id, status: 'all' });
    expect(data.map(({ status }) => status)).toEqual(['canceled']);
  });
});

test('form bodies are read as Stripe reads them, and never as prototypes', () => {
  expect(parseForm('a[0][b]=1&a[0][c]=x%20y&d=2')).toEqual({ a: { '0': { b: '1', c: 'x y' } }, d: '2' });
  for (const bad of ['a=1&a[b]=2', '[a]=1', 'a[b=1', `a${'[b]'.repeat(20)}=1`])
    expect(parseForm(bad)).toBeNull();
  parseForm('__proto__[polluted]=1&constructor[prototype][polluted]=1');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
