import { HEAD_CENTRE, type HeadShape, skinTowards } from '../head-shape.ts';
import { add, clamp, curveAt, dot, len, mix, mul, normalise, smoothstep, sub, type V3 } from '../maths.ts';
import { toWorld } from '../skeleton.ts';
import { emptySurface, facetNormals, facingOut, loftTriangles, type Surface } from '../surface.ts';
import { stripUv } from './hair-lock.ts';

/** The hair that lies on the skull, under the locks. */
export interface Cap {
  /** Lower edge for x >= 0 from the middle of the forehead to the nape. */
  readonly edge: readonly V3[];
  readonly crown: V3;
  readonly lift: number;
  readonly edgeLift: number;
  /** Brightness at a place of the cap, 0 to 1. */
  readonly shadeOf: (p: V3) => number;
}

const COLUMNS = 24;
const ROWS = 9;

const slerp = (a: V3, b: V3, t: number): V3 => {
  const w = Math.acos(clamp(dot(a, b), -1, 1));
  if (w < 1e-4) return a;
  return add(mul(a, Math.sin((1 - t) * w) / Math.sin(w)), mul(b, Math.sin(t * w) / Math.sin(w)));
};

/** Columns from the crown to the edge, closed by a rim that is tucked in. */
export const buildCap = (s: HeadShape, cap: Cap): Surface => {
  const out = emptySurface();
  const full = COLUMNS * 2;
  const columns = Array.from({ length: full }, (_, i): V3[] => {
    const k = i <= COLUMNS ? i : full - i;
    const e = curveAt(cap.edge, k / COLUMNS);
    const end = normalise(sub([i > COLUMNS ? -e[0] : e[0], e[1], e[2]], HEAD_CENTRE));
    return Array.from({ length: ROWS + 1 }, (_r, r): V3 => {
      const t = Math.min(1, r / (ROWS - 1));
      const dir = slerp(cap.crown, end, t);
      const lift = r === ROWS ? -0.3 : mix(cap.lift, cap.edgeLift, smoothstep(0.55, 1, t));
      return add(HEAD_CENTRE, mul(dir, len(sub(skinTowards(s, dir), HEAD_CENTRE)) + lift));
    });
  });
  const flat = Array.from({ length: ROWS + 1 }, (_, r) => columns.map((c) => c[r] as V3)).flat();
  const triangles = facingOut(flat, loftTriangles(ROWS + 1, full));
  const normals = facetNormals(flat, triangles);
  flat.forEach((p, i) => {
    const r = Math.floor(i / full);
    const shade = 255 * cap.shadeOf(p) * (r === ROWS ? 0.4 : 1);
    // Mirrored runs over one strip need no seam.
    const run = ((i % full) / full) * 16;
    const u = Math.abs((run % 2) - 1);
    out.positions.push(toWorld(p));
    out.normals.push(normals[i] as V3);
    out.colours.push([shade, shade, shade]);
    out.uvs.push(stripUv(0, 0.15 + 0.7 * u, mix(0.03, 0.5, Math.min(1, r / (ROWS - 1)))));
    out.weights.push([['head', 1]]);
  });
  out.triangles.push(...triangles);
  return out;
};
