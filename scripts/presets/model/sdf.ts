import type { V3 } from './maths.ts';

/** Signed distance (approximate) to an ellipsoid at the origin. */
export const ellipsoid = (x: number, y: number, z: number, rx: number, ry: number, rz: number): number => {
  const k0 = Math.hypot(x / rx, y / ry, z / rz);
  const k1 = Math.hypot(x / (rx * rx), y / (ry * ry), z / (rz * rz));
  return k1 < 1e-9 ? -Math.min(rx, ry, rz) : (k0 * (k0 - 1)) / k1;
};

/** Smooth union over the width `k`. */
export const smin = (a: number, b: number, k: number): number => {
  const h = Math.max(k - Math.abs(a - b), 0) / k;
  return Math.min(a, b) - h * h * k * 0.25;
};

/** Smooth intersection; with a negated second distance, smooth subtraction. */
export const smax = (a: number, b: number, k: number): number => -smin(-a, -b, k);

/** Signed distance to a capsule from `a` to `b` whose radius goes from `ra` to `rb`. */
export const capsule = (x: number, y: number, z: number, a: V3, b: V3, ra: number, rb: number): number => {
  const bx = b[0] - a[0];
  const by = b[1] - a[1];
  const bz = b[2] - a[2];
  const t = Math.min(
    1,
    Math.max(0, ((x - a[0]) * bx + (y - a[1]) * by + (z - a[2]) * bz) / (bx * bx + by * by + bz * bz)),
  );
  return Math.hypot(x - a[0] - bx * t, y - a[1] - by * t, z - a[2] - bz * t) - (ra + (rb - ra) * t);
};
