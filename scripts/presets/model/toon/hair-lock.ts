import { HEAD_CENTRE, type HeadShape, skinTowards } from '../head-shape.ts';
import { add, clamp, cross, curveAt, len, mix, mul, normalise, smoothstep, sub, type V3 } from '../maths.ts';
import { toWorld } from '../skeleton.ts';
import { emptySurface, facetNormals, type Surface, type SweepRing, sweep, type Weights } from '../surface.ts';

/** A tapered tuft along a curve through `points`, head-space centimetres, root first. */
export interface Lock {
  readonly points: readonly V3[];
  readonly width: number;
  readonly thickness: number;
  /** Which of the texture's strips it wears, 0 to 3. */
  readonly strip: number;
  /** Part of the strip from root to tip. */
  readonly along: readonly [number, number];
  /** Share of the full width at the root. */
  readonly root: number;
  /** Where along the lock the taper begins, 0 to 1. */
  readonly taperFrom: number;
  readonly weightOf: (p: V3, t: number) => Weights;
}

export const STRIPS = 4;

/** Texture place in a strip: `u` across, `v` root to tip. */
export const stripUv = (strip: number, u: number, v: number): readonly [number, number] => [
  (strip + 0.03 + 0.94 * u) / STRIPS,
  clamp(v, 0.005, 0.995),
];

/** Point over the skull in a direction of degrees (azimuth from the face to the left, elevation), `lift` above it. */
export const overHead = (s: HeadShape, azimuth: number, elevation: number, lift: number): V3 => {
  const a = (azimuth * Math.PI) / 180;
  const e = (elevation * Math.PI) / 180;
  const dir: V3 = [Math.sin(a) * Math.cos(e), Math.sin(e), Math.cos(a) * Math.cos(e)];
  const skin = skinTowards(s, dir);
  return add(HEAD_CENTRE, mul(dir, len(sub(skin, HEAD_CENTRE)) + lift));
};

/** Away from the head's upright axis; straight up over the crown. */
const outwards = (p: V3): V3 =>
  normalise([p[0], Math.max(0, p[1] - 2.5) * 0.95 + Math.min(0, p[1] + 6) * 0.05, p[2] + 1]);

/** Sweeps one lock with a section of `sides` corners. */
export const buildLock = (lock: Lock, rows: number, sides: 4 | 6): Surface => {
  const out = emptySurface();
  // Hair bends over the skull and hangs straight below: the rows are closer where it bends.
  const place = (r: number): number => (r / (rows - 1)) ** 1.18;
  const centre = Array.from({ length: rows }, (_, r) => curveAt(lock.points, place(r)));
  const rings = centre.map((at, r): SweepRing => {
    const t = place(r);
    const along = normalise(sub(centre[Math.min(rows - 1, r + 1)] as V3, centre[Math.max(0, r - 1)] as V3));
    const across = normalise(cross(along, outwards(at)));
    const end = clamp((t - lock.taperFrom) / (1 - lock.taperFrom), 0, 1);
    const taper = (1 - end ** 1.7) ** 0.8;
    const size = Math.max(0.03, mix(lock.root, 1, smoothstep(0, 0.35, t)) * taper);
    return {
      at,
      across,
      out: normalise(cross(across, along)),
      halfWidth: lock.width * size,
      halfThickness: lock.thickness * Math.max(0.12, size ** 0.7),
    };
  });
  const body = sweep(rings, sides);
  const normals = facetNormals(body.positions, body.triangles);
  body.positions.forEach((p, i) => {
    const r = body.ringOf[i] as number;
    const t = place(r);
    const a = ((i % sides) / sides) * 2 * Math.PI;
    const inside = smoothstep(0.1, -0.6, Math.sin(a));
    const shade = mix(255, 120, inside);
    out.positions.push(toWorld(p));
    out.normals.push(normals[i] as V3);
    out.colours.push([shade, shade * mix(1, 0.94, inside), shade]);
    out.uvs.push(stripUv(lock.strip, 0.5 - 0.5 * Math.cos(a), mix(lock.along[0], lock.along[1], t)));
    out.weights.push(lock.weightOf(p, t));
  });
  out.triangles.push(...body.triangles);
  return out;
};
