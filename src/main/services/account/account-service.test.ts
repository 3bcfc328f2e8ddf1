import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CREDENTIALS, refusal, signedIn } from './account-support.ts';
import { A, AccountWorld, B, sessionOf } from './fakes.ts';
import { AuthError, type Session } from './ports.ts';

let world: AccountWorld;
beforeEach(() => {
  world = new AccountWorld();
});

describe('at the start', () => {
  test('a guest', async () => {
    await world.service.start();
    expect(world.now).toMatchObject({ cloud: true, state: 'guest', user: null, guest: null, kept: 'file' });
    expect(world.notes).toEqual([]);
  });

  test('an account with its session is signed in without asking anybody', async () => {
    world.active = { userId: A, email: 'a@example.com', folder: '/a' };
    world.saved.set(A, { ...sessionOf('a@example.com'), expiresAt: 0 });
    await world.service.start();
    expect(world.now).toMatchObject({
      state: 'signed-in',
      user: { id: A, email: 'a@example.com', plan: null },
    });
    expect(world.notes).toEqual(['signed in A']);
  });

  test('one whose session cannot be opened is open all the same', async () => {
    world.active = { userId: A, email: 'a@example.com', folder: '/a' };
    await world.service.start();
    expect(world.now).toMatchObject({ state: 'needs-sign-in', user: { id: A } });
    expect(world.notes).toEqual([]);
  });

  test('without a cloud it is open, too, and nothing can be begun', async () => {
    world = new AccountWorld({ cloud: false });
    world.active = { userId: A, email: 'a@example.com', folder: '/a' };
    world.saved.set(A, sessionOf('a@example.com'));
    await world.service.start();
    expect(world.now).toMatchObject({ cloud: false, state: 'needs-sign-in', user: { id: A } });
    for (const call of [
      world.service.signIn(CREDENTIALS),
      world.service.signUp({ ...CREDENTIALS, username: 'vida' }),
      world.service.signInWith('google'),
      world.service.resend('a@example.com'),
      world.service.changeProfile({ username: 'x' }),
      world.service.deleteAccount('a@example.com'),
    ]) {
      expect(await refusal(call)).toBe('account.no-cloud');
    }
    await world.service.signOut();
    expect(world.now.state).toBe('guest');
  });
});

