import type { HairChain } from '../hair.ts';
import type { HeadShape } from '../head-shape.ts';
import { clamp, normalise, randomFrom, smoothstep, type V3 } from '../maths.ts';
import type { Surface, Weights } from '../surface.ts';
import { append, emptySurface, tidyWeights } from '../surface.ts';
import { buildCap } from './hair-cap.ts';
import { buildLock, type Lock, overHead } from './hair-lock.ts';

/** Joints of the bob: two in front of the shoulders, two at the sides, two behind, one in the fringe. */
export const bobChains = (): HairChain[] => [
  ...([1, -1] as const).flatMap((s): HairChain[] => {
    const n = s === 1 ? 'L' : 'R';
    const chain = (name: string, stiffness: number, points: readonly V3[]): HairChain => ({
      name: `${name}${n}`,
      stiffness,
      points: points.map(([x, y, z]): V3 => [s * x, y, z]),
    });
    return [
      chain('hairFront', 1.1, [
        [7.4, -0.5, 4.6],
        [7.4, -4, 4.8],
        [7.0, -7.4, 5.0],
        [6.0, -10.4, 5.0],
      ]),
      chain('hairSide', 1.1, [
        [8.8, -1.5, -0.6],
        [9.1, -5.4, -0.8],
        [8.8, -9.2, -0.8],
        [7.6, -12.4, -0.8],
      ]),
      chain('hairBack', 1.2, [
        [4.4, -2.0, -9.6],
        [4.6, -6.2, -9.8],
        [4.6, -10.0, -9.4],
        [4.0, -13.2, -8.2],
      ]),
    ];
  }),
  {
    name: 'hairFringe',
    stiffness: 3,
    points: [
      [0.6, 8.6, 8.4],
      [2.2, 6.8, 9.2],
      [3.8, 5.2, 8.9],
      [5.2, 3.8, 7.8],
    ],
  },
];

const onHead = (): Weights => [['head', 1]];

/** Hanging lock at an azimuth: over the skull, out over the ear line, down, and in again at the end. */
const curtain = (
  s: HeadShape,
  azimuth: number,
  end: number,
  extra: number,
  curl: number,
  drift: number,
  rest: Omit<Lock, 'points'>,
): Lock => {
  const hang = (r: number, y: number, turn: number): V3 => {
    const a = ((azimuth + turn) * Math.PI) / 180;
    return [(8.35 + r) * Math.sin(a), y, -1 + (8.75 + r) * Math.cos(a)];
  };
  return {
    ...rest,
    points: [
      overHead(s, azimuth, 76, 0.7 + extra),
      overHead(s, azimuth, 52, 1.25 + extra),
      overHead(s, azimuth, 25, 1.35 + extra),
      hang(0.85 + extra, 0.5, drift * 0.15),
      hang(1.25 + extra, end * 0.45, drift * 0.5),
      hang(0.75 + extra * 0.8, end * 0.78, drift * 0.8),
      hang(-curl, end, drift),
    ],
  };
};

const tuft = (
  points: readonly V3[],
  width: number,
  strip: number,
  weightOf: Lock['weightOf'],
  rest: Partial<Lock> = {},
): Lock => ({
  points,
  width,
  thickness: 0.5,
  strip,
  along: [0.06, 0.72],
  root: 0.7,
  taperFrom: 0.45,
  weightOf,
  ...rest,
});

/** A layered chin-length bob with a side-swept fringe. */
export const buildBob = (s: HeadShape, hanging: (p: V3) => Weights): Surface => {
  const out = emptySurface();
  append(
    out,
    buildCap(s, {
      edge: [
        [0, 7.2, 8.4],
        [2.4, 6.9, 8.0],
        [4.6, 5.6, 7.0],
        [6.3, 3.2, 5.4],
        [7.2, 0.4, 3.6],
        [7.4, -3.0, 1.4],
        [6.9, -6, -3.0],
        [5.0, -7.6, -6.6],
        [0, -8.2, -8.6],
      ],
      crown: normalise([0, 0.9, -0.35]),
      lift: 0.95,
      edgeLift: 0.3,
      shadeOf: (p) => 0.6 + 0.4 * smoothstep(2, 8, p[1]),
    }),
  );
  const random = randomFrom(4711);
  const fall = { thickness: 0.62, root: 0.5, taperFrom: 0.55, weightOf: hanging } as const;
  // Two layers behind and at the sides; the outer one is shorter.
  for (let i = 0; i < 13; i++) {
    const az = 60 + (i / 12) * 240 + (random() - 0.5) * 8;
    const lock = { ...fall, width: 2.3 + random() * 0.7, strip: i % 3, along: [0.02, 1] } as const;
    append(
      out,
      buildLock(
        curtain(s, az, -12.2 - random() * 1.6, 0, 1.9 + random() * 0.8, random() * 14 - 7, lock),
        9,
        4,
      ),
    );
  }
  for (let i = 0; i < 9; i++) {
    const az = 78 + (i / 8) * 204 + (random() - 0.5) * 12;
    const lock = { ...fall, width: 2.1 + random() * 1.0, strip: (i + 1) % 3, along: [0.02, 0.88] } as const;
    append(
      out,
      buildLock(
        curtain(s, az, -8.4 - random() * 2.6, 0.7, 0.2 + random() * 0.9, random() * 26 - 13, lock),
        11,
        6,
      ),
    );
  }
  for (const lock of frontLocks(hanging)) append(out, buildLock(lock, lock.points.length > 5 ? 11 : 9, 6));
  return out;
};

