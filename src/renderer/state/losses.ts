import type { StreamSnapshot } from '../../shared/domain/stream-state.ts';

export const LOSS_KINDS = ['render', 'encode', 'network'] as const;
export type LossKind = (typeof LOSS_KINDS)[number];
export type LossLevel = 'good' | 'warn' | 'bad';

/** OBS's own thresholds: above 1 % amber, above 5 % red. */
const WARN_PERCENT = 1;
const BAD_PERCENT = 5;

export interface Loss {
  readonly kind: LossKind;
  readonly count: number;
  /** Of all frames since go-live, 0..100. */
  readonly percent: number;
  readonly level: LossLevel;
}

/** The three loss counters as shares of the frames since go-live. */
export function lossesOf(losses: StreamSnapshot['losses']): readonly Loss[] {
  return LOSS_KINDS.map((kind) => {
    const count = losses[kind];
    const percent = losses.frames > 0 ? Math.min(100, (count * 100) / losses.frames) : 0;
    return { kind, count, percent, level: levelOf(percent) };
  });
}

function levelOf(percent: number): LossLevel {
  if (percent > BAD_PERCENT) return 'bad';
  return percent > WARN_PERCENT ? 'warn' : 'good';
}
