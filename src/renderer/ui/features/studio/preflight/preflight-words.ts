import type { PreflightItem, PreflightSnapshot } from '../../../../../shared/ipc/preflight.ts';
import type { Tone } from '../../../components/state-line.tsx';

export const PREFLIGHT_TONES: Record<PreflightItem['state'], Tone> = {
  waiting: 'quiet',
  running: 'busy',
  ok: 'good',
  warning: 'warn',
  failed: 'bad',
};

/** What concerns the studio, and what concerns one destination, by its id. Pure. */
export function groupItems(items: readonly PreflightItem[]): {
  readonly studio: readonly PreflightItem[];
  readonly of: (destinationId: string) => readonly PreflightItem[];
} {
  return {
    studio: items.filter(({ subject }) => subject === null),
    of: (destinationId) => items.filter(({ subject }) => subject?.id === destinationId),
  };
}

const RANK: readonly PreflightItem['state'][] = ['ok', 'waiting', 'running', 'warning', 'failed'];

/** The worst of several; null of none. Pure. */
export function worstOf(items: readonly PreflightItem[]): PreflightItem['state'] | null {
  return items.reduce<PreflightItem['state'] | null>(
    (worst, { state }) => (worst === null || RANK.indexOf(state) > RANK.indexOf(worst) ? state : worst),
    null,
  );
}

export type PreflightVerdict = 'running' | 'ok' | 'warnings' | 'failed';

/** The whole list in one word, and how many lines say something. Pure. */
export function verdictOf({ phase, items }: PreflightSnapshot): {
  readonly verdict: PreflightVerdict;
  readonly count: number;
} {
  const failed = items.filter(({ state }) => state === 'failed').length;
  const warnings = items.filter(({ state }) => state === 'warning').length;
  if (phase !== 'done') return { verdict: 'running', count: 0 };
  if (failed > 0) return { verdict: 'failed', count: failed };
  return warnings > 0 ? { verdict: 'warnings', count: warnings } : { verdict: 'ok', count: 0 };
}
