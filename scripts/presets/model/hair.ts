import { HEAD_CENTRE, type HeadShape, headNormal, skinTowards } from './head-shape.ts';
import type { Look, Rgb } from './looks.ts';
import {
  add,
  clamp,
  cross,
  curveAt,
  dot,
  len,
  mix,
  mul,
  normalise,
  smoothstep,
  sub,
  type V3,
} from './maths.ts';
import { type Bone, toWorld } from './skeleton.ts';
import {
  append,
  emptySurface,
  facetNormals,
  facingOut,
  loftTriangles,
  type Surface,
  type SweepRing,
  sweep,
  tidyWeights,
  type Weights,
} from './surface.ts';
import { buildToonHair, toonChains } from './toon/hair.ts';

/** A swinging chain of hair joints, root first; the last one is the tail that only gives a direction. */
export interface HairChain {
  readonly name: string;
  readonly points: readonly V3[];
  readonly stiffness: number;
  /** What it grows from; the head when absent. */
  readonly parent?: string;
  /** It lies on the body by design, so nothing pushes it away. */
  readonly free?: true;
}

const CROWN: V3 = normalise([0, 0.86, -0.5]);

/** Lower edge of the hair for x >= 0 from the middle of the forehead to the nape. */
const EDGE: readonly V3[] = [
  [0, 7.1, 7.8],
  [2.8, 6.9, 7.1],
  [4.8, 5.6, 6.0],
  [6.0, 3.5, 4.6],
  [6.8, 1.4, 3.3],
  [7.2, -1.2, 2.6],
  [7.45, -0.9, 1.0],
  [7.6, 0.9, -1.2],
  [7.5, -0.8, -3.3],
  [6.6, -4.6, -6.0],
  [4.2, -7.3, -8.2],
  [0, -8.2, -9.0],
];

const slerp = (a: V3, b: V3, t: number): V3 => {
  const w = Math.acos(clamp(dot(a, b), -1, 1));
  if (w < 1e-4) return a;
  return add(mul(a, Math.sin((1 - t) * w) / Math.sin(w)), mul(b, Math.sin(t * w) / Math.sin(w)));
};

const shade = (look: Look, p: V3, groove: number, tip: number): Rgb => {
  const light = clamp(0.35 + 0.65 * groove, 0, 1);
  const base = look.hair.map((c, i) => mix(look.hairShadow[i] as number, c, light));
  // A soft band where a real head of hair would catch the light.
  const band = Math.exp(-(((p[1] - 7.2) / 1.7) ** 2)) * 0.26;
  const t = smoothstep(0.15, 1, tip) * 0.85;
  return base.map((c, i) =>
    mix(c + (255 - c) * band * 0.5, (look.hairTip[i] as number) * (0.55 + 0.45 * light), t),
  ) as unknown as Rgb;
};

const COLUMNS = 30;
const ROWS = 12;

/** Joints of the swinging hair, head space. */
export const hairChains = (look: Look): HairChain[] => {
  if (look.toon !== undefined) return toonChains(look.toon);
  return [];
};

/** Joint names of a chain, one per point. */
export const jointName = (chain: HairChain, i: number): string => `${chain.name}${i}`;

/** Bones for the chains, parents first. */
export const hairBones = (look: Look): Bone[] =>
  hairChains(look).flatMap((chain) =>
    chain.points.map((p, i) => ({
      name: jointName(chain, i),
      parent: i === 0 ? (chain.parent ?? 'head') : jointName(chain, i - 1),
      at: toWorld(p),
    })),
  );

/** Weights of a hanging point: rigid with the head above, along the nearest chains below. */
const hangingWeights = (chains: readonly HairChain[], p: V3): Weights => {
  const hang = smoothstep(-1, -6, p[1]);
  if (hang <= 0 || chains.length === 0) return [['head', 1]];
  const hanging = chains.filter((c) => c.name !== 'hairFringe');
  const near = hanging
    .map((chain) => {
      const mid = chain.points[2] as V3;
      return { chain, d: Math.hypot(p[0] - mid[0], (p[2] - mid[2]) * 1) };
    })
    .sort((a, b) => a.d - b.d)
    .slice(0, 2);
  const out: [string, number][] = [['head', 1 - hang]];
  const total = near.reduce((t, n) => t + 1 / (n.d * n.d + 0.2), 0);
  for (const { chain, d } of near) {
    const share = (hang * (1 / (d * d + 0.2))) / total;
    const f = clamp(
      (chain.points[0]![1] - p[1]) / ((chain.points[0]![1] - chain.points[3]![1]) / 3) - 0.5,
      0,
      2,
    );
    const i = Math.min(1, Math.floor(f));
    const u = f - i;
    out.push([jointName(chain, i), share * (1 - u)], [jointName(chain, i + 1), share * u]);
  }
  return tidyWeights(out);
};

