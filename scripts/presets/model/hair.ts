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

/** A swinging chain of hair joints, root first; the last one is the tail that only gives a direction. */
export interface HairChain {
  readonly name: string;
  readonly points: readonly V3[];
  readonly stiffness: number;
}

const CROWN: V3 = normalise([0, 0.86, -0.5]);

/** Lower edge of the hair for x >= 0 from the middle of the forehead to the nape. */
const EDGES: Readonly<Record<Look['hairStyle'], readonly V3[]>> = {
  bob: [
    [0, 6.9, 8.0],
    [2.4, 6.5, 7.7],
    [4.4, 5.2, 6.9],
    [5.8, 3.2, 5.6],
    [6.7, 0.6, 4.6],
    [7.3, -3, 4.2],
    [7.5, -7, 4.3],
    [7.1, -10.8, 4.9],
    [6.4, -14.3, 5.0],
    [7.0, -15.6, 2.2],
    [7.9, -16.0, -1.8],
    [7.4, -16.4, -6.0],
    [4.6, -16.9, -9.0],
    [0, -17.2, -10.2],
  ],
  short: [
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
  ],
};

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
  if (look.hairStyle === 'short') return [];
  const chains: HairChain[] = [];
  for (const s of [1, -1] as const) {
    const n = s === 1 ? 'L' : 'R';
    chains.push(
      {
        name: `hairFront${n}`,
        points: [
          [s * 7.2, -2.0, 4.0],
          [s * 7.5, -6.5, 4.2],
          [s * 7.1, -10.8, 4.8],
          [s * 6.5, -14.4, 4.9],
        ],
        stiffness: 0.9,
      },
      {
        name: `hairSide${n}`,
        points: [
          [s * 7.9, -3.0, -1.5],
          [s * 8.2, -8.0, -1.8],
          [s * 8.1, -12.5, -1.8],
          [s * 7.9, -16.0, -1.8],
        ],
        stiffness: 1.0,
      },
      {
        name: `hairBack${n}`,
        points: [
          [s * 3.8, -4.0, -9.0],
          [s * 4.2, -8.5, -9.4],
          [s * 4.4, -13.0, -9.4],
          [s * 4.4, -16.9, -9.2],
        ],
        stiffness: 1.1,
      },
    );
  }
  chains.push({
    name: 'hairFringe',
    points: [
      [1.2, 7.6, 8.4],
      [3.4, 5.8, 8.3],
      [5.6, 3.4, 6.9],
      [6.9, 0.4, 5.6],
    ],
    stiffness: 3,
  });
  return chains;
};

/** Joint names of a chain, one per point. */
export const jointName = (chain: HairChain, i: number): string => `${chain.name}${i}`;

