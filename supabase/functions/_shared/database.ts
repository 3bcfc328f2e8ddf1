import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { publicKey, required, serviceKey } from './env.ts';
import { Failure, type FailureCode } from './failure.ts';

const TIMEOUT_MS = 10_000;
/** One client for one request: nothing of a session is kept. */
const STATELESS = { autoRefreshToken: false, persistSession: false, detectSessionInUrl: false };

export interface User {
  readonly id: string;
  readonly email: string | null;
}

const withTimeout: typeof fetch = (input, init) =>
  fetch(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(TIMEOUT_MS) });

/**
 * Who is calling, by the auth server's own word: also a token of a deleted user is refused.
 * @throws Failure `signed-out`
 */
export async function userOf(request: Request): Promise<User> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (!token) throw new Failure('signed-out');
  const client = createClient(required('SUPABASE_URL'), publicKey(), {
    auth: STATELESS,
    global: { fetch: withTimeout },
  });
  const { data, error } = await client.auth.getUser(token);
  if (error && (error.status === undefined || error.status === 0 || error.status >= 500)) {
    throw new Failure('internal', 'auth server', { cause: error });
  }
  if (error || !data.user) throw new Failure('signed-out');
  return { id: data.user.id, email: data.user.email ?? null };
}

/** Ignores row security. */
export function serviceClient(): SupabaseClient {
  return createClient(required('SUPABASE_URL'), serviceKey(), {
    auth: STATELESS,
    global: { fetch: withTimeout },
  });
}

/**
 * Calls a function of the database that only the service role may execute.
 * @param known what the database's own error codes mean to the caller, by `code` or `code:detail`; all others are
 *   `internal`
 */
export async function call(
  client: SupabaseClient,
  name: string,
  args: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, FailureCode>> = {},
): Promise<unknown> {
  const { data, error } = await client.rpc(name, args);
  if (!error) return data;
  const code = known[`${error.code}:${error.details}`] ?? known[error.code];
  // Never the message: the database quotes values in it.
  throw new Failure(code ?? 'internal', `${name} ${error.code || 'unreachable'}`);
}
