import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { type Answer, type Call, header, json, Refusal, type Route } from '../server/http.ts';
import type { Book, StripeEvent } from './book.ts';
import { invalid, missing, stripeError } from './errors.ts';
import { type FormObject, parseForm, textAt, textsAt } from './form.ts';
import { customerJson, portalJson, priceJson, sessionJson } from './objects.ts';
import { type CheckoutSession, type Customer, newId, type StripeStore, seconds } from './store.ts';

export interface ApiOptions {
  readonly store: StripeStore;
  readonly book: Book;
  readonly base: () => string;
  /** Tells events without waiting for what becomes of them, as Stripe does. */
  readonly tell: (events: readonly StripeEvent[]) => void;
}

function onlyKnown(form: FormObject, known: readonly string[]): void {
  const odd = Object.keys(form).find((name) => !known.includes(name));
  if (odd !== undefined) throw invalid(`Received unknown parameter: ${odd}`, 'parameter_unknown', odd);
}

function need(form: FormObject, ...names: readonly string[]): string {
  const value = textAt(form, ...names);
  const shown = names.map((name, index) => (index === 0 ? name : `[${name}]`)).join('');
  if (!value) throw invalid(`Missing required param: ${shown}.`, 'parameter_missing', shown);
  return value;
}

function list(url: string, data: readonly unknown[], limit: number): Answer {
  return json(200, { object: 'list', url, data: data.slice(0, limit), has_more: data.length > limit });
}

