import Stripe from 'stripe';
import { call, serviceClient } from '../_shared/database.ts';
import { required } from '../_shared/env.ts';
import { Failure } from '../_shared/failure.ts';
import { answer, endpoint, readBytes, serve } from '../_shared/http.ts';
import { ask, idOf, isMissing, isRunning, stripeClient } from '../_shared/stripe.ts';

const BODY_LIMIT = 1_048_576;
const TOLERANCE_SECONDS = 300;
const provider = Stripe.createSubtleCryptoProvider();

interface Subject {
  readonly customer: string;
  readonly subscription: string;
}

/**
 * POST by Stripe. The event only says where to look: the subscription is read from the API, so that events may come
 * late, twice and in any order. What it means is written in one transaction with the event's id. Any answer but 2xx
 * makes Stripe send it again, for three days.
 */
export const handler = endpoint('stripe-webhook', async (request) => {
  const event = await verified(request);
  const subject = subjectOf(event);
  if (!subject) return answer({ result: 'ignored' });

  const readAt = new Date().toISOString();
  const stripe = stripeClient();
  const found = await read(stripe, subject.subscription);
  const subscription = found && factsOf(found);
  // The end of one of two: the other is still paid for, and its own events may be long past.
  const living = found && isRunning(found) ? null : await newestLiving(stripe, subject);
  try {
    const result = await call(
      serviceClient(),
      'stripe_apply',
      {
        p_event: {
          id: event.id,
          type: event.type,
          created: new Date(event.created * 1000).toISOString(),
          customer: subject.customer,
          subscription,
          living: living && factsOf(living),
          read_at: readAt,
        },
      },
      { 'P0002:customer': 'unknown-customer' },
    );
    return answer(result);
  } catch (error) {
    const gone = !living && (!found || found.status === 'canceled');
    // The end of a subscription whose account was deleted: nobody is left to take a plan from.
    if (gone && error instanceof Failure && error.code === 'unknown-customer')
      return answer({ result: 'ignored' });
    throw error;
  }
});

/** @throws Failure `bad-signature` for a body that Stripe did not sign within the last five minutes */
async function verified(request: Request): Promise<Stripe.Event> {
  const secret = required('STRIPE_WEBHOOK_SECRET');
  const bytes = await readBytes(request, BODY_LIMIT);
  const signature = request.headers.get('stripe-signature');
  if (!signature) throw new Failure('bad-signature');
  try {
    return await stripeClient().webhooks.constructEventAsync(
      bytes,
      signature,
      secret,
      TOLERANCE_SECONDS,
      provider,
    );
  } catch (error) {
    throw new Failure('bad-signature', null, { cause: error });
  }
}

/** What an event is about; null for one that changes no plan. */
function subjectOf(event: Stripe.Event): Subject | null {
  switch (event.type) {
    case 'checkout.session.completed': {
      const session = event.data.object;
      if (session.mode !== 'subscription') return null;
      return subject(session.customer, session.subscription);
    }
    case 'customer.subscription.created':
    case 'customer.subscription.updated':
    case 'customer.subscription.deleted':
      return subject(event.data.object.customer, event.data.object);
    case 'invoice.paid':
    case 'invoice.payment_failed':
      return subject(
        event.data.object.customer,
        event.data.object.parent?.subscription_details?.subscription ?? null,
      );
    default:
      return null;
  }
}

function subject(
  customer: string | { readonly id: string } | null,
  subscription: string | { readonly id: string } | null,
): Subject | null {
  const ids = { customer: idOf(customer), subscription: idOf(subscription) };
  return ids.customer && ids.subscription ? { customer: ids.customer, subscription: ids.subscription } : null;
}

/** The subscription as it is now; null when Stripe has none (any more). */
async function read(stripe: Stripe, id: string): Promise<Stripe.Subscription | null> {
  try {
    return await stripe.subscriptions.retrieve(id);
  } catch (error) {
    if (isMissing(error)) return null;
    return await ask(Promise.reject(error));
  }
}

/** The customer's newest other subscription that gives a plan; null: there is none, or no such customer. */
async function newestLiving(stripe: Stripe, subject: Subject): Promise<Stripe.Subscription | null> {
  try {
    const { data } = await stripe.subscriptions.list({
      customer: subject.customer,
      status: 'all',
      limit: 100,
    });
    const others = data.filter((other) => other.id !== subject.subscription && isRunning(other));
    return others.toSorted((a, b) => b.created - a.created)[0] ?? null;
  } catch (error) {
    if (isMissing(error)) return null;
    return await ask(Promise.reject(error));
  }
}

/** What the database is told of a subscription, with ISO times. */
function factsOf(subscription: Stripe.Subscription): Record<string, unknown> {
  const iso = (seconds: number | undefined): string | null =>
    seconds === undefined ? null : new Date(seconds * 1000).toISOString();
  // The period belongs to the items since API version 2025-03-31.
  const item = subscription.items.data[0];
  return {
    id: subscription.id,
    status: subscription.status,
    price_id: item?.price.id ?? null,
    cancel_at_period_end: subscription.cancel_at_period_end,
    current_period_start: iso(item?.current_period_start),
    current_period_end: iso(item?.current_period_end),
    created: iso(subscription.created),
  };
}

if (import.meta.main) serve(handler);
