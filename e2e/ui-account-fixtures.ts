import type { AccountSnapshot } from '../src/shared/ipc/account.ts';
import type { DataSnapshot } from '../src/shared/ipc/data.ts';
import type { RefusedChange, SyncSnapshot } from '../src/shared/ipc/sync.ts';

/* What main says about the account, the sync and the data, for the page under test. */

export const GUEST: AccountSnapshot = {
  cloud: true,
  state: 'guest',
  user: null,
  browser: null,
  confirm: null,
  guest: null,
  kept: 'keyring',
  problem: null,
};

export const LOCAL_SYNC: SyncSnapshot = {
  mode: 'local',
  pending: 0,
  pulled: null,
  lastSyncedAt: null,
  nextTryAt: null,
  problem: null,
  refused: [],
  unreadable: 0,
  files: [],
};

export const QUIET_DATA: DataSnapshot = {
  recovered: null,
  writable: true,
  problem: null,
  backups: [],
  job: null,
  exported: null,
};

export const USER: NonNullable<AccountSnapshot['user']> = {
  id: '3f0c8f5e-5f4e-4a58-9b7b-2f6f5b1d9e11',
  email: 'vida@example.com',
  username: 'vida.lovelace',
  avatarUrl: null,
  twitterHandle: null,
  plan: 'spartan',
  planName: 'Spartan',
};

export const SIGNED_IN: AccountSnapshot = { ...GUEST, state: 'signed-in', user: USER };

const AT = new Date(2026, 10, 22, 21, 4).toISOString();

export const IDLE_SYNC: SyncSnapshot = { ...LOCAL_SYNC, mode: 'idle', lastSyncedAt: AT };

export function refusedChange(number: number, part: Partial<RefusedChange> = {}): RefusedChange {
  return {
    opId: `7b52f0a8-5b0a-4c6f-9a3c-${String(number).padStart(12, '0')}`,
    table: 'avatars',
    name: 'Smaug the terrible',
    kind: 'upsert',
    reason: 'sync.plan-limit',
    detail: 'avatar_max_count',
    at: AT,
    kept: false,
    isNew: false,
    ...part,
  };
}
