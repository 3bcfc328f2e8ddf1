import { assertNever } from '../../../shared/assert-never.ts';
import { type Reason, ReasonError, toReasonError } from '../../../shared/errors.ts';
import { RemoteError } from '../sync/ports.ts';
import { AuthError } from './ports.ts';

/** Codes of the auth server that a user can do something about; all others are `account.refused`. */
const REFUSALS: Readonly<Record<string, Reason>> = {
  invalid_credentials: 'account.bad-credentials',
  invalid_grant: 'account.bad-credentials',
  email_exists: 'account.email-taken',
  user_already_exists: 'account.email-taken',
  weak_password: 'account.weak-password',
  email_not_confirmed: 'account.unconfirmed',
  over_request_rate_limit: 'account.rate-limited',
  over_email_send_rate_limit: 'account.rate-limited',
  bad_oauth_state: 'account.sign-in-refused',
  bad_oauth_callback: 'account.sign-in-refused',
  bad_code_verifier: 'account.sign-in-refused',
  flow_state_not_found: 'account.sign-in-refused',
  flow_state_expired: 'account.sign-in-refused',
  pkce_code_verifier_not_found: 'account.sign-in-refused',
  refresh_token_not_found: 'account.needs-sign-in',
  refresh_token_already_used: 'account.needs-sign-in',
  session_not_found: 'account.needs-sign-in',
  session_expired: 'account.needs-sign-in',
};

/** What a user is told of any failure in an account's matters. */
export function asAccountError(error: unknown): ReasonError {
  if (error instanceof AuthError) return new ReasonError(...ofAuth(error), { cause: error });
  if (error instanceof RemoteError) return new ReasonError(...ofRemote(error), { cause: error });
  return toReasonError(error);
}

function ofAuth({ kind, code }: AuthError): [reason: Reason, detail: string | undefined] {
  const detail = code ?? undefined;
  switch (kind) {
    case 'offline':
      return ['account.offline', undefined];
    case 'busy':
      return [/rate_limit/.test(code ?? '') ? 'account.rate-limited' : 'account.server-failed', detail];
    case 'bad-answer':
      return ['account.server-failed', detail];
    case 'refused': {
      const known = code !== null && Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
      return known ? [known, undefined] : ['account.refused', detail];
    }
    default:
      return assertNever(kind);
  }
}

function ofRemote({ kind, status, code }: RemoteError): [reason: Reason, detail: string | undefined] {
  const detail = code ?? undefined;
  switch (kind) {
    case 'offline':
      return ['account.offline', undefined];
    case 'busy':
      return [status === 429 ? 'account.rate-limited' : 'account.server-failed', detail];
    case 'bad-answer':
      return ['account.server-failed', detail];
    case 'signed-out':
      return ['account.needs-sign-in', undefined];
    case 'too-old':
      return ['sync.client-too-old', undefined];
    case 'refused':
      return [code === '23505' ? 'account.username-taken' : 'account.refused', detail];
    default:
      return assertNever(kind);
  }
}
