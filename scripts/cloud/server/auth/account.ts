import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { type Answer, bodyObject, type Call, databaseError, type JsonObject, redirect } from '../http.ts';
import { authError, ok } from './answers.ts';
import { type Challenge, mailWait, sendConfirmation, useConfirmation } from './mails.ts';
import { allowedRedirect, withParams } from './redirects.ts';
import { makeCode, startSession } from './sessions.ts';
import { type AuthUser, createUser, type NewUser, userByEmail, userById, userJson } from './users.ts';

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function objectOf(call: Call): JsonObject {
  const body = bodyObject(call);
  if (!body) throw authError(call, 400, 'bad_json', 'Could not parse request body as JSON');
  return body;
}

function emailOf(call: Call, body: JsonObject): string {
  const { email } = body;
  if (typeof email !== 'string' || email.length > 254 || !EMAIL.test(email)) {
    throw authError(call, 400, 'validation_failed', 'Unable to validate email address: invalid format');
  }
  return email.toLowerCase();
}

function challengeOf(call: Call, body: JsonObject): Challenge | null {
  const { code_challenge: challenge, code_challenge_method: method } = body;
  if (challenge === undefined || challenge === null) return null;
  if (typeof challenge !== 'string' || !/^[\w.~-]{43,128}$/.test(challenge) || typeof method !== 'string') {
    throw authError(call, 400, 'validation_failed', 'code challenge is not valid');
  }
  return { challenge, method: method.toLowerCase() };
}

/** Makes a user; what the project's triggers refuse is the server's failure, as GoTrue says it. */
export async function makeUser(call: Call, context: Context, user: NewUser): Promise<AuthUser> {
  try {
    return await createUser(context.engine, user);
  } catch (error) {
    const refused = databaseError(error);
    if (!refused) throw error;
    context.log(`new user refused by the database: ${refused.code} ${refused.message}`);
    throw authError(call, 500, 'unexpected_failure', 'Database error saving new user');
  }
}

async function mailOrWait(
  call: Call,
  context: Context,
  user: AuthUser,
  redirectTo: string | null,
  challenge: Challenge | null,
): Promise<void> {
  const seconds = await mailWait(context, user.id);
  if (seconds > 0) {
    const message = `For security purposes, you can only request this after ${seconds} seconds.`;
    throw authError(call, 429, 'over_email_send_rate_limit', message);
  }
  await sendConfirmation(context, user, redirectTo, challenge);
}

/** `POST /signup` */
export async function signUp(call: Call, context: Context): Promise<Answer> {
  const { engine, config } = context;
  const body = objectOf(call);
  const { password, data } = body;
  if (typeof password !== 'string' || password === '') {
    throw authError(call, 400, 'validation_failed', 'Signup requires a valid password');
  }
  const email = emailOf(call, body);
  if (password.length < config.minPasswordLength) {
    const message = `Password should be at least ${config.minPasswordLength} characters.`;
    throw authError(call, 422, 'weak_password', message, { weak_password: { reasons: ['length'], message } });
  }
  const challenge = challengeOf(call, body);
  const redirectTo = call.url.searchParams.get('redirect_to');
  const known = await userByEmail(engine, email);
  if (known?.confirmedAt) {
    if (!config.confirmEmail) throw authError(call, 422, 'user_already_exists', 'User already registered');
    // With confirmations on GoTrue does not say who has an account: it answers with a user that is none.
    const fake = { ...known, id: randomUUID(), confirmedAt: null, createdAt: new Date().toISOString() };
    return ok(userJson({ ...fake, userMetadata: {}, identities: [] }));
  }
  const metadata = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  const user =
    known ??
    (await makeUser(call, context, {
      email,
      password,
      provider: 'email',
      confirmed: !config.confirmEmail,
      metadata,
    }));
  if (!config.confirmEmail) return ok(await startSession(context, user));
  await mailOrWait(call, context, user, redirectTo, challenge);
  return ok({ ...userJson(user), confirmation_sent_at: new Date().toISOString() });
}

/** `POST /resend` */
export async function resend(call: Call, context: Context): Promise<Answer> {
  const body = objectOf(call);
  if (body['type'] !== 'signup') {
    throw authError(call, 400, 'validation_failed', 'The double resends the mail of a sign-up only');
  }
  const user = await userByEmail(context.engine, emailOf(call, body));
  // An unknown address gets the same answer as a known one.
  if (!user || user.confirmedAt) return ok({});
  const redirectTo = call.url.searchParams.get('redirect_to');
  await mailOrWait(call, context, user, redirectTo, challengeOf(call, body));
  return ok({});
}

/** `GET /verify`: the link of a mail. */
export async function verify(call: Call, context: Context): Promise<Answer> {
  const { searchParams } = call.url;
  const to = allowedRedirect(context, searchParams.get('redirect_to'));
  if (searchParams.get('type') !== 'signup') {
    throw authError(call, 400, 'validation_failed', 'The double verifies the mail of a sign-up only');
  }
  const used = await useConfirmation(context, searchParams.get('token') ?? '');
  const user = used ? await userById(context.engine, used.userId) : null;
  if (!used || !user) {
    return redirect(
      withParams(to, {
        error: 'access_denied',
        error_code: 'otp_expired',
        error_description: 'Email link is invalid or has expired',
      }),
    );
  }
  // Without PKCE tokens would have to stand in the address: the address is confirmed, the user signs in by password.
  if (!used.challenge) return redirect(to);
  const code = await makeCode(context, user.id, used.challenge.challenge, used.challenge.method);
  return redirect(withParams(to, { code }));
}
