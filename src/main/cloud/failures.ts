import { RemoteError } from '../services/sync/ports.ts';
import type { Outcome } from './http.ts';

/** Of Postgres: serialisation, deadlock, lock not to be had, cancelled, too many connections. */
const TRANSIENT: ReadonlySet<string> = new Set(['40001', '40P01', '55P03', '57014', '53300']);
const BUSY: ReadonlySet<number> = new Set([408, 425, 429]);
/** Of PostgREST: the token cannot be read, is missing, or its claims are refused. */
const NO_TOKEN: ReadonlySet<string> = new Set(['PGRST301', 'PGRST302', 'PGRST303']);

/** Whether the server did not take the token; another one may be better. */
export function isTokenRefused({ status, body }: Outcome): boolean {
  return status === 401 || (status >= 400 && NO_TOKEN.has(body.code ?? ''));
}

/** Why a call came to no good end; null: the server said yes. See {@link RemoteError} for the kinds. */
export function failureOf(outcome: Outcome): RemoteError | null {
  const { status, body, retryAfterMs, failure } = outcome;
  const { code } = body;
  const said = { status, code, retryAfterMs };
  if (failure !== null || status === 0) {
    return new RemoteError('offline', { ...said, status: 0, message: `offline: ${failure ?? 'no request'}` });
  }
  if (status >= 200 && status < 300) return null;
  if (code === 'VD426' || status === 426) return new RemoteError('too-old', said);
  if (isTokenRefused(outcome)) return new RemoteError('signed-out', said);
  if (status >= 500 || BUSY.has(status) || TRANSIENT.has(code ?? '')) return new RemoteError('busy', said);
  // Nothing in this API redirects: it is a hotel's network, or a wrong address.
  if (status < 400) return new RemoteError('bad-answer', said);
  return new RemoteError('refused', said);
}
