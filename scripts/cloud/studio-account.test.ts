import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAuthRemote } from '../../src/main/cloud/auth.ts';
import type { CloudConfig } from '../../src/main/cloud/config.ts';
import type { Session } from '../../src/main/services/account/ports.ts';
import { never, openStudios, PASSWORD, pull, type Studios } from './studio-account-support.ts';
import type { Cloud } from './types.ts';

/** The studio's account against the local cloud, with the real client library, a real disk and a real browser's way. */
let cloud: Cloud;
let newUser: Studios['newUser'];
let start: Studios['start'];
let signedIn: Studios['signedIn'];
let cleanUp: Studios['cleanUp'];
beforeAll(async () => {
  ({ cloud, newUser, start, signedIn, cleanUp } = await openStudios());
});
afterAll(() => cloud?.close());
afterEach(() => cleanUp());

/** A person who chooses an account on the provider's page. */
const chooses = (email: string) => async (url: URL) => {
  url.searchParams.set('auto', '1');
  url.searchParams.set('as', email);
  return fetch(url);
};

describe('by password', () => {
  test('the account is opened, read, and there at the next start', async () => {
    const studio = await signedIn();
    expect(studio.service.snapshot).toMatchObject({ state: 'signed-in', user: studio.user });
    expect(studio.opened).toEqual([join(studio.home, 'accounts', studio.user.id)]);
    const page = await pull(studio);
    const mine = page.own.changes.find(({ t }) => t === 'users');
    expect(mine?.row).toMatchObject({ id: studio.user.id, email: studio.user.email });
    expect(page.cat.changes.filter(({ t }) => t === 'subscription_plans').length).toBeGreaterThanOrEqual(5);
    expect(await pull(studio, page.own.cursor, page.cat.cursor)).toMatchObject({
      own: { changes: [], more: false },
      cat: { changes: [], more: false },
    });
    const token = await studio.tokens.token();
    expect(studio.redactor.redact(`Bearer ${token}`)).toBe('Bearer ••••');

    const again = start({ home: studio.home });
    await again.service.start();
    expect(again.service.snapshot).toMatchObject({ state: 'signed-in', user: studio.user });
    expect(await again.tokens.token()).toBe(token);
  });

  test('a wrong one is told', async () => {
    const user = await newUser();
    const { service } = start();
    await service.start();
    await expect(service.signIn({ email: user.email, password: 'wrong' })).rejects.toMatchObject({
      reason: 'account.bad-credentials',
    });
    expect(service.snapshot).toMatchObject({ state: 'guest', problem: 'account.bad-credentials' });
  });

  test('another account on the same machine has data of its own', async () => {
    const studio = await signedIn();
    const session = studio.tokens.session as Session;
    await studio.service.signOut();
    await vi.waitFor(() => expect(cloud.requests.at(-1)?.path).toContain('/auth/v1/logout'));
    const refused = studio.auth.refresh(session, never);
    await expect(refused).rejects.toMatchObject({ kind: 'refused' });
    const other = await newUser();
    await studio.service.signIn({ email: other.email, password: PASSWORD });
    expect(studio.opened).toEqual([
      ...[
        join(studio.home, 'accounts', studio.user.id),
        studio.home,
        join(studio.home, 'accounts', other.id),
      ],
    ]);
    const page = await pull(studio);
    expect(JSON.stringify(page.own)).not.toContain(studio.user.email);
    const again = start({ home: studio.home });
    expect(again.profiles.active).toMatchObject({ userId: other.id });
  });
});

describe('a new account', () => {
  test('the link of the mail leads back into the studio', async () => {
    const { service, opened } = start();
    await service.start();
    const email = 'fresh@example.test';
    expect(await service.signUp({ email, password: PASSWORD, username: 'fresh' })).toEqual({ confirm: true });
    await expect(service.signIn({ email, password: PASSWORD })).rejects.toMatchObject({
      reason: 'account.unconfirmed',
    });
    await expect(service.resend(email)).rejects.toMatchObject({ reason: 'account.rate-limited' });
    const page = await fetch(cloud.mails.findLast(({ to }) => to === email)!.link);
    expect(await page.text()).toContain('go back to VIDA³ Studio');
    await vi.waitFor(() => expect(service.snapshot).toMatchObject({ state: 'signed-in', confirm: null }));
    expect(opened).toHaveLength(1);
    const second = start().service.signUp({ email, password: PASSWORD, username: 'fresh2' });
    await expect(second).rejects.toMatchObject({ reason: 'account.email-taken' });
  });

  test('a password that is too easy is told', async () => {
    const { service } = start();
    const weak = service.signUp({ email: 'weak@example.test', password: 'short', username: 'weak' });
    await expect(weak).rejects.toMatchObject({ reason: 'account.weak-password' });
  });
});

