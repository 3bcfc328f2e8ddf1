import { serviceKey } from './env.ts';

/**
 * Tells one sender of a form from another without keeping an address: HMAC-SHA256 under a key that only the server
 * has, so that it cannot be found by trying all addresses.
 */
export async function ipHash(request: Request, from: Deno.ServeHandlerInfo | null): Promise<string> {
  const key = await crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(`form-sender:${serviceKey()}`),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(addressOf(request, from)));
  return [...new Uint8Array(mac)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What the platform's own edge says comes first: `x-forwarded-for` begins with whatever the sender wrote. */
function addressOf(request: Request, from: Deno.ServeHandlerInfo | null): string {
  const { headers } = request;
  const forwarded = headers.get('x-forwarded-for')?.split(',')[0]?.trim();
  const remote = from && 'hostname' in from.remoteAddr ? from.remoteAddr.hostname : 'unknown';
  return (headers.get('cf-connecting-ip') ?? headers.get('x-real-ip') ?? forwarded ?? remote).slice(0, 64);
}
