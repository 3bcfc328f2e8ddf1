import type { HeadShape, ToonProportions } from '../head-shape.ts';
import type { V3 } from '../maths.ts';
import { capsule, ellipsoid, smax, smin } from '../sdf.ts';

/** Signed distance (approximate, centimetres) to a stylised head: round skull, full cheeks, small lower face. */
export const toonDistance = (s: HeadShape, toon: ToonProportions, p: V3): number => {
  const x = Math.abs(p[0]);
  const [, y, z] = p;
  const w = s.noseWidth;
  const wide = toon.cheekWidth;
  let d = ellipsoid(x, y - 3.1, z + 1.0, 7.9, 8.7, 9.1);
  // One soft egg from the brow to the jaw, full cheeks, and a small chin that grows out of it.
  d = smin(d, ellipsoid(x, y + 1.5, z - 1.5, wide, 6.1, 6.65), 2.6);
  d = smin(d, ellipsoid(x - wide * 0.5, y + 3.1, z - 4.4, wide * 0.42, 2.35, 2.75 + s.cheek), 2.2);
  d = smin(d, ellipsoid(x, y - s.chinY - 2.9, z - 2.6, wide * 0.62 * s.jawWidth, 2.6, 4.6), 3.6);
  d = smin(d, ellipsoid(x, y - s.chinY - 1.35, z - 5.7, toon.chinWidth, 1.25, 1.75), 2.6);
  d = smin(d, ellipsoid(x, y - s.mouthY, z - 6.05, 2.5, 1.7, 1.95), 1.7);
  if (toon.muzzle !== undefined) {
    d = smin(d, ellipsoid(x, y - s.mouthY - 0.15, z - 6.3, 3.0, 2.7, 2.6 + toon.muzzle), 2.2);
  }
  d = smin(d, ellipsoid(x - 2.6, y - s.eyeUpper - 1.5, z - 5.9, 3.0, 0.9, 1.35 + s.brow), 1.6);
  d = smax(d, -ellipsoid(x - s.eyeX, y - 0.2, z - s.socketZ, s.eyeHalfWidth + 0.5, 1.75, 1.6), 1.2);
  d = smin(d, Math.hypot(x - s.eyeX, y, z - s.eyeZ) - s.eyeRadius - 0.15, 0.4);
  const tipY = s.noseTipY;
  const tipZ = s.noseTipZ;
  d = smin(d, capsule(x, y, z, [0, 0.9, 7.1], [0, tipY + 0.35, tipZ - 0.75], 0.36, 0.5 * w), 1.3);
  d = smin(d, ellipsoid(x, y - tipY, z - tipZ + 0.72, 0.7 * w, 0.6, 0.72), 0.7);
  d = smin(d, ellipsoid(x - 0.72 * w, y - tipY + 0.2, z - tipZ + 1.35, 0.42, 0.38, 0.6), 0.6);
  d = smax(d, -ellipsoid(x - 0.38 * w, y - tipY + 0.62, z - tipZ + 0.95, 0.2, 0.16, 0.3), 0.3);
  // Crease between lower lip and chin; a muzzle has none.
  if (toon.muzzle === undefined) {
    d = smax(d, -ellipsoid(x, y - s.mouthY + 1.45, z - 9.5, 1.5, 0.45, 0.9), 1.5);
  }
  d = smin(d, capsule(x, y, z, [0, -7, -2.7], [0, -17, -3.5], toon.neckRadius, toon.neckRadius + 0.1), 1.8);
  return d;
};
