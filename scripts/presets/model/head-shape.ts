import { len, type V3 } from './maths.ts';
import { capsule, ellipsoid, smax, smin } from './sdf.ts';
import { toonDistance } from './toon/shape.ts';

/** How far a face moves in the expressions that differ between faces; centimetres unless said otherwise. */
export interface FaceMoves {
  readonly jawDegrees: number;
  /** How far the opening jaw slides back beside its turn. */
  readonly jawBack: number;
  /** How far the mouth corners come in while the jaw opens. */
  readonly jawNarrow: number;
  /** Way of a mouth corner in a smile: outwards, up, back. */
  readonly smileCorner: V3;
  /** Lift of the middle of the lips in a smile. */
  readonly smileMiddle: number;
  /** Way of a cheek in a smile: outwards, up, forwards. */
  readonly smileCheek: V3;
  readonly puckerReach: number;
}

/** Extra measures of a stylised head, centimetres. */
export interface ToonProportions {
  /** Half width of the cheeks. */
  readonly cheekWidth: number;
  /** Half width of the chin's tip. */
  readonly chinWidth: number;
  readonly neckRadius: number;
  /** How far a muzzle stands out; absent on a face of a person. */
  readonly muzzle?: number;
  /** Depth of the plane on which the lids lie in the texture; given where a very large eye would fold it. */
  readonly lidPlane?: number;
}

/** What makes one face differ from another; lengths in centimetres, eye line at y = 0. */
export interface HeadShape {
  readonly eyeX: number;
  readonly eyeZ: number;
  readonly eyeRadius: number;
  readonly eyeHalfWidth: number;
  readonly eyeUpper: number;
  readonly eyeLower: number;
  readonly eyeTilt: number;
  readonly mouthY: number;
  readonly mouthHalfWidth: number;
  readonly lipUpper: number;
  readonly lipLower: number;
  readonly jawWidth: number;
  readonly chinY: number;
  readonly noseTipY: number;
  readonly noseTipZ: number;
  readonly noseWidth: number;
  readonly cheek: number;
  readonly brow: number;
  /** Depth of the hollow the eye lies in; larger is shallower. */
  readonly socketZ: number;
  /** Rounded, large-eyed proportions; absent on a realistic head. */
  readonly toon?: ToonProportions;
  readonly moves: FaceMoves;
}

/** Radial centre of the head: every surface point is visible from here. */
export const HEAD_CENTRE: V3 = [0, -1.5, -1];

