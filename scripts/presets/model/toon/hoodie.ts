import type { Rgb, ToonLook } from '../looks.ts';
import { mix, noise2, smoothstep, type V3 } from '../maths.ts';
import type { Painter } from './atlas.ts';
import { line } from './cloth.ts';
import { bell, blend, darken } from './colour.ts';

const STAR_POINTS = 5;

/** Soft cloth without a grain: light from above, shadow in the armpits, broad folds. */
const fleece = (c: Rgb, p: V3): Rgb => {
  const fold = noise2(p[0] * 0.3 + p[2] * 0.3, p[1] * 0.16, 28);
  const armpit = bell(Math.abs(p[0]), 13, 3.2) * smoothstep(121, 114, p[1]) * smoothstep(98, 112, p[1]);
  return darken(c, mix(0.84, 1.04, smoothstep(94, 124, p[1])) * (1 - 0.26 * armpit) * (0.94 + 0.09 * fold));
};

/** 1 inside a rounded star of radius 1. */
const star = (x: number, y: number): number => {
  const r = Math.hypot(x, y);
  const a = Math.atan2(x, y) * (STAR_POINTS / 2);
  const reach = mix(0.52, 1, Math.abs(Math.cos(a)) ** 2.2);
  return smoothstep(reach + 0.06, reach - 0.06, r);
};

/** 1 inside a paw print: a pad and four toes. */
const paw = (x: number, y: number): number => {
  const oval = (cx: number, cy: number, rx: number, ry: number): number =>
    smoothstep(1.1, 0.94, Math.hypot((Math.abs(x) - cx) / rx, (y - cy) / ry));
  return Math.max(oval(0, -0.42, 0.62, 0.5), oval(0.28, 0.52, 0.23, 0.32), oval(0.74, 0.12, 0.21, 0.3));
};

/** Ribs of a knitted band. */
const ribs = (c: Rgb, turns: number): Rgb => darken(c, 0.84 + 0.12 * Math.sin(turns));

/** Trunk: a big print, a pocket, two strings and a ribbed hem. */
export const hoodieTrunk =
  (toon: ToonLook): Painter =>
  (_s, _t, p) => {
    const [x, y, z] = p;
    const ax = Math.abs(x);
    let c = fleece(toon.cloth, p);
    if (z > -1.5) {
      const print = toon.fur === undefined ? star(x / 5.2, (y - 109.6) / 5.2) : paw(x / 5, (y - 109.6) / 5);
      c = blend(c, fleece(toon.clothPanel, p), print);
      // Pocket: narrower at its top.
      const side = mix(8.6, 5.4, smoothstep(93.4, 100.4, y));
      const edge = Math.min(side - ax, 100.6 - y, y - 91.4);
      c = darken(c, 1 - 0.16 * smoothstep(-0.7, 0, edge) * smoothstep(0.05, -0.05, edge));
      c = blend(c, darken(toon.cloth, 0.9), smoothstep(0, 0.12, edge));
      c = blend(c, toon.piping, line(edge - 0.3, 0.12));
      const string = ax - 2.3 - 0.25 * Math.sin((y - 114) * 0.35);
      c = darken(c, 1 - 0.25 * bell(string, 0.35, 0.4) * smoothstep(115.8, 116.4, y));
      c = blend(c, toon.piping, line(string, 0.34) * smoothstep(115.8, 116, y));
      c = blend(c, toon.piping, smoothstep(0.72, 0.6, Math.hypot(string, y - 115.6)));
      const opening = (y - 124) * 0.8;
      c = blend(c, toon.shirt, smoothstep(opening + 0.1, opening - 0.1, ax));
    }
    return blend(c, ribs(toon.cloth, Math.atan2(x, z) * 90), smoothstep(89.4, 89.2, y));
  };

/** Sleeve: two broad bands round the upper arm, ribs at its end. */
export const hoodieSleeve =
  (toon: ToonLook): Painter =>
  (s, t, p) => {
    const x = Math.abs(p[0]);
    let c = fleece(toon.cloth, p);
    const crease = 0.5 + 0.5 * Math.sin(x * 1.3 + Math.sin(t * 12) * 1.6);
    c = darken(c, 1 - 0.1 * crease * smoothstep(20, 26, x));
    c = blend(c, fleece(toon.clothPanel, p), line(x - 25, 1.3));
    c = blend(c, toon.piping, line(x - 28.6, 0.8));
    c = blend(c, ribs(toon.cloth, t * 170), smoothstep(0.93, 0.94, s));
    const down = Math.min(1, bell(t, 0, 0.22) + bell(t, 1, 0.22));
    return darken(c, 1 - 0.22 * down * smoothstep(15, 20, x));
  };

/** The hood that lies round the neck; its lining is light. */
export const hoodieCollar =
  (toon: ToonLook): Painter =>
  (_s, t, p) => {
    const outside = darken(fleece(toon.cloth, [p[0], 121, p[2]]), mix(0.78, 1.08, smoothstep(0, 0.45, t)));
    const c = blend(outside, toon.piping, line(t - 0.5, 0.035));
    return blend(c, darken(toon.lining, mix(1, 0.55, smoothstep(0.62, 1, t))), smoothstep(0.6, 0.64, t));
  };
