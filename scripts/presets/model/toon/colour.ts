import type { Rgb } from '../looks.ts';
import { mix } from '../maths.ts';

/** From `a` to `b`. */
export const blend = (a: Rgb, b: Rgb, t: number): Rgb => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
];

export const darken = (c: Rgb, f: number): Rgb => [c[0] * f, c[1] * f, c[2] * f];

/** Bell of height 1 at `at`. */
export const bell = (x: number, at: number, width: number): number => Math.exp(-(((x - at) / width) ** 2));
