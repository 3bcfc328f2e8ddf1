import type { ToonLook } from '../looks.ts';
import { clamp, mix, smoothstep } from '../maths.ts';
import type { Painter } from './atlas.ts';
import { line, woven } from './cloth.ts';
import { bell, blend, darken } from './colour.ts';

/** The mark on the chest: a triangle of three rounded dots joined by strokes. */
const emblem = (x: number, y: number): number => {
  const dots: readonly (readonly [number, number])[] = [
    [-1.05, 0.7],
    [1.05, 0.7],
    [0, -1.05],
  ];
  let d = 9;
  dots.forEach(([ax, ay], i) => {
    const [bx, by] = dots[(i + 1) % 3] as readonly [number, number];
    d = Math.min(d, Math.hypot(x - ax, y - ay) - 0.42);
    const t = clamp(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2), 0, 1);
    if (i > 0) d = Math.min(d, Math.hypot(x - ax - (bx - ax) * t, y - ay - (by - ay) * t) - 0.17);
  });
  return smoothstep(0.08, -0.05, d);
};

/** Height of the yoke's lower edge at a distance from the middle; it dips under the arm, where the sleeve is light. */
const yokeEdge = (x: number): number => 116.6 + 0.3 * Math.min(x, 9) - 1.3 * Math.max(0, x - 10);

/** Trunk: light shoulder yoke, piping, centre zip, seams, slanted pockets and the emblem. */
export const techwearTrunk =
  (toon: ToonLook): Painter =>
  (_s, _t, p) => {
    const [x, y, z] = p;
    const ax = Math.abs(x);
    const isFront = z > -1.5;
    let c = woven(toon.cloth, p, 5);
    const edge = isFront ? yokeEdge(ax) : 117.8;
    c = blend(c, woven(toon.clothPanel, p, 9), smoothstep(edge - 0.06, edge + 0.06, y));
    c = darken(c, 1 - 0.35 * bell(y, edge - 0.75, 0.5));
    c = blend(c, toon.piping, line(y - edge, 0.26));
    if (isFront) {
      c = darken(c, 1 - 0.4 * line(ax - 8.3, 0.06) * smoothstep(edge, edge - 1, y));
      // Pocket zips.
      const along = (ax - 6.2) * 0.45 + (y - 103.5);
      const across = ax - 6.2 - (y - 103.5) * 0.45;
      c = blend(c, toon.piping, line(across, 0.16) * smoothstep(4.2, 4, Math.abs(along)));
      // Centre zip with its flap.
      c = darken(c, 1 - 0.3 * smoothstep(1.9, 1.2, ax) * smoothstep(0.6, 1.2, ax));
      c = blend(c, darken(toon.cloth, 0.55), smoothstep(0.62, 0.52, ax));
      const teeth = 0.5 + 0.5 * Math.sin(y * 11);
      c = blend(c, [196, 204, 222], smoothstep(0.3, 0.2, ax) * mix(0.35, 0.95, teeth));
      // The open neck shows the shirt.
      const opening = (y - 122.2) * 0.55;
      const inside = smoothstep(opening + 0.1, opening - 0.1, ax);
      c = blend(c, darken(toon.shirt, mix(0.66, 1, smoothstep(0, 2.4, opening - ax))), inside);
      c = blend(c, toon.piping, line(ax - opening, 0.2) * smoothstep(121.8, 122.4, y));
      c = blend(c, toon.piping, emblem((x - 6.9) / 0.95, (y - 113.6) / 0.95));
    }
    const rib = smoothstep(89, 88.6, y);
    return blend(c, darken(toon.cloth, 0.72 + 0.12 * Math.sin(Math.atan2(x, z) * 90)), rib);
  };

/** Sleeve: the yoke runs on over the shoulder, two bands of piping, an elbow panel. */
export const techwearSleeve =
  (toon: ToonLook): Painter =>
  (s, t, p) => {
    const x = Math.abs(p[0]);
    const down = bell(t, 0, 0.22) + bell(t, 1, 0.22);
    let c = woven(toon.cloth, [p[0], p[1] + 1, p[2]], 7);
    c = blend(c, woven(toon.clothPanel, p, 9), smoothstep(19.06, 18.94, x));
    c = darken(c, 1 - 0.3 * bell(x, 19.9, 0.5));
    c = blend(c, toon.piping, line(x - 19, 0.3));
    c = blend(c, toon.clothPanel, line(x - 30, 1.1) * 0.9);
    c = blend(c, toon.piping, line(x - 32, 0.28));
    const crease = 0.5 + 0.5 * Math.sin(x * 1.7 + Math.sin(t * 12) * 1.5);
    c = darken(c, 1 - 0.13 * crease * smoothstep(21, 26, x));
    c = blend(c, darken(toon.cloth, 0.7 + 0.14 * Math.sin(t * 170)), smoothstep(0.945, 0.955, s));
    return darken(c, 1 - 0.25 * Math.min(1, down) * smoothstep(15, 20, x));
  };

/** Collar: cloth outside, a lit lining inside, piping on the rim. */
export const techwearCollar =
  (toon: ToonLook): Painter =>
  (s, t, p) => {
    const outside = woven(toon.cloth, [p[0], 122, p[2]], 9);
    let c = darken(outside, mix(0.8, 1.15, smoothstep(0, 0.45, t)));
    c = blend(c, toon.piping, smoothstep(0.5, 0.53, t));
    c = blend(c, darken(toon.lining, mix(1, 0.5, smoothstep(0.66, 1, t))), smoothstep(0.62, 0.66, t));
    return blend(c, toon.piping, smoothstep(0.022, 0.014, Math.min(s, 1 - s)) * smoothstep(0.55, 0.5, t));
  };
