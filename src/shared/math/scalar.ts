/** `value` within low and high. */
export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

/** `value` within 0 and 1. */
export function clamp01(value: number): number {
  return clamp(value, 0, 1);
}

/** `value` within ±`limit`. */
export function clampAbs(value: number, limit: number): number {
  return clamp(value, -limit, limit);
}

/** How far `value` has come on the way from one number to another, 0..1; `from` may be the greater one. */
export function ramp(value: number, from: number, to: number): number {
  return clamp01((value - from) / (to - from));
}

/** The way from 0 to 1 with a gentle start and end; 0 before it and 1 behind it. */
export function smoothstep(t: number): number {
  const within = clamp01(t);
  return within * within * (3 - 2 * within);
}
