import { expect } from 'vitest';
import type { Cloud } from '../../../scripts/cloud/types.ts';
import { doubleOf, post } from './support.ts';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly auth: { readonly authorization: string };
}

export interface Subscriber extends Person {
  readonly subscription: string;
  readonly customer: string;
}

/** Accounts of a cloud, and what they have bought. */
export interface People {
  person(): Promise<Person>;
  /** A checkout of this person at the double, unpaid. @returns the id of its session */
  checkout(who: Person, plan?: string): Promise<string>;
  planOf(
    who: Person,
  ): Promise<{ readonly plan: string; readonly subscription: string; readonly status: string } | undefined>;
  subscriber(plan?: string): Promise<Subscriber>;
}

/** @param cloud the one that a test's `beforeAll` has started */
export function peopleOf(cloud: () => Cloud): People {
  let seq = 0;
  const person = async (): Promise<Person> => {
    const email = `person${++seq}@example.test`;
    const { id } = await cloud().addUser(email, 'a good password', `person_${seq}`);
    return { id, email, auth: { authorization: `Bearer ${await cloud().token(id)}` } };
  };
  const checkout = async (who: Person, plan = 'spartan'): Promise<string> => {
    const { status, body } = await post(
      cloud(),
      'create-checkout',
      { plan, opId: crypto.randomUUID() },
      who.auth,
    );
    expect(status, JSON.stringify(body)).toBe(200);
    const found = /cs_\w+/.exec(String(body['url']));
    expect(found).not.toBeNull();
    return found![0];
  };
  const planOf: People['planOf'] = async (who) =>
    (
      await cloud().engine.query<{ plan: string; subscription: string; status: string }>(
        `select u.plan, s.stripe_subscription_id as subscription, s.status
           from public.users u join public.user_subscriptions s on s.user_id = u.id
          where u.id = $1 and s.stripe_subscription_id is not null order by s.id desc limit 1`,
        [who.id],
      )
    )[0];
  const subscriber = async (plan = 'spartan'): Promise<Subscriber> => {
    const who = await person();
    const statuses = await doubleOf(cloud()).pay(await checkout(who, plan));
    expect(statuses.every((status) => status === 200)).toBe(true);
    const row = await planOf(who);
    const [{ customer } = { customer: '' }] = await cloud().engine.query<{ customer: string }>(
      'select public.billing_customer($1) as customer',
      [who.id],
    );
    return { ...who, subscription: row!.subscription, customer };
  };
  return { person, checkout, planOf, subscriber };
}
