import { randomFrom, type V3 } from '../model/maths.ts';
import { box, lathe, leaf, type Mesh, paintOf, quad, stem } from './mesh.ts';

/** A wall with a rectangular hole, as four slabs. In the plane z = `z` (back wall) or x = `x` (side wall). */
export const wallWithHole = (
  mesh: Mesh,
  m: number,
  axis: 'x' | 'z',
  at: number,
  [a0, a1, b0, b1]: readonly [number, number, number, number],
  [h0, h1, v0, v1]: readonly [number, number, number, number],
  thick: number,
): void => {
  const slab = (p0: number, p1: number, q0: number, q1: number): void => {
    const along = (p0 + p1) / 2;
    const y = (q0 + q1) / 2;
    if (axis === 'z') box(mesh, m, [along, y, at - thick / 2], [p1 - p0, q1 - q0, thick]);
    else box(mesh, m, [at - thick / 2, y, along], [thick, q1 - q0, p1 - p0]);
  };
  slab(a0, h0, b0, b1);
  slab(h1, a1, b0, b1);
  slab(h0, h1, b0, v0);
  slab(h0, h1, v1, b1);
};

/** A row of books from `x` to the right, standing on `y`; the last one leans. */
export const books = (
  mesh: Mesh,
  {
    x,
    y,
    z,
    count,
    seed,
    colours,
  }: { x: number; y: number; z: number; count: number; seed: number; colours: readonly V3[] },
): number => {
  const random = randomFrom(seed);
  let at = x;
  for (let k = 0; k < count; k++) {
    const colour = colours[Math.floor(random() * colours.length)] as V3;
    const m = paintOf(mesh, { albedo: colour, gloss: 0.03, rough: 0.3 });
    const wide = 0.022 + random() * 0.03;
    const high = 0.19 + random() * 0.09;
    const deep = 0.14 + random() * 0.03;
    const lean = k === count - 1 ? 0.16 : 0;
    box(
      mesh,
      m,
      [at + wide / 2 + lean * high * 0.5, y + (high / 2) * Math.cos(lean), z],
      [wide, high, deep],
      0,
      -lean * -1,
    );
    at += wide + 0.003;
  }
  return at;
};

/** A potted plant of big leaves on curved stems. */
export const plant = (
  mesh: Mesh,
  options: {
    at: V3;
    height: number;
    leaves: number;
    size: number;
    seed: number;
    colours: readonly V3[];
    pot: V3;
    potRadius: number;
    spread: number;
  },
): void => {
  const { at, height, leaves, size, seed, colours, pot, potRadius: r, spread } = options;
  const random = randomFrom(seed);
  const clay = paintOf(mesh, { albedo: pot, gloss: 0.04, rough: 0.25 });
  const soil = paintOf(mesh, { albedo: [0.03, 0.022, 0.016] });
  const wood = paintOf(mesh, { albedo: [0.09, 0.1, 0.04] });
  lathe(mesh, clay, at, [
    [0, 0],
    [r * 0.72, 0],
    [r * 0.86, r * 0.7],
    [r, r * 1.7],
    [r * 0.94, r * 1.7],
    [r * 0.92, r * 1.5],
  ]);
  lathe(mesh, soil, at, [
    [r * 0.92, r * 1.5],
    [0, r * 1.55],
  ]);
  const greens = colours.map((albedo) => paintOf(mesh, { albedo, gloss: 0.035, rough: 0.22, through: 0.32 }));
  const top: V3 = [at[0], at[1] + r * 1.5, at[2]];
  for (let k = 0; k < leaves; k++) {
    const turn = k * 2.39996 + random() * 0.5;
    const t = (k + 0.5) / leaves;
    const reach = spread * (0.35 + 0.75 * (1 - t) + random() * 0.2);
    const end: V3 = [
      top[0] + Math.cos(turn) * reach,
      top[1] + height * (0.3 + 0.7 * t) * (0.85 + random() * 0.25),
      top[2] + Math.sin(turn) * reach * 0.8,
    ];
    const bend: V3 = [(top[0] * 2 + end[0]) / 3, (top[1] + end[1] * 1.25) / 2.25, (top[2] * 2 + end[2]) / 3];
    stem(mesh, wood, top, bend, 0.007);
    stem(mesh, wood, bend, end, 0.005);
    leaf(mesh, greens[k % greens.length] as number, {
      root: end,
      out: [Math.cos(turn), 0.25 + random() * 0.5, Math.sin(turn)],
      length: size * (0.75 + random() * 0.5),
      width: size * (0.42 + random() * 0.14),
      droop: 0.35 + random() * 0.35,
      fold: 0.25,
    });
  }
};

/** A curtain that hangs in folds in the plane z = `z`, from `x0` to `x1`. */
export const curtain = (
  mesh: Mesh,
  m: number,
  {
    x0,
    x1,
    y0,
    y1,
    z,
    folds,
    depth,
  }: { x0: number; x1: number; y0: number; y1: number; z: number; folds: number; depth: number },
): void => {
  const steps = folds * 12;
  const at = (k: number, y: number): V3 => {
    const t = k / steps;
    const a = t * folds * Math.PI * 2;
    return [
      x0 + (x1 - x0) * t + Math.cos(a * 0.5) * 0.012,
      y,
      z + Math.sin(a) * depth + Math.sin(a * 0.37) * depth * 0.6,
    ];
  };
  for (let k = 0; k < steps; k++) quad(mesh, m, at(k, y0), at(k + 1, y0), at(k + 1, y1), at(k, y1));
};
