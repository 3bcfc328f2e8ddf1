/** Quietest level the meter shows. */
export const FLOOR_DB = -60;

/** Decibels of full scale of a linear amplitude 0..1, not below the floor. */
export function decibels(amplitude: number): number {
  return amplitude > 0 ? Math.max(FLOOR_DB, 20 * Math.log10(amplitude)) : FLOOR_DB;
}

/** Where a level stands on the meter, 0..1. */
export function meterShare(amplitude: number): number {
  return Math.min(1, 1 - decibels(amplitude) / FLOOR_DB);
}
