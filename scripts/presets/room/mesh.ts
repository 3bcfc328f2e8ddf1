import type { V3 } from '../model/maths.ts';
import { add, cross, mul, normalise, sub } from '../model/maths.ts';

/** What a surface does with light; colours are linear, radiance in scene units. */
export interface Material {
  readonly albedo: V3;
  readonly emit?: V3;
  /** What the camera sees of a light source instead of `emit`: a lamp's glass, not its blinding light. */
  readonly look?: V3;
  /** Mirror share at normal incidence, grows to 1 at grazing angles. */
  readonly gloss?: number;
  /** Spread of that mirror, as the radius of a ball around its tip. */
  readonly rough?: number;
  /** Share of the diffuse light that comes out at the other side, as in a leaf or a curtain. */
  readonly through?: number;
  /** What stands behind a window: lights the room as `emit`, is seen as the scene's backdrop, lets the sun in. */
  readonly portal?: boolean;
}

/** A growing list of triangles. */
export interface Mesh {
  readonly materials: Material[];
  readonly corners: number[];
  readonly material: number[];
}

export const newMesh = (): Mesh => ({ materials: [], corners: [], material: [] });

/** Registers a material and returns its index. */
export const paintOf = (mesh: Mesh, material: Material): number => mesh.materials.push(material) - 1;

export const triangle = (mesh: Mesh, m: number, a: V3, b: V3, c: V3): void => {
  mesh.corners.push(...a, ...b, ...c);
  mesh.material.push(m);
};

export const quad = (mesh: Mesh, m: number, a: V3, b: V3, c: V3, d: V3): void => {
  triangle(mesh, m, a, b, c);
  triangle(mesh, m, a, c, d);
};

/** A box by centre and full size, turned about its own vertical by `yaw` and then leaning by `lean` (radians). */
export const box = (mesh: Mesh, m: number, at: V3, size: V3, yaw = 0, lean = 0): void => {
  const [cy, sy, cl, sl] = [Math.cos(yaw), Math.sin(yaw), Math.cos(lean), Math.sin(lean)];
  const corner = (i: number, j: number, k: number): V3 => {
    const x = (i * size[0]) / 2;
    const y = (j * size[1]) / 2;
    const z = (k * size[2]) / 2;
    const lx = x * cl - y * sl;
    const ly = x * sl + y * cl;
    return [at[0] + lx * cy + z * sy, at[1] + ly, at[2] - lx * sy + z * cy];
  };
  const p = (n: number): V3 => corner(n & 1 ? 1 : -1, n & 2 ? 1 : -1, n & 4 ? 1 : -1);
  for (const [a, b, c, d] of [
    [0, 1, 3, 2],
    [4, 5, 7, 6],
    [0, 1, 5, 4],
    [2, 3, 7, 6],
    [0, 2, 6, 4],
    [1, 3, 7, 5],
  ] as const) {
    quad(mesh, m, p(a), p(b), p(c), p(d));
  }
};

/** A turned body: `profile` lists radius and height from the bottom up. */
export const lathe = (
  mesh: Mesh,
  m: number,
  at: V3,
  profile: readonly (readonly [number, number])[],
  sides = 40,
): void => {
  const point = (k: number, [r, y]: readonly [number, number]): V3 => {
    const a = (k / sides) * Math.PI * 2;
    return [at[0] + r * Math.cos(a), at[1] + y, at[2] + r * Math.sin(a)];
  };
  for (let i = 0; i + 1 < profile.length; i++) {
    const low = profile[i];
    const high = profile[i + 1];
    if (low === undefined || high === undefined) continue;
    for (let k = 0; k < sides; k++) {
      quad(mesh, m, point(k, low), point(k + 1, low), point(k + 1, high), point(k, high));
    }
  }
};

export const ball = (mesh: Mesh, m: number, at: V3, radius: number, sides = 28): void => {
  const profile = Array.from({ length: 19 }, (_, i) => {
    const a = (i / 18 - 0.5) * Math.PI;
    return [radius * Math.cos(a), radius * Math.sin(a)] as const;
  });
  lathe(mesh, m, at, profile, sides);
};

/** The shape of a leaf: `length` along a curve that starts towards `out` and is pulled down by `droop`. */
export interface Leaf {
  readonly root: V3;
  readonly out: V3;
  readonly length: number;
  readonly width: number;
  readonly droop: number;
  /** How far the two halves are folded upwards. */
  readonly fold: number;
}

export const leaf = (mesh: Mesh, m: number, { root, out, length, width, droop, fold }: Leaf): void => {
  const steps = 9;
  const spine: V3[] = [];
  for (let i = 0; i <= steps; i++) {
    const t = i / steps;
    spine.push(add(add(root, mul(normalise(out), t * length)), [0, -droop * t * t * length, 0]));
  }
  const side = normalise(cross(out, [0, 1, 0]));
  const edge = (i: number, sign: number): V3 => {
    const t = i / steps;
    const half = (width / 2) * Math.sin(Math.PI * t ** 0.8) ** 0.85;
    const at = spine[i] as V3;
    return add(at, add(mul(side, sign * half), [0, fold * half, 0]));
  };
  for (let i = 0; i < steps; i++) {
    for (const sign of [-1, 1]) {
      quad(mesh, m, spine[i] as V3, edge(i, sign), edge(i + 1, sign), spine[i + 1] as V3);
    }
  }
};

/** A thin round stem from `a` to `b`. */
export const stem = (mesh: Mesh, m: number, a: V3, b: V3, radius: number, sides = 7): void => {
  const axis = normalise(sub(b, a));
  const u = normalise(cross(axis, Math.abs(axis[1]) > 0.9 ? [1, 0, 0] : [0, 1, 0]));
  const v = cross(axis, u);
  const ring = (at: V3, k: number): V3 => {
    const t = (k / sides) * Math.PI * 2;
    return add(at, add(mul(u, Math.cos(t) * radius), mul(v, Math.sin(t) * radius)));
  };
  for (let k = 0; k < sides; k++) quad(mesh, m, ring(a, k), ring(a, k + 1), ring(b, k + 1), ring(b, k));
};
