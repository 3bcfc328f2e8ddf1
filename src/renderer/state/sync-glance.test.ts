import { expect, test } from 'vitest';
import type { AccountSnapshot } from '../../shared/ipc/account.ts';
import type { SyncSnapshot } from '../../shared/ipc/sync.ts';
import { problemBeside, syncGlance } from './sync-glance.ts';

const account: AccountSnapshot = {
  cloud: true,
  state: 'signed-in',
  user: null,
  browser: null,
  confirm: null,
  guest: null,
  kept: 'keyring',
  problem: null,
};
const sync: SyncSnapshot = {
  mode: 'idle',
  pending: 0,
  pulled: null,
  lastSyncedAt: null,
  nextTryAt: null,
  problem: null,
  refused: [],
  unreadable: 0,
  files: [],
};
const refused: SyncSnapshot['refused'][number] = {
  opId: '5b0a8f43-7b52-4c6f-9a3c-0a6a1f1f7b11',
  table: 'avatars',
  name: 'Smaug',
  kind: 'upsert',
  reason: 'sync.plan-limit',
  detail: 'avatar_max_count',
  at: '2026-11-22T21:04:05.000Z',
  kept: false,
  isNew: false,
};
const file: SyncSnapshot['files'][number] = {
  id: 'f',
  name: 'Smaug',
  part: 'model',
  direction: 'up',
  sent: 1,
  total: 2,
  state: 'running',
  reason: null,
};
const glance = (part: Partial<SyncSnapshot>) => syncGlance(account, { ...sync, ...part });

test('without an account it says where the work is', () => {
  expect(syncGlance(null, sync)).toBeNull();
  expect(syncGlance({ ...account, state: 'guest' }, sync)?.kind).toBe('guest');
  expect(syncGlance({ ...account, state: 'guest', cloud: false }, null)?.kind).toBe('local-only');
  expect(syncGlance({ ...account, state: 'signing-in' }, sync)?.kind).toBe('signing-in');
});

test('each mode has its word, with what it counts', () => {
  expect(glance({})).toEqual({ kind: 'synced', count: 0 });
  expect(glance({ pending: 3 })).toEqual({ kind: 'waiting', count: 3 });
  expect(glance({ mode: 'syncing', pending: 3 })).toEqual({ kind: 'syncing', count: 3 });
  expect(glance({ mode: 'offline', pending: 3 })).toEqual({ kind: 'offline', count: 3 });
  expect(glance({ mode: 'client-too-old', pending: 3 })).toEqual({ kind: 'update', count: 3 });
  expect(glance({ problem: 'sync.bad-answer' })?.kind).toBe('problem');
  expect(glance({ files: [file] })).toEqual({ kind: 'files', count: 1 });
  expect(syncGlance(account, null)?.kind).toBe('syncing');
});

test('what the user has to do comes first', () => {
  const failed = { ...file, state: 'failed' } as const;
  expect(
    glance({ mode: 'offline', refused: [refused, { ...refused, kept: true }], files: [failed] }),
  ).toEqual({ kind: 'decide', count: 2 });
  expect(glance({ refused: [{ ...refused, kept: true }] })).toEqual({ kind: 'synced', count: 1 });
  expect(glance({ mode: 'needs-sign-in', pending: 2, refused: [refused] })?.kind).toBe('sign-in');
  expect(syncGlance({ ...account, state: 'needs-sign-in' }, { ...sync, pending: 2 })).toEqual({
    kind: 'sign-in',
    count: 2,
  });
});

test('a reason is shown beside the sentence only when it says more', () => {
  const offline = { kind: 'offline', count: 1 } as const;
  expect(problemBeside(offline, { ...sync, problem: 'sync.offline' })).toBeNull();
  expect(problemBeside(offline, { ...sync, problem: 'sync.server-failed' })).toBe('sync.server-failed');
  expect(problemBeside({ kind: 'synced', count: 0 }, null)).toBeNull();
});
