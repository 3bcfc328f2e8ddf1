import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createAccountRemote } from '../../src/main/cloud/account-remote.ts';
import { createAuthRemote } from '../../src/main/cloud/auth.ts';
import { createChangeHints } from '../../src/main/cloud/hints.ts';
import type { Session, Tokens } from '../../src/main/services/account/ports.ts';
import { SYNC_SCHEMA } from '../../src/main/services/sync/wire.ts';
import { never, openStudios, PASSWORD, pull, type Studio, type Studios } from './studio-account-support.ts';
import type { Cloud } from './types.ts';

/** What a signed-in studio asks of the local cloud, and what becomes of its tokens. */
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
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    expect(stdout).toBe('hint\n');
  });
});
