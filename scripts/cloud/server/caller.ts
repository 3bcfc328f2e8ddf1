import type { ApiRole } from '../types.ts';
import { type Call, header } from './http.ts';
import { type Keys, verifyToken } from './keys.ts';

/** Who a request is from, by its `apikey` and its bearer token. */
export type Caller =
  | {
      readonly kind: 'known';
      readonly role: ApiRole;
      readonly claims: Readonly<Record<string, unknown>>;
      /** `sub` of a user's token. */
      readonly userId: string | null;
      readonly sessionId: string | null;
    }
  | { readonly kind: 'no-key' }
  | { readonly kind: 'wrong-key' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'bad-token'; readonly why: string }
  /** Signed by this project, for a role that the interface does not take. */
  | { readonly kind: 'bad-role'; readonly role: string };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);

function roleOfKey(key: string | null, keys: Keys): ApiRole | null {
  if (key === keys.publishable) return 'anon';
  return key === keys.secret ? 'service_role' : null;
}

const withoutUser = (role: ApiRole): Caller => ({
  kind: 'known',
  role,
  claims: { role },
  userId: null,
  sessionId: null,
});

/** @param needKey whether the gateway in front of the service asks for an `apikey` */
export async function callerOf(call: Call, keys: Keys, needKey: boolean): Promise<Caller> {
  const apiKey = header(call, 'apikey') ?? call.url.searchParams.get('apikey');
  const keyRole = roleOfKey(apiKey, keys);
  if (needKey && apiKey === null) return { kind: 'no-key' };
  if (apiKey !== null && keyRole === null) return { kind: 'wrong-key' };
  const bearer = /^Bearer\s+(.+)$/i.exec(header(call, 'authorization') ?? '')?.[1] ?? null;
  if (bearer === null) return keyRole === null ? { kind: 'no-key' } : withoutUser(keyRole);
  return bearerCaller(bearer, keys);
}

/** Who a bearer token is for: one of the two keys, or a signed token. */
export async function bearerCaller(bearer: string, keys: Keys): Promise<Caller> {
  const bearerRole = roleOfKey(bearer, keys);
  if (bearerRole !== null) return withoutUser(bearerRole);
  const verified = await verifyToken(bearer, keys.jwtSecret);
  if (verified.kind === 'expired') return { kind: 'expired' };
  if (verified.kind === 'bad') return { kind: 'bad-token', why: verified.why };
  const { role, sub, session_id: session } = verified.claims;
  if (role !== 'anon' && role !== 'authenticated' && role !== 'service_role') {
    return { kind: 'bad-role', role: String(role) };
  }
  if (role === 'authenticated' && !isUuid(sub)) {
    return { kind: 'bad-token', why: 'the claim sub is no user id' };
  }
  return {
    kind: 'known',
    role,
    claims: verified.claims,
    userId: isUuid(sub) ? sub : null,
    sessionId: isUuid(session) ? session : null,
  };
}
