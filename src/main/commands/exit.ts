import { describeReason, type Reason, type ReasonError, toReasonError } from '../../shared/errors.ts';
import { redactAddresses } from '../logging/redact.ts';

/** Exit codes of the commands, a contract (DESIGN section 9). */
export const EXIT = {
  ok: 0,
  refused: 1,
  usage: 2,
  couldNotStart: 3,
  destinationFailed: 4,
  limit: 5,
} as const;

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Prints what happened, why, and the next action. `redact` takes secrets out of the detail; addresses lose their key anyway. */
export function explain(error: unknown, redact: (text: string) => string = redactAddresses): ReasonError {
  const known = toReasonError(error);
  sayReason(known.reason, known.detail === undefined ? undefined : redact(known.detail));
  return known;
}

export function sayReason(reason: Reason, detail?: string): void {
  const { what, action } = describeReason(reason);
  say(`${what} [${reason}]${detail ? `\n  ${detail}` : ''}\n  → ${action}`);
}

/** The exit code of a run that did not get as far as going live. */
export function exitCodeOf(error: ReasonError): number {
  return error.reason.startsWith('usage.') ? EXIT.usage : EXIT.couldNotStart;
}
