import { randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import { allowedRedirect } from './redirects.ts';
import type { AuthUser } from './users.ts';

const LINK_SECONDS = 24 * 3600;

export interface Challenge {
  readonly challenge: string;
  readonly method: string;
}

/** Seconds until the next mail may go to this user; 0: now. */
export async function mailWait({ engine, config }: Context, userId: string): Promise<number> {
  const [row] = await engine.query<{ age: number | null }>(
    `select extract(epoch from now() - max(created_at))::double precision as age
     from cloud_double.mail_tokens where user_id = $1::uuid`,
    [userId],
  );
  const age = row?.age ?? null;
  return age === null ? 0 : Math.max(0, Math.ceil(config.mailEverySeconds - age));
}

/** The mail with the link that confirms an address. The newest link is the good one. */
export async function sendConfirmation(
  context: Context,
  user: AuthUser,
  redirectTo: string | null,
  challenge: Challenge | null,
): Promise<void> {
  const token = `${challenge ? 'pkce_' : ''}${randomBytes(28).toString('hex')}`;
  await context.engine.query('delete from cloud_double.mail_tokens where user_id = $1::uuid', [user.id]);
  await context.engine.query(
    `insert into cloud_double.mail_tokens (token, user_id, challenge, method) values ($1, $2::uuid, $3, $4)`,
    [token, user.id, challenge?.challenge ?? null, challenge?.method ?? null],
  );
  const link = new URL(`${context.url()}/auth/v1/verify`);
  link.searchParams.set('token', token);
  link.searchParams.set('type', 'signup');
  link.searchParams.set('redirect_to', allowedRedirect(context, redirectTo));
  await context.mail({ to: user.email, subject: 'Confirm your VIDA³ account', link: link.href });
}

/** Confirms the address behind a mail's token; the token is good once. @returns null when it is not good */
export async function useConfirmation(
  { engine }: Context,
  token: string,
): Promise<{ userId: string; challenge: Challenge | null } | null> {
  const [row] = await engine.query<{ user: string; challenge: string | null; method: string | null }>(
    `with used as (delete from cloud_double.mail_tokens
       where token = $1 and created_at > now() - make_interval(secs => $2) returning user_id, challenge, method),
     confirmed as (update auth.users u set email_confirmed_at = coalesce(u.email_confirmed_at, now())
       from used where u.id = used.user_id)
     select user_id::text as "user", challenge, method from used`,
    [token, LINK_SECONDS],
  );
  if (!row) return null;
  const challenge =
    row.challenge === null ? null : { challenge: row.challenge, method: row.method ?? 's256' };
  return { userId: row.user, challenge };
}
