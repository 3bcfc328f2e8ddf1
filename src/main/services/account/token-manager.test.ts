import { beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLog } from '../../logging/log.ts';
import { AuthError, type Session } from './ports.ts';
import { TokenManager } from './token-manager.ts';

const USER = '11111111-1111-4111-8111-111111111111';
const HOUR = 3_600_000;

let wall: number;
let steady: number;
let saved: Session[];
let removed: string[];
let ended: string[];
let secrets: string[];
let refreshes: { session: Session; signal: AbortSignal; answer: PromiseWithResolvers<Session> }[];
let saving: () => Promise<void>;

beforeEach(() => {
  wall = Date.UTC(2030, 0, 1);
  steady = 5_000;
  saved = [];
  removed = [];
  ended = [];
  secrets = [];
  refreshes = [];
  saving = async () => undefined;
});

function session(name: string, lifeMs = HOUR): Session {
  return {
    ...{
      userId: USER,
      email: 'a@example.com',
      accessToken: `access-${name}`,
      refreshToken: `refresh-${name}`,
    },
    expiresAt: wall + lifeMs,
  };
}

function make(first: Session | null, refreshMs?: number): TokenManager {
  const manager = new TokenManager({
    auth: {
      refresh: (from, signal) => {
        const answer = Promise.withResolvers<Session>();
        refreshes.push({ session: from, signal, answer });
        return answer.promise;
      },
    },
    sessions: {
      save: async (next) => {
        await saving();
        saved.push(next);
      },
      remove: async (id) => void removed.push(id),
    },
    onSignedOut: (id) => ended.push(id),
    register: (secret) => secrets.push(secret),
    log: silentLog,
    clock: { now: () => wall, monotonic: () => steady },
    ...(refreshMs === undefined ? {} : { refreshMs }),
  });
  manager.adopt(first);
  return manager;
}

const pass = (ms: number) => {
  wall += ms;
  steady += ms;
};

test('a token that is good for a minute is given without any request', async () => {
  const tokens = make(session('a'));
  pass(HOUR - 60_000);
  await expect(tokens.token()).resolves.toBe('access-a');
  expect(refreshes).toEqual([]);
  expect(secrets).toEqual(['access-a', 'refresh-a']);
});

test('many callers share one refresh, and get its token once it is saved', async () => {
  const tokens = make(session('a'));
  pass(HOUR - 59_999);
  const disk = Promise.withResolvers<void>();
  saving = () => disk.promise;
  const got: string[] = [];
  const all = Promise.all([1, 2, 3].map(async () => got.push(await tokens.token())));
  await vi.waitFor(() => expect(refreshes).toHaveLength(1));
  refreshes[0]!.answer.resolve(session('b'));
  await new Promise(setImmediate);
  expect(got).toEqual([]);
  disk.resolve();
  await all;
  expect(got).toEqual(['access-b', 'access-b', 'access-b']);
  expect(saved.map((each) => each.refreshToken)).toEqual(['refresh-b']);
  expect(secrets).toContain('refresh-b');
  await expect(tokens.token()).resolves.toBe('access-b');
  expect(refreshes).toHaveLength(1);
});

test('a disk that takes nothing does not cost the session of this run', async () => {
  const tokens = make(session('a', 0));
  saving = async () => {
    throw new Error('ENOSPC');
  };
  const token = tokens.token();
  refreshes[0]!.answer.resolve(session('b'));
  await expect(token).resolves.toBe('access-b');
});

describe('a moved clock', () => {
  test('back by a day: the steady clock still knows when the token ends', async () => {
    const tokens = make(session('a'));
    wall -= 24 * HOUR;
    pass(HOUR - 30_000);
    void tokens.token();
    expect(refreshes).toHaveLength(1);
  });

  test('ahead by a day: one refresh, then good again', async () => {
    const tokens = make(session('a'));
    wall += 24 * HOUR;
    const token = tokens.token();
    refreshes[0]!.answer.resolve(session('b'));
    await expect(token).resolves.toBe('access-b');
    await expect(tokens.token()).resolves.toBe('access-b');
    expect(refreshes).toHaveLength(1);
  });

  test('a machine that slept: the wall clock knows', () => {
    const tokens = make(session('a'));
    wall += 2 * HOUR;
    void tokens.token();
    expect(refreshes).toHaveLength(1);
  });
});

test('a refused token is replaced, an older one is not minded', async () => {
  const tokens = make(session('a'));
  tokens.refused('access-zero');
  await expect(tokens.token()).resolves.toBe('access-a');
  tokens.refused('access-a');
  const token = tokens.token();
  refreshes[0]!.answer.resolve(session('b'));
  await expect(token).resolves.toBe('access-b');
  tokens.refused('access-a');
  await expect(tokens.token()).resolves.toBe('access-b');
});

describe('without an answer', () => {
  test.each(['offline', 'busy', 'bad-answer'] as const)(
    '%s is offline, and the session stays',
    async (kind) => {
      const tokens = make(session('a', 0));
      const token = tokens.token();
      refreshes[0]!.answer.reject(new AuthError(kind));
      await expect(token).rejects.toMatchObject({ name: 'RemoteError', kind: 'offline' });
      expect({ ended, removed, session: tokens.session?.refreshToken }).toEqual({
        ...{ ended: [], removed: [], session: 'refresh-a' },
      });
      const again = tokens.token();
      refreshes[1]!.answer.resolve(session('b'));
      await expect(again).resolves.toBe('access-b');
    },
  );

  test('an adapter that never answers is left after the limit', async () => {
    const tokens = make(session('a', 0), 30);
    await expect(tokens.token()).rejects.toMatchObject({ kind: 'offline' });
    expect(refreshes[0]!.signal.aborted).toBe(true);
  });
});

test('only the auth server’s own refusal ends the session', async () => {
  const tokens = make(session('a', 0));
  const token = tokens.token();
  refreshes[0]!.answer.reject(new AuthError('refused', 'refresh_token_not_found'));
  await expect(token).rejects.toMatchObject({ kind: 'signed-out', code: 'refresh_token_not_found' });
  expect({ ended, removed }).toEqual({ ended: [USER], removed: [USER] });
  await expect(tokens.token()).rejects.toMatchObject({ kind: 'signed-out' });
  expect(refreshes).toHaveLength(1);
});

test('what comes back after a sign-out is not kept', async () => {
  const tokens = make(session('a', 0));
  const token = tokens.token();
  tokens.adopt(null);
  expect(refreshes[0]!.signal.aborted).toBe(true);
  refreshes[0]!.answer.resolve(session('b'));
  await expect(token).rejects.toMatchObject({ kind: 'signed-out' });
  expect(saved).toEqual([]);
  expect(tokens.session).toBeNull();
});

test('nor in another account that was opened meanwhile', async () => {
  const tokens = make(session('a', 0));
  const disk = Promise.withResolvers<void>();
  saving = () => disk.promise;
  const token = tokens.token();
  refreshes[0]!.answer.resolve(session('b'));
  await new Promise(setImmediate);
  tokens.adopt({ ...session('c'), userId: '22222222-2222-4222-8222-222222222222' });
  disk.resolve();
  await expect(token).rejects.toMatchObject({ kind: 'signed-out' });
  expect(removed).toEqual([USER]);
  await expect(tokens.token()).resolves.toBe('access-c');
});

test('a guest has none', async () => {
  await expect(make(null).token()).rejects.toMatchObject({ kind: 'signed-out' });
});
