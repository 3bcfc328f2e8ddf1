/** The introduction in order; `done` is the last screen, not a step of its own. */
export const STEPS = ['welcome', 'camera', 'avatar', 'microphone', 'rehearsal', 'done'] as const;
export type Step = (typeof STEPS)[number];

/** Steps that are counted for the user. */
export const STEP_COUNT = STEPS.length - 1;

/** The neighbour of a step; it stays where there is none. Pure. */
export function stepAfter(step: Step, by: 1 | -1): Step {
  return STEPS[STEPS.indexOf(step) + by] ?? step;
}

/** What is left of a rehearsal, in whole seconds, and how much of it has passed as a share. Pure. */
export function rehearsalClock(seconds: number, elapsed: number): { left: number; share: number } {
  if (seconds <= 0) return { left: 0, share: 0 };
  const share = Math.min(1, Math.max(0, elapsed / seconds));
  return { left: Math.ceil(seconds - seconds * share), share };
}
