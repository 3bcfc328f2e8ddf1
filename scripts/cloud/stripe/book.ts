import { invalid, missing } from './errors.ts';
import { invoiceJson, type Price, sessionJson, subscriptionJson } from './objects.ts';
import { type CheckoutSession, newId, type StripeStore, type Subscription, seconds } from './store.ts';

/** One event that the double has to tell. */
export interface StripeEvent {
  readonly type: string;
  readonly object: Record<string, unknown>;
}

/** What can happen to customers of the double; every act says its events in the order Stripe sends them. */
export interface Book {
  prices(): Promise<readonly Price[]>;
  price(id: string): Promise<Price>;
  subscription(id: string): Subscription;
  session(id: string): CheckoutSession;
  pay(session: CheckoutSession): Promise<StripeEvent[]>;
  change(
    subscription: Subscription,
    change: { status?: Subscription['status']; priceId?: string; cancelAtPeriodEnd?: boolean },
  ): Promise<StripeEvent[]>;
  json(subscription: Subscription): Promise<Record<string, unknown>>;
}

const MONTH = 30 * 24 * 3600;

export function createBook(
  store: StripeStore,
  readPrices: () => Promise<readonly Price[]>,
  base: () => string,
): Book {
  const { data } = store;
  const price = async (id: string): Promise<Price> => {
    const found = (await readPrices()).find((candidate) => candidate.id === id);
    if (!found) throw invalid(`No such price: '${id}'`, 'resource_missing', 'price');
    return found;
  };
  const json = async (subscription: Subscription): Promise<Record<string, unknown>> =>
    subscriptionJson(subscription, await price(subscription.price));

  return {
    prices: readPrices,
    price,
    json,
    subscription: (id) => {
      const found = data.subscriptions.find((candidate) => candidate.id === id);
      if (!found) throw missing('subscription', id);
      return found;
    },
    session: (id) => {
      const found = data.sessions.find((candidate) => candidate.id === id);
      if (!found) throw missing('checkout.session', id);
      return found;
    },
    pay: async (session) => {
      if (session.status !== 'open') throw invalid(`This Checkout Session is ${session.status}`);
      const paid = await price(session.price);
      const now = seconds();
      const subscription: Subscription = {
        id: newId('sub'),
        customer: session.customer,
        status: 'active',
        price: session.price,
        item: newId('si'),
        created: now,
        periodStart: now,
        periodEnd: now + MONTH,
        cancelAtPeriodEnd: false,
        canceledAt: null,
        metadata: session.subscriptionMetadata,
      };
      data.subscriptions.push(subscription);
      session.status = 'complete';
      session.subscription = subscription.id;
      await store.save();
      return [
        { type: 'customer.subscription.created', object: subscriptionJson(subscription, paid) },
        { type: 'checkout.session.completed', object: sessionJson(session, base()) },
        { type: 'invoice.paid', object: invoiceJson(newId('in'), subscription, paid, 'paid') },
      ];
    },
    change: async (subscription, change) => {
      if (subscription.status === 'canceled') {
        throw invalid('A canceled subscription can only update its cancellation_details and metadata.');
      }
      if (change.priceId !== undefined) subscription.price = (await price(change.priceId)).id;
      if (change.cancelAtPeriodEnd !== undefined) subscription.cancelAtPeriodEnd = change.cancelAtPeriodEnd;
      if (change.status !== undefined) subscription.status = change.status;
      const ended = change.status === 'canceled';
      if (ended) subscription.canceledAt = seconds();
      await store.save();
      const now = await price(subscription.price);
      const events: StripeEvent[] = [
        {
          type: ended ? 'customer.subscription.deleted' : 'customer.subscription.updated',
          object: subscriptionJson(subscription, now),
        },
      ];
      if (change.status === 'past_due') {
        events.push({
          type: 'invoice.payment_failed',
          object: invoiceJson(newId('in'), subscription, now, 'open'),
        });
      }
      return events;
    },
  };
}
