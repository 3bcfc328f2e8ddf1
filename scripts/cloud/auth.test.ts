import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCloud } from './cloud.ts';
import type { Cloud } from './types.ts';

let cloud: Cloud;
const PASSWORD = 'a good password';
const REDIRECT = 'http://127.0.0.1:41999/auth/callback';

/** A client as the studio has it: nothing in the background, its own storage. */
function client(storage = new Map<string, string>()) {
  return createClient(cloud.url, cloud.key, {
    auth: {
      flowType: 'pkce',
      autoRefreshToken: false,
      detectSessionInUrl: false,
      persistSession: true,
      storageKey: 'vida-auth',
      storage: {
        getItem: async (key) => storage.get(key) ?? null,
        setItem: async (key, value) => void storage.set(key, value),
        removeItem: async (key) => void storage.delete(key),
      },
    },
  });
}

/** Where an address leads to, without going there. */
async function leadsTo(url: string): Promise<URL> {
  const response = await fetch(url, { redirect: 'manual' });
  expect(response.status).toBe(302);
  return new URL(response.headers.get('location')!);
}

async function signedIn(email: string) {
  await cloud.addUser(email, PASSWORD, email.split('@')[0]!);
  const supabase = client();
  const { data, error } = await supabase.auth.signInWithPassword({ email, password: PASSWORD });
  expect(error).toBeNull();
  return { supabase, session: data.session! };
}

const refresh = (token: string) =>
  fetch(`${cloud.url}/auth/v1/token?grant_type=refresh_token`, {
    method: 'POST',
    headers: {
      apikey: cloud.key,
      'content-type': 'application/json',
      'x-supabase-api-version': '2024-01-01',
    },
    body: JSON.stringify({ refresh_token: token }),
  }).then(async (response) => ({
    status: response.status,
    body: (await response.json()) as Record<string, string>,
  }));

beforeAll(async () => {
  cloud = await startCloud({ engine: 'pglite' });
});
afterAll(() => cloud?.close());

describe('sign-up', () => {
  test('the mail leads back with a code that is worth a session to who has the verifier', async () => {
    const supabase = client();
    const email = 'New@Example.test';
    const { data, error } = await supabase.auth.signUp({
      email,
      password: PASSWORD,
      options: { emailRedirectTo: REDIRECT, data: { username: 'newcomer' } },
    });
    expect(error).toBeNull();
    expect(data.session).toBeNull();
    const early = await client().auth.signInWithPassword({ email, password: PASSWORD });
    expect(early.error?.code).toBe('email_not_confirmed');

    const again = await client().auth.resend({ type: 'signup', email });
    expect(again.error).toMatchObject({ code: 'over_email_send_rate_limit', status: 429 });

    const mail = cloud.mails.at(-1)!;
    expect(mail.to).toBe('new@example.test');
    const landed = await leadsTo(mail.link);
    expect(landed.origin + landed.pathname).toBe(REDIRECT);
    const session = await supabase.auth.exchangeCodeForSession(landed.searchParams.get('code')!);
    expect(session.error).toBeNull();
    expect(session.data.user?.email).toBe('new@example.test');
    const [row] = await cloud.engine.query(
      'select username, email_verified from public.users where email = $1',
      ['new@example.test'],
    );
    expect(row).toEqual({ username: 'newcomer', email_verified: true });

    expect((await leadsTo(mail.link)).searchParams.get('error_code')).toBe('otp_expired');
    const known = await client().auth.signUp({ email, password: PASSWORD });
    expect(known.error).toBeNull();
    expect(known.data.user?.identities).toEqual([]);
  });

  test('refuses what is no address and what is no password, by their codes', async () => {
    const weak = await client().auth.signUp({ email: 'weak@example.test', password: 'short' });
    expect(weak.error).toMatchObject({ code: 'weak_password', status: 422, reasons: ['length'] });
    const odd = await client().auth.signUp({ email: 'nobody', password: PASSWORD });
    expect(odd.error).toMatchObject({ code: 'validation_failed', status: 400 });
  });
});

