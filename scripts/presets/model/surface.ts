import type { Rgb } from './looks.ts';
import { add, cross, dot, mul, normalise, sub, type V2, type V3 } from './maths.ts';

/** Bone names with weights that add up to 1; at most four. */
export type Weights = readonly (readonly [string, number])[];

/** A triangle mesh in world metres with one colour and one set of weights per vertex. */
export interface Surface {
  readonly positions: V3[];
  readonly normals: V3[];
  readonly colours: Rgb[];
  readonly uvs: V2[];
  readonly weights: Weights[];
  readonly triangles: [number, number, number][];
}

export const emptySurface = (): Surface => ({
  positions: [],
  normals: [],
  colours: [],
  uvs: [],
  weights: [],
  triangles: [],
});

/** Appends `part` to `into`. */
export const append = (into: Surface, part: Surface): void => {
  const base = into.positions.length;
  into.positions.push(...part.positions);
  into.normals.push(...part.normals);
  into.colours.push(...part.colours);
  into.uvs.push(...part.uvs);
  into.weights.push(...part.weights);
  for (const [a, b, c] of part.triangles) into.triangles.push([a + base, b + base, c + base]);
};

/** Largest four weights, normalised. */
export const tidyWeights = (weights: Weights): Weights => {
  const sums = new Map<string, number>();
  for (const [name, w] of weights) if (w > 0.003) sums.set(name, (sums.get(name) ?? 0) + w);
  const best = [...sums.entries()].sort((a, b) => b[1] - a[1]).slice(0, 4);
  const total = best.reduce((t, [, w]) => t + w, 0);
  return best.map(([name, w]) => [name, w / total] as const);
};

/** Smooth normals by summed face normals (area weighted). */
export const facetNormals = (
  points: readonly V3[],
  triangles: readonly (readonly [number, number, number])[],
): V3[] => {
  const sums: V3[] = points.map(() => [0, 0, 0]);
  for (const [a, b, c] of triangles) {
    const n = cross(sub(points[b] as V3, points[a] as V3), sub(points[c] as V3, points[a] as V3));
    for (const i of [a, b, c]) sums[i] = add(sums[i] as V3, n);
  }
  return sums.map(normalise);
};

/** Rings of equal length (counter-clockwise seen from outside, first ring at the far end) → side quads. */
export const loftTriangles = (rings: number, perRing: number, closed = true): [number, number, number][] => {
  const out: [number, number, number][] = [];
  for (let r = 0; r + 1 < rings; r++) {
    for (let i = 0; i < (closed ? perRing : perRing - 1); i++) {
      const n = (i + 1) % perRing;
      const a = r * perRing + i;
      const b = r * perRing + n;
      const c = (r + 1) * perRing + n;
      const d = (r + 1) * perRing + i;
      out.push([a, b, c], [a, c, d]);
    }
  }
  return out;
};

/** Turns the triangles so that the enclosed volume is positive, which makes every facet face outwards. */
export const facingOut = (
  points: readonly V3[],
  triangles: readonly [number, number, number][],
): [number, number, number][] => {
  const centre = mul(
    points.reduce((t, p) => add(t, p), [0, 0, 0] as V3),
    1 / points.length,
  );
  let volume = 0;
  for (const t of triangles) {
    const [a, b, c] = t.map((i) => sub(points[i] as V3, centre)) as [V3, V3, V3];
    volume += dot(a, cross(b, c));
  }
  return volume >= 0 ? [...triangles] : triangles.map(([a, b, c]) => [a, c, b]);
};

/** Frame of a swept section: `along` the path, `out` away from the body, `across`. */
export interface SweepRing {
  readonly at: V3;
  readonly across: V3;
  readonly out: V3;
  readonly halfWidth: number;
  readonly halfThickness: number;
}

/** Sweeps a rounded section of `sides` corners along rings; both ends are closed to a point. */
export const sweep = (
  rings: readonly SweepRing[],
  sides: number,
): Pick<Surface, 'positions' | 'triangles'> & { readonly ringOf: number[] } => {
  const positions: V3[] = [];
  const ringOf: number[] = [];
  rings.forEach((ring, r) => {
    for (let i = 0; i < sides; i++) {
      const a = (i / sides) * 2 * Math.PI;
      positions.push(
        add(
          ring.at,
          add(
            mul(ring.across, Math.cos(a) * ring.halfWidth),
            mul(ring.out, Math.sin(a) * ring.halfThickness),
          ),
        ),
      );
      ringOf.push(r);
    }
  });
  const triangles = loftTriangles(rings.length, sides);
  const last = (rings.length - 1) * sides;
  for (let i = 1; i + 1 < sides; i++) {
    triangles.push([0, i + 1, i], [last, last + i, last + i + 1]);
  }
  return { positions, triangles: facingOut(positions, triangles), ringOf };
};
