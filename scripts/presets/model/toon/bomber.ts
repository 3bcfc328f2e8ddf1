import type { ToonLook } from '../looks.ts';
import { mix, smoothstep } from '../maths.ts';
import type { Painter } from './atlas.ts';
import { line, woven } from './cloth.ts';
import { bell, blend, darken } from './colour.ts';

/** Stripes of a knitted band, by place across it (0 to 1). */
const stripes = (toon: ToonLook, across: number, ribs: number): readonly [number, number, number] => {
  const base = blend(toon.lining, toon.piping, line((across - 0.34) * 10, 0.55));
  const second = blend(base, toon.clothPanel, line((across - 0.62) * 10, 0.55));
  return darken(second, 0.88 + 0.12 * Math.sin(ribs));
};

/** A sun of eight rays round a disc. */
const sun = (x: number, y: number): number => {
  const r = Math.hypot(x, y);
  const ray = Math.cos(Math.atan2(y, x) * 8);
  const disc = smoothstep(0.66, 0.58, r);
  const rays = smoothstep(0.2, 0.5, ray) * smoothstep(0.8, 0.88, r) * smoothstep(1.42, 1.3, r);
  return Math.max(disc, rays);
};

/** Trunk: snap placket, welt pockets, shoulder seams, a sun on the chest, striped hem. */
export const bomberTrunk =
  (toon: ToonLook): Painter =>
  (_s, _t, p) => {
    const [x, y, z] = p;
    const ax = Math.abs(x);
    let c = woven(toon.cloth, p, 15);
    if (z > -1.5) {
      c = darken(c, 1 - 0.3 * bell(ax, 1.75, 0.3));
      c = darken(c, 1 - 0.45 * line(x - 1.5, 0.07));
      for (const snap of [121.5, 114.5, 107.5, 100.5, 93.5]) {
        const d = Math.hypot(x, y - snap);
        c = blend(c, darken(toon.cloth, 0.5), smoothstep(0.78, 0.62, d));
        c = blend(c, toon.piping, smoothstep(0.58, 0.46, d));
      }
      const along = (ax - 7.5) * 0.6 + (y - 101) * 0.8;
      const across = (ax - 7.5) * 0.8 - (y - 101) * 0.6;
      c = blend(c, toon.clothPanel, line(across, 0.55) * smoothstep(5, 4.8, Math.abs(along)));
      // The open neck shows the shirt.
      const opening = (y - 122.8) * 0.75;
      c = blend(
        c,
        darken(toon.shirt, mix(0.7, 1, smoothstep(0, 2.4, opening - ax))),
        smoothstep(opening + 0.1, opening - 0.1, ax),
      );
      c = blend(c, toon.piping, sun((x - 7.4) / 1.25, (y - 115.8) / 1.25));
    }
    c = darken(c, 1 - 0.35 * line(y - 124.6 - 0.1 * ax, 0.08));
    const hem = smoothstep(90.2, 90, y);
    return blend(c, stripes(toon, (90 - y) / 5.4, Math.atan2(x, z) * 90), hem);
  };

/** Sleeve: light leather with a seam round the shoulder and stripes above the cuff. */
export const bomberSleeve =
  (toon: ToonLook): Painter =>
  (s, t, p) => {
    const x = Math.abs(p[0]);
    const edge = 19.4;
    let c = woven(toon.clothPanel, p, 17);
    const crease = 0.5 + 0.5 * Math.sin(x * 1.5 + Math.sin(t * 12) * 1.7);
    c = darken(c, 1 - 0.12 * crease * smoothstep(19, 25, x));
    c = blend(c, woven(toon.cloth, p, 15), smoothstep(edge + 0.06, edge - 0.06, x));
    c = darken(c, 1 - 0.3 * bell(x, edge + 0.5, 0.4));
    c = blend(c, toon.piping, line(x - edge, 0.24));
    c = blend(c, stripes(toon, (s - 0.92) / 0.08, t * 170), smoothstep(0.915, 0.925, s));
    const down = Math.min(1, bell(t, 0, 0.22) + bell(t, 1, 0.22));
    return darken(c, 1 - 0.25 * down * smoothstep(15, 20, x));
  };

/** Collar: a striped knitted band. */
export const bomberCollar =
  (toon: ToonLook): Painter =>
  (s, t) => {
    const outside = stripes(toon, t / 0.56, s * 420);
    return blend(outside, darken(toon.lining, mix(1, 0.6, t)), smoothstep(0.6, 0.66, t));
  };
