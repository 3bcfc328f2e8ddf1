import { assertNever } from '../../shared/assert-never.ts';
import type { Reason } from '../../shared/errors.ts';
import type { AccountSnapshot } from '../../shared/ipc/account.ts';
import type { SyncSnapshot } from '../../shared/ipc/sync.ts';

/** What matters most about the account and its sync, for one word in the top bar. */
export interface SyncGlance {
  readonly kind:
    | 'local-only'
    | 'guest'
    | 'signing-in'
    | 'sign-in'
    | 'update'
    | 'decide'
    | 'offline'
    | 'syncing'
    | 'problem'
    | 'waiting'
    | 'files'
    | 'synced';
  /** What the word counts: decisions, files, changes that were not sent yet, or, once synced, those kept here. */
  readonly count: number;
}

/** How many changes and files wait for the user's word. */
export function decisionsOf({ refused, files }: Pick<SyncSnapshot, 'refused' | 'files'>): number {
  const open = refused.filter(({ kept }) => !kept).length;
  return open + files.filter(({ state }) => state === 'failed').length;
}

/** Why the last sync did not come to its end, unless the glance's own sentence says just that. */
export function problemBeside(glance: SyncGlance, sync: SyncSnapshot | null): Reason | null {
  const reason = sync?.problem ?? null;
  const said =
    (glance.kind === 'offline' && reason === 'sync.offline') ||
    (glance.kind === 'update' && reason === 'sync.client-too-old');
  return said ? null : reason;
}

/** What the user has to do comes before what the studio does by itself. Null: main has not said anything yet. */
export function syncGlance(account: AccountSnapshot | null, sync: SyncSnapshot | null): SyncGlance | null {
  if (!account) return null;
  const pending = sync?.pending ?? 0;
  switch (account.state) {
    case 'signing-in':
      return { kind: 'signing-in', count: 0 };
    case 'guest':
      return { kind: account.cloud ? 'guest' : 'local-only', count: 0 };
    case 'needs-sign-in':
      return { kind: 'sign-in', count: pending };
    case 'signed-in':
      return sync ? signedIn(sync) : { kind: 'syncing', count: 0 };
    default:
      return assertNever(account.state);
  }
}

function signedIn(sync: SyncSnapshot): SyncGlance {
  const { mode, pending, files } = sync;
  if (mode === 'needs-sign-in') return { kind: 'sign-in', count: pending };
  if (mode === 'client-too-old') return { kind: 'update', count: pending };
  const decisions = decisionsOf(sync);
  if (decisions > 0) return { kind: 'decide', count: decisions };
  if (mode === 'offline') return { kind: 'offline', count: pending };
  if (mode === 'syncing') return { kind: 'syncing', count: pending };
  if (sync.problem) return { kind: 'problem', count: pending };
  if (pending > 0) return { kind: 'waiting', count: pending };
  if (files.length > 0) return { kind: 'files', count: files.length };
  return { kind: 'synced', count: sync.refused.length };
}