/** Signed distance (approximate, centimetres) to the skin of the head and the top of the neck. */
export const headDistance = (s: HeadShape, p: V3): number => {
  if (s.toon !== undefined) return toonDistance(s, s.toon, p);
  const x = Math.abs(p[0]);
  const y = p[1];
  const z = p[2];
  const w = s.noseWidth;
  let d = ellipsoid(x, y - 2.5, z + 1.0, 7.35, 8.7, 9.2);
  // Flattened front of the face, so that the eyes do not sit on a ball.
  d = smin(d, ellipsoid(x, y + 2.4, z - 1.5, 5.8 * s.jawWidth, 6.6, 6.5), 2.6);
  d = smin(d, ellipsoid(x, y - s.chinY - 3.2, z - 2.4, 4.4 * s.jawWidth, 3.4, 4.7), 3.8);
  d = smin(d, ellipsoid(x, y - s.chinY - 1.45, z - 5.6, 2.1 * s.jawWidth, 1.5, 2.15), 2.6);
  d = smin(d, ellipsoid(x - 3.75, y + 2.9, z - 5.0, 2.3, 2.0, 2.1 + s.cheek), 1.8);
  d = smin(d, ellipsoid(x - 4.7, y + 0.4, z - 3.7, 1.6, 2.2, 2.1), 1.6);
  d = smin(d, ellipsoid(x, y - s.mouthY, z - 6.25, 2.9, 1.9, 2.25), 1.6);
  d = smin(d, ellipsoid(x - 2.4, y - 2.2, z - 6.3, 3.0, 0.95, 1.5 + s.brow), 1.4);
  d = smax(d, -ellipsoid(x - 3.25, y - 0.25, z - s.socketZ, 2.15, 1.45, 1.75), 1.1);
  d = smin(d, Math.hypot(x - s.eyeX, y, z - s.eyeZ) - s.eyeRadius - 0.15, 0.35);
  // Nose: bridge, tip, wings.
  const tipY = s.noseTipY;
  d = smin(d, capsule(x, y, z, [0, 1.2, 7.45], [0, tipY + 0.3, s.noseTipZ - 0.8], 0.5, 0.64 * w), 1.2);
  d = smin(d, ellipsoid(x, y - tipY, z - s.noseTipZ + 0.85, 0.84 * w, 0.74, 0.85), 0.7);
  d = smin(d, ellipsoid(x - 0.98 * w, y - tipY + 0.28, z - s.noseTipZ + 1.7, 0.52, 0.5, 0.75), 0.6);
  d = smax(d, -ellipsoid(x - 0.52 * w, y - tipY + 0.8, z - s.noseTipZ + 1.25, 0.28, 0.28, 0.45), 0.35);
  // Crease between lower lip and chin.
  d = smax(d, -ellipsoid(x, y - s.mouthY + 1.8, z - 9.8, 1.7, 0.55, 1.0), 1.6);
  d = smin(d, capsule(x, y, z, [0, -8, -2.7], [0, -17, -3.5], 4.15, 4.25), 1.8);
  return d;
};

/** Unit normal of the distance field at `p`. */
export const headNormal = (s: HeadShape, p: V3): V3 => {
  const e = 0.05;
  const n: V3 = [
    headDistance(s, [p[0] + e, p[1], p[2]]) - headDistance(s, [p[0] - e, p[1], p[2]]),
    headDistance(s, [p[0], p[1] + e, p[2]]) - headDistance(s, [p[0], p[1] - e, p[2]]),
    headDistance(s, [p[0], p[1], p[2] + e]) - headDistance(s, [p[0], p[1], p[2] - e]),
  ];
  const l = len(n) || 1;
  return [n[0] / l, n[1] / l, n[2] / l];
};

/** First hit from outside along a ray; `from` lies outside, `dir` is unit length. */
const hit = (s: HeadShape, from: V3, dir: V3, far: number): V3 => {
  let t = 0;
  let p = from;
  for (let i = 0; i < 160 && t < far; i++) {
    const d = headDistance(s, p);
    if (Math.abs(d) < 5e-4) break;
    t += d * 0.7;
    p = [from[0] + dir[0] * t, from[1] + dir[1] * t, from[2] + dir[2] * t];
  }
  return p;
};

/** Skin point seen from straight ahead at frontal coordinates (x, y). */
export const skinInFront = (s: HeadShape, x: number, y: number): V3 => hit(s, [x, y, 14], [0, 0, -1], 20);

/** Skin point in direction `dir` from the head centre. */
export const skinTowards = (s: HeadShape, dir: V3): V3 => {
  const c = HEAD_CENTRE;
  const far = 22;
  return hit(
    s,
    [c[0] + dir[0] * far, c[1] + dir[1] * far, c[2] + dir[2] * far],
    [-dir[0], -dir[1], -dir[2]],
    far,
  );
};

/** Ambient occlusion of the skin in [0, 1]; 1 is open. */
export const occlusion = (s: HeadShape, p: V3, n: V3): number => {
  let sum = 0;
  let weight = 1;
  for (let i = 1; i <= 5; i++) {
    const h = 0.35 * i;
    const d = headDistance(s, [p[0] + n[0] * h, p[1] + n[1] * h, p[2] + n[2] * h]);
    sum += weight * Math.max(0, h - d);
    weight *= 0.72;
  }
  return Math.max(0, 1 - 0.42 * sum);
};
