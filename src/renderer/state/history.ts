import { create } from 'zustand';
import type { Health } from '../../shared/domain/health.ts';

/** One a second: two minutes. */
const KEPT = 120;

export interface Moment {
  readonly fps: number;
  /** To all destinations together, kbit/s. */
  readonly kbps: number;
  /** Of the last seconds' frames, all three kinds of loss together, percent. */
  readonly lost: number;
}

/** The last two minutes, the newest last. */
export const useHistory = create<{ readonly moments: readonly Moment[] }>()(() => ({ moments: [] }));

export function remember(moment: Moment): void {
  useHistory.setState(({ moments }) => ({ moments: [...moments.slice(1 - KEPT), moment] }));
}

export function momentOf({ stages, sentKbps, losses }: Health): Moment {
  const lost = losses.render.recent + losses.encode.recent + losses.network.recent;
  return { fps: stages.render.fps, kbps: sentKbps, lost: lost * 100 };
}