/** The part of Stripe's API that the functions use; everything else is an `invalid_request_error`. */
export function apiRoutes({ store, book, base, tell }: ApiOptions): readonly Route[] {
  const { data } = store;
  const customer = (id: string): Customer => {
    const found = data.customers.find((candidate) => candidate.id === id);
    if (!found || found.deleted) throw invalid(`No such customer: '${id}'`, 'resource_missing', 'customer');
    return found;
  };

  const createCustomer = async (form: FormObject): Promise<Answer> => {
    onlyKnown(form, ['email', 'name', 'metadata']);
    const made: Customer = {
      id: newId('cus'),
      email: textAt(form, 'email'),
      created: seconds(),
      metadata: textsAt(form, 'metadata'),
      deleted: false,
    };
    data.customers.push(made);
    return json(200, customerJson(made));
  };

  const createSession = async (form: FormObject): Promise<Answer> => {
    onlyKnown(form, [
      ...['mode', 'customer', 'client_reference_id', 'line_items', 'success_url', 'cancel_url'],
      ...['subscription_data', 'metadata', 'allow_promotion_codes'],
    ]);
    if (need(form, 'mode') !== 'subscription') throw invalid('The double knows mode=subscription only');
    const items = form['line_items'];
    if (typeof items !== 'object' || Object.keys(items).join() !== '0') {
      throw invalid('The double wants exactly one line item', 'parameter_invalid', 'line_items');
    }
    const session: CheckoutSession = {
      id: newId('cs_test'),
      customer: customer(need(form, 'customer')).id,
      status: 'open',
      price: (await book.price(need(form, 'line_items', '0', 'price'))).id,
      subscription: null,
      successUrl: need(form, 'success_url'),
      cancelUrl: textAt(form, 'cancel_url'),
      clientReferenceId: textAt(form, 'client_reference_id'),
      metadata: textsAt(form, 'metadata'),
      subscriptionMetadata: textsAt(form, 'subscription_data', 'metadata'),
      created: seconds(),
    };
    for (const url of [session.successUrl, session.cancelUrl]) {
      if (url !== null && !URL.canParse(url)) throw invalid(`Not a valid URL: ${url}`, 'url_invalid');
    }
    data.sessions.push(session);
    return json(200, sessionJson(session, base()));
  };

  const createPortal = async (form: FormObject): Promise<Answer> => {
    onlyKnown(form, ['customer', 'return_url']);
    const portal = {
      id: newId('bps'),
      customer: customer(need(form, 'customer')).id,
      returnUrl: need(form, 'return_url'),
      created: seconds(),
    };
    data.portals.push(portal);
    return json(200, portalJson(portal, base()));
  };

  const updateSubscription = async (form: FormObject, id: string): Promise<Answer> => {
    onlyKnown(form, ['items', 'cancel_at_period_end', 'proration_behavior', 'metadata']);
    const subscription = book.subscription(id);
    const priceId = textAt(form, 'items', '0', 'price');
    const end = textAt(form, 'cancel_at_period_end');
    tell(
      await book.change(subscription, {
        ...(priceId === null ? {} : { priceId }),
        ...(end === null ? {} : { cancelAtPeriodEnd: end === 'true' }),
      }),
    );
    return json(200, await book.json(subscription));
  };

  const listSubscriptions = async (query: FormObject): Promise<Answer> => {
    onlyKnown(query, ['customer', 'status', 'limit', 'price']);
    const wanted = textAt(query, 'status');
    const of = textAt(query, 'customer');
    const price = textAt(query, 'price');
    const found = data.subscriptions
      .filter((one) => of === null || one.customer === of)
      .filter((one) => price === null || one.price === price)
      .filter(
        (one) => wanted === 'all' || (wanted === null ? one.status !== 'canceled' : one.status === wanted),
      )
      .toReversed();
    const limit = Math.min(100, Number(textAt(query, 'limit') ?? 10) || 10);
    return list('/v1/subscriptions', await Promise.all(found.map(book.json)), limit);
  };

  const listSessions = async (query: FormObject): Promise<Answer> => {
    onlyKnown(query, ['customer', 'status', 'subscription', 'limit']);
    const of = textAt(query, 'customer');
    const status = textAt(query, 'status');
    const subscription = textAt(query, 'subscription');
    const found = data.sessions
      .filter((one) => of === null || one.customer === of)
      .filter((one) => status === null || one.status === status)
      .filter((one) => subscription === null || one.subscription === subscription)
      .toReversed();
    const limit = Math.min(100, Number(textAt(query, 'limit') ?? 10) || 10);
    return list(
      '/v1/checkout/sessions',
      found.map((one) => sessionJson(one, base())),
      limit,
    );
  };

  type Act = (form: FormObject, id: string) => Promise<Answer>;
  const act =
    (run: Act) =>
    async (call: Call, match: RegExpExecArray): Promise<Answer> => {
      if (!/^Bearer sk_test_\w+/.test(header(call, 'authorization') ?? '')) {
        throw stripeError(
          401,
          'invalid_request_error',
          'You did not provide an API key of the double (sk_test_…).',
        );
      }
      const version = header(call, 'stripe-version');
      if (version !== Stripe.API_VERSION) {
        throw invalid(`The double answers as API version ${Stripe.API_VERSION}, not as ${version}`);
      }
      const text = call.method === 'POST' ? call.body.toString('utf8') : call.url.search.slice(1);
      const form = parseForm(text);
      if (!form) throw invalid('The body is not a form');
      const key = call.method === 'GET' ? null : header(call, 'idempotency-key');
      if (key === null) {
        const answer = await run(form, match[1] ?? '');
        if (call.method !== 'GET') await store.save();
        return answer;
      }
      const request = createHash('sha256').update(`${call.method} ${call.path} ${text}`).digest('hex');
      const before = data.answers.find((one) => one.key === key);
      if (before && before.request !== request) {
        throw stripeError(
          400,
          'idempotency_error',
          'Keys for idempotent requests can only be used with the same parameters they were first used with.',
        );
      }
      if (before) {
        return {
          status: before.status,
          headers: { 'content-type': 'application/json', 'idempotent-replayed': 'true' },
          body: before.body,
        };
      }
      const answer = await run(form, match[1] ?? '');
      data.answers.push({ key, request, status: answer.status, body: String(answer.body) });
      await store.save();
      return answer;
    };

  const unknown = (call: Call): Answer => {
    const message = `Unrecognized request URL (${call.method}: ${call.path}). The double does not know it.`;
    throw new Refusal(json(404, { error: { type: 'invalid_request_error', message } }));
  };
  const route = (method: string, path: RegExp, run: Act): Route => ({ method, path, handle: act(run) });
  return [
    route('POST', /^\/v1\/customers$/, createCustomer),
    route('GET', /^\/v1\/customers\/(\w+)$/, async (_form, id) => {
      const found = data.customers.find((candidate) => candidate.id === id);
      if (!found) throw missing('customer', id);
      return json(200, customerJson(found));
    }),
    route('DELETE', /^\/v1\/customers\/(\w+)$/, async (_form, id) => {
      const found = data.customers.find((candidate) => candidate.id === id && !candidate.deleted);
      if (!found) throw missing('customer', id);
      tell(await book.deleteCustomer(found));
      return json(200, customerJson(found));
    }),
    route('POST', /^\/v1\/checkout\/sessions$/, createSession),
    route('GET', /^\/v1\/checkout\/sessions$/, listSessions),
    route('POST', /^\/v1\/checkout\/sessions\/(\w+)\/expire$/, async (form, id) => {
      onlyKnown(form, []);
      const session = book.session(id);
      tell(await book.expire(session));
      return json(200, sessionJson(session, base()));
    }),
    route('GET', /^\/v1\/checkout\/sessions\/(\w+)$/, async (_form, id) =>
      json(200, sessionJson(book.session(id), base())),
    ),
    route('POST', /^\/v1\/billing_portal\/sessions$/, createPortal),
    route('GET', /^\/v1\/subscriptions$/, listSubscriptions),
    route('GET', /^\/v1\/subscriptions\/(\w+)$/, async (_form, id) =>
      json(200, await book.json(book.subscription(id))),
    ),
    route('POST', /^\/v1\/subscriptions\/(\w+)$/, updateSubscription),
    route('DELETE', /^\/v1\/subscriptions\/(\w+)$/, async (_form, id) => {
      const subscription = book.subscription(id);
      if (subscription.status === 'canceled') throw missing('subscription', id);
      tell(await book.change(subscription, { status: 'canceled' }));
      return json(200, await book.json(subscription));
    }),
    route('GET', /^\/v1\/prices\/(\w+)$/, async (_form, id) => {
      const found = (await book.prices()).find((price) => price.id === id);
      if (!found) throw missing('price', id);
      return json(200, priceJson(found));
    }),
    ...['GET', 'POST', 'DELETE', 'PUT'].map(
      (method): Route => ({ method, path: /^\/v1\//, handle: unknown }),
    ),
  ];
}