describe('in the browser', () => {
  test.each(['google', 'twitter'] as const)('%s comes back by the loopback address', async (provider) => {
    const email = `by-${provider}@example.test`;
    const { service } = start({ browse: chooses(email) });
    await service.start();
    await service.signInWith(provider);
    await vi.waitFor(
      () => expect(service.snapshot).toMatchObject({ state: 'signed-in', browser: null }),
      5_000,
    );
    expect(service.snapshot.user?.email).toBe(email);
  });

  test('a person who cancels there is told here', async () => {
    const { service } = start({
      browse: async (url) => {
        const html = await (await fetch(url)).text();
        const flow = /flow=([\w-]+)/.exec(html)?.[1];
        await fetch(`${cloud.url}/auth/v1/callback?flow=${flow}&cancel=1`);
      },
    });
    await service.signInWith('google');
    await vi.waitFor(() =>
      expect(service.snapshot).toMatchObject({ state: 'guest', problem: 'account.sign-in-refused' }),
    );
  });

  test('a code of somebody else’s sign-in opens nothing', async () => {
    const thief = createAuthRemote({ url: cloud.url, key: cloud.key });
    const stolen = new URL(await thief.authorizeUrl('google', 'http://127.0.0.1:41999/auth/callback'));
    stolen.searchParams.set('auto', '1');
    const landed = await fetch(stolen, { redirect: 'manual' });
    const { searchParams } = new URL(landed.headers.get('location') ?? '');
    const { service, opened } = start({
      browse: (url) => fetch(`${url.searchParams.get('redirect_to')}?${searchParams}`),
    });
    await service.signInWith('google');
    await vi.waitFor(() =>
      expect(service.snapshot).toMatchObject({ state: 'guest', problem: 'account.sign-in-refused' }),
    );
    expect(opened).toEqual([]);
  });
});

describe('without a network', () => {
  let hole: Server;
  let connections: number;
  let config: CloudConfig;
  beforeEach(async () => {
    connections = 0;
    // Takes every connection and never says a word.
    hole = createServer((socket) => {
      connections++;
      socket.on('error', () => undefined).resume();
    });
    await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve));
    const address = hole.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    config = { url: `http://127.0.0.1:${address.port}`, key: cloud.key };
  });
  afterEach(() => void hole.close());

  /** The home of an account whose session has expired. */
  async function expiredHome(): Promise<{ home: string; user: { id: string; email: string } }> {
    const { home, user, tokens, sessions } = await signedIn();
    await sessions.save({ ...(tokens.session as Session), expiresAt: Date.now() - 1_000 });
    return { home, user };
  }

  test('the start asks nothing of it: the account is open with its expired session', async () => {
    const { home, user } = await expiredHome();
    const studio = start({ home, config });
    await studio.service.start();
    expect(studio.service.snapshot).toMatchObject({ state: 'signed-in', user, problem: null });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(connections).toBe(0);
  });

  test('a silent one is given up, and the session stays', async () => {
    const { home } = await expiredHome();
    const studio = start({ home, config, refreshMs: 200 });
    await studio.service.start();
    await expect(pull(studio)).rejects.toMatchObject({ kind: 'offline' });
    expect(connections).toBe(1);
    expect(studio.service.snapshot).toMatchObject({ state: 'signed-in', problem: null });
    const back = start({ home });
    await back.service.start();
    await pull(back);
  });

  test('a refused port fails at once, also for a sign-in', async () => {
    const { home } = await expiredHome();
    const studio = start({ home, config: { ...config, url: 'http://127.0.0.1:1' } });
    await studio.service.start();
    const begin = performance.now();
    await expect(studio.tokens.token()).rejects.toMatchObject({ kind: 'offline' });
    const signIn = studio.service.signIn({ email: 'a@example.test', password: PASSWORD });
    await expect(signIn).rejects.toMatchObject({ reason: 'account.offline' });
    // Not for want of an answer, which takes 8 s.
    expect(performance.now() - begin).toBeLessThan(7_500);
    expect(studio.service.snapshot.state).toBe('signed-in');
  });
});