describe('sign-in by provider', () => {
  async function authorized(query: Record<string, string> = { auto: '1' }, redirectTo = REDIRECT) {
    const supabase = client();
    const { data } = await supabase.auth.signInWithOAuth({
      provider: 'google',
      options: { redirectTo, skipBrowserRedirect: true, queryParams: query },
    });
    return { supabase, url: data.url! };
  }

  test('a code and its verifier are a session; the code alone is nothing', async () => {
    const { supabase, url } = await authorized();
    const code = (await leadsTo(url)).searchParams.get('code')!;

    const thief = await authorized();
    const stolen = await thief.supabase.auth.exchangeCodeForSession(code);
    expect(stolen.error?.code).toBe('bad_code_verifier');

    const mine = await supabase.auth.exchangeCodeForSession(code);
    expect(mine.data.user?.app_metadata['provider']).toBe('google');
    await authorized();
    const twice = await thief.supabase.auth.exchangeCodeForSession(code);
    expect(twice.error).not.toBeNull();
  });

  test('the page has a button that leads back, and leads nowhere else', async () => {
    const { supabase, url } = await authorized({});
    const html = await (await fetch(url)).text();
    const href = /href="(\/auth\/v1\/callback\?flow=[^"]+)"/.exec(html)![1]!.replaceAll('&amp;', '&');
    const landed = await leadsTo(cloud.url + href);
    expect(landed.href.startsWith(REDIRECT)).toBe(true);
    expect((await supabase.auth.exchangeCodeForSession(landed.searchParams.get('code')!)).error).toBeNull();
    expect((await fetch(cloud.url + href, { redirect: 'manual' })).status).toBe(400);

    const custom = await leadsTo((await authorized({ auto: '1' }, 'vida3://auth/callback')).url);
    expect(custom.href).toMatch(/^vida3:\/\/auth\/callback\?code=/);
    const foreign = await leadsTo((await authorized({ auto: '1' }, 'https://evil.example/')).url);
    expect(foreign.hostname).not.toBe('evil.example');
    expect((await fetch(url.replace('google', 'myspace'))).status).toBe(400);
  });
});

describe('sessions', () => {
  test('wrong passwords and unknown addresses get the same answer', async () => {
    await signedIn('known@example.test');
    for (const email of ['known@example.test', 'unknown@example.test']) {
      const { error } = await client().auth.signInWithPassword({ email, password: 'wrong password' });
      expect(error).toMatchObject({ code: 'invalid_credentials', status: 400 });
    }
  });

  test('a refresh token is good once, and for ten seconds more for who lost the answer', async () => {
    const { session } = await signedIn('rotate@example.test');
    const first = await refresh(session.refresh_token);
    expect(first.status).toBe(200);
    const lost = await refresh(session.refresh_token);
    expect(lost.body['refresh_token']).toBe(first.body['refresh_token']);
    await cloud.engine.query(
      "update cloud_double.refresh_tokens set updated_at = now() - interval '11 s' where token = $1",
      [session.refresh_token],
    );
    const late = await refresh(session.refresh_token);
    expect(late).toMatchObject({ status: 400, body: { code: 'refresh_token_already_used' } });
    // Somebody had a copy: the whole session is over.
    const successor = await refresh(first.body['refresh_token']!);
    expect(successor).toMatchObject({ status: 400, body: { code: 'refresh_token_not_found' } });
    expect((await refresh('never-was')).body['code']).toBe('refresh_token_not_found');
  });

  test('two refreshes at once get the same successor', async () => {
    const { session } = await signedIn('twice@example.test');
    const both = await Promise.all([refresh(session.refresh_token), refresh(session.refresh_token)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(both[0]!.body['refresh_token']).toBe(both[1]!.body['refresh_token']);
  });

  test('after signing out the token opens nothing at the auth server', async () => {
    const { supabase, session } = await signedIn('leaver@example.test');
    expect((await supabase.auth.getUser()).data.user?.email).toBe('leaver@example.test');
    expect((await supabase.auth.signOut()).error).toBeNull();
    const { error } = await supabase.auth.getUser(session.access_token);
    expect(error?.name).toBe('AuthSessionMissingError');
    expect((await refresh(session.refresh_token)).body['code']).toBe('refresh_token_not_found');
  });

  test('deleting a user is for the secret key', async () => {
    const { session } = await signedIn('goner@example.test');
    const { error } = await client().auth.admin.deleteUser(session.user.id);
    expect(error).toMatchObject({ code: 'not_admin', status: 403 });
    const admin = createClient(cloud.url, cloud.serviceKey, { auth: { persistSession: false } });
    expect((await admin.auth.admin.deleteUser(session.user.id)).error).toBeNull();
    expect((await client().auth.getUser(session.access_token)).error).not.toBeNull();
  });

  test('what the double does not have is refused by name', async () => {
    const { error } = await client().auth.resetPasswordForEmail('known@example.test');
    expect(error?.message).toContain('/recover');
    expect((await fetch(`${cloud.url}/auth/v1/token?grant_type=password`, { method: 'POST' })).status).toBe(
      401,
    );
    const other = await fetch(`${cloud.url}/auth/v1/signup`, { method: 'POST', headers: { apikey: 'x' } });
    expect(other.status).toBe(401);
    expect((await fetch(`${cloud.url}/somewhere`)).status).toBe(404);
  });
});

test('the mailbox shows the mails as text', async () => {
  await client().auth.signUp({ email: 'box@example.test', password: PASSWORD });
  const html = await (await fetch(`${cloud.url}/mailbox`)).text();
  expect(html).toContain('box@example.test');
  expect(html).toContain('Open the link');
  expect(await (await fetch(cloud.url)).text()).toContain(cloud.key);
});
