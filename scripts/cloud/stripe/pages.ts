import { type Answer, type Call, escapeHtml, page, type Route, redirect } from '../server/http.ts';
import { shell } from '../server/pages.ts';
import type { ApiOptions } from './api.ts';
import { missing } from './errors.ts';

const dollars = (cents: number): string => `$${(cents / 100).toFixed(2)}`;
const form = (action: string, label: string, fields: Readonly<Record<string, string>> = {}): string => {
  const hidden = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  return `<form method="post" action="${escapeHtml(action)}">${hidden.join('')}<button>${escapeHtml(label)}</button></form>`;
};
const NOTE = '<p class="quiet">The local double of Stripe. No card, no money.</p>';

/** What the customer sees in the browser: a checkout with one button, and a portal to change or end the plan. */
export function pageRoutes({
  store,
  book,
  tellAndWait,
}: Pick<ApiOptions, 'store' | 'book'> & {
  readonly tellAndWait: (
    events: Awaited<ReturnType<ApiOptions['book']['pay']>>,
  ) => Promise<readonly number[]>;
}): readonly Route[] {
  const checkout = async (id: string): Promise<Answer> => {
    const session = book.session(id);
    const price = await book.price(session.price);
    if (session.status !== 'open') {
      return page(
        shell('Paid', `${NOTE}<p>This checkout is ${session.status}. You can close this page.</p>`),
      );
    }
    const back =
      session.cancelUrl === null ? '' : `<p><a href="${escapeHtml(session.cancelUrl)}">Back</a></p>`;
    return page(
      shell(
        `Subscribe to ${price.name}`,
        `${NOTE}<p>${dollars(price.cents)} per month</p>${form(`/c/pay/${id}`, 'Pay with test card')}${back}`,
      ),
    );
  };
  const pay = async (id: string): Promise<Answer> => {
    const session = book.session(id);
    await tellAndWait(await book.pay(session));
    return redirect(session.successUrl);
  };
  const portalOf = (id: string) => {
    const portal = store.data.portals.find((candidate) => candidate.id === id);
    if (!portal) throw missing('billing_portal.session', id);
    return portal;
  };
  const portal = async (id: string): Promise<Answer> => {
    const { customer, returnUrl } = portalOf(id);
    const prices = await book.prices();
    const parts = store.data.subscriptions
      .filter((one) => one.customer === customer && one.status !== 'canceled')
      .map((one) => {
        const now = prices.find((price) => price.id === one.price);
        const others = prices.filter((price) => price.id !== one.price);
        return `<h2>${escapeHtml(now?.name ?? one.price)} (${one.status})</h2>
          ${others.map((price) => form(`/p/session/${id}`, `Change to ${price.name}, ${dollars(price.cents)}`, { subscription: one.id, price: price.id })).join('')}
          ${form(`/p/session/${id}`, 'Cancel now', { subscription: one.id, cancel: '1' })}`;
      });
    const body = parts.length > 0 ? parts.join('') : '<p>No subscription.</p>';
    return page(shell('Billing', `${NOTE}${body}<p><a href="${escapeHtml(returnUrl)}">Back</a></p>`));
  };
  const portalPost = async (call: Call, id: string): Promise<Answer> => {
    const { customer } = portalOf(id);
    const fields = new URLSearchParams(call.body.toString('utf8'));
    const subscription = book.subscription(fields.get('subscription') ?? '');
    if (subscription.customer !== customer) throw missing('subscription', subscription.id);
    const priceId = fields.get('price');
    const change = fields.get('cancel') === '1' ? { status: 'canceled' as const } : null;
    if (change ?? priceId)
      await tellAndWait(await book.change(subscription, change ?? { priceId: priceId! }));
    return redirect(`/p/session/${id}`);
  };
  return [
    { method: 'GET', path: /^\/c\/pay\/(\w+)$/, handle: (_call, match) => checkout(match[1]!) },
    { method: 'POST', path: /^\/c\/pay\/(\w+)$/, handle: (_call, match) => pay(match[1]!) },
    { method: 'GET', path: /^\/p\/session\/(\w+)$/, handle: (_call, match) => portal(match[1]!) },
    { method: 'POST', path: /^\/p\/session\/(\w+)$/, handle: (call, match) => portalPost(call, match[1]!) },
  ];
}
