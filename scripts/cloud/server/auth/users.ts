import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Engine } from '../../types.ts';

const derive = promisify<string, Buffer, number, { N: number }, Buffer>(scrypt);
/** Light on purpose: these are passwords of a development double. */
const COST = { N: 1024 };

export interface AuthUser {
  readonly id: string;
  readonly email: string;
  readonly confirmedAt: string | null;
  readonly createdAt: string;
  readonly userMetadata: Readonly<Record<string, unknown>>;
  readonly appMetadata: Readonly<Record<string, unknown>>;
  readonly identities: readonly { provider: string; providerId: string; data: Record<string, unknown> }[];
}

const SELECT = `
  select u.id::text as id, u.email, u.raw_user_meta_data as "userMetadata", u.raw_app_meta_data as "appMetadata",
    to_char(u.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "createdAt",
    to_char(u.email_confirmed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "confirmedAt",
    coalesce((select jsonb_agg(jsonb_build_object('provider', i.provider, 'providerId', i.provider_id, 'data', i.data)
      order by i.created_at) from cloud_double.identities i where i.user_id = u.id), '[]') as identities
  from auth.users u`;

export async function userById(engine: Engine, id: string): Promise<AuthUser | null> {
  return (await engine.query<AuthUser>(`${SELECT} where u.id = $1::uuid`, [id]))[0] ?? null;
}

/** Addresses are compared in lower case, as GoTrue keeps them. */
export async function userByEmail(engine: Engine, email: string): Promise<AuthUser | null> {
  return (await engine.query<AuthUser>(`${SELECT} where u.email = $1`, [email.toLowerCase()]))[0] ?? null;
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `${salt.toString('base64')}.${(await derive(password, salt, 32, COST)).toString('base64')}`;
}

export async function passwordMatches(engine: Engine, userId: string, password: string): Promise<boolean> {
  const [row] = await engine.query<{ hash: string }>(
    'select hash from cloud_double.passwords where user_id = $1::uuid',
    [userId],
  );
  const [salt, hash] = (row?.hash ?? '').split('.');
  if (!salt || !hash) return false;
  return timingSafeEqual(
    await derive(password, Buffer.from(salt, 'base64'), 32, COST),
    Buffer.from(hash, 'base64'),
  );
}

export interface NewUser {
  readonly email: string;
  readonly password: string | null;
  readonly provider: 'email' | 'google' | 'twitter';
  readonly confirmed: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Makes a user with its first identity in one statement; triggers of the project run with it and may refuse it. */
export async function createUser(engine: Engine, user: NewUser): Promise<AuthUser> {
  const email = user.email.toLowerCase();
  const hash = user.password === null ? null : await hashPassword(user.password);
  const [row] = await engine.query<{ id: string }>(
    `with made as (
       insert into auth.users (email, raw_user_meta_data, raw_app_meta_data, email_confirmed_at)
       values ($1, $2::jsonb, jsonb_build_object('provider', $3::text, 'providers', jsonb_build_array($3::text)),
         case when $4::boolean then now() end)
       returning id)
     select id::text as id from made`,
    [email, JSON.stringify(user.metadata), user.provider, user.confirmed],
  );
  const id = row!.id;
  if (hash !== null) await setPassword(engine, id, hash);
  await linkIdentity(engine, id, user.provider, user.provider === 'email' ? id : email, { email });
  return (await userById(engine, id))!;
}

export async function setPassword(engine: Engine, userId: string, hash: string): Promise<void> {
  await engine.query(
    `insert into cloud_double.passwords (user_id, hash) values ($1::uuid, $2)
     on conflict (user_id) do update set hash = excluded.hash`,
    [userId, hash],
  );
}

export async function linkIdentity(
  engine: Engine,
  userId: string,
  provider: string,
  providerId: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  await engine.query(
    `insert into cloud_double.identities (user_id, provider, provider_id, data)
     values ($1::uuid, $2, $3, $4::jsonb) on conflict (provider, provider_id) do nothing`,
    [userId, provider, providerId, JSON.stringify(data)],
  );
}

/** A user as the auth server shows it. */
export function userJson(user: AuthUser): Record<string, unknown> {
  return {
    id: user.id,
    aud: 'authenticated',
    role: 'authenticated',
    email: user.email,
    phone: '',
    ...(user.confirmedAt ? { email_confirmed_at: user.confirmedAt, confirmed_at: user.confirmedAt } : {}),
    app_metadata: user.appMetadata,
    user_metadata: user.userMetadata,
    identities: user.identities.map((identity) => ({
      identity_id: identity.providerId,
      id: identity.providerId,
      user_id: user.id,
      provider: identity.provider,
      identity_data: identity.data,
    })),
    created_at: user.createdAt,
    updated_at: user.createdAt,
    is_anonymous: false,
  };
}
