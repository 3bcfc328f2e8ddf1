import type { SupabaseClient } from '@supabase/supabase-js';
import type Stripe from 'stripe';
import { z } from 'zod';
import { call, serviceClient, type User, userOf } from '../_shared/database.ts';
import { optional } from '../_shared/env.ts';
import { Failure } from '../_shared/failure.ts';
import { answer, endpoint, readJson, serve } from '../_shared/http.ts';
import { ask, expireCheckouts, isMissing, stripeClient } from '../_shared/stripe.ts';

const BUCKET = 'avatars';
const PAGE = 100;

const bodySchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('export') }),
  /**
   * Typed by the user: nobody deletes an account by one wrong click. The own address; for who has none (X gives none),
   * the own name.
   */
  z.strictObject({ action: z.literal('delete'), email: z.string().max(254) }),
]);

const nameSchema = z.array(z.object({ username: z.string() }));
const leftSchema = z.object({ objects: z.array(z.string()) });

/**
 * POST of a signed-in user. `{action: 'export'}` → everything the server has of them, as JSON;
 * `{action: 'delete', email}` → `{}` when subscription, files, rows and the user are gone. A deletion that was
 * interrupted is finished by asking again: every step can be repeated, and the user goes last.
 */
export const handler = endpoint('account', async (request) => {
  const user = await userOf(request);
  const body = await readJson(request, bodySchema, 4096);
  const database = serviceClient();
  if (body.action === 'export') {
    const data = await call(database, 'account_export', { p_user: user.id });
    return answer(data, 200, { 'content-disposition': 'attachment; filename="vida3-account.json"' });
  }
  const word = user.email ?? (await nameOf(user, database));
  if (!word || body.email.trim().toLowerCase() !== word.toLowerCase()) throw new Failure('wrong-email');
  await endBilling(user, database, 'subscriptions');
  await removeFiles(user, database);
  await endBilling(user, database, 'customer');
  const { objects } = leftSchema.parse(await call(database, 'account_delete', { p_user: user.id }));
  // What another window has sent in the meantime.
  for (let at = 0; at < objects.length; at += PAGE) await remove(objects.slice(at, at + PAGE), database);
  return answer({});
});

/** @returns null for who has no profile (any more) */
async function nameOf(user: User, database: SupabaseClient): Promise<string | null> {
  const { data, error } = await database.from('users').select('username').eq('id', user.id);
  if (error) throw new Failure('internal', `users ${error.code || 'unreachable'}`);
  return nameSchema.parse(data)[0]?.username ?? null;
}

/**
 * First the subscriptions: a deleted user could not stop paying. Right before the end the customer, and with it whatever
 * another window has begun to pay in the meantime.
 */
async function endBilling(
  user: User,
  database: SupabaseClient,
  what: 'subscriptions' | 'customer',
): Promise<void> {
  const customer = await call(database, 'billing_customer', { p_user: user.id });
  if (typeof customer !== 'string' || !customer) return;
  if (!optional('STRIPE_SECRET_KEY')) throw new Failure('not-configured', 'STRIPE_SECRET_KEY');
  const stripe = stripeClient();
  if (!(await isThere(stripe, customer))) return;
  await expireCheckouts(stripe, customer, null);
  if (what === 'customer') {
    await ask(stripe.customers.del(customer));
    return;
  }
  const { data } = await ask(stripe.subscriptions.list({ customer, status: 'all', limit: 100 }));
  for (const { id, status } of data) {
    if (status !== 'canceled' && status !== 'incomplete_expired') await ask(stripe.subscriptions.cancel(id));
  }
}

/** An interrupted deletion may have come this far already. */
async function isThere(stripe: Stripe, customer: string): Promise<boolean> {
  try {
    return !(await stripe.customers.retrieve(customer)).deleted;
  } catch (error) {
    if (isMissing(error)) return false;
    return await ask(Promise.reject(error));
  }
}

/** By the storage server, which alone removes the bytes with the row. */
async function removeFiles(user: User, database: SupabaseClient): Promise<void> {
  const bucket = database.storage.from(BUCKET);
  const list = async (folder: string) => {
    const { data, error } = await bucket.list(folder, { limit: PAGE });
    if (error) throw new Failure('internal', 'storage list');
    return data;
  };
  // A folder is gone with its last file, so the first page is always the next one.
  for (let entries = await list(user.id); entries.length > 0; entries = await list(user.id)) {
    for (const entry of entries) {
      const path = `${user.id}/${entry.name}`;
      if (entry.id) {
        await remove([path], database);
        continue;
      }
      for (let files = await list(path); files.length > 0; files = await list(path)) {
        await remove(
          files.map((file) => `${path}/${file.name}`),
          database,
        );
      }
    }
  }
}

async function remove(paths: string[], database: SupabaseClient): Promise<void> {
  const { data, error } = await database.storage.from(BUCKET).remove(paths);
  if (error || data.length === 0) throw new Failure('internal', 'storage remove');
}

if (import.meta.main) serve(handler);
