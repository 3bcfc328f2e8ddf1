import { invalid, missing } from './errors.ts';
import { customerJson, invoiceJson, type Price, sessionJson, subscriptionJson } from './objects.ts';
import {
  type CheckoutSession,
  type Customer,
  newId,
  type StripeStore,
  type Subscription,
  seconds,
} from './store.ts';

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
  expire(session: CheckoutSession): Promise<StripeEvent[]>;
  /** With their subscriptions; what is open cannot be paid any more. */
  deleteCustomer(customer: Customer): Promise<StripeEvent[]>;
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

  const change: Book['change'] = async (subscription, wanted) => {
    if (subscription.status === 'canceled') {
      throw invalid('A canceled subscription can only update its cancellation_details and metadata.');
    }
    if (wanted.priceId !== undefined) subscription.price = (await price(wanted.priceId)).id;
    if (wanted.cancelAtPeriodEnd !== undefined) subscription.cancelAtPeriodEnd = wanted.cancelAtPeriodEnd;
    if (wanted.status !== undefined) subscription.status = wanted.status;
    const ended = wanted.status === 'canceled';
    if (ended) subscription.canceledAt = seconds();
    await store.save();
    const now = await price(subscription.price);
    const events: StripeEvent[] = [
      {
        type: ended ? 'customer.subscription.deleted' : 'customer.subscription.updated',
        object: subscriptionJson(subscription, now),
      },
    ];
    if (wanted.status === 'past_due') {
      events.push({
        type: 'invoice.payment_failed',
        object: invoiceJson(newId('in'), subscription, now, 'open'),
      });
    }
    return events;
  };

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
      if (data.customers.find(({ id }) => id === session.customer)?.deleted) {
        throw invalid(`No such customer: '${session.customer}'`, 'resource_missing', 'customer');
      }
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
    expire: async (session) => {
      if (session.status !== 'open') {
        throw invalid(
          `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
        );
      }
      session.status = 'expired';
      await store.save();
      return [{ type: 'checkout.session.expired', object: sessionJson(session, base()) }];
    },
    deleteCustomer: async (customer) => {
      const { email, created, metadata } = customer;
      const before = customerJson({ id: customer.id, email, created, metadata, deleted: false });
      const events: StripeEvent[] = [];
      for (const subscription of data.subscriptions) {
        if (subscription.customer !== customer.id || subscription.status === 'canceled') continue;
        events.push(...(await change(subscription, { status: 'canceled' })));
      }
      customer.deleted = true;
      customer.email = null;
      await store.save();
      return [...events, { type: 'customer.deleted', object: before }];
    },
    change,
  };
}
