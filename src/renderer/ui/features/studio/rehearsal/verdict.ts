import type { RehearsalSnapshot } from '../../../../../shared/ipc/rehearsal.ts';

export type RehearsalOutcome = NonNullable<RehearsalSnapshot['result']>;
export type Verdict = 'good' | 'fair' | 'bad';

/** The rehearsal in one word: its worst stage, and bad when it could not be held. */
export function verdictOf({ ok, reason, grades }: RehearsalOutcome): Verdict {
  if (!ok || reason || grades.some(({ grade }) => grade === 'bad')) return 'bad';
  return grades.some(({ grade }) => grade === 'fair') ? 'fair' : 'good';
}
