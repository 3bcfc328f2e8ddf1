import type { CheckoutSession, Customer, PortalSession, Subscription } from './store.ts';

export interface Price {
  readonly id: string;
  readonly cents: number;
  /** What the plan is called. */
  readonly name: string;
}

/** Of a deleted one nothing is shown but that. */
export const customerJson = (customer: Customer): Record<string, unknown> =>
  customer.deleted
    ? { id: customer.id, object: 'customer', deleted: true }
    : {
        id: customer.id,
        object: 'customer',
        email: customer.email,
        created: customer.created,
        livemode: false,
        metadata: customer.metadata,
      };

export const priceJson = (price: Price): Record<string, unknown> => ({
  id: price.id,
  object: 'price',
  active: true,
  currency: 'usd',
  unit_amount: price.cents,
  type: 'recurring',
  recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
  nickname: price.name,
  livemode: false,
  metadata: {},
});

/** Since API version 2025-03-31 the period stands at the item. */
export const subscriptionJson = (subscription: Subscription, price: Price): Record<string, unknown> => ({
  id: subscription.id,
  object: 'subscription',
  customer: subscription.customer,
  status: subscription.status,
  created: subscription.created,
  start_date: subscription.created,
  cancel_at_period_end: subscription.cancelAtPeriodEnd,
  canceled_at: subscription.canceledAt,
  ended_at: subscription.status === 'canceled' ? subscription.canceledAt : null,
  currency: 'usd',
  livemode: false,
  metadata: subscription.metadata,
  items: {
    object: 'list',
    has_more: false,
    url: `/v1/subscription_items?subscription=${subscription.id}`,
    data: [
      {
        id: subscription.item,
        object: 'subscription_item',
        subscription: subscription.id,
        price: priceJson(price),
        quantity: 1,
        current_period_start: subscription.periodStart,
        current_period_end: subscription.periodEnd,
        metadata: {},
      },
    ],
  },
});

export const sessionJson = (session: CheckoutSession, base: string): Record<string, unknown> => ({
  id: session.id,
  object: 'checkout.session',
  mode: 'subscription',
  status: session.status,
  payment_status: session.status === 'complete' ? 'paid' : 'unpaid',
  customer: session.customer,
  client_reference_id: session.clientReferenceId,
  subscription: session.subscription,
  success_url: session.successUrl,
  cancel_url: session.cancelUrl,
  url: session.status === 'open' ? `${base}/c/pay/${session.id}` : null,
  created: session.created,
  expires_at: session.created + 24 * 3600,
  livemode: false,
  metadata: session.metadata,
});

export const portalJson = (portal: PortalSession, base: string): Record<string, unknown> => ({
  id: portal.id,
  object: 'billing_portal.session',
  customer: portal.customer,
  return_url: portal.returnUrl,
  url: `${base}/p/session/${portal.id}`,
  created: portal.created,
  livemode: false,
});

/** A paid invoice, as far as anybody reads it: `parent` says which subscription it is for. */
export const invoiceJson = (
  id: string,
  subscription: Subscription,
  price: Price,
  status: 'paid' | 'open',
): Record<string, unknown> => ({
  id,
  object: 'invoice',
  customer: subscription.customer,
  status,
  currency: 'usd',
  amount_due: price.cents,
  amount_paid: status === 'paid' ? price.cents : 0,
  created: subscription.periodStart,
  livemode: false,
  parent: {
    type: 'subscription_details',
    subscription_details: { subscription: subscription.id, metadata: subscription.metadata },
  },
  metadata: {},
});
