import { type Caller, callerOf, isUuid } from '../caller.ts';
import type { Context } from '../context.ts';
import { type Answer, type Call, json, Refusal, type Route } from '../http.ts';
import { resend, signUp, verify } from './account.ts';
import { authError, ok } from './answers.ts';
import { createOAuth } from './oauth.ts';
import { endSessions, sessionExists } from './sessions.ts';
import { token } from './token.ts';
import { type AuthUser, userById, userJson } from './users.ts';

/** The gateway in front of the auth server asks for a key of the project. */
async function gate(call: Call, context: Context): Promise<Extract<Caller, { kind: 'known' }> | null> {
  const caller = await callerOf(call, context.keys, true);
  if (caller.kind === 'no-key') {
    throw new Refusal(json(401, { message: 'No API key found in request' }));
  }
  if (caller.kind === 'wrong-key') throw new Refusal(json(401, { message: 'Invalid API key' }));
  return caller.kind === 'known' ? caller : null;
}

/** The user behind a bearer token whose session still is. */
async function signedIn(call: Call, context: Context): Promise<{ user: AuthUser; sessionId: string | null }> {
  const caller = await gate(call, context);
  if (!caller) {
    throw authError(call, 403, 'bad_jwt', 'invalid JWT: unable to parse or verify signature');
  }
  if (caller.userId === null) {
    throw authError(call, 401, 'no_authorization', 'This endpoint requires a valid Bearer token');
  }
  if (!(await sessionExists(context, caller.sessionId))) {
    throw authError(call, 403, 'session_not_found', 'Session from session_id claim in JWT does not exist');
  }
  const user = await userById(context.engine, caller.userId);
  if (!user) throw authError(call, 403, 'user_not_found', 'User from sub claim in JWT does not exist');
  return { user, sessionId: caller.sessionId };
}

async function logout(call: Call, context: Context): Promise<Answer> {
  const { user, sessionId } = await signedIn(call, context);
  const scope = call.url.searchParams.get('scope') ?? 'global';
  if (scope !== 'global' && scope !== 'local' && scope !== 'others') {
    throw authError(call, 400, 'validation_failed', `Unsupported logout scope ${scope}`);
  }
  await endSessions(context, user.id, sessionId, scope);
  return { status: 204 };
}

async function adminUser(call: Call, context: Context, id: string): Promise<AuthUser> {
  const caller = await gate(call, context);
  if (caller?.role !== 'service_role') throw authError(call, 403, 'not_admin', 'User not allowed');
  if (!isUuid(id)) throw authError(call, 404, 'validation_failed', 'user_id must be an UUID');
  const user = await userById(context.engine, id);
  if (!user) throw authError(call, 404, 'user_not_found', 'User not found');
  return user;
}

/** The part of GoTrue that the studio and the functions use. */
export function authRoutes(context: Context): readonly Route[] {
  const oauth = createOAuth();
  const withKey =
    (handle: (call: Call, context: Context) => Promise<Answer>) =>
    async (call: Call): Promise<Answer> => {
      await gate(call, context);
      return handle(call, context);
    };
  const unknown = (path: string, method: string): Route => ({
    method,
    path: new RegExp(`^/auth/v1/${path}$`),
    handle: (call) => {
      throw authError(call, 400, 'validation_failed', `The double does not know ${method} ${call.path}`);
    },
  });
  return [
    { method: 'POST', path: /^\/auth\/v1\/signup$/, handle: withKey(signUp) },
    { method: 'POST', path: /^\/auth\/v1\/token$/, handle: withKey(token) },
    { method: 'POST', path: /^\/auth\/v1\/resend$/, handle: withKey(resend) },
    { method: 'POST', path: /^\/auth\/v1\/logout$/, handle: (call) => logout(call, context) },
    {
      method: 'GET',
      path: /^\/auth\/v1\/user$/,
      handle: async (call) => ok(userJson((await signedIn(call, context)).user)),
    },
    {
      method: 'GET',
      path: /^\/auth\/v1\/health$/,
      handle: () => ok({ name: 'GoTrue', description: 'the double of VIDA³ Studio' }),
    },
    // A browser opens these without any key.
    { method: 'GET', path: /^\/auth\/v1\/verify$/, handle: (call) => verify(call, context) },
    { method: 'GET', path: /^\/auth\/v1\/authorize$/, handle: (call) => oauth.authorize(call, context) },
    { method: 'GET', path: /^\/auth\/v1\/callback$/, handle: (call) => oauth.callback(call, context) },
    {
      method: 'GET',
      path: /^\/auth\/v1\/admin\/users\/([^/]+)$/,
      handle: async (call, match) => ok(userJson(await adminUser(call, context, match[1]!))),
    },
    {
      method: 'DELETE',
      path: /^\/auth\/v1\/admin\/users\/([^/]+)$/,
      handle: async (call, match) => {
        const user = await adminUser(call, context, match[1]!);
        await context.engine.query('delete from auth.users where id = $1::uuid', [user.id]);
        return ok({});
      },
    },
    ...['recover', 'otp', 'invite', 'verify', 'sso', 'magiclink'].map((path) => unknown(path, 'POST')),
    unknown('user', 'PUT'),
    unknown('settings', 'GET'),
  ];
}
