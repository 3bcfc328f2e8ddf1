/** How long there is room for, as roughly as it is known. Pure. */
export function timeLeft(seconds: number): { readonly unit: 'hours' | 'minutes'; readonly count: number } {
  if (seconds >= 2 * 3600) return { unit: 'hours', count: Math.floor(seconds / 3600) };
  return { unit: 'minutes', count: Math.max(0, Math.floor(seconds / 60)) };
}
