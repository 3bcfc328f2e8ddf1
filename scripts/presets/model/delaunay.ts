import type { V2 } from './maths.ts';

interface Triangle {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly x: number;
  readonly y: number;
  readonly r2: number;
}

/**
 * Delaunay triangulation of distinct 2D points (Bowyer-Watson, quadratic: for a few thousand points).
 * @returns counter-clockwise index triples.
 */
export const triangulate = (points: readonly V2[]): [number, number, number][] => {
  const n = points.length;
  const all: V2[] = [...points, [-1000, -1000], [1000, -1000], [0, 2000]];
  const at = (i: number): V2 => all[i] as V2;
  const make = (a: number, b: number, c: number): Triangle => {
    const [ax, ay] = at(a);
    const [bx, by] = at(b);
    const [cx, cy] = at(c);
    const d = 2 * (ax * (by - cy) + bx * (cy - ay) + cx * (ay - by));
    const a2 = ax * ax + ay * ay;
    const b2 = bx * bx + by * by;
    const c2 = cx * cx + cy * cy;
    const x = (a2 * (by - cy) + b2 * (cy - ay) + c2 * (ay - by)) / d;
    const y = (a2 * (cx - bx) + b2 * (ax - cx) + c2 * (bx - ax)) / d;
    return { a, b, c, x, y, r2: (ax - x) ** 2 + (ay - y) ** 2 };
  };
  let triangles: Triangle[] = [make(n, n + 1, n + 2)];
  for (let i = 0; i < n; i++) {
    const [px, py] = at(i);
    const keep: Triangle[] = [];
    const edges = new Map<string, [number, number]>();
    for (const t of triangles) {
      if ((px - t.x) ** 2 + (py - t.y) ** 2 >= t.r2 - 1e-12) {
        keep.push(t);
        continue;
      }
      for (const [u, v] of [
        [t.a, t.b],
        [t.b, t.c],
        [t.c, t.a],
      ] as const) {
        if (!edges.delete(`${v},${u}`)) edges.set(`${u},${v}`, [u, v]);
      }
    }
    for (const [u, v] of edges.values()) {
      const [ux, uy] = at(u);
      const [vx, vy] = at(v);
      if (Math.abs((vx - ux) * (py - uy) - (vy - uy) * (px - ux)) > 1e-10) keep.push(make(u, v, i));
    }
    triangles = keep;
  }
  return triangles
    .filter((t) => t.a < n && t.b < n && t.c < n)
    .map((t) => {
      const [ax, ay] = at(t.a);
      const [bx, by] = at(t.b);
      const [cx, cy] = at(t.c);
      const ccw = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) > 0;
      return ccw ? [t.a, t.b, t.c] : [t.a, t.c, t.b];
    });
};

/** Even-odd point in polygon. */
export const inside = (polygon: readonly V2[], x: number, y: number): boolean => {
  let isIn = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i] as V2;
    const [xj, yj] = polygon[j] as V2;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) isIn = !isIn;
  }
  return isIn;
};
