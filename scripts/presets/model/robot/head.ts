import type { Rgb } from '../looks.ts';
import { add, mix, mul, normalise, smoothstep, sub, type V2, type V3 } from '../maths.ts';
import { toWorld } from '../skeleton.ts';
import { append, emptySurface, type Surface } from '../surface.ts';
import { ACCENT, DARK, SHELL, SHELL_DIM, WHITE } from './paint.ts';
import { block, hoop, patch, turned } from './parts.ts';

/** The visor is part of a ball, so that eyes that turn about its middle glide over it. Head-space centimetres. */
const BALL: V3 = [0, 0.1, -2.2];
const RADIUS = 12.15;
/** Where the eye bones lie: beside the ball's middle. */
export const EYE_BONE: V3 = [0.5, BALL[1], BALL[2]];
export const JAW_BONE: V3 = [0, -4.6, 0.4];

const onBall =
  (lift: number) =>
  (azimuth: number, elevation: number): V3 =>
    add(
      BALL,
      mul(
        [
          Math.sin(azimuth) * Math.cos(elevation),
          Math.sin(elevation),
          Math.cos(azimuth) * Math.cos(elevation),
        ],
        RADIUS + lift,
      ),
    );

const awayFromBall = (p: V3): V3 => normalise(sub(p, BALL));

/** Rounded outline with half sizes `a` and `b` round a middle, radians on the ball. */
const outline =
  (middle: V2, a: number, b: number, power: number) =>
  (angle: number): V2 => {
    const round = (x: number): number => Math.sign(x) * Math.abs(x) ** (2 / power);
    return [middle[0] + a * round(Math.cos(angle)), middle[1] + b * round(Math.sin(angle))];
  };

const VISOR = outline([0, 0.0], 0.78, 0.47, 3.6);

/** Dark glass with a reflection across its upper left. */
const glass = (_share: number, p: V3): Rgb => {
  const streak = p[0] * 0.55 + p[1];
  const shine = smoothstep(1.7, 2.1, streak) * smoothstep(4.3, 3.9, streak) * 0.5;
  const sky = smoothstep(-2, 6, p[1]) * 0.3;
  const t = Math.min(1, shine + sky);
  return [mix(14, 74, t), mix(16, 84, t), mix(30, 124, t)];
};

const EYE_AT = 0.31;

/** One eye: a lit tile on the visor. */
export const robotEye = (side: 1 | -1): Surface => {
  const middle: V2 = [side * EYE_AT, 0.02];
  const made = patch(
    onBall(0.14),
    awayFromBall,
    outline(middle, 0.155, 0.2, 2.6),
    middle,
    { rings: 4, around: 28 },
    (share) => mul(WHITE, mix(1, 0.66, smoothstep(0.35, 1, share))),
    side === 1 ? 'leftEye' : 'rightEye',
  );
  return { ...made, positions: made.positions.map(toWorld) };
};

/** What goes on shining when the eyes are shut: their closed lines, the voice bars, the ear rings and the antenna's tip. */
export const headLights = (): Surface => {
  const out = emptySurface();
  for (const side of [1, -1] as const) {
    const bone = side === 1 ? 'leftEye' : 'rightEye';
    const x = side * EYE_AT;
    const lift = onBall(0.2);
    // A shallow smile of light: bent up at its ends.
    const bar = patch(
      (u, v) => lift(x + u, -0.075 + v + u * u * 2.1),
      awayFromBall,
      outline([0, 0], 0.13, 0.017, 2.2),
      [0, 0],
      { rings: 1, around: 24 },
      () => WHITE,
      bone,
    );
    append(out, bar);
    append(
      out,
      hoop(circle([side * 11.55, -0.3, -0.6], 2.7, 22), (p) => sub(p, [side * 5, -0.3, -0.6]), 0.3, {
        colour: WHITE,
        bone: 'head',
      }),
    );
  }
  for (const [i, high] of [0.26, 0.4, 0.52, 0.4, 0.26].entries()) {
    append(
      out,
      block([(i - 2) * 1.25, -6.25, 7.55 - 0.12 * (i - 2) ** 2], [0.34, high, 0.5], 3, 2, {
        colour: WHITE,
        bone: 'head',
      }),
    );
  }
  append(out, block([6.0, 12.7, -1.4], [0.95, 0.95, 0.95], 2, 5, { colour: WHITE, bone: 'head' }));
  return { ...out, positions: out.positions.map(toWorld) };
};

/** A circle across the X axis. */
const circle = (at: V3, r: number, n: number): V3[] =>
  Array.from({ length: n }, (_, i): V3 => {
    const a = (i / n) * 2 * Math.PI;
    return [at[0], at[1] + r * Math.sin(a), at[2] + r * Math.cos(a)];
  });

/** Shell, visor with its frame, ear pods, antenna, and the chin on the jaw bone. */
export const robotHead = (): Surface => {
  const out = emptySurface();
  const bone = 'head';
  append(out, block([0, 1.5, -1.2], [10.3, 8.4, 9.2], 2.9, 12, { colour: SHELL, bone }));
  append(out, patch(onBall(0), awayFromBall, VISOR, [0, 0], { rings: 8, around: 40 }, glass, bone));
  append(
    out,
    hoop(
      Array.from({ length: 44 }, (_, i) => {
        const [x, y] = VISOR((i / 44) * 2 * Math.PI);
        return onBall(-0.06)(x, y);
      }),
      awayFromBall,
      0.62,
      { colour: SHELL_DIM, bone },
    ),
  );
  // Crest over the middle of the head.
  append(out, block([0, 4.6, -1.2], [1.5, 5.75, 9.15], 2.9, 7, { colour: ACCENT, bone }));
  // The dark mouth behind the chin, and the chin itself.
  append(out, block([0, -5.9, 1.2], [6.6, 2.4, 6.6], 3.4, 6, { colour: DARK, bone }));
  append(out, block([0, -7.9, 0.8], [7.0, 1.9, 7.6], 3, 8, { colour: SHELL, bone: 'jaw' }));
  append(out, block([0, -8.2, 6.6], [2.6, 0.95, 2.1], 3, 4, { colour: ACCENT, bone: 'jaw' }));
  for (const side of [1, -1] as const) {
    const pod = (from: number, to: number, r: number, colour: Rgb): Surface =>
      turned(
        [side * from, -0.3, -0.6],
        [side * to, -0.3, -0.6],
        [
          [0, r * 0.96],
          [0.5, r],
          [0.9, r * 0.96],
          [1, r * 0.84],
          [1, 0.05],
        ],
        22,
        { colour, bone },
      );
    append(out, pod(8.6, 11.3, 3.7, SHELL_DIM));
    append(out, pod(10.4, 11.7, 2.4, ACCENT));
    append(out, pod(11.2, 12.1, 1.2, DARK));
  }
  append(
    out,
    turned(
      [6.0, 7.5, -1.4],
      [6.0, 12.2, -1.4],
      [
        [0, 1.3],
        [0.34, 1.2],
        [0.42, 0.45],
        [1, 0.34],
      ],
      12,
      { colour: DARK, bone },
    ),
  );
  return { ...out, positions: out.positions.map(toWorld) };
};
