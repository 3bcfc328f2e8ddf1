import { beforeEach, describe, expect, test, vi } from 'vitest';
import { accountSnapshot } from '../../../shared/ipc/account.ts';
import { RemoteError } from '../sync/ports.ts';
import { refusal, signedIn } from './account-support.ts';
import { A, AccountWorld } from './fakes.ts';

let world: AccountWorld;
beforeEach(() => {
  world = new AccountWorld();
});

describe('signing out', () => {
  test('opens the guest; nothing is deleted but the session', async () => {
    await signedIn(world);
    await world.service.signOut();
    expect(world.notes).toEqual([
      'open guest',
      'active guest',
      'signed out',
      'forget A',
      'revoke access-a@example.com',
    ]);
    expect(world.now).toMatchObject({ state: 'guest', user: null });
    await expect(world.tokens.token()).rejects.toMatchObject({ kind: 'signed-out' });
    await world.service.signOut();
  });

  test('not while live', async () => {
    await signedIn(world);
    world.live = true;
    expect(await refusal(world.service.signOut())).toBe('account.live');
    expect(world.now.state).toBe('signed-in');
    expect(world.notes).toEqual([]);
  });
});

describe("the guest's work", () => {
  const WORK = { avatars: 2, destinations: 1, sessions: 3, images: 0, sounds: 0 };

  test('is offered to the open account, and moved once', async () => {
    world.guestWork = WORK;
    expect(await refusal(world.service.claim())).toBe('account.needs-sign-in');
    await signedIn(world);
    await vi.waitFor(() => expect(world.now.guest).toEqual(WORK));
    world.live = true;
    expect(await refusal(world.service.claim())).toBe('account.live');
    world.live = false;
    expect(await world.service.claim()).toEqual({ moved: WORK });
    expect(world.now.guest).toBeNull();
    expect(await refusal(world.service.claim())).toBe('account.nothing-to-claim');
    expect(world.notes).toEqual(['move into A']);
  });

  test('is none where there is nothing, and a guest is not offered their own', async () => {
    world.guestWork = WORK;
    await world.service.start();
    expect(world.now.guest).toBeNull();
    world.guestWork = { avatars: 0, destinations: 0, sessions: 0, images: 0, sounds: 0 };
    await signedIn(world);
    expect(await refusal(world.service.claim())).toBe('account.nothing-to-claim');
    expect(world.now.guest).toBeNull();
  });
});

describe('the profile on the server', () => {
  test('is changed by column', async () => {
    await signedIn(world);
    await world.service.changeProfile({ username: 'vida', twitterHandle: null });
    await world.service.changeProfile({});
    expect(world.notes).toEqual(['patch A {"username":"vida","twitter_handle":null}', 'server changed']);
    world.row = {
      ...{ username: 'vida', avatarUrl: null, twitterHandle: null, plan: 'zeus', planName: 'Zeus' },
    };
    world.service.refresh();
    expect(world.published.at(-1)?.user).toMatchObject({ username: 'vida', plan: 'zeus', planName: 'Zeus' });
  });

  test.each([
    [new RemoteError('refused', { status: 409, code: '23505' }), 'account.username-taken'],
    [new RemoteError('refused', { status: 400, code: '23514' }), 'account.refused'],
    [new RemoteError('offline'), 'account.offline'],
    [new RemoteError('busy', { status: 429 }), 'account.rate-limited'],
    [new RemoteError('busy', { status: 503 }), 'account.server-failed'],
    [new RemoteError('signed-out'), 'account.needs-sign-in'],
    [new RemoteError('too-old'), 'sync.client-too-old'],
  ])('%s', async (error, reason) => {
    await signedIn(world);
    world.remoteFails = error;
    expect(await refusal(world.service.changeProfile({ username: 'vida' }))).toBe(reason);
  });
});

describe('deleting the account', () => {
  beforeEach(() => signedIn(world));

  test('the server first, then everything here', async () => {
    await world.service.deleteAccount('A@Example.com');
    expect(world.notes).toEqual([
      ...['server deletes a@example.com', 'signed out', 'forget A', 'open guest', 'active guest', 'remove A'],
    ]);
    expect(world.now).toMatchObject({ state: 'guest', user: null });
  });

  test('one of X without an address is deleted by its name', async () => {
    await world.profiles.setActive({ ...world.profiles.active, email: '' });
    world.row = { username: 'ada', avatarUrl: null, twitterHandle: null, plan: 'free', planName: null };
    expect(await refusal(world.service.deleteAccount('a@example.com'))).toBe('account.wrong-email');
    await world.service.deleteAccount('Ada');
    expect(world.notes).toContain('server deletes ada');
  });

  test.each([
    ['another address', 'b@example.com', {}, 'account.wrong-email'],
    ['live', 'a@example.com', { live: true }, 'account.live'],
    [
      'a server that refuses',
      'a@example.com',
      { remoteFails: new RemoteError('refused') },
      'account.refused',
    ],
    ['no network', 'a@example.com', { remoteFails: new RemoteError('offline') }, 'account.offline'],
  ])('%s deletes nothing', async (_name, email, change, reason) => {
    Object.assign(world, change);
    expect(await refusal(world.service.deleteAccount(email))).toBe(reason);
    expect(world.notes).toEqual([]);
    expect(world.now.state).toBe('signed-in');
    expect(world.saved.has(A)).toBe(true);
  });
});

test('what is published is as the contract says, changes only, and has no secret in it', async () => {
  world.guestWork = { avatars: 1, destinations: 0, sessions: 0, images: 0, sounds: 0 };
  await world.service.start();
  await signedIn(world);
  world.service.refresh();
  await world.service.signOut();
  const texts = world.published.map((each) => JSON.stringify(accountSnapshot.payload.parse(each)));
  expect(texts.filter((text, i) => text === texts[i - 1])).toEqual([]);
  expect(texts.join()).not.toMatch(/access-|refresh-/);
});
