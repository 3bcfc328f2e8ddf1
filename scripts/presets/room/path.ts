import type { V3 } from '../model/maths.ts';
import { hit, shoot, type Tree } from './bvh.ts';
import { type Lamp, searchSum } from './lamps.ts';
import type { Material } from './mesh.ts';

/** A room made ready for rays. */
export interface Scene {
  readonly tree: Tree;
  readonly materials: readonly Material[];
  readonly lamps: readonly Lamp[];
  readonly ambient: V3;
  readonly sun: { readonly to: V3; readonly light: V3; readonly spread: number } | null;
  /** 1 for materials that sunlight passes. */
  readonly passesSun: Uint8Array;
}

/** Origin and direction (unit length). Changed as the path goes on. */
export const ray = { ox: 0, oy: 0, oz: 0, dx: 0, dy: 0, dz: 0 };

/** What `follow` found: light received by the first surface, and that surface; no material where there was none. */
export const found: {
  r: number;
  g: number;
  b: number;
  nx: number;
  ny: number;
  nz: number;
  first: Material | null;
} = {
  r: 0,
  g: 0,
  b: 0,
  nx: 0,
  ny: 0,
  nz: 0,
  first: null,
};

const BOUNCES = 5;
/** A single path's indirect light is cut here; brighter ones are noise that no sample count removes. */
const FIREFLY = 5;
/** And its direct light here: a lamp a finger away from a wall. */
const GLARE = 24;

/** Surface under the ray: normal that faces it, and how much of the light on it comes through to the eye. */
const here = { nx: 0, ny: 0, nz: 0, r: 1, g: 1, b: 1, cap: GLARE };

const add = (light: V3, weight: number): void => {
  found.r += Math.min(here.cap, here.r * light[0] * weight);
  found.g += Math.min(here.cap, here.g * light[1] * weight);
  found.b += Math.min(here.cap, here.b * light[2] * weight);
};

const faceNormal = ({ tris }: Tree, k: number): void => {
  const o = k * 9;
  const [ax, ay, az] = [tris[o + 3] as number, tris[o + 4] as number, tris[o + 5] as number];
  const [bx, by, bz] = [tris[o + 6] as number, tris[o + 7] as number, tris[o + 8] as number];
  const nx = ay * bz - az * by;
  const ny = az * bx - ax * bz;
  const nz = ax * by - ay * bx;
  const length = Math.sqrt(nx * nx + ny * ny + nz * nz);
  const side = nx * ray.dx + ny * ray.dy + nz * ray.dz > 0 ? -1 / length : 1 / length;
  here.nx = nx * side;
  here.ny = ny * side;
  here.nz = nz * side;
};

/** Light of one point of a lamp, the lamp itself picked with probability `share`. */
const askLamp = (scene: Scene, lamp: Lamp, share: number, random: () => number): void => {
  const { tris } = scene.tree;
  const q = searchSum(lamp.upTo, random());
  const p = (lamp.triangle[q] as number) * 9;
  const root = Math.sqrt(random());
  const v = random() * root;
  const u = 1 - root;
  const [ax, ay, az] = [tris[p + 3] as number, tris[p + 4] as number, tris[p + 5] as number];
  const [bx, by, bz] = [tris[p + 6] as number, tris[p + 7] as number, tris[p + 8] as number];
  const wx = (tris[p] as number) + ax * u + bx * v - ray.ox;
  const wy = (tris[p + 1] as number) + ay * u + by * v - ray.oy;
  const wz = (tris[p + 2] as number) + az * u + bz * v - ray.oz;
  const d2 = wx * wx + wy * wy + wz * wz;
  const d = Math.sqrt(d2);
  const cos = (wx * here.nx + wy * here.ny + wz * here.nz) / d;
  if (cos <= 0) return;
  if (shoot(scene.tree, ray.ox, ray.oy, ray.oz, wx / d, wy / d, wz / d, d * 0.9995, true, null)) return;
  // The cross product is twice the area, so half of it along the way is the area as seen from here.
  const seen =
    Math.abs((ay * bz - az * by) * wx + (az * bx - ax * bz) * wy + (ax * by - ay * bx) * wz) / d / 2;
  add(lamp.emit, (cos * seen) / (d2 * Math.PI * (lamp.chance[q] as number) * share));
};

const askSun = (scene: Scene, sun: NonNullable<Scene['sun']>, random: () => number): void => {
  const wx = sun.to[0] + (random() * 2 - 1) * sun.spread;
  const wy = sun.to[1] + (random() * 2 - 1) * sun.spread;
  const wz = sun.to[2] + (random() * 2 - 1) * sun.spread;
  const l = 1 / Math.sqrt(wx * wx + wy * wy + wz * wz);
  const cos = (wx * here.nx + wy * here.ny + wz * here.nz) * l;
  if (cos <= 0) return;
  if (shoot(scene.tree, ray.ox, ray.oy, ray.oz, wx * l, wy * l, wz * l, 1e9, true, scene.passesSun)) return;
  add(sun.light, cos);
};

