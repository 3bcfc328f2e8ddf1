import type { SupabaseClient } from '@supabase/supabase-js';
import type Stripe from 'stripe';
import { z } from 'zod';
import { call, serviceClient, type User, userOf } from '../_shared/database.ts';
import { returnUrl } from '../_shared/env.ts';
import { Failure } from '../_shared/failure.ts';
import { answer, endpoint, readJson, serve } from '../_shared/http.ts';
import { ask, expireCheckouts, isLive, stripeClient } from '../_shared/stripe.ts';

const bodySchema = z.strictObject({
  /** Id of a plan; what it costs is the server's business. */
  plan: z.string().regex(/^[a-z0-9_]{1,40}$/),
  /** The same id again is the same checkout: a lost answer costs nobody a second one. */
  opId: z.uuid(),
});

/** What the database knows of a plan; null for one that is not there. */
const planSchema = z
  .object({
    price_id: z.string().nullable(),
    is_active: z.boolean().nullable(),
    is_free: z.boolean().nullable(),
    is_coming_soon: z.boolean().nullable(),
  })
  .nullable();

/** POST `{plan, opId}` of a signed-in user → `{url}` of a Stripe Checkout. */
export const handler = endpoint('create-checkout', async (request) => {
  const user = await userOf(request);
  const { plan, opId } = await readJson(request, bodySchema, 4096);
  const success = returnUrl('CHECKOUT_SUCCESS_URL');
  const cancel = returnUrl('CHECKOUT_CANCEL_URL');
  const database = serviceClient();
  const price = await priceOf(plan, database);

  const stripe = stripeClient();
  const customer = await customerOf(user, database, stripe);
  // First the checkouts that are open, then what was paid: nothing can be paid in between, nor beside the new one.
  await expireCheckouts(stripe, customer, opId);
  const subscriptions = await ask(stripe.subscriptions.list({ customer, status: 'all', limit: 100 }));
  // A change of plan is the portal's: a second subscription would be paid beside the first.
  if (subscriptions.data.some(isLive)) throw new Failure('already-subscribed');

  const session = await ask(
    stripe.checkout.sessions.create(
      {
        mode: 'subscription',
        customer,
        client_reference_id: user.id,
        line_items: [{ price, quantity: 1 }],
        success_url: success,
        cancel_url: cancel,
        metadata: { op_id: opId },
        subscription_data: { metadata: { user_id: user.id } },
      },
      // With the user in it, nobody gets somebody else's checkout by repeating an id.
      { idempotencyKey: `checkout-${user.id}-${opId}` },
    ),
  );
  if (!session.url) throw new Failure('payment-provider', 'no url');
  return answer({ url: session.url });
});

async function priceOf(plan: string, database: SupabaseClient): Promise<string> {
  const known = planSchema.parse(await call(database, 'checkout_price', { p_plan: plan }));
  if (!known?.price_id || !known.is_active || known.is_free || known.is_coming_soon) {
    throw new Failure('plan-unavailable');
  }
  return known.price_id;
}

/** Stored before anything can be paid, so that the webhook knows whose payment it is. */
async function customerOf(user: User, database: SupabaseClient, stripe: Stripe): Promise<string> {
  const known = await call(database, 'billing_customer', { p_user: user.id });
  if (typeof known === 'string' && known) return known;
  const made = await ask(
    stripe.customers.create(
      { ...(user.email && { email: user.email }), metadata: { user_id: user.id } },
      { idempotencyKey: `customer-${user.id}` },
    ),
  );
  // Two windows at once: the first one wins, and both go on with its customer.
  const stored = await call(database, 'billing_customer_set', { p_user: user.id, p_customer: made.id });
  if (typeof stored !== 'string' || !stored) throw new Failure('internal', 'billing_customer_set');
  return stored;
}

if (import.meta.main) serve(handler);
