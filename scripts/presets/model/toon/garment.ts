import type { Rgb } from '../looks.ts';
import { add, clamp, mix, normalise, smoothstep, type V3 } from '../maths.ts';
import { capsule, ellipsoid, smin } from '../sdf.ts';
import {
  emptySurface,
  facetNormals,
  facingOut,
  loftTriangles,
  type Surface,
  type Weights,
} from '../surface.ts';
import { type Grid, placeIn, type Region } from './atlas.ts';

/** How a jacket sits; body centimetres. */
export interface Fit {
  /** Fullness of the sleeves and the trunk. */
  readonly puff: number;
  readonly chest: number;
  readonly shoulders: number;
}

/** Signed distance (body centimetres) to a jacket's trunk and sleeves. */
const jacketDistance = (fit: Fit, p: V3): number => {
  const x = Math.abs(p[0]);
  const [, y, z] = p;
  const w = fit.shoulders;
  let d = ellipsoid(x, y - 111, z + 1, 13.4 * w + fit.puff * 0.4, 17, 9.3 + fit.puff * 0.4);
  d = smin(d, ellipsoid(x, y - 96, z + 0.6, 12.4 + fit.puff, 15, 8.9 + fit.puff), 5);
  if (fit.chest > 0) d = smin(d, ellipsoid(x - 5.4, y - 112.2, z - 4.6, 5.4, 5.4, 4.2 * fit.chest), 5);
  d = smin(d, capsule(x, y, z, [2, 125.4, -3.2], [13.2 * w, 122.4, -2], 4.3, 4.4), 4.5);
  d = smin(
    d,
    capsule(x, y, z, [14, 121.8, -1.9], [37, 122.4, -2], 5.1 + fit.puff * 0.5, 4.4 + fit.puff * 0.8),
    3.4,
  );
  d = smin(
    d,
    capsule(x, y, z, [37, 122.4, -2], [56, 122.4, -1.2], 4.4 + fit.puff * 0.8, 3.9 + fit.puff),
    1.8,
  );
  return d;
};

/** From the axis point `from` out to the cloth; inside another limb the point stays within `far`. */
const toCloth = (fit: Fit, from: V3, dir: V3, far: number): V3 => {
  let t = far;
  let p = from;
  for (let i = 0; i < 80; i++) {
    p = [from[0] + dir[0] * t, from[1] + dir[1] * t, from[2] + dir[2] * t];
    const d = jacketDistance(fit, p);
    if (Math.abs(d) < 1e-3 || t < 0.2) break;
    t = Math.min(far, t - d * 0.7);
  }
  return p;
};

const WHITE: Rgb = [255, 255, 255];

/** A grid of points as a surface on a region of the texture; rows run over `t`, columns over `s`. */
export const loftOn = (region: Region, grid: Grid, weightOf: (p: V3) => Weights): Surface => {
  const out = emptySurface();
  const columns = grid[0]?.length ?? 0;
  const flat = grid.flat();
  const triangles = facingOut(flat, loftTriangles(grid.length, columns, false));
  const facets = facetNormals(flat, triangles);
  grid.forEach((row, r) => {
    row.forEach((p, c) => {
      out.positions.push([p[0] * 0.01, p[1] * 0.01, p[2] * 0.01]);
      out.normals.push(facets[r * columns + c] as V3);
      out.colours.push(WHITE);
      out.uvs.push(placeIn(region, c / (columns - 1), r / (grid.length - 1)));
      out.weights.push(weightOf(p));
    });
  });
  weldNormals(out);
  out.triangles.push(...triangles);
  return out;
};

/** Points that meet, as on a seam, share their normals. */
const weldNormals = (out: Surface): void => {
  const groups = new Map<string, number[]>();
  out.positions.forEach((p, i) => {
    const key = p.map((v) => Math.round(v * 1e5)).join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  });
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const sum = normalise(group.reduce((t, i) => add(t, out.normals[i] as V3), [0, 0, 0] as V3));
    for (const i of group) out.normals[i] = sum;
  }
};

const HEIGHTS = [128.2, 127.2, 126, 124, 121.5, 118.5, 115, 111, 106, 101, 95, 89, 85.5, 84.5];