/** What the camera sees asks every lamp, bounced light only one, picked by power. */
const askLights = (scene: Scene, depth: number, random: () => number): void => {
  here.cap = depth === 0 ? GLARE : FIREFLY;
  const pick = depth === 0 ? 0 : random();
  for (const lamp of scene.lamps) {
    if (depth === 0) askLamp(scene, lamp, 1, random);
    else if (pick <= lamp.shareUpTo && pick > lamp.shareUpTo - lamp.share)
      askLamp(scene, lamp, lamp.share, random);
  }
  if (scene.sun) askSun(scene, scene.sun, random);
};

const step = (x: number, y: number, z: number): void => {
  ray.ox = x + here.nx * 1e-4;
  ray.oy = y + here.ny * 1e-4;
  ray.oz = z + here.nz * 1e-4;
};

/** Turns the ray into its mirror direction, blurred by `rough`; false when that leads into the surface. */
const mirror = (cos: number, rough: number, random: () => number): boolean => {
  const z = 2 * random() - 1;
  const a = random() * Math.PI * 2;
  const r = Math.sqrt(1 - z * z) * rough;
  const x = ray.dx + 2 * cos * here.nx + r * Math.cos(a);
  const y = ray.dy + 2 * cos * here.ny + r * Math.sin(a);
  const w = ray.dz + 2 * cos * here.nz + z * rough;
  const l = 1 / Math.sqrt(x * x + y * y + w * w);
  ray.dx = x * l;
  ray.dy = y * l;
  ray.dz = w * l;
  return ray.dx * here.nx + ray.dy * here.ny + ray.dz * here.nz > 0;
};

/** Turns the ray into a direction around the normal, the likelier the steeper. */
const scatter = (random: () => number): void => {
  const turn = random() * Math.PI * 2;
  const share = random();
  const r = Math.sqrt(share);
  const h = Math.sqrt(1 - share);
  const { nx, ny, nz } = here;
  // Duff et al., "Building an orthonormal basis, revisited" (2017).
  const sign = nz >= 0 ? 1 : -1;
  const a = -1 / (sign + nz);
  const b = nx * ny * a;
  const x = Math.cos(turn) * r;
  const y = Math.sin(turn) * r;
  ray.dx = (1 + sign * nx * nx * a) * x + b * y + nx * h;
  ray.dy = sign * b * x + (sign + ny * ny * a) * y + ny * h;
  ray.dz = -sign * nx * x - ny * y + nz * h;
};

/**
 * Follows `ray` through the room and tells in `found` the light that reaches its first surface (that surface's own
 * colour left out, so that light can be smoothed without it). A lamp at the end of a mirror is seen only when the
 * mirror is the first surface: later ones are sparkles that few paths find.
 */
export const follow = (scene: Scene, random: () => number): void => {
  found.r = found.g = found.b = 0;
  found.first = null;
  here.r = here.g = here.b = 1;
  let seesLamps = false;
  for (let depth = 0; depth < BOUNCES; depth++) {
    here.cap = Number.POSITIVE_INFINITY;
    if (!shoot(scene.tree, ray.ox, ray.oy, ray.oz, ray.dx, ray.dy, ray.dz, 1e9, false, null)) {
      add(scene.ambient, 1);
      return;
    }
    const k = hit.triangle;
    const m = scene.materials[scene.tree.material[k] as number];
    if (m === undefined) return;
    if (depth === 0) found.first = m;
    if (m.emit !== undefined) {
      if (seesLamps) add(m.emit, 1);
      return;
    }
    const x = ray.ox + ray.dx * hit.t;
    const y = ray.oy + ray.dy * hit.t;
    const z = ray.oz + ray.dz * hit.t;
    faceNormal(scene.tree, k);
    if (depth === 0) {
      found.nx = here.nx;
      found.ny = here.ny;
      found.nz = here.nz;
    }
    if (m.gloss !== undefined) {
      const cos = -(ray.dx * here.nx + ray.dy * here.ny + ray.dz * here.nz);
      if (random() < m.gloss + (1 - m.gloss) * (1 - cos) ** 5) {
        if (!mirror(cos, m.rough ?? 0.1, random)) return;
        step(x, y, z);
        seesLamps = seesLamps || depth === 0;
        continue;
      }
    }
    if (depth > 0) {
      here.r *= m.albedo[0];
      here.g *= m.albedo[1];
      here.b *= m.albedo[2];
    }
    if (m.through !== undefined && random() < m.through) {
      here.nx = -here.nx;
      here.ny = -here.ny;
      here.nz = -here.nz;
    }
    step(x, y, z);
    askLights(scene, depth, random);
    scatter(random);
    seesLamps = false;
  }
};