/** The cap: columns from the crown to the edge, grooved into locks. */
const cap = (look: Look, s: HeadShape): Surface => {
  const out = emptySurface();
  const columns: V3[][] = [];
  const grooves: number[] = [];
  const full = COLUMNS * 2;
  for (let i = 0; i < full; i++) {
    const k = i <= COLUMNS ? i : full - i;
    const mirrored = i > COLUMNS ? -1 : 1;
    const wave = 0.5 + 0.5 * Math.cos((k / COLUMNS) * Math.PI * 2 * 6.5);
    grooves.push(wave);
    const e0 = curveAt(EDGE, k / COLUMNS);
    const hangs = smoothstep(-4, -10, e0[1]);
    const e: V3 = [e0[0] * mirrored, e0[1] - hangs * (wave - 0.5) * 1.5, e0[2]];
    const dirEnd = normalise(sub(e, HEAD_CENTRE));
    const reach = len(sub(e, HEAD_CENTRE));
    const column: V3[] = [];
    for (let r = 0; r < ROWS; r++) {
      const t = r / (ROWS - 1);
      const bent = mix(t, t ** 0.86, hangs);
      const dir = slerp(CROWN, dirEnd, bent);
      const skin = len(sub(skinTowards(s, dir), HEAD_CENTRE));
      const thick =
        mix(1.0, mix(0.5, 1.0, hangs), smoothstep(0.55, 1, t)) + 0.25 * hangs * smoothstep(0.2, 0.6, t);
      const lock = (wave - 0.5) * mix(0.06, 0.34, smoothstep(0.08, 0.7, t));
      // Only hanging hair reaches for its own end; the rest stays on the skull.
      const along = mix(skin + thick, reach, hangs * smoothstep(0.42, 1, t));
      column.push(add(HEAD_CENTRE, mul(dir, along + lock)));
    }
    columns.push(column);
  }
  const rings = Array.from({ length: ROWS }, (_, r) => columns.map((c) => c[r] as V3));
  // A tucked-in rim gives the edge thickness.
  rings.push(
    columns.map((c) => {
      const end = c[ROWS - 1] as V3;
      const inward = normalise(sub([0, end[1] * 0.9, -1.5], end));
      return add(end, add(mul(inward, 0.45), [0, 0.25, 0]));
    }),
  );
  const flat = rings.flat();
  const triangles = facingOut(flat, loftTriangles(rings.length, full));
  const normals = facetNormals(flat, triangles);
  flat.forEach((p, i) => {
    const r = Math.floor(i / full);
    const g = grooves[i % full] as number;
    out.positions.push(toWorld(p));
    out.normals.push(normals[i] as V3);
    const tip = smoothstep(4, 9, p[1]) * 0.3;
    const rim = r === ROWS ? 0.25 : 1;
    out.colours.push(shade(look, p, mix(0.8, g, smoothstep(1, 6, r)) * rim, tip));
    out.uvs.push([0, 0]);
    out.weights.push([['head', 1]]);
  });
  out.triangles.push(...triangles);
  return out;
};

interface Lock {
  readonly points: readonly V3[];
  readonly width: number;
  readonly thickness: number;
  readonly lift: number;
  readonly tip: number;
}

const LOCKS: readonly Lock[] = [
  {
    points: [
      [2.2, 9.9, 4.2],
      [0.2, 8.9, 7.4],
      [-2.4, 7.6, 7.9],
      [-4.8, 5.6, 6.6],
      [-6.3, 3.4, 4.8],
    ],
    width: 1.5,
    thickness: 0.7,
    lift: 0.9,
    tip: 0.2,
  },
  {
    points: [
      [2.3, 9.6, 4.9],
      [0.9, 8.1, 7.9],
      [-1.1, 7.1, 8.4],
      [-3.1, 6.5, 7.8],
      [-4.9, 5.7, 6.4],
    ],
    width: 1.2,
    thickness: 0.6,
    lift: 0.7,
    tip: 0.2,
  },
  {
    points: [
      [2.3, 9.9, 4.4],
      [3.6, 8.6, 6.4],
      [4.8, 6.8, 6.5],
      [5.7, 4.9, 5.6],
      [6.4, 2.9, 4.4],
    ],
    width: 1.2,
    thickness: 0.55,
    lift: 0.6,
    tip: 0.15,
  },
];

const fringe = (look: Look, s: HeadShape): Surface => {
  const out = emptySurface();
  for (const lock of LOCKS) {
    const rows = 9;
    const centre: V3[] = [];
    for (let r = 0; r < rows; r++) {
      const t = r / (rows - 1);
      const raw = curveAt(lock.points, t);
      const skin = skinTowards(s, normalise(sub(raw, HEAD_CENTRE)));
      const n = headNormal(s, skin);
      centre.push(add(skin, mul(n, lock.lift * mix(1.1, 0.75, t) + lock.thickness * 0.6)));
    }
    const rings: SweepRing[] = centre.map((at, r) => {
      const t = r / (rows - 1);
      const before = centre[Math.max(0, r - 1)] as V3;
      const after = centre[Math.min(rows - 1, r + 1)] as V3;
      const along = normalise(sub(after, before));
      const away = headNormal(s, at);
      const across = normalise(cross(along, away));
      const size = Math.max(0.04, Math.sin(Math.PI * mix(0.3, 0.99, t ** 0.9)) ** 0.8);
      return {
        at,
        across,
        out: normalise(cross(across, along)),
        halfWidth: lock.width * size,
        halfThickness: lock.thickness * mix(1, 0.55, t) * Math.max(0.15, size),
      };
    });
    const body = sweep(rings, 8);
    const part = emptySurface();
    const normals = facetNormals(body.positions, body.triangles);
    body.positions.forEach((p, i) => {
      const t = (body.ringOf[i] as number) / (rows - 1);
      const ring = rings[body.ringOf[i] as number] as SweepRing;
      const high = dot(normalise(sub(p, ring.at)), ring.out);
      part.positions.push(toWorld(p));
      part.normals.push(normals[i] as V3);
      part.colours.push(shade(look, p, clamp(0.62 + 0.5 * high, 0, 1), lock.tip * t * t));
      part.uvs.push([0, 0]);
      part.weights.push([['head', 1]]);
    });
    part.triangles.push(...body.triangles);
    append(out, part);
  }
  return out;
};

/** All hair as one surface. */
export const buildHair = (look: Look): Surface => {
  const { toon } = look;
  if (toon !== undefined) {
    const chains = hairChains(look);
    return buildToonHair(look.shape, toon, (p) => hangingWeights(chains, p));
  }
  const out = emptySurface();
  append(out, cap(look, look.shape));
  append(out, fringe(look, look.shape));
  return out;
};