describe('by password', () => {
  test('session, profile, tokens, sync: in this order', async () => {
    await world.service.signIn(CREDENTIALS);
    expect(world.notes).toEqual(['save access-a@example.com', 'open A', 'active A', 'signed in A']);
    expect(await world.tokens.token()).toBe('access-a@example.com');
    expect([...new Set(world.published.map(({ state }) => state))]).toEqual(['signing-in', 'signed-in']);
  });

  test.each([
    [new AuthError('refused', 'invalid_credentials'), 'account.bad-credentials'],
    [new AuthError('refused', 'email_not_confirmed'), 'account.unconfirmed'],
    [new AuthError('refused', 'user_banned'), 'account.refused'],
    [new AuthError('busy', 'over_request_rate_limit'), 'account.rate-limited'],
    [new AuthError('busy'), 'account.server-failed'],
    [new AuthError('bad-answer'), 'account.server-failed'],
    [new AuthError('offline'), 'account.offline'],
  ])('%s leaves the guest where they were', async (error, reason) => {
    world.signIn = () => Promise.reject(error);
    expect(await refusal(world.service.signIn(CREDENTIALS))).toBe(reason);
    expect(world.now).toMatchObject({ state: 'guest', problem: reason });
    expect(world.notes).toEqual([]);
    world.signIn = async () => sessionOf('a@example.com');
    await world.service.signIn(CREDENTIALS);
    expect(world.now).toMatchObject({ state: 'signed-in', problem: null });
  });

  test('one at a time', async () => {
    const answer = Promise.withResolvers<Session>();
    world.signIn = () => answer.promise;
    const first = world.service.signIn(CREDENTIALS);
    expect(await refusal(world.service.signIn(CREDENTIALS))).toBe('account.sign-in-busy');
    expect(await refusal(world.service.signInWith('google'))).toBe('account.sign-in-busy');
    answer.resolve(sessionOf('a@example.com'));
    await first;
    expect(world.now.state).toBe('signed-in');
  });

  test('what comes after it was cancelled opens nothing and is ended on the server', async () => {
    const answer = Promise.withResolvers<Session>();
    world.signIn = () => answer.promise;
    const first = world.service.signIn(CREDENTIALS);
    world.service.cancelSignIn();
    expect(world.now).toMatchObject({ state: 'guest', problem: null });
    answer.resolve(sessionOf('a@example.com'));
    expect(await refusal(first)).toBe('account.sign-in-refused');
    expect(world.notes).toEqual(['revoke access-a@example.com']);
    expect(world.now).toMatchObject({ state: 'guest', problem: null });
  });

  test('not while live: nothing is kept of it', async () => {
    world.live = true;
    expect(await refusal(world.service.signIn(CREDENTIALS))).toBe('account.live');
    expect(world.saved.size).toBe(0);
    expect(world.now).toMatchObject({ state: 'guest', problem: 'account.live' });
  });

  test('a database that does not open leaves the old one', async () => {
    world.broken = { open: 'storage.too-new' };
    expect(await refusal(world.service.signIn(CREDENTIALS))).toBe('storage.too-new');
    expect(world.now.state).toBe('guest');
    world.broken = { setActive: 'storage.full' };
    world.notes.length = 0;
    expect(await refusal(world.service.signIn(CREDENTIALS))).toBe('storage.full');
    expect(world.notes.filter((note) => note.startsWith('open'))).toEqual(['open A', 'open guest']);
    expect(world.saved.size).toBe(0);
  });

  test('a session that cannot be saved is good for this run', async () => {
    world.broken = { save: 'storage.full' };
    await world.service.signIn(CREDENTIALS);
    expect(world.now.state).toBe('signed-in');
  });
});

describe('an ended session', () => {
  beforeEach(async () => {
    await signedIn(world);
    world.refresh = () => Promise.reject(new AuthError('refused', 'refresh_token_not_found'));
    world.tokens.refused('access-a@example.com');
    await expect(world.tokens.token()).rejects.toMatchObject({ kind: 'signed-out' });
  });

  test('is told, and everything stays open', () => {
    expect(world.now).toMatchObject({
      state: 'needs-sign-in',
      user: { id: A },
      problem: 'account.needs-sign-in',
    });
    expect(world.notes).toEqual(['forget A', 'signed out']);
  });

  test('the same account goes on where it was, also while live', async () => {
    world.notes.length = 0;
    world.live = true;
    world.signIn = async () => sessionOf('a@example.com', 'new');
    await world.service.signIn(CREDENTIALS);
    expect(world.notes).toEqual(['save access-new', 'signed in A']);
    expect(world.now).toMatchObject({ state: 'signed-in', problem: null });
  });

  test('another account opens its own data', async () => {
    world.notes.length = 0;
    world.signIn = async () => sessionOf('b@example.com');
    await world.service.signIn({ ...CREDENTIALS, email: 'b@example.com' });
    expect(world.notes).toEqual([
      ...['save access-b@example.com', 'open B', 'active B', 'signed out', 'forget A', 'signed in B'],
    ]);
    expect(world.now.user?.id).toBe(B);
  });

  test('what needs the server says so', async () => {
    expect(await refusal(world.service.changeProfile({ username: 'x' }))).toBe('account.needs-sign-in');
    expect(await refusal(world.service.deleteAccount('a@example.com'))).toBe('account.needs-sign-in');
  });
});

test('another account in place of a signed-in one ends that session', async () => {
  await signedIn(world);
  world.signIn = async () => sessionOf('b@example.com');
  await world.service.signIn({ ...CREDENTIALS, email: 'b@example.com' });
  expect(world.notes).toContain('revoke access-a@example.com');
  expect([...world.saved.keys()]).toEqual([B]);
  expect(await world.tokens.token()).toBe('access-b@example.com');
});

