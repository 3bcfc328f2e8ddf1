import { createClient, type AuthError as LibraryError, type SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import { AuthError, type AuthRemote, type Session } from '../services/account/ports.ts';
import type { CloudConfig } from './config.ts';
import { boundedFetch, type Outcome, observed } from './http.ts';
import { CLOUD_SOCKET } from './web-socket.ts';

const TIMEOUT_MS = 15_000;
/** Nobody waits for it. */
const SIGN_OUT_TIMEOUT_MS = 5_000;
const STORAGE_KEY = 'vida-auth';
const VERIFIER_KEY = `${STORAGE_KEY}-code-verifier`;
/** What the auth server itself says when it does not want something. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 409, 422]);

const sessionSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
  user: z.object({ id: z.uuid(), email: z.string().max(254).default('') }),
});

type Auth = SupabaseClient['auth'];
interface Answer {
  readonly data: unknown;
  readonly error: LibraryError | null;
}

/**
 * The auth server by supabase-js, a new client for every operation: one that has met a dead network answers from that
 * memory for a minute. Sessions are given back, never kept; the PKCE verifier stays in this process, since an answer
 * of the browser is taken only while its sign-in waits in it. Only a newer one replaces it: the library drops it when
 * anything at all goes wrong, such as a refresh in the background.
 */
export function createAuthRemote(
  config: CloudConfig,
  options: { readonly now?: () => number; readonly timeoutMs?: number } = {},
): AuthRemote {
  const now = options.now ?? Date.now;
  let verifier: string | null = null;

  const run = async <A extends Answer>(
    work: (auth: Auth) => Promise<A>,
    more: {
      readonly timeoutMs?: number;
      readonly signal?: AbortSignal;
      readonly storage?: Map<string, string>;
    } = {},
  ): Promise<Extract<A, { error: null }>['data']> => {
    const bounded = boundedFetch(more.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS);
    const { result, outcome } = await observed(async () => {
      const client = createClient(config.url, config.key, {
        auth: {
          flowType: 'pkce',
          detectSessionInUrl: false,
          autoRefreshToken: false,
          storageKey: STORAGE_KEY,
          storage: storageOf(more.storage ?? new Map<string, string>()),
        },
        global: {
          fetch: (input, init) => bounded(input, more.signal ? { ...init, signal: more.signal } : init),
        },
        realtime: { transport: CLOUD_SOCKET },
      });
      return work(client.auth);
    });
    if (result.error) throw asAuthError(outcome, result.error);
    return result.data;
  };

  /** For what ends with a code: the verifier of a work that went well is the one that the code is for. */
  const runWithVerifier = async <A extends Answer>(work: (auth: Auth) => Promise<A>) => {
    const storage = new Map<string, string>();
    const data = await run(work, { storage });
    verifier = storage.get(VERIFIER_KEY) ?? verifier;
    return data;
  };

  const sessionOf = (data: unknown): Session => {
    const parsed = sessionSchema.safeParse(data);
    if (!parsed.success) throw new AuthError('bad-answer', null, { cause: parsed.error });
    const { access_token, refresh_token, expires_in, user } = parsed.data;
    return {
      userId: user.id.toLowerCase(),
      email: user.email,
      accessToken: access_token,
      refreshToken: refresh_token,
      // The server's own time of expiry means nothing to a clock that is wrong.
      expiresAt: now() + expires_in * 1000,
    };
  };

  return {
    async signIn(email, password) {
      const { session } = await run((auth) => auth.signInWithPassword({ email, password }));
      return sessionOf(session);
    },
    async signUp({ email, password, username }, redirectTo) {
      const { session, user } = await runWithVerifier((auth) =>
        auth.signUp({ email, password, options: { emailRedirectTo: redirectTo, data: { username } } }),
      );
      if (session) return sessionOf(session);
      // For an address that has an account the server makes one up, without any identity.
      if (user?.identities?.length === 0) throw new AuthError('refused', 'user_already_exists');
      return null;
    },
    async resend(email, redirectTo) {
      await runWithVerifier((auth) =>
        auth.resend({ type: 'signup', email, options: { emailRedirectTo: redirectTo } }),
      );
    },
    async authorizeUrl(provider, redirectTo) {
      const { url } = await runWithVerifier((auth) =>
        auth.signInWithOAuth({ provider, options: { redirectTo, skipBrowserRedirect: true } }),
      );
      if (!url || new URL(url).origin !== new URL(config.url).origin) throw new AuthError('bad-answer');
      return url;
    },
    async exchange(code) {
      const storage = new Map<string, string>(verifier === null ? [] : [[VERIFIER_KEY, verifier]]);
      const { session } = await run((auth) => auth.exchangeCodeForSession(code), { storage });
      verifier = null;
      return sessionOf(session);
    },
    async refresh(session, signal) {
      const { session: next } = await run(
        (auth) => auth.refreshSession({ refresh_token: session.refreshToken }),
        { signal },
      );
      const refreshed = sessionOf(next);
      // Another user's token would open another user's data under this one's name.
      if (refreshed.userId !== session.userId) throw new AuthError('bad-answer');
      return refreshed;
    },
    async signOut(session) {
      await run(
        async (auth) => {
          const { error } = await auth.admin.signOut(session.accessToken, 'local');
          return { data: null, error };
        },
        { timeoutMs: SIGN_OUT_TIMEOUT_MS },
      );
    },
  };
}

function storageOf(values: Map<string, string>) {
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
}

/** Only what the auth server itself says is a refusal: a proxy's 403 has no code of its own. */
function asAuthError(outcome: Outcome, cause: LibraryError): AuthError {
  const { status, failure, body } = outcome;
  if (failure !== null) return new AuthError('offline', null, { cause: new Error(failure) });
  if (status === 0) {
    // Not sent at all: the library itself had nothing to send it with, such as a verifier.
    return new AuthError('refused', cause.code ?? cause.name);
  }
  if (status >= 500 || status === 429 || status === 408) return new AuthError('busy', body.code);
  if (REFUSALS.has(status) && body.code !== null) return new AuthError('refused', body.code);
  return new AuthError('bad-answer', body.code);
}
