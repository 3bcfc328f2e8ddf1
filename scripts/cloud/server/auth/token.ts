import type { Context } from '../context.ts';
import type { Answer, Call } from '../http.ts';
import { objectOf } from './account.ts';
import { authError, ok } from './answers.ts';
import { exchangeCode, refreshSession, startSession } from './sessions.ts';
import { passwordMatches, userByEmail } from './users.ts';

async function byPassword(call: Call, context: Context): Promise<Answer> {
  const { email, password } = objectOf(call);
  if (typeof email !== 'string' || typeof password !== 'string') {
    throw authError(call, 400, 'validation_failed', 'missing email or phone');
  }
  const user = await userByEmail(context.engine, email);
  if (!user || !(await passwordMatches(context.engine, user.id, password))) {
    throw authError(call, 400, 'invalid_credentials', 'Invalid login credentials');
  }
  if (!user.confirmedAt) throw authError(call, 400, 'email_not_confirmed', 'Email not confirmed');
  return ok(await startSession(context, user));
}

async function byRefreshToken(call: Call, context: Context): Promise<Answer> {
  const { refresh_token: token } = objectOf(call);
  if (typeof token !== 'string' || token === '') {
    throw authError(call, 400, 'validation_failed', 'refresh_token required');
  }
  const refreshed = await refreshSession(context, token);
  if (refreshed.kind === 'not-found') {
    const message = 'Invalid Refresh Token: Refresh Token Not Found';
    throw authError(call, 400, 'refresh_token_not_found', message);
  }
  if (refreshed.kind === 'already-used') {
    throw authError(call, 400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used');
  }
  return ok(refreshed.body);
}

async function byCode(call: Call, context: Context): Promise<Answer> {
  const { auth_code: code, code_verifier: verifier } = objectOf(call);
  if (typeof code !== 'string' || typeof verifier !== 'string' || code === '' || verifier === '') {
    const message = 'invalid request: both auth code and code verifier should be non-empty';
    throw authError(call, 400, 'validation_failed', message);
  }
  const exchanged = await exchangeCode(context, code, verifier);
  switch (exchanged.kind) {
    case 'ok':
      return ok(exchanged.body);
    case 'not-found':
      throw authError(call, 404, 'flow_state_not_found', 'invalid flow state, no valid flow state found');
    case 'expired':
      throw authError(call, 403, 'flow_state_expired', 'invalid flow state, flow state has expired');
    case 'bad-verifier':
      throw authError(
        call,
        400,
        'bad_code_verifier',
        'code challenge does not match previously saved code verifier',
      );
  }
}

/** `POST /token?grant_type=password|refresh_token|pkce` */
export async function token(call: Call, context: Context): Promise<Answer> {
  const grant = call.url.searchParams.get('grant_type');
  switch (grant) {
    case 'password':
      return byPassword(call, context);
    case 'refresh_token':
      return byRefreshToken(call, context);
    case 'pkce':
      return byCode(call, context);
    default:
      throw authError(call, 400, 'validation_failed', `The double does not know grant_type ${grant}`);
  }
}
