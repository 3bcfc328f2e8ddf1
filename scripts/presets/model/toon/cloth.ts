import type { Rgb } from '../looks.ts';
import { mix, noise2, smoothstep, type V3 } from '../maths.ts';
import { bell, darken } from './colour.ts';

/** 1 on a line of half width `w` with soft edges. */
export const line = (d: number, w: number): number => smoothstep(w + 0.09, w - 0.03, Math.abs(d));

/** Woven cloth under soft light: fine grain, light from above, shadow in the armpits and towards the hem. */
export const woven = (c: Rgb, p: V3, seed: number): Rgb => {
  const grain = noise2(p[0] * 5 + p[2] * 3, p[1] * 5, seed);
  const fold = noise2(p[0] * 0.35 + p[2] * 0.3, p[1] * 0.18, seed + 1);
  const armpit = bell(Math.abs(p[0]), 13, 3.2) * smoothstep(121, 114, p[1]) * smoothstep(98, 112, p[1]);
  const fall = mix(0.86, 1.06, smoothstep(96, 124, p[1]));
  return darken(c, fall * (1 - 0.28 * armpit) * (0.955 + 0.045 * grain) * (0.955 + 0.07 * fold));
};
