import { z } from 'zod';
import { Failure } from './failure.ts';

/** @returns null for an unset or empty variable */
export function optional(name: string): string | null {
  return Deno.env.get(name)?.trim() || null;
}

/** @throws Failure `not-configured` */
export function required(name: string): string {
  const value = optional(name);
  if (!value) throw new Failure('not-configured', name);
  return value;
}

const namedKeys = z.record(z.string(), z.string().min(1));

/** Newer projects give their keys as a JSON dictionary by name, older ones and self-hosted ones one by one. */
function key(dictionary: string, single: string): string {
  const text = optional(dictionary);
  if (!text) return required(single);
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Failure('not-configured', dictionary, { cause: error });
  }
  const found = namedKeys.safeParse(json).data?.['default'];
  if (!found) throw new Failure('not-configured', dictionary);
  return found;
}

export function publicKey(): string {
  return key('SUPABASE_PUBLISHABLE_KEYS', 'SUPABASE_ANON_KEY');
}

/** Ignores row security: it never leaves this process. */
export function serviceKey(): string {
  return key('SUPABASE_SECRET_KEYS', 'SUPABASE_SERVICE_ROLE_KEY');
}

/**
 * Where Stripe sends the customer back to. Nothing trusts that page: the studio learns of the plan by sync.
 * @throws Failure `not-configured` for anything but https (http on loopback, where Stripe is a double)
 */
export function returnUrl(name: string): string {
  const double = optional('STRIPE_API_HOST');
  const text =
    optional(name) ?? (double ? new URL('/billing', required('SUPABASE_URL')).href : required(name));
  if (!URL.canParse(text)) throw new Failure('not-configured', name);
  const url = new URL(text);
  const loopback = url.hostname === '127.0.0.1' || url.hostname === 'localhost';
  if (url.protocol !== 'https:' && !(double && loopback && url.protocol === 'http:')) {
    throw new Failure('not-configured', name);
  }
  if (url.username || url.password) throw new Failure('not-configured', name);
  return url.href;
}
