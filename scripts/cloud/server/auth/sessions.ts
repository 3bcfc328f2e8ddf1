import { createHash, randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import { signToken } from '../keys.ts';
import { type AuthUser, userById, userJson } from './users.ts';

/** How long a used refresh token is taken again, for a client whose answer was lost. */
const REUSE_SECONDS = 10;
const CODE_SECONDS = 300;

async function sessionJson(
  { keys, config, url }: Context,
  user: AuthUser,
  sessionId: string,
  refreshToken: string,
): Promise<Record<string, unknown>> {
  const accessToken = await signToken(
    {
      sub: user.id,
      role: 'authenticated',
      email: user.email,
      session_id: sessionId,
      app_metadata: user.appMetadata,
      user_metadata: user.userMetadata,
      aal: 'aal1',
      is_anonymous: false,
    },
    keys.jwtSecret,
    config.jwtSeconds,
    `${url()}/auth/v1`,
  );
  return {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: config.jwtSeconds,
    expires_at: Math.floor(Date.now() / 1000) + config.jwtSeconds,
    refresh_token: refreshToken,
    user: userJson(user),
  };
}

const newToken = (): string => randomBytes(9).toString('base64url');

/** Signs a user in. @returns the body of GoTrue's token answer */
export async function startSession(context: Context, user: AuthUser): Promise<Record<string, unknown>> {
  const token = newToken();
  const [row] = await context.engine.query<{ id: string }>(
    `with s as (insert into cloud_double.sessions (user_id) values ($1::uuid) returning id),
          t as (insert into cloud_double.refresh_tokens (token, session_id) select $2, s.id from s)
     select id::text as id from s`,
    [user.id, token],
  );
  return sessionJson(context, user, row!.id, token);
}

export type Refreshed =
  | { readonly kind: 'ok'; readonly body: Record<string, unknown> }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'already-used' };

/**
 * Swaps a refresh token. A used one is good for 10 s more and answers with its successor; later its reuse means that
 * somebody has a copy, and the whole session ends.
 */
export async function refreshSession(context: Context, token: string): Promise<Refreshed> {
  const { engine } = context;
  const next = newToken();
  // One statement: two calls at once must not both make a successor.
  const [swapped] = await engine.query<{ session: string }>(
    `with used as (update cloud_double.refresh_tokens set revoked = true, updated_at = now()
                   where token = $1 and not revoked returning session_id),
          made as (insert into cloud_double.refresh_tokens (token, session_id, parent)
                   select $2, session_id, $1 from used)
     select session_id::text as session from used`,
    [token, next],
  );
  if (swapped) return answer(context, swapped.session, next);
  const [old] = await engine.query<{ session: string; fresh: boolean; child: string | null }>(
    `select t.session_id::text as session, t.updated_at > now() - make_interval(secs => $2) as fresh,
       (select c.token from cloud_double.refresh_tokens c where c.parent = t.token and not c.revoked) as child
     from cloud_double.refresh_tokens t where t.token = $1`,
    [token, REUSE_SECONDS],
  );
  if (!old) return { kind: 'not-found' };
  if (old.fresh && old.child !== null) return answer(context, old.session, old.child);
  await engine.query('delete from cloud_double.sessions where id = $1::uuid', [old.session]);
  return { kind: 'already-used' };
}

async function answer(context: Context, sessionId: string, token: string): Promise<Refreshed> {
  const [row] = await context.engine.query<{ user: string }>(
    'select user_id::text as "user" from cloud_double.sessions where id = $1::uuid',
    [sessionId],
  );
  const user = row ? await userById(context.engine, row.user) : null;
  if (!user) return { kind: 'not-found' };
  return { kind: 'ok', body: await sessionJson(context, user, sessionId, token) };
}

/** Whether a token's session still is. Tokens without one are those that `Cloud.token` made. */
export async function sessionExists(context: Context, sessionId: string | null): Promise<boolean> {
  if (sessionId === null) return true;
  const rows = await context.engine.query('select 1 from cloud_double.sessions where id = $1::uuid', [
    sessionId,
  ]);
  return rows.length > 0;
}

/** Ends sessions of a user. */
export async function endSessions(
  context: Context,
  userId: string,
  sessionId: string | null,
  scope: 'global' | 'local' | 'others',
): Promise<void> {
  await context.engine.query(
    `delete from cloud_double.sessions where user_id = $1::uuid
       and ($3 = 'global' or ($3 = 'local' and id = $2::uuid) or ($3 = 'others' and id <> $2::uuid))`,
    [userId, sessionId, scope],
  );
}

/** A code for the address bar of a browser; worth nothing without the verifier behind `challenge`. */
export async function makeCode(
  context: Context,
  userId: string,
  challenge: string,
  method: string,
): Promise<string> {
  const [row] = await context.engine.query<{ code: string }>(
    `insert into cloud_double.auth_codes (code, user_id, challenge, method)
     values (gen_random_uuid()::text, $1::uuid, $2, $3) returning code`,
    [userId, challenge, method],
  );
  return row!.code;
}

export type Exchanged =
  | { readonly kind: 'ok'; readonly body: Record<string, unknown> }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'bad-verifier' };

/** A code and its verifier for a session; the code is good once. */
export async function exchangeCode(context: Context, code: string, verifier: string): Promise<Exchanged> {
  const [row] = await context.engine.query<{
    user: string;
    challenge: string;
    method: string;
    fresh: boolean;
  }>(
    `select user_id::text as "user", challenge, method,
       created_at > now() - make_interval(secs => $2) as fresh
     from cloud_double.auth_codes where code = $1`,
    [code, CODE_SECONDS],
  );
  if (!row) return { kind: 'not-found' };
  if (!row.fresh) return { kind: 'expired' };
  const given = row.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  if (given !== row.challenge) return { kind: 'bad-verifier' };
  const used = await context.engine.query(
    'delete from cloud_double.auth_codes where code = $1 returning code',
    [code],
  );
  const user = used.length > 0 ? await userById(context.engine, row.user) : null;
  if (!user) return { kind: 'not-found' };
  return { kind: 'ok', body: await startSession(context, user) };
}
