import type { HeadShape } from '../head-shape.ts';
import { mix, normalise, randomFrom, smoothstep, type V3 } from '../maths.ts';
import { append, emptySurface, type Surface, type Weights } from '../surface.ts';
import { buildCap } from './hair-cap.ts';
import { buildLock, type Lock } from './hair-lock.ts';

const onHead = (): Weights => [['head', 1]];

const EDGE: readonly V3[] = [
  [0, 7.3, 8.2],
  [2.8, 7.1, 7.6],
  [5.0, 5.9, 6.4],
  [6.5, 3.7, 4.6],
  [7.2, 1.6, 3.6],
  [7.4, -1.8, 3.0],
  [7.5, -1.5, 1.6],
  [7.7, 1.4, -0.8],
  [7.4, -1.2, -3.2],
  [6.6, -4.6, -5.8],
  [4.2, -7.0, -7.8],
  [0, -7.8, -8.6],
];

/** Where a sheet of tufts starts and how it flows, for roots spread over `x`. */
interface Sheet {
  readonly count: number;
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly path: (x: number) => readonly V3[];
}

/** Front, middle and crown, each flowing up, back and to the left; the last sheet falls over the left side. */
const SHEETS: readonly Sheet[] = [
  {
    count: 8,
    from: -5.0,
    to: 5.0,
    width: 1.25,
    path: (x) => {
      const curve = 0.11 * x * x;
      return [
        [x, 7.7 - curve * 0.5, 7.2 - curve],
        [x * 1.02 + 0.2, 9.9 - curve * 0.45, 8.7 - curve],
        [x * 1.0 + 1.0, 12.3 - curve * 0.4, 6.8 - curve * 0.8],
        [x * 0.95 + 2.1, 13.3 - curve * 0.35, 3.4],
        [x * 0.9 + 3.0, 12.7 - curve * 0.35, -0.4],
      ];
    },
  },
  {
    count: 7,
    from: -5.4,
    to: 4.4,
    width: 1.35,
    path: (x) => {
      const curve = 0.1 * x * x;
      return [
        [x, 10.6 - curve, 4.6],
        [x + 0.5, 12.7 - curve, 4.0],
        [x + 1.3, 13.3 - curve, 0.6],
        [x + 2.0, 12.3 - curve, -3.4],
        [x + 2.4, 10.2 - curve, -6.4],
      ];
    },
  },
  {
    count: 6,
    from: -5.2,
    to: 4.6,
    width: 1.5,
    path: (x) => {
      const curve = 0.1 * x * x;
      return [
        [x, 11.4 - curve, 0.4],
        [x + 0.4, 12.7 - curve, -2.2],
        [x * 1.05 + 0.8, 11.5 - curve, -6.0],
        [x * 1.05 + 1.1, 8.6 - curve, -8.8],
        [x * 1.0 + 1.2, 6.0 - curve * 0.6, -9.7],
      ];
    },
  },
  {
    count: 4,
    from: -3.4,
    to: 4.4,
    width: 1.3,
    path: (z) => [
      [3.4, 11.4, z],
      [5.8, 11.2, z + 0.5],
      [7.7, 9.0, z + 0.4],
      [8.5, 6.4, z - 0.3],
      [8.4, 4.4, z - 1.2],
    ],
  },
];

const tuft = (points: readonly V3[], width: number, strip: number): Lock => ({
  points,
  width,
  thickness: 0.55,
  strip,
  along: [0.08, 0.95],
  root: 0.6,
  taperFrom: 0.45,
  weightOf: onHead,
});

const fallen = (points: readonly V3[], width: number, strip: number): Lock => ({
  points,
  width,
  thickness: 0.45,
  strip,
  along: [0.1, 0.95],
  root: 0.7,
  taperFrom: 0.35,
  weightOf: onHead,
});

/** Short faded sides under a textured top that is swept up and to the left. */
export const buildUndercut = (s: HeadShape): Surface => {
  const out = emptySurface();
  append(
    out,
    buildCap(s, {
      edge: EDGE,
      crown: normalise([0, 0.9, -0.35]),
      lift: 0.6,
      edgeLift: 0.1,
      shadeOf: (p) => mix(0.42, 0.85, smoothstep(2.5, 7.5, p[1])),
    }),
  );
  const random = randomFrom(90210);
  const loose = (p: V3, most: number): V3 => [
    p[0] + (random() - 0.5) * most,
    p[1] + (random() - 0.5) * most * 0.7,
    p[2] + (random() - 0.5) * most,
  ];
  for (const sheet of SHEETS) {
    for (let i = 0; i < sheet.count; i++) {
      const points = sheet
        .path(mix(sheet.from, sheet.to, i / (sheet.count - 1)))
        .map((p, k) => loose(p, [0, 0.3, 0.6, 0.9, 1.3][k] ?? 0));
      append(out, buildLock(tuft(points, sheet.width * mix(0.85, 1.2, random()), i % 3), 8, 6));
    }
  }
  // A few strands that did not stay up.
  append(
    out,
    buildLock(
      fallen(
        [
          [-1.2, 8.4, 7.6],
          [-1.9, 9.2, 9.0],
          [-3.2, 7.8, 9.6],
          [-4.0, 5.6, 9.0],
          [-3.8, 4.2, 8.9],
        ],
        0.75,
        1,
      ),
      8,
      6,
    ),
  );
  append(
    out,
    buildLock(
      fallen(
        [
          [-0.4, 8.5, 7.8],
          [-0.6, 9.2, 9.3],
          [-1.5, 7.9, 10.0],
          [-2.2, 6.2, 9.8],
        ],
        0.55,
        2,
      ),
      8,
      6,
    ),
  );
  return out;
};