describe('in the browser', () => {
  test('the address is shown while it waits; the code opens the account', async () => {
    world.browserOpens = false;
    await world.service.signInWith('google');
    expect(world.now).toMatchObject({
      state: 'signing-in',
      browser: { provider: 'google', url: 'https://auth.example/google' },
    });
    expect(world.callbacks[0]?.ms).toBe(300_000);
    world.callbacks[0]?.resolve('the-code');
    await vi.waitFor(() => expect(world.now.state).toBe('signed-in'));
    expect(world.now.browser).toBeNull();
    expect(JSON.stringify(world.published)).not.toContain('the-code');
  });

  test('a code that is not taken is told', async () => {
    world.exchange = () => Promise.reject(new AuthError('refused', 'bad_code_verifier'));
    await world.service.signInWith('twitter');
    world.callbacks[0]?.resolve('the-code');
    await vi.waitFor(() =>
      expect(world.now).toMatchObject({ state: 'guest', browser: null, problem: 'account.sign-in-refused' }),
    );
  });

  test('cancelled is no problem, and the next one may begin', async () => {
    await world.service.signInWith('google');
    world.service.cancelSignIn();
    expect(world.callbacks[0]?.closed).toBe(true);
    expect(world.now).toMatchObject({ state: 'guest', browser: null, problem: null });
    await world.service.signInWith('twitter');
    expect(world.now.browser?.provider).toBe('twitter');
    await Promise.resolve();
    expect(world.now.state).toBe('signing-in');
  });

  test('stopping the program ends the wait', async () => {
    await world.service.signInWith('google');
    world.service.stop();
    expect(world.callbacks[0]?.closed).toBe(true);
  });
});

describe('a new account', () => {
  const INPUT = { ...CREDENTIALS, username: 'vida' };

  test('without a confirmation it is open at once', async () => {
    world.signUp = async () => sessionOf('a@example.com');
    expect(await world.service.signUp(INPUT)).toEqual({ confirm: false });
    expect(world.now).toMatchObject({ state: 'signed-in', confirm: null });
    expect(world.callbacks.every(({ closed }) => closed)).toBe(true);
  });

  test('the link of the mail opens it', async () => {
    expect(await world.service.signUp(INPUT)).toEqual({ confirm: true });
    expect(world.now).toMatchObject({ state: 'guest', confirm: { email: 'a@example.com' } });
    expect(world.callbacks[0]).toMatchObject({ ms: 600_000, closed: false });
    world.callbacks[0]?.resolve('the-code');
    await vi.waitFor(() => expect(world.now).toMatchObject({ state: 'signed-in', confirm: null }));
  });

  test('or the password, whatever becomes of the link', async () => {
    await world.service.signUp(INPUT);
    await world.service.signIn(CREDENTIALS);
    expect(world.now).toMatchObject({ state: 'signed-in', confirm: null });
    expect(world.callbacks[0]?.closed).toBe(true);
  });

  test('the mail is sent again to the same place, later to a new one', async () => {
    await world.service.signUp(INPUT);
    await world.service.resend('a@example.com');
    expect(world.callbacks).toHaveLength(1);
    world.callbacks[0]?.reject(new Error('too late'));
    await new Promise(setImmediate);
    expect(world.now.confirm).toEqual({ email: 'a@example.com' });
    await world.service.resend('a@example.com');
    expect(world.callbacks).toHaveLength(2);
    expect(world.callbacks[1]?.closed).toBe(false);
  });

  test.each([
    ['user_already_exists', 'account.email-taken'],
    ['weak_password', 'account.weak-password'],
    ['over_email_send_rate_limit', 'account.rate-limited'],
    ['signup_disabled', 'account.refused'],
  ])('%s', async (code, reason) => {
    world.signUp = () => Promise.reject(new AuthError('refused', code));
    expect(await refusal(world.service.signUp(INPUT))).toBe(reason);
    expect(world.callbacks[0]?.closed).toBe(true);
    expect(world.now).toMatchObject({ state: 'guest', confirm: null, problem: reason });
  });
});
