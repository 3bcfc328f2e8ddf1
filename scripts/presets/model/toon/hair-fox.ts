import type { HairChain } from '../hair.ts';
import type { HeadShape } from '../head-shape.ts';
import type { Rgb } from '../looks.ts';
import { mix, normalise, smoothstep, type V3 } from '../maths.ts';
import { append, emptySurface, type Surface, type Weights } from '../surface.ts';
import { buildCap } from './hair-cap.ts';
import { buildLock, type Lock } from './hair-lock.ts';
import { alongChain, buildPlume } from './hair-plume.ts';

const SIDES = [1, -1] as const;
const letter = (s: 1 | -1): string => (s === 1 ? 'L' : 'R');
const mirrored = (s: 1 | -1, points: readonly V3[]): V3[] => points.map(([x, y, z]): V3 => [s * x, y, z]);

const EAR: readonly V3[] = [
  [3.7, 6.6, -1.0],
  [5.5, 11.2, -1.0],
  [7.2, 15.6, -1.6],
  [8.6, 19.2, -2.4],
];

/** Behind the body, out to the left and up beside the shoulder. */
const TAIL: readonly V3[] = [
  [0, -46, -9],
  [9, -49, -19],
  [20, -44, -24],
  [27, -33, -24],
  [27.5, -21, -21],
  [23.5, -10, -18],
];

/** Ears and tail swing. */
export const foxChains = (): HairChain[] => [
  ...SIDES.map(
    (s): HairChain => ({
      name: `ear${letter(s)}`,
      stiffness: 3.2,
      points: mirrored(s, EAR.slice(0, 4)),
      free: true,
    }),
  ),
  { name: 'tail', stiffness: 2.4, points: TAIL, parent: 'hips', free: true },
];

const onHead = (): Weights => [['head', 1]];

const tuft = (points: readonly V3[], width: number, along: readonly [number, number], strip = 0): Lock => ({
  points,
  width,
  thickness: 0.6,
  strip,
  along,
  root: 0.8,
  taperFrom: 0.35,
  weightOf: onHead,
});

const DARK_TIP: Rgb = [92, 62, 60];

const ears = (s: 1 | -1): Surface => {
  const out = emptySurface();
  const weightOf = alongChain(`ear${letter(s)}`, 3, 'head');
  append(
    out,
    buildPlume({
      points: mirrored(s, EAR),
      size: (t) => {
        const r = mix(4.7, 0.12, t ** 1.15) * mix(0.6, 1, smoothstep(0, 0.34, t));
        return [r, 0.5 * r + 0.1];
      },
      across: [1, 0.1, 0.25 * s],
      rows: 10,
      sides: 14,
      strip: 1,
      along: [0.05, 0.22],
      grooves: 0,
      weightOf,
      tint: (t): Rgb => (t < 0.6 ? [255, 255, 255] : DARK_TIP),
    }),
  );
  append(
    out,
    buildPlume({
      points: mirrored(s, EAR).map(([x, y, z], i): V3 => [x * 0.985, y - 0.5, z + 2.1 - 0.55 * i]),
      size: (t) => {
        const r = mix(3.5, 0.06, Math.min(1, t / 0.88) ** 1.05) * mix(0.6, 1, smoothstep(0, 0.34, t));
        return [r, 0.25 * r + 0.04];
      },
      across: [1, 0.1, 0.25 * s],
      rows: 8,
      sides: 10,
      strip: 3,
      along: [0.9, 0.99],
      grooves: 0,
      weightOf,
      tint: (t): Rgb => [255, mix(206, 236, t), mix(196, 226, t)],
    }),
  );
  return out;
};

/** Cheek fur, light at its ends, and a small crest between the ears. */
const tufts = (): Lock[] => [
  ...SIDES.flatMap((s): Lock[] => [
    tuft(
      mirrored(s, [
        [5.6, -1.4, 5.0],
        [7.6, -2.4, 4.4],
        [9.0, -3.0, 3.6],
        [10.3, -3.2, 2.6],
      ]),
      1.4,
      [0.6, 0.99],
      3,
    ),
    tuft(
      mirrored(s, [
        [5.4, -3.2, 5.0],
        [7.6, -4.4, 4.4],
        [9.2, -5.2, 3.6],
        [10.6, -5.6, 2.8],
      ]),
      1.6,
      [0.55, 0.99],
      3,
    ),
    tuft(
      mirrored(s, [
        [4.8, -5.2, 4.6],
        [6.6, -6.6, 4.2],
        [8.0, -7.6, 3.6],
        [8.9, -8.6, 3.0],
      ]),
      1.5,
      [0.62, 0.99],
      3,
    ),
  ]),
  tuft(
    [
      [-0.4, 11.4, 1.5],
      [-0.2, 12.6, 5.0],
      [0.6, 12.0, 8.0],
      [1.5, 10.2, 9.6],
      [1.9, 8.6, 10.0],
    ],
    1.5,
    [0.04, 0.42],
  ),
  tuft(
    [
      [0.5, 11.4, 1.2],
      [-0.9, 12.7, 4.6],
      [-2.0, 11.8, 7.4],
      [-2.8, 9.8, 9.0],
      [-2.9, 8.4, 9.3],
    ],
    1.4,
    [0.04, 0.42],
    1,
  ),
  tuft(
    [
      [1.2, 11.4, 0.6],
      [2.6, 12.4, 3.6],
      [4.0, 11.2, 6.2],
      [4.7, 9.4, 7.6],
    ],
    1.2,
    [0.04, 0.4],
    2,
  ),
];

/** Fur over the back of the skull, ears, cheek tufts, a crest and the tail. */
export const buildFox = (s: HeadShape): Surface => {
  const out = emptySurface();
  append(
    out,
    buildCap(s, {
      edge: [
        [0, 10.8, 3.6],
        [2.8, 10.4, 3.4],
        [5.2, 8.8, 2.6],
        [6.6, 6.0, 2.0],
        [7.4, 1.8, 1.6],
        [7.4, -2.6, 0.6],
        [6.8, -6.2, -2.6],
        [4.8, -8.2, -5.6],
        [0, -9.2, -7.4],
      ],
      crown: normalise([0, 0.9, -0.35]),
      lift: 0.5,
      edgeLift: 0.06,
      shadeOf: (p) => 0.8 + 0.2 * smoothstep(-4, 6, p[1]),
    }),
  );
  for (const side of SIDES) append(out, ears(side));
  for (const lock of tufts()) append(out, buildLock(lock, 7, 6));
  append(
    out,
    buildPlume({
      points: TAIL,
      size: (t) => {
        const r = 1.6 + 6.2 * smoothstep(0, 0.55, t) * (1 - smoothstep(0.66, 1.01, t)) ** 0.7;
        return t > 0.995 ? [0.2, 0.2] : [r, r];
      },
      across: [0, 0.3, 1],
      rows: 18,
      sides: 16,
      strip: 0,
      along: [0.08, 0.97],
      grooves: 0.07,
      weightOf: alongChain('tail', 5, 'hips'),
    }),
  );
  return out;
};
