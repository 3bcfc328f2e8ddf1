import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAccountRemote } from '../../src/main/cloud/account-remote.ts';
import { createAuthRemote } from '../../src/main/cloud/auth.ts';
import { CloudClient } from '../../src/main/cloud/client.ts';
import type { CloudConfig } from '../../src/main/cloud/config.ts';
import { createChangeHints } from '../../src/main/cloud/hints.ts';
import { createSyncRemote } from '../../src/main/cloud/sync-remote.ts';
import { createFileSecrets } from '../../src/main/host/browser/secrets.ts';
import { createBrowserSignIn } from '../../src/main/host/oauth-loopback.ts';
import { silentLog } from '../../src/main/logging/log.ts';
import { Redactor } from '../../src/main/logging/redact.ts';
import { AccountService } from '../../src/main/services/account/account-service.ts';
import type { Session, Tokens } from '../../src/main/services/account/ports.ts';
import { openProfiles } from '../../src/main/services/account/profiles.ts';
import { createSessionStore } from '../../src/main/services/account/sessions.ts';
import { TokenManager } from '../../src/main/services/account/token-manager.ts';
import { PULL_LIMIT, SYNC_SCHEMA } from '../../src/main/services/sync/wire.ts';
import { startCloud } from './cloud.ts';
import type { Cloud } from './types.ts';

/** The studio's account against the local cloud, with the real client library, a real disk and a real browser's way. */
const PASSWORD = 'a good password';
const never = new AbortController().signal;

let cloud: Cloud;
let homes: string[];
let users = 0;

beforeAll(async () => {
  cloud = await startCloud({ engine: 'pglite' });
});
afterAll(() => cloud?.close());
beforeEach(() => {
  homes = [];
});
afterEach(() => {
  cloud.clearFaults();
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

async function newUser(): Promise<{ id: string; email: string }> {
  const name = `studio${++users}`;
  const email = `${name}@example.test`;
  return { email, ...(await cloud.addUser(email, PASSWORD, name)) };
}

interface StudioOptions {
  readonly home?: string;
  readonly config?: CloudConfig;
  readonly refreshMs?: number;
  /** What the user does in the browser; the address is as the studio gave it. */
  readonly browse?: (url: URL) => Promise<unknown>;
}

/** One start of the studio, as far as accounts go. */
function start(options: StudioOptions = {}) {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'vida3-studio-account-'));
  homes.push(home);
  const config = options.config ?? { url: cloud.url, key: cloud.key };
  const redactor = new Redactor();
  const register = (secret: string) => redactor.register(secret);
  const sessions = createSessionStore(home, createFileSecrets(home), silentLog);
  const profiles = openProfiles(home, silentLog);
  const auth = createAuthRemote(config);
  const tokens = new TokenManager({
    auth,
    sessions,
    onSignedOut: (userId) => service.sessionEnded(userId),
    register,
    log: silentLog,
    ...(options.refreshMs === undefined ? {} : { refreshMs: options.refreshMs }),
  });
  const client = new CloudClient({ config, tokens });
  const opened: string[] = [];
  const service: AccountService = new AccountService({
    cloud: { auth, remote: createAccountRemote(client) },
    tokens,
    sessions,
    profiles,
    profileSwitch: { mustBeIdle: () => undefined, open: async ({ folder }) => void opened.push(folder) },
    store: { user: () => null },
    guestWork: { counts: async () => null, moveInto: () => Promise.reject(new Error('nothing to move')) },
    browser: createBrowserSignIn({
      host: {
        desktop: null,
        openExternal: async (url) => {
          void options.browse?.(new URL(url));
          return true;
        },
      },
      register,
      log: silentLog,
    }),
    publish: () => undefined,
    onSignedIn: () => undefined,
    onSignedOut: () => undefined,
    onServerChanged: () => undefined,
    log: silentLog,
  });
  return {
    home,
    service,
    tokens,
    sessions,
    profiles,
    auth,
    client,
    sync: createSyncRemote(client),
    opened,
    redactor,
  };
}

type Studio = ReturnType<typeof start>;

