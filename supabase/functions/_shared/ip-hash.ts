import { serviceKey } from './env.ts';
import { senderOf } from './sender.ts';

/**
 * Tells one sender of a form from another without keeping an address: HMAC-SHA256 under a key that only the server
 * has, so that it cannot be found by trying all addresses.
 */
export async function ipHash(request: Request, from: Deno.ServeHandlerInfo | null): Promise<string> {
  const remote = from && 'hostname' in from.remoteAddr ? from.remoteAddr.hostname : null;
  const sender = senderOf(request.headers.get('x-forwarded-for'), remote);
  const key = await crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(`form-sender:${serviceKey()}`),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(sender));
  return [...new Uint8Array(mac)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