const swinging = (_p: V3, t: number): Weights => {
  const f = clamp(t * 3 - 0.9, 0, 2);
  const j = Math.min(1, Math.floor(f));
  const hold = 1 - 0.6 * smoothstep(0.3, 0.9, t);
  return tidyWeights([
    ['head', hold],
    [`hairFringe${j}`, (1 - hold) * (1 - (f - j))],
    [`hairFringe${j + 1}`, (1 - hold) * (f - j)],
  ]);
};

const frontLocks = (hanging: (p: V3) => Weights): Lock[] => [
  // Side locks that frame the face.
  tuft(
    [
      [0.2, 11.9, 3.2],
      [3.4, 10.6, 5.6],
      [6.2, 7.0, 6.2],
      [7.5, 2.4, 5.6],
      [7.5, -3, 5.4],
      [6.6, -7.6, 5.8],
      [5.2, -10.4, 5.9],
    ],
    1.45,
    1,
    hanging,
    { along: [0.03, 1], thickness: 0.7, taperFrom: 0.5 },
  ),
  tuft(
    [
      [-2.6, 11.7, 3.2],
      [-4.6, 10.2, 5.4],
      [-6.6, 6.6, 5.8],
      [-7.5, 2.0, 5.4],
      [-7.5, -3.2, 5.3],
      [-6.7, -7.4, 5.7],
      [-5.4, -9.9, 5.9],
    ],
    1.45,
    2,
    hanging,
    { along: [0.03, 1], thickness: 0.7, taperFrom: 0.5 },
  ),
  tuft(
    [
      [1.0, 11.9, 2.4],
      [4.6, 10.4, 4.4],
      [7.2, 6.4, 4.2],
      [8.4, 1.0, 3.6],
      [8.5, -4.4, 3.6],
      [7.8, -8.8, 4.0],
      [6.6, -11.6, 4.4],
    ],
    1.6,
    0,
    hanging,
    { along: [0.03, 1], thickness: 0.75, taperFrom: 0.55 },
  ),
  tuft(
    [
      [-3.2, 11.6, 2.4],
      [-5.4, 10.0, 4.2],
      [-7.4, 6.2, 4.0],
      [-8.4, 0.8, 3.5],
      [-8.5, -4.6, 3.6],
      [-7.8, -9.0, 4.0],
      [-6.6, -11.9, 4.4],
    ],
    1.6,
    1,
    hanging,
    { along: [0.03, 1], thickness: 0.75, taperFrom: 0.55 },
  ),
  // Fringe, swept over from the parting on the right.
  tuft(
    [
      [-1.8, 11.9, 2.2],
      [0.6, 11.7, 6.2],
      [4.0, 9.2, 8.6],
      [6.4, 5.2, 8.0],
      [7.5, 1.2, 6.8],
      [7.6, -2.2, 6.4],
    ],
    2.0,
    0,
    swinging,
    { thickness: 0.66, taperFrom: 0.5 },
  ),
  tuft(
    [
      [-1.8, 11.9, 2.4],
      [-0.1, 11.5, 7.0],
      [2.6, 8.9, 9.4],
      [5.0, 5.0, 9.0],
      [6.6, 1.7, 7.6],
    ],
    1.95,
    2,
    swinging,
    { thickness: 0.64, taperFrom: 0.5 },
  ),
  tuft(
    [
      [-1.9, 11.9, 2.6],
      [-1.0, 11.2, 7.4],
      [0.9, 8.4, 9.9],
      [3.0, 5.0, 10.1],
      [5.0, 2.7, 9.3],
    ],
    1.75,
    3,
    swinging,
    { thickness: 0.6, taperFrom: 0.5 },
  ),
  tuft(
    [
      [-2.0, 11.9, 2.6],
      [-1.8, 11.0, 7.4],
      [-0.9, 8.2, 10.0],
      [0.5, 5.3, 10.4],
      [2.4, 3.5, 10.2],
    ],
    1.5,
    1,
    swinging,
    { taperFrom: 0.5 },
  ),
  tuft(
    [
      [-2.2, 11.9, 2.6],
      [-2.3, 10.9, 7.3],
      [-2.3, 8.2, 9.8],
      [-1.7, 5.7, 10.3],
      [-0.5, 4.2, 10.4],
    ],
    1.2,
    0,
    onHead,
    { taperFrom: 0.5 },
  ),
  tuft(
    [
      [-2.5, 11.8, 2.4],
      [-3.4, 10.8, 6.8],
      [-4.3, 8.0, 8.8],
      [-4.7, 5.2, 8.9],
      [-4.3, 3.4, 8.8],
    ],
    1.45,
    1,
    onHead,
    { taperFrom: 0.5 },
  ),
  tuft(
    [
      [-2.6, 11.7, 2.2],
      [-4.3, 10.5, 6.0],
      [-5.9, 7.2, 7.5],
      [-6.7, 3.8, 7.2],
      [-6.7, 1.2, 6.9],
    ],
    1.6,
    0,
    onHead,
    { taperFrom: 0.5 },
  ),
  tuft(
    [
      [-2.6, 11.6, 1.8],
      [-4.8, 10.2, 5.2],
      [-6.8, 6.6, 6.4],
      [-7.6, 2.4, 6.2],
      [-7.6, -1.6, 6.0],
    ],
    1.6,
    2,
    onHead,
    { taperFrom: 0.5 },
  ),
  // One strand that never lies flat.
  tuft(
    [
      [-0.8, 11.6, 0.2],
      [-0.2, 13.2, 0.8],
      [1.3, 14.3, 1.6],
      [3.0, 14.0, 2.2],
    ],
    0.42,
    1,
    onHead,
    { thickness: 0.26, taperFrom: 0.2 },
  ),
];
