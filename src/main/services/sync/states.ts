import { assertNever } from '../../../shared/assert-never.ts';
import { type Reason, ReasonError } from '../../../shared/errors.ts';
import type { SyncSnapshot } from '../../../shared/ipc/sync.ts';
import { RemoteError } from './ports.ts';

/** How a sync came to its end. */
export type Outcome =
  | { readonly kind: 'done' }
  /** It was stopped; what it says does not count. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'remote'; readonly error: RemoteError }
  /** This machine could not do its part (a full disk). */
  | { readonly kind: 'local'; readonly reason: Reason };

/** What the studio shows and does after a sync. */
export interface After {
  readonly mode: Exclude<SyncSnapshot['mode'], 'syncing'>;
  readonly problem: Reason | null;
  /** `tick`: in five minutes; `back-off`: soon, later each time; `asked`: only when somebody asks. */
  readonly next: 'tick' | 'back-off' | 'asked';
  readonly retryAfterMs: number | null;
}

export function afterSync(outcome: Exclude<Outcome, { kind: 'stopped' }>): After {
  switch (outcome.kind) {
    case 'done':
      return { mode: 'idle', problem: null, next: 'tick', retryAfterMs: null };
    case 'local':
      return { mode: 'idle', problem: outcome.reason, next: 'back-off', retryAfterMs: null };
    case 'remote':
      return afterRemoteError(outcome.error);
    default:
      return assertNever(outcome);
  }
}

function afterRemoteError({ kind, retryAfterMs }: RemoteError): After {
  switch (kind) {
    case 'offline':
      return { mode: 'offline', problem: 'sync.offline', next: 'back-off', retryAfterMs };
    case 'busy':
      return { mode: 'offline', problem: 'sync.server-failed', next: 'back-off', retryAfterMs };
    case 'bad-answer':
      return { mode: 'offline', problem: 'sync.bad-answer', next: 'back-off', retryAfterMs };
    case 'signed-out':
      return { mode: 'needs-sign-in', problem: 'account.needs-sign-in', next: 'asked', retryAfterMs: null };
    case 'too-old':
      return { mode: 'client-too-old', problem: 'sync.client-too-old', next: 'asked', retryAfterMs: null };
    case 'refused':
      return { mode: 'idle', problem: 'sync.refused', next: 'asked', retryAfterMs: null };
    default:
      return assertNever(kind);
  }
}

/** What a thrown value means for the sync. */
export function outcomeOf(error: unknown): Exclude<Outcome, { kind: 'done' | 'stopped' }> {
  if (error instanceof RemoteError) return { kind: 'remote', error };
  return { kind: 'local', reason: error instanceof ReasonError ? error.reason : 'internal.unexpected' };
}

/** Why a single change was refused, from the code of its answer. */
export function reasonOfCode(code: string | null): Reason {
  switch (code) {
    case 'VD402':
      return 'sync.plan-limit';
    case 'VD403':
      return 'sync.suspended';
    case 'VD409':
      return 'sync.taken';
    case 'P0002':
      return 'sync.gone';
    case '42501':
      return 'sync.not-allowed';
    case 'VD413':
      return 'sync.invalid-value';
    default:
      return code !== null && isValueCode(code) ? 'sync.invalid-value' : 'sync.refused';
  }
}

/** SQLSTATE classes that speak of the values of a change: data exceptions, broken constraints, too deep to be read. */
function isValueCode(code: string): boolean {
  return /^(?:2[23]|54)[0-9A-Z]{3}$/.test(code);
}

/**
 * Whether a refusal of a whole batch is about something in it, so that the rest can be sent without it: too much at
 * once, or a malformed change.
 */
export function blamesBatch(error: RemoteError): boolean {
  return (
    error.kind === 'refused' && error.code !== null && (error.code === 'VD413' || isValueCode(error.code))
  );
}
