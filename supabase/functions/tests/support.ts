import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Stripe from 'stripe';
import type { Cloud } from '../../../scripts/cloud/types.ts';

export const FUNCTIONS = join(import.meta.dirname, '..');
const ROOT = join(FUNCTIONS, '..', '..');
export const DENO = join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? 'deno.cmd' : 'deno');
/** Its install script fetches the binary; where that was not allowed there is a wrapper at most. */
export const hasDeno = existsSync(
  join(ROOT, 'node_modules', 'deno', process.platform === 'win32' ? 'deno.exe' : 'deno'),
);

/** Functions by name, without what they share. */
export const names = readdirSync(FUNCTIONS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(FUNCTIONS, entry.name, 'index.ts')))
  .map((entry) => entry.name);

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Calls an Edge Function as the studio does: a POST through the project's gateway. */
export async function post(
  cloud: Cloud,
  name: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${cloud.url}/functions/v1/${name}`, {
    method: 'POST',
    headers: { apikey: cloud.key, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
}

/** The double's API by Stripe's own library, as the dashboard would use it. */
export function stripeOf(cloud: Cloud): Stripe {
  const { hostname, port } = new URL(doubleOf(cloud).url);
  return new Stripe('sk_test_of_the_double', { host: hostname, port: Number(port), protocol: 'http' });
}

export function doubleOf(cloud: Cloud): NonNullable<Cloud['stripe']> {
  if (!cloud.stripe) throw new Error('the cloud was started without functions');
  return cloud.stripe;
}

export interface EventOptions {
  readonly id: string;
  readonly type: string;
  readonly object: Record<string, unknown>;
  /** Seconds since 1970; when it was made. */
  readonly created?: number;
  /** Seconds since 1970; when it was signed. */
  readonly signedAt?: number;
  readonly secret?: string;
  /** Changes the body after it was signed. */
  readonly tamper?: (body: string) => string;
}

/** Sends an event to the webhook as Stripe does. */
export async function deliver(cloud: Cloud, options: EventOptions): Promise<Answer> {
  const now = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({
    id: options.id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: options.created ?? now,
    livemode: false,
    type: options.type,
    data: { object: options.object },
  });
  const signature = Stripe.webhooks.generateTestHeaderString({
    payload: body,
    secret: options.secret ?? doubleOf(cloud).webhookSecret,
    timestamp: options.signedAt ?? now,
  });
  return post(cloud, 'stripe-webhook', options.tamper ? options.tamper(body) : body, {
    'stripe-signature': signature,
  });
}
