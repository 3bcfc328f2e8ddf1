import type { Rgb } from '../looks.ts';
import { add, cross, dot, mix, mul, normalise, smoothstep, sub, type V2, type V3 } from '../maths.ts';
import { emptySurface, facetNormals, facingOut, loftTriangles, type Surface } from '../surface.ts';

/** What every part of a machine says: its colour, and the one bone it is bolted to. */
export interface Bolted {
  readonly colour: Rgb;
  readonly bone: string;
}

const AXES: readonly V3[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** Undersides are darker: the stage's lights throw no shadows. */
const shaded = (c: Rgb, n: V3): Rgb => mul(c, mix(0.72, 1, smoothstep(-1, 0.35, n[1])));

const finish = (
  points: readonly V3[],
  normals: readonly V3[],
  triangles: readonly [number, number, number][],
  { colour, bone }: Bolted,
): Surface => {
  const out = emptySurface();
  out.positions.push(...points);
  out.normals.push(...normals);
  for (const n of normals) {
    out.colours.push(shaded(colour, n));
    out.uvs.push([0, 0]);
    out.weights.push([[bone, 1]]);
  }
  out.triangles.push(...triangles);
  return out;
};

/** Rounded box: a superellipsoid; `power` 2 is an ellipsoid, 5 nearly a box. `cuts` quads along every edge. */
export const block = (at: V3, half: V3, power: number, cuts: number, rest: Bolted): Surface => {
  const points: V3[] = [];
  const normals: V3[] = [];
  const triangles: [number, number, number][] = [];
  for (const [k, axis] of AXES.entries()) {
    for (const s of [1, -1]) {
      const u = AXES[(k + 1) % 3] as V3;
      const v = AXES[(k + 2) % 3] as V3;
      const base = points.length;
      for (let i = 0; i <= cuts; i++) {
        for (let j = 0; j <= cuts; j++) {
          const even = (x: number): number => Math.tan(((x / cuts) * 2 - 1) * (Math.PI / 4));
          const cube = add(mul(axis, s), add(mul(u, even(i)), mul(v, even(j))));
          const size = cube.reduce((t, c) => t + Math.abs(c) ** power, 0) ** (-1 / power);
          const unit = mul(cube, size);
          points.push(add(at, [unit[0] * half[0], unit[1] * half[1], unit[2] * half[2]]));
          const slope = (q: 0 | 1 | 2): number =>
            (Math.sign(unit[q]) * Math.abs(unit[q]) ** (power - 1)) / half[q];
          normals.push(normalise([slope(0), slope(1), slope(2)]));
        }
      }
      const row = cuts + 1;
      for (let i = 0; i < cuts; i++) {
        for (let j = 0; j < cuts; j++) {
          const a = base + i * row + j;
          const quad: [number, number, number][] = [
            [a, a + row, a + row + 1],
            [a, a + row + 1, a + 1],
          ];
          triangles.push(...(s === 1 ? quad : quad.map(([p, q, r]): [number, number, number] => [p, r, q])));
        }
      }
    }
  }
  return finish(points, normals, triangles, rest);
};

/** Turned part along the way `from`–`to`: `profile` lists place along it (0 to 1) and radius, ends first and last. */
export const turned = (
  from: V3,
  to: V3,
  profile: readonly V2[],
  sides: number,
  rest: Bolted,
  flat: V2 = [1, 1],
): Surface => {
  const along = normalise(sub(to, from));
  const across = normalise(cross(along, Math.abs(along[1]) > 0.9 ? [0, 0, 1] : [0, 1, 0]));
  const up = cross(across, along);
  const rings = profile.map(([t, r]) =>
    Array.from({ length: sides }, (_, i): V3 => {
      const a = (i / sides) * 2 * Math.PI;
      const centre = add(from, mul(sub(to, from), t));
      return add(centre, add(mul(across, Math.cos(a) * r * flat[0]), mul(up, Math.sin(a) * r * flat[1])));
    }),
  );
  const points = rings.flat();
  const sidesOf = loftTriangles(rings.length, sides);
  const last = (rings.length - 1) * sides;
  for (let i = 1; i + 1 < sides; i++) sidesOf.push([0, i + 1, i], [last, last + i, last + i + 1]);
  const triangles = facingOut(points, sidesOf);
  return finish(points, facetNormals(points, triangles), triangles, rest);
};

/** Rod with round ends. */
export const rod = (from: V3, to: V3, radius: number, sides: number, rest: Bolted): Surface => {
  const way = sub(to, from);
  const end = Math.min(0.45, radius / Math.sqrt(dot(way, way)));
  const profile: V2[] = [
    [0, radius * 0.35],
    [end * 0.3, radius * 0.78],
    [end, radius],
    [1 - end, radius],
    [1 - end * 0.3, radius * 0.78],
    [1, radius * 0.35],
  ];
  return turned(from, to, profile, sides, rest);
};

/** A closed outline at `edge`(angle), filled towards `middle` with `rings` rings; `colourAt` by share of the way out. */
export const patch = (
  place: (x: number, y: number) => V3,
  normalAt: (p: V3) => V3,
  edge: (angle: number) => V2,
  middle: V2,
  size: { readonly rings: number; readonly around: number },
  colourAt: (share: number, p: V3) => Rgb,
  bone: string,
): Surface => {
  const out = emptySurface();
  const push = (x: number, y: number, share: number): void => {
    const p = place(x, y);
    out.positions.push(p);
    out.normals.push(normalAt(p));
    out.colours.push(colourAt(share, p));
    out.uvs.push([0, 0]);
    out.weights.push([[bone, 1]]);
  };
  push(middle[0], middle[1], 0);
  for (let r = 1; r <= size.rings; r++) {
    const share = r / size.rings;
    for (let i = 0; i < size.around; i++) {
      const [x, y] = edge((i / size.around) * 2 * Math.PI);
      push(mix(middle[0], x, share), mix(middle[1], y, share), share);
    }
  }
  for (let i = 0; i < size.around; i++) {
    const n = (i + 1) % size.around;
    out.triangles.push([0, 1 + i, 1 + n]);
    for (let r = 0; r + 1 < size.rings; r++) {
      const a = 1 + r * size.around + i;
      const b = 1 + r * size.around + n;
      out.triangles.push([a, a + size.around, b + size.around], [a, b + size.around, b]);
    }
  }
  return out;
};

/** A tube round a closed line of points; `outOf` points away from what it lies on. */
export const hoop = (line: readonly V3[], outOf: (p: V3) => V3, radius: number, rest: Bolted): Surface => {
  const n = line.length;
  const sides = 6;
  const points: V3[] = [];
  const normals: V3[] = [];
  line.forEach((at, i) => {
    const along = normalise(sub(line[(i + 1) % n] as V3, line[(i + n - 1) % n] as V3));
    const out = normalise(outOf(at));
    const across = normalise(cross(along, out));
    for (let k = 0; k < sides; k++) {
      const a = (k / sides) * 2 * Math.PI;
      const normal = add(mul(across, Math.cos(a)), mul(out, Math.sin(a)));
      normals.push(normal);
      points.push(add(at, mul(normal, radius)));
    }
  });
  const triangles: [number, number, number][] = [];
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < sides; k++) {
      const a = i * sides + k;
      const b = i * sides + ((k + 1) % sides);
      const c = ((i + 1) % n) * sides + ((k + 1) % sides);
      const d = ((i + 1) % n) * sides + k;
      triangles.push([a, b, c], [a, c, d]);
    }
  }
  return finish(points, normals, facingOut(points, triangles), rest);
};
