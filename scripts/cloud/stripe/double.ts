import Stripe from 'stripe';
import { createFaults } from '../server/faults.ts';
import { listen } from '../server/listener.ts';
import type { StripeDouble } from '../types.ts';
import { apiRoutes } from './api.ts';
import { createBook, type StripeEvent } from './book.ts';
import type { Price } from './objects.ts';
import { pageRoutes } from './pages.ts';
import { isStatus, newId, openStripeStore, seconds } from './store.ts';

export interface StripeDoubleOptions {
  readonly folder: string | null;
  readonly webhookSecret: string;
  readonly webhookUrl: string;
  readonly prices: () => Promise<readonly Price[]>;
  readonly log: (line: string) => void;
}

/** A Stripe for this machine: the API that the functions call, a checkout page, and signed events. */
export async function startStripeDouble(
  options: StripeDoubleOptions,
): Promise<StripeDouble & { close(): Promise<void> }> {
  const store = await openStripeStore(options.folder);
  let base = '';
  const book = createBook(store, options.prices, () => base);
  const telling = new Set<Promise<unknown>>();

  const deliver = async ({ type, object }: StripeEvent): Promise<number> => {
    const payload = JSON.stringify({
      id: newId('evt'),
      object: 'event',
      api_version: Stripe.API_VERSION,
      created: seconds(),
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
      data: { object },
    });
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: options.webhookSecret });
    const response = await fetch(options.webhookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
      body: payload,
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    if (!response.ok) options.log(`webhook ${type}: ${response.status} ${text.slice(0, 300)}`);
    return response.status;
  };
  const tellAndWait = async (events: readonly StripeEvent[]): Promise<readonly number[]> => {
    const statuses: number[] = [];
    for (const event of events) statuses.push(await deliver(event));
    return statuses;
  };
  const tell = (events: readonly StripeEvent[]): void => {
    const work = tellAndWait(events).catch((error: unknown) => options.log(`webhook: ${String(error)}`));
    telling.add(work);
    void work.finally(() => telling.delete(work));
  };

  const shared = { store, book, base: () => base, tell, tellAndWait };
  const listener = await listen({
    routes: [...apiRoutes(shared), ...pageRoutes(shared)],
    faults: createFaults(),
    port: 0,
    log: options.log,
  });
  base = listener.url;
  return {
    url: base,
    webhookSecret: options.webhookSecret,
    server: listener.server,
    pay: async (id) => tellAndWait(await book.pay(book.session(id))),
    update: async (id, { status, priceId }) => {
      if (status !== undefined && !isStatus(status)) throw new Error(`Stripe has no status ${status}`);
      const change = {
        ...(status === undefined ? {} : { status }),
        ...(priceId === undefined ? {} : { priceId }),
      };
      return tellAndWait(await book.change(book.subscription(id), change));
    },
    close: async () => {
      await Promise.all(telling);
      await listener.close();
      await store.save();
    },
  };
}