async function signedIn(
  options: StudioOptions = {},
): Promise<Studio & { user: { id: string; email: string } }> {
  const user = await newUser();
  const studio = start(options);
  await studio.service.start();
  await studio.service.signIn({ email: user.email, password: PASSWORD });
  return { ...studio, user };
}

const pull = ({ sync }: Pick<Studio, 'sync'>, own = 0, cat = 0) =>
  sync.pull({ p_own: own, p_cat: cat, p_limit: PULL_LIMIT, p_schema: SYNC_SCHEMA }, never);

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

describe('tokens', () => {
  const expire = async (studio: Studio) => {
    const session: Session = { ...(studio.tokens.session as Session), expiresAt: Date.now() - 1_000 };
    await studio.sessions.save(session);
    studio.tokens.adopt(session);
    return session;
  };

  test('a refused one is replaced within the call, and the new session is saved', async () => {
    const studio = await signedIn();
    const before = studio.tokens.session;
    cloud.fault({ path: /sync_pull/, do: { kind: 'status', status: 401 } });
    await pull(studio);
    expect(studio.tokens.session?.refreshToken).not.toBe(before?.refreshToken);
    expect(await studio.sessions.load(studio.user.id)).toEqual(studio.tokens.session);
    cloud.fault({ path: /sync_pull/, times: 2, do: { kind: 'status', status: 401 } });
    await expect(pull(studio)).rejects.toMatchObject({ kind: 'signed-out' });
  });

  test('callers at once rotate once', async () => {
    const studio = await signedIn();
    await expire(studio);
    const before = cloud.requests.length;
    const all = await Promise.all([studio.tokens.token(), studio.tokens.token(), pull(studio)]);
    expect(all[0]).toBe(all[1]);
    const refreshes = cloud.requests.slice(before).filter(({ path }) => path.includes('/auth/v1/token'));
    expect(refreshes).toHaveLength(1);
  });

  test('a lost answer, and a crash before it was saved, do not sign out', async () => {
    const studio = await signedIn();
    await expire(studio);
    cloud.fault({ path: /auth\/v1\/token/, do: { kind: 'lose-answer' } });
    await expect(studio.tokens.token()).rejects.toMatchObject({ kind: 'offline' });
    // The next start knows only the used one.
    const again = start({ home: studio.home });
    await again.service.start();
    await pull(again);
    expect(again.service.snapshot.state).toBe('signed-in');
  });

  test('only the auth server ends a session: 5xx does not, a refusal does, and nothing is lost', async () => {
    const studio = await signedIn();
    const session = await expire(studio);
    cloud.fault({ path: /auth\/v1\/token/, do: { kind: 'status', status: 503 } });
    await expect(pull(studio)).rejects.toMatchObject({ kind: 'offline' });
    expect(studio.service.snapshot.state).toBe('signed-in');
    const elsewhere = createAuthRemote({ url: cloud.url, key: cloud.key });
    await elsewhere.signOut(session);
    await expect(pull(studio)).rejects.toMatchObject({ kind: 'signed-out' });
    expect(studio.service.snapshot).toMatchObject({ state: 'needs-sign-in', user: studio.user });
    expect(await studio.sessions.load(studio.user.id)).toBeNull();
    await studio.service.signIn({ email: studio.user.email, password: PASSWORD });
    expect(studio.service.snapshot).toMatchObject({ state: 'signed-in', problem: null });
    expect(studio.opened).toHaveLength(1);
  });
});

