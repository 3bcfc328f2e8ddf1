/** Small vector maths for the generator. Head space is centimetres, Y up, the face looks along +Z. */

export type V3 = readonly [number, number, number];
export type V2 = readonly [number, number];

export const add = (a: V3, b: V3): V3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const sub = (a: V3, b: V3): V3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const mul = (a: V3, s: number): V3 => [a[0] * s, a[1] * s, a[2] * s];
export const dot = (a: V3, b: V3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const len = (a: V3): number => Math.hypot(a[0], a[1], a[2]);
export const cross = (a: V3, b: V3): V3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const normalise = (a: V3): V3 => {
  const l = len(a);
  return l > 1e-12 ? mul(a, 1 / l) : [0, 0, 1];
};
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
export const mix3 = (a: V3, b: V3, t: number): V3 => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
];
export const clamp = (x: number, lo: number, hi: number): number => Math.min(hi, Math.max(lo, x));

/** Hermite step from 0 at `a` to 1 at `b`; `a` may be above `b`. */
export const smoothstep = (a: number, b: number, x: number): number => {
  const t = clamp((x - a) / (b - a), 0, 1);
  return t * t * (3 - 2 * t);
};

/** Gaussian bump of height 1 at `c` with radii `r` (distance at which it is 1/e). */
export const bump = (p: V3, c: V3, r: V3): number =>
  Math.exp(-(((p[0] - c[0]) / r[0]) ** 2) - ((p[1] - c[1]) / r[1]) ** 2 - ((p[2] - c[2]) / r[2]) ** 2);

/** Rotates `p` about the X axis through `c` (positive tips +Z towards -Y). */
export const rotateX = (p: V3, c: V3, radians: number): V3 => {
  const y = p[1] - c[1];
  const z = p[2] - c[2];
  const cs = Math.cos(radians);
  const sn = Math.sin(radians);
  return [p[0], c[1] + y * cs - z * sn, c[2] + y * sn + z * cs];
};

/** Deterministic random numbers in [0, 1) (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};

/** Smooth value noise in [0, 1] on a 2D lattice. */
export const noise2 = (x: number, y: number, seed: number): number => {
  const hash = (i: number, j: number): number => {
    let h = Math.imul(i, 374761393) + Math.imul(j, 668265263) + Math.imul(seed, 2147483647);
    h = Math.imul(h ^ (h >>> 13), 1274126177);
    return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
  };
  const xi = Math.floor(x);
  const yi = Math.floor(y);
  const fx = smoothstep(0, 1, x - xi);
  const fy = smoothstep(0, 1, y - yi);
  return mix(mix(hash(xi, yi), hash(xi + 1, yi), fx), mix(hash(xi, yi + 1), hash(xi + 1, yi + 1), fx), fy);
};

/** Point on a Catmull-Rom curve through `points`, `t` in [0, 1]. */
export const curveAt = (points: readonly V3[], t: number): V3 => {
  const n = points.length - 1;
  const f = clamp(t, 0, 1) * n;
  const i = Math.min(Math.floor(f), n - 1);
  const u = f - i;
  const at = (k: number): V3 => {
    const p = points[clamp(k, 0, n)];
    if (p === undefined) throw new Error('curveAt: a curve needs points');
    return p;
  };
  const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
  const axis = (k: 0 | 1 | 2): number =>
    0.5 *
    (2 * b[k] +
      (c[k] - a[k]) * u +
      (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * u * u +
      (3 * b[k] - a[k] - 3 * c[k] + d[k]) * u * u * u);
  return [axis(0), axis(1), axis(2)];
};
