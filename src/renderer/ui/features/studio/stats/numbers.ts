import type { Health } from '../../../../../shared/domain/health.ts';

/** Megabits as people read them: `0.95`, `3.2`, `12`. */
export function megabits(kbps: number): string {
  const mbit = kbps / 1000;
  if (mbit >= 10) return mbit.toFixed(0);
  return mbit.toFixed(mbit >= 1 ? 1 : 2);
}

/** One decimal below ten, so that small shares are not all zero. */
export function percentText(percent: number): string {
  return percent > 0 && percent < 10 ? percent.toFixed(1) : percent.toFixed(0);
}

/** Share of the pictures lost on any way, percent; one that was lost twice makes it no more than all of them. */
export function lostPercent(losses: Health['losses']): number {
  return Math.min(1, losses.render.share + losses.encode.share + losses.network.share) * 100;
}
