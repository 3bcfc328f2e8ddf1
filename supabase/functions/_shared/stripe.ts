import Stripe from 'stripe';
import { optional, required } from './env.ts';
import { Failure } from './failure.ts';

/** The webhook endpoint in Stripe's dashboard must have the same version. */
export const STRIPE_API_VERSION = '2026-10-28.endive';

/** Stripe, or the double that `STRIPE_API_HOST`, `_PORT` and `_PROTOCOL` lead to. */
export function stripeClient(): Stripe {
  const host = optional('STRIPE_API_HOST');
  return new Stripe(required('STRIPE_SECRET_KEY'), {
    apiVersion: STRIPE_API_VERSION,
    httpClient: Stripe.createFetchHttpClient(),
    maxNetworkRetries: 2,
    timeout: 10_000,
    telemetry: false,
    ...(host && {
      host,
      port: Number(optional('STRIPE_API_PORT') ?? 443),
      protocol: optional('STRIPE_API_PROTOCOL') === 'http' ? ('http' as const) : ('https' as const),
    }),
  });
}

/** Subscriptions that are paid for, or will be with the next try. */
const LIVE: ReadonlySet<string> = new Set(['active', 'trialing', 'past_due', 'unpaid', 'paused']);

export function isLive(subscription: Stripe.Subscription): boolean {
  return LIVE.has(subscription.status);
}

/** Subscriptions that give their plan now. */
const RUNNING: ReadonlySet<string> = new Set(['active', 'trialing', 'past_due']);

export function isRunning(subscription: Stripe.Subscription): boolean {
  return RUNNING.has(subscription.status);
}

/** Whether Stripe says that there is no such thing. */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) return false;
  return error.statusCode === 404 || error.code === 'resource_missing';
}

/**
 * Ends the customer's checkouts that were not paid: each could be paid for a day.
 * @param spare the operation whose own checkout stays
 */
export async function expireCheckouts(stripe: Stripe, customer: string, spare: string | null): Promise<void> {
  const { data } = await ask(stripe.checkout.sessions.list({ customer, status: 'open', limit: 100 }));
  for (const { id, metadata } of data) {
    if (spare !== null && metadata?.['op_id'] === spare) continue;
    await ask(stripe.checkout.sessions.expire(id));
  }
}

/** Asks Stripe; what it refuses is `payment-provider` with Stripe's own code in the log. */
export async function ask<T>(what: Promise<T>): Promise<T> {
  try {
    return await what;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeIdempotencyError) throw new Failure('op-reused');
    if (error instanceof Stripe.errors.StripeError) {
      throw new Failure('payment-provider', `${error.type} ${error.code ?? error.statusCode ?? ''}`.trim());
    }
    throw error;
  }
}

export function idOf(reference: string | { readonly id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}
