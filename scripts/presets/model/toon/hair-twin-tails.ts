import type { HairChain } from '../hair.ts';
import type { HeadShape } from '../head-shape.ts';
import type { Rgb } from '../looks.ts';
import { mix, normalise, smoothstep, type V3 } from '../maths.ts';
import { append, emptySurface, type Surface, type Weights } from '../surface.ts';
import { buildCap } from './hair-cap.ts';
import { buildLock, type Lock } from './hair-lock.ts';
import { alongChain, buildPlume } from './hair-plume.ts';

const SIDES = [1, -1] as const;
const nameOf = (s: 1 | -1): string => `hairTail${s === 1 ? 'L' : 'R'}`;

/** Middle line of a tail: out of the knot, up over it, and down beside the face. */
const tailLine = (s: 1 | -1): V3[] =>
  (
    [
      [8.2, 8.4, -3.2],
      [11.4, 9.4, -3.4],
      [14.4, 6.0, -3.2],
      [15.4, 0.4, -2.6],
      [14.6, -5.6, -2.0],
      [12.6, -10.6, -1.4],
    ] as const
  ).map(([x, y, z]): V3 => [s * x, y, z]);

/** Four joints and an end in either tail. */
export const twinTailChains = (): HairChain[] =>
  SIDES.map((s) => ({
    name: nameOf(s),
    stiffness: 1.4,
    points: [1, 2, 3, 4, 5].map((i) => tailLine(s)[i] as V3),
  }));

/** The knots' ribbons, over the light ends of the strands. */
const RIBBON: Rgb = [128, 236, 214];

const onHead = (): Weights => [['head', 1]];

const tuft = (points: readonly V3[], width: number, strip: number, end = 0.62): Lock => ({
  points,
  width,
  thickness: 0.55,
  strip,
  along: [0.05, end],
  root: 0.75,
  taperFrom: 0.5,
  weightOf: onHead,
});

/** Roots along the parting; a straight fringe with a longer lock on either side. */
const fringe = (): Lock[] =>
  [-5.6, -4.0, -2.4, -0.8, 0.8, 2.4, 4.0, 5.6].map((x, i): Lock => {
    const bow = x * x;
    const low = 4.0 - 0.035 * bow + (i % 2) * 0.35;
    return tuft(
      [
        [x * 0.3, 12.1, 2.2],
        [x * 0.72, 11.2 - 0.03 * bow, 7.0 - 0.05 * bow],
        [x * 1.0, 8.4 - 0.05 * bow, 9.6 - 0.075 * bow],
        [x * 1.08, low, 10.0 - 0.085 * bow],
      ],
      1.55,
      i % 3,
      0.5,
    );
  });

const sideLocks = (): Lock[] =>
  SIDES.map(
    (s): Lock =>
      tuft(
        [
          [s * 2.4, 11.9, 2.0],
          [s * 6.2, 9.0, 5.6],
          [s * 8.0, 4.4, 5.6],
          [s * 8.5, -0.6, 4.8],
          [s * 8.1, -5.0, 4.8],
          [s * 7.2, -8.0, 5.2],
        ],
        1.75,
        s === 1 ? 0 : 2,
        0.9,
      ),
  );

/** A close cap, a straight fringe and two full tails in knots. */
export const buildTwinTails = (s: HeadShape): Surface => {
  const out = emptySurface();
  append(
    out,
    buildCap(s, {
      edge: [
        [0, 7.2, 8.4],
        [2.4, 6.9, 8.0],
        [4.6, 5.6, 7.0],
        [6.3, 3.2, 5.4],
        [7.4, 0.4, 3.6],
        [7.6, -3.4, 1.4],
        [6.8, -6.6, -3.0],
        [4.8, -8.0, -6.4],
        [0, -8.6, -8.2],
      ],
      crown: normalise([0, 0.95, -0.25]),
      lift: 1.0,
      edgeLift: 0.45,
      shadeOf: (p) => 0.66 + 0.34 * smoothstep(0, 7, p[1]),
    }),
  );
  for (const lock of [...sideLocks(), ...fringe()]) append(out, buildLock(lock, 9, 6));
  for (const side of SIDES) {
    append(
      out,
      buildPlume({
        points: tailLine(side),
        size: (t) => {
          const r = 3.5 * smoothstep(0, 0.3, t) ** 0.6 * (1 - smoothstep(0.55, 1.02, t)) ** 0.55 + 0.25;
          return [r, r * 0.86];
        },
        across: [0, 0, 1],
        rows: 20,
        sides: 14,
        strip: side === 1 ? 1 : 2,
        along: [0.06, 0.98],
        grooves: 0.1,
        weightOf: alongChain(nameOf(side), 4, 'head'),
      }),
    );
    // The knot.
    append(
      out,
      buildPlume({
        points: [
          [side * 8.4, 8.2, -3.2],
          [side * 9.6, 8.9, -3.3],
          [side * 10.8, 9.3, -3.4],
        ],
        size: (t) => {
          const r = mix(1.6, 2.5, Math.sin(Math.PI * Math.min(1, Math.max(0, t))) ** 0.6);
          return [r, r];
        },
        across: [0, 0, 1],
        rows: 5,
        sides: 12,
        strip: 3,
        along: [0.93, 0.99],
        grooves: 0.06,
        weightOf: onHead,
        tint: () => RIBBON,
      }),
    );
  }
  return out;
};