/** Bones for the chains, parents first. */
export const hairBones = (look: Look): Bone[] =>
  hairChains(look).flatMap((chain) =>
    chain.points.map((p, i) => ({
      name: jointName(chain, i),
      parent: i === 0 ? 'head' : jointName(chain, i - 1),
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
  const edge = EDGES[look.hairStyle];
  const isLong = look.hairStyle === 'bob';
  const chains = hairChains(look);
  const out = emptySurface();
  const columns: V3[][] = [];
  const grooves: number[] = [];
  const full = COLUMNS * 2;
  for (let i = 0; i < full; i++) {
    const k = i <= COLUMNS ? i : full - i;
    const mirrored = i > COLUMNS ? -1 : 1;
    const wave = 0.5 + 0.5 * Math.cos((k / COLUMNS) * Math.PI * 2 * (isLong ? 7.5 : 6.5));
    grooves.push(wave);
    const e0 = curveAt(edge, k / COLUMNS);
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
      const top = isLong ? 1.05 : 1.0;
      const thick =
        mix(top, mix(isLong ? 0.32 : 0.5, 1.0, hangs), smoothstep(0.55, 1, t)) +
        0.25 * hangs * smoothstep(0.2, 0.6, t);
      const lock = (wave - 0.5) * mix(0.06, isLong ? 0.38 : 0.34, smoothstep(0.08, 0.7, t));
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
      return add(end, add(mul(inward, isLong ? 0.55 : 0.45), [0, 0.25, 0]));
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
    const tip = isLong ? smoothstep(-6, -17, p[1]) : smoothstep(4, 9, p[1]) * 0.3;
    const rim = r === ROWS ? 0.25 : 1;
    out.colours.push(shade(look, p, mix(0.8, g, smoothstep(1, 6, r)) * rim, tip));
    out.uvs.push([0, 0]);
    out.weights.push(hangingWeights(chains, p));
  });
  out.triangles.push(...triangles);
  // Hanging hair is seen from inside, too; its own faces there are cheaper than a double-sided material.
  const twin = new Map<number, number>();
  const inner = (i: number): number => {
    const known = twin.get(i);
    if (known !== undefined) return known;
    const p = flat[i] as V3;
    const n = normals[i] as V3;
    out.positions.push(toWorld(add(p, mul(n, -0.12))));
    out.normals.push(mul(n, -1));
    const tip = smoothstep(-6, -17, p[1]);
    out.colours.push(shade(look, p, 0, tip).map((c) => c * 0.62) as unknown as Rgb);
    out.uvs.push([0, 0]);
    out.weights.push(hangingWeights(chains, p));
    twin.set(i, out.positions.length - 1);
    return out.positions.length - 1;
  };
  for (const [a, b, c] of triangles) {
    const ys = [a, b, c].map((i) => (flat[i] as V3)[1]);
    if (isLong && Math.max(...ys) < 2 && Math.max(a, b, c) < ROWS * full) {
      out.triangles.push([inner(a), inner(c), inner(b)]);
    }
  }
  return out;
};

interface Lock {
  readonly points: readonly V3[];
  readonly width: number;
  readonly thickness: number;
  readonly lift: number;
  /** Follows the swinging fringe chain. */
  readonly swings: boolean;
  readonly tip: number;
}

const LOCKS: Readonly<Record<Look['hairStyle'], readonly Lock[]>> = {
  bob: [
    {
      points: [
        [-2.0, 10.0, 4.2],
        [0.6, 8.6, 7.4],
        [3.2, 6.4, 8.0],
        [5.7, 3.3, 6.4],
        [7.0, -0.6, 4.8],
      ],
      width: 1.25,
      thickness: 0.42,
      lift: 0.75,
      swings: true,
      tip: 0.5,
    },
    {
      points: [
        [-2.0, 9.8, 4.6],
        [0.0, 7.7, 7.9],
        [2.3, 5.6, 8.4],
        [4.5, 3.9, 7.4],
        [6.4, 1.4, 5.6],
      ],
      width: 1.15,
      thickness: 0.42,
      lift: 0.6,
      swings: true,
      tip: 0.45,
    },
    {
      points: [
        [-2.1, 9.5, 4.9],
        [-0.9, 7.2, 8.1],
        [0.9, 5.4, 8.7],
        [2.7, 4.3, 8.2],
        [4.3, 3.5, 7.3],
      ],
      width: 0.95,
      thickness: 0.36,
      lift: 0.5,
      swings: true,
      tip: 0.35,
    },
    {
      points: [
        [-2.2, 10.0, 4.2],
        [-4.2, 8.3, 6.0],
        [-5.8, 5.2, 5.9],
        [-6.9, 1.2, 4.6],
        [-7.4, -3.4, 4.2],
      ],
      width: 1.25,
      thickness: 0.42,
      lift: 0.7,
      swings: false,
      tip: 0.4,
    },
    {
      points: [
        [-2.2, 9.7, 4.7],
        [-3.4, 7.6, 6.8],
        [-4.9, 5.2, 6.8],
        [-6.1, 2.9, 5.6],
        [-6.8, 0.2, 4.7],
      ],
      width: 1.0,
      thickness: 0.38,
      lift: 0.5,
      swings: false,
      tip: 0.35,
    },
  ],
  short: [
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
      swings: false,
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
      swings: false,
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
      swings: false,
      tip: 0.15,
    },
  ],
};

const fringe = (look: Look, s: HeadShape): Surface => {
  const out = emptySurface();
  const chain = hairChains(look).find((c) => c.name === 'hairFringe');
  for (const lock of LOCKS[look.hairStyle]) {
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
      if (lock.swings && chain !== undefined) {
        const f = clamp(t * 3 - 0.9, 0, 2);
        const j = Math.min(1, Math.floor(f));
        const hold = 1 - 0.7 * smoothstep(0.3, 0.9, t);
        part.weights.push(
          tidyWeights([
            ['head', hold],
            [jointName(chain, j), (1 - hold) * (1 - (f - j))],
            [jointName(chain, j + 1), (1 - hold) * (f - j)],
          ]),
        );
      } else part.weights.push([['head', 1]]);
    });
    part.triangles.push(...body.triangles);
    append(out, part);
  }
  return out;
};

/** All hair as one surface. */
export const buildHair = (look: Look): Surface => {
  const out = emptySurface();
  append(out, cap(look, look.shape));
  append(out, fringe(look, look.shape));
  return out;
};