describe('changes', () => {
  test('the profile: own row only, names are not given twice', async () => {
    const [studio, other] = [await signedIn(), await newUser()];
    await studio.service.changeProfile({ username: 'renamed', twitterHandle: 'renamed_x' });
    const { own } = await pull(studio);
    expect(own.changes.findLast(({ t }) => t === 'users')?.row).toMatchObject({
      ...{ username: 'renamed', twitter_handle: 'renamed_x' },
    });
    const [taken] = await cloud.engine.query<{ username: string }>(
      'select username from public.users where id = $1',
      [other.id],
    );
    await expect(studio.service.changeProfile({ username: taken!.username })).rejects.toMatchObject({
      reason: 'account.username-taken',
    });
    const foreign = createAccountRemote(studio.client).patchProfile(other.id, { username: 'stolen' });
    await expect(foreign).rejects.toMatchObject({ kind: 'refused' });
  });

  test('an op is applied once, whatever becomes of its answer', async () => {
    const studio = await signedIn();
    const op = {
      ...({
        op_id: crypto.randomUUID(),
        t: 'rtmp_sources',
        uid: crypto.randomUUID(),
        kind: 'upsert',
      } as const),
      ...{ patch: { name: 'Twitch', url: 'rtmp://live.example/app' }, add: {}, base_rev: null },
    };
    const push = () => studio.sync.push({ p_ops: [op], p_schema: SYNC_SCHEMA }, never);
    cloud.fault({ path: /sync_push/, do: { kind: 'lose-answer' } });
    await expect(push()).rejects.toMatchObject({ kind: 'offline' });
    const [result] = await push();
    expect(result).toMatchObject({ op_id: op.op_id, status: 'applied', replayed: true });
    cloud.fault({ path: /sync_push/, do: { kind: 'change', body: (body) => body.slice(1) } });
    await expect(push()).rejects.toMatchObject({ kind: 'bad-answer' });
    const old = studio.sync.pull({ p_own: 0, p_cat: 0, p_limit: 10, p_schema: 0 }, never);
    await expect(old).rejects.toMatchObject({ kind: 'too-old', code: 'VD426' });
  });
});

describe('hints', () => {
  const config = () => ({ url: cloud.url, key: cloud.key });

  test('one at the beginning, and one for each change of the own rows', async () => {
    const [studio, other] = [await signedIn(), await signedIn()];
    let hints = 0;
    const stop = createChangeHints({ config: config(), tokens: studio.tokens, firstWaitMs: 20 }).listen(
      studio.user.id,
      () => hints++,
    );
    try {
      await vi.waitFor(() => expect(hints).toBe(1), 5_000);
      await other.service.changeProfile({ twitterHandle: 'other' });
      await studio.service.changeProfile({ twitterHandle: 'mine' });
      await vi.waitFor(() => expect(hints).toBe(2), 5_000);
    } finally {
      stop();
    }
    await studio.service.changeProfile({ twitterHandle: 'again' });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(hints).toBe(2);
  });

  test('without a token they wait quietly', async () => {
    const studio = await signedIn();
    let asked = 0;
    const tokens: Tokens = {
      token: () => (++asked < 3 ? Promise.reject(new Error('offline')) : studio.tokens.token()),
      refused: () => undefined,
    };
    const first = Promise.withResolvers<void>();
    const stop = createChangeHints({ config: config(), tokens, firstWaitMs: 5 }).listen(
      studio.user.id,
      first.resolve,
    );
    await first.promise;
    stop();
    expect(asked).toBeGreaterThanOrEqual(3);
  });

  test('once stopped, they keep no process alive; nor while they wait', async () => {
    const studio = await signedIn();
    const module = pathToFileURL(join(import.meta.dirname, '../../src/main/cloud/hints.ts')).href;
    const token = await studio.tokens.token();
    const code = `
      import { createChangeHints } from ${JSON.stringify(module)};
      const token = async () => ${JSON.stringify(token)};
      const config = ${JSON.stringify(config())};
      const offline = async () => { throw new Error('offline'); };
      createChangeHints({ config, tokens: { token: offline, refused() {} } }).listen('x', () => {});
      const stop = createChangeHints({ config, tokens: { token, refused() {} } }).listen(
        ${JSON.stringify(studio.user.id)}, () => { console.log('hint'); stop(); });
    `;
    const args = ['--input-type=module', '--eval', code];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 8_000 });
    expect(stdout).toBe('hint\n');
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

  // Far below the 8 s of a refresh: a port that refuses is known at once.
  test('a refused port fails at once, also for a sign-in', { timeout: 5_000 }, async () => {
    const { home } = await expiredHome();
    const studio = start({ home, config: { ...config, url: 'http://127.0.0.1:1' } });
    await studio.service.start();
    await expect(studio.tokens.token()).rejects.toMatchObject({ kind: 'offline' });
    const signIn = studio.service.signIn({ email: 'a@example.test', password: PASSWORD });
    await expect(signIn).rejects.toMatchObject({ reason: 'account.offline' });
    expect(studio.service.snapshot.state).toBe('signed-in');
  });
});
