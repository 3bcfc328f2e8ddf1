import { assertNever } from '../../../shared/assert-never.ts';
import { type Reason, ReasonError } from '../../../shared/errors.ts';
import { storageError } from '../../../shared/storage-error.ts';
import { RemoteError } from './ports.ts';

/** What becomes of a file after a try that failed. */
export type Verdict =
  /** Nothing can be sent at all: the whole queue waits. */
  | { readonly kind: 'hold'; readonly reason: Reason; readonly retryAfterMs: number | null }
  /** Until somebody signs in. */
  | { readonly kind: 'pause'; readonly reason: Reason }
  /** This file may be luckier later. */
  | { readonly kind: 'again'; readonly reason: Reason }
  /** Only the user can help. */
  | { readonly kind: 'fail'; readonly reason: Reason };

/** Tries of a file that did not fail for want of a network; then the user is asked. */
const TRIES = 5;
/** Failures that end by themselves. */
const PASSING: ReadonlySet<Reason> = new Set<Reason>(['files.changed', 'files.missing']);

export interface Tried {
  readonly direction: 'up' | 'down';
  /** How many tries of this file have failed for a cause of its own, this one included. */
  readonly attempts: number;
  /** It is larger than the plan allows, as far as that is known here. */
  readonly overPlan: boolean;
}

export function verdictOf(error: unknown, tried: Tried): Verdict {
  const { direction, attempts } = tried;
  if (error instanceof RemoteError) return ofRemote(error, tried);
  if (error instanceof ReasonError) {
    const again = direction === 'down' && PASSING.has(error.reason) && attempts < TRIES;
    return { kind: again ? 'again' : 'fail', reason: error.reason };
  }
  if (isMissing(error)) return { kind: 'fail', reason: 'files.missing' };
  return { kind: 'fail', reason: storageError(error).reason };
}

function ofRemote(error: RemoteError, { direction, attempts, overPlan }: Tried): Verdict {
  switch (error.kind) {
    case 'offline':
    case 'busy':
      return { kind: 'hold', reason: 'files.offline', retryAfterMs: error.retryAfterMs };
    case 'signed-out':
      return { kind: 'pause', reason: 'account.needs-sign-in' };
    case 'bad-answer':
      return { kind: attempts < TRIES ? 'again' : 'fail', reason: 'files.refused' };
    case 'too-old':
      return { kind: 'fail', reason: 'sync.client-too-old' };
    case 'refused':
      // A policy says no without saying why.
      if (error.status === 413 || (error.status === 403 && overPlan))
        return { kind: 'fail', reason: 'files.too-big' };
      if (direction === 'down' && (error.status === 404 || error.status === 410)) {
        return { kind: attempts < TRIES ? 'again' : 'fail', reason: 'files.missing' };
      }
      return { kind: 'fail', reason: 'files.refused' };
    default:
      return assertNever(error.kind);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
