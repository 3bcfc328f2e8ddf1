import type { Rgb } from '../looks.ts';
import {
  add,
  clamp,
  cross,
  curveAt,
  mix,
  mul,
  normalise,
  smoothstep,
  sub,
  type V2,
  type V3,
} from '../maths.ts';
import { toWorld } from '../skeleton.ts';
import { emptySurface, facetNormals, type Surface, sweep, tidyWeights, type Weights } from '../surface.ts';
import { stripUv } from './hair-lock.ts';

/** A full bundle along a curve, head-space centimetres, root first. */
export interface Plume {
  readonly points: readonly V3[];
  /** Half width and half depth by place along it, 0 to 1. */
  readonly size: (t: number) => V2;
  /** Across it, roughly; the other half axis follows. */
  readonly across: V3;
  readonly rows: number;
  readonly sides: number;
  readonly strip: number;
  readonly along: V2;
  /** Grooves between its locks, share of the radius. */
  readonly grooves: number;
  readonly weightOf: (t: number) => Weights;
  readonly tint?: (t: number) => Rgb;
}

/** Weights along a chain of `joints` joints named `name`0 …; what is before it hangs on `root`. */
export const alongChain =
  (name: string, joints: number, root: string) =>
  (t: number): Weights => {
    const f = clamp(t * joints - 0.7, 0, joints - 1.01);
    const i = Math.floor(f);
    const hold = smoothstep(0.22, 0.05, t);
    return tidyWeights([
      [root, hold],
      [`${name}${i}`, (1 - hold) * (1 - (f - i))],
      [`${name}${i + 1}`, (1 - hold) * (f - i)],
    ]);
  };

/** Sweeps one plume. */
export const buildPlume = (plume: Plume): Surface => {
  const out = emptySurface();
  const { rows, sides } = plume;
  const centre = Array.from({ length: rows }, (_, r) => curveAt(plume.points, r / (rows - 1)));
  const rings = centre.map((at, r) => {
    const way = normalise(sub(centre[Math.min(rows - 1, r + 1)] as V3, centre[Math.max(0, r - 1)] as V3));
    const ahead = normalise(cross(plume.across, way));
    const [halfWidth, halfThickness] = plume.size(r / (rows - 1));
    return { at, across: normalise(cross(way, ahead)), out: ahead, halfWidth, halfThickness };
  });
  const body = sweep(rings, sides);
  const groove = (i: number): number => {
    const a = ((i % sides) / sides) * 2 * Math.PI;
    const t = (body.ringOf[i] as number) / (rows - 1);
    return Math.sin(a * 4 + t * 5) * plume.grooves * smoothstep(0, 0.2, t);
  };
  const points = body.positions.map((p, i): V3 => {
    const at = (rings[body.ringOf[i] as number] as { at: V3 }).at;
    return add(p, mul(sub(p, at), groove(i)));
  });
  const normals = facetNormals(points, body.triangles);
  points.forEach((p, i) => {
    const t = (body.ringOf[i] as number) / (rows - 1);
    const a = ((i % sides) / sides) * 2 * Math.PI;
    const deep = plume.grooves === 0 ? 1 : mix(0.72, 1, smoothstep(-1, 0.4, groove(i) / plume.grooves));
    const tint = plume.tint?.(t) ?? [255, 255, 255];
    out.positions.push(toWorld(p));
    out.normals.push(normals[i] as V3);
    out.colours.push(mul(tint, deep));
    // There and back over the strip: no seam.
    out.uvs.push(stripUv(plume.strip, Math.abs(a / Math.PI - 1), mix(plume.along[0], plume.along[1], t)));
    out.weights.push(plume.weightOf(t));
  });
  out.triangles.push(...body.triangles);
  return out;
};
