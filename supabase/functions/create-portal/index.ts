import { call, serviceClient, userOf } from '../_shared/database.ts';
import { returnUrl } from '../_shared/env.ts';
import { Failure } from '../_shared/failure.ts';
import { answer, endpoint, serve } from '../_shared/http.ts';
import { ask, stripeClient } from '../_shared/stripe.ts';

/** POST of a signed-in user → `{url}` of Stripe's billing portal; `no-customer` for who has never been to a checkout. */
export const handler = endpoint('create-portal', async (request) => {
  const user = await userOf(request);
  const back = returnUrl('PORTAL_RETURN_URL');
  const customer = await call(serviceClient(), 'billing_customer', { p_user: user.id });
  if (typeof customer !== 'string' || !customer) throw new Failure('no-customer');
  const session = await ask(stripeClient().billingPortal.sessions.create({ customer, return_url: back }));
  return answer({ url: session.url });
});

if (import.meta.main) serve(handler);