/** Rings of the trunk from the throat to the hem; the seam runs down the back. */
export const trunkGrid = (fit: Fit): Grid => {
  const n = 28;
  const ring = (y: number): V3[] =>
    Array.from({ length: n + 1 }, (_, i): V3 => {
      const a = ((i % n) / n) * 2 * Math.PI + Math.PI;
      const dir: V3 = [Math.sin(a), 0, Math.cos(a)];
      const q = toCloth(fit, [0, Math.max(y, 88), -1.2], dir, y > 112 ? 17.5 : 22);
      // A ribbed hem draws the cloth in.
      const tuck = smoothstep(89, 84.5, y) * 1.2;
      return [q[0] - dir[0] * tuck, y, q[2] - dir[2] * tuck];
    });
  const rings = HEIGHTS.map(ring);
  const throat = (rings[0] as V3[]).map((p): V3 => [p[0] * 0.6, p[1] + 0.2, (p[2] + 2) * 0.6 - 2]);
  return [throat, ...rings];
};

const STATIONS = [9.5, 12.5, 15, 18, 22, 27, 32, 36, 39, 43, 48, 53, 56.5];

/** Rings of one sleeve from the shoulder to the cuff; the seam runs along the underside. */
export const sleeveGrid = (fit: Fit, s: 1 | -1): Grid =>
  STATIONS.map((x, k) =>
    Array.from({ length: 13 }, (_, i): V3 => {
      const a = ((i % 12) / 12) * 2 * Math.PI + Math.PI;
      const fold = 0.35 * fit.puff * Math.sin(k * 2.1 + Math.sin(a) * 1.4) * smoothstep(22, 30, x);
      const p = toCloth(fit, [s * x, 122.2, -1.9], [0, Math.cos(a), Math.sin(a)], 7.4);
      const dy = p[1] - 122.2;
      const dz = p[2] + 1.9;
      const l = Math.hypot(dy, dz) || 1;
      return [p[0], p[1] + (dy / l) * fold, p[2] + (dz / l) * fold];
    }),
  );

/** Cuff: a band that holds the sleeve. */
export const cuffGrid = (s: 1 | -1): Grid =>
  [55.6, 56, 59.4, 59.8].map((x, k) =>
    Array.from({ length: 13 }, (_, i): V3 => {
      const a = ((i % 12) / 12) * 2 * Math.PI + Math.PI;
      const r = [3.0, 3.55, 3.3, 2.3][k] as number;
      return [s * x, 122.4 + r * Math.cos(a), -1.2 + r * Math.sin(a)];
    }),
  );

/** Shape of a stand-up collar; angles in degrees from the front. */
export interface CollarShape {
  readonly openBottom: number;
  readonly openTop: number;
  readonly height: number;
  readonly frontHeight: number;
  readonly flare: number;
}

/** Outside, rim and inside of a collar in one grid. */
export const collarGrid = (shape: CollarShape): Grid => {
  const columns = 25;
  const profile: readonly (readonly [number, number])[] = [
    // height share, way inwards
    [-0.12, 0],
    [0.3, 0],
    [0.7, 0],
    [0.97, 0],
    [1.05, 0.3],
    [0.97, 0.62],
    [0.5, 0.65],
    [0, 0.65],
  ];
  return profile.map(([h, inwards]) =>
    Array.from({ length: columns }, (_, i): V3 => {
      const open = mix(shape.openBottom, shape.openTop, clamp(h, 0, 1));
      const degrees = open + (360 - 2 * open) * (i / (columns - 1));
      return collarPoint(shape, (degrees * Math.PI) / 180, h, inwards);
    }),
  );
};

const collarPoint = (shape: CollarShape, a: number, h: number, inwards: number): V3 => {
  const front = 0.5 + 0.5 * Math.cos(a);
  const high = mix(shape.height, shape.frontHeight, front ** 1.6);
  const r = mix(6.5, 6.5 + shape.flare, Math.max(0, h)) - inwards;
  return [r * Math.sin(a), 126.3 - 0.9 * front + high * h, -2.6 + (r - 0.2) * Math.cos(a) + 0.25 * front * h];
};
