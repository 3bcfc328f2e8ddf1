import { clamp, mix3, noise2, randomFrom, smoothstep, type V3 } from '../model/maths.ts';
import { ball, box, lathe, leaf, newMesh, paintOf, quad, stem } from './mesh.ts';
import { books, curtain, plant, wallWithHole } from './things.ts';
import type { Room } from './trace.ts';

const LIGHTS = ((): readonly { x: number; y: number; r: number; colour: V3; a: number }[] => {
  const random = randomFrom(99);
  const colours: readonly V3[] = [
    [1.5, 0.75, 0.3],
    [1.4, 0.95, 0.55],
    [1.5, 0.55, 0.3],
    [0.35, 0.95, 1],
    [0.95, 0.5, 1],
  ];
  return Array.from({ length: 40 }, () => {
    const near = random();
    return {
      x: 0.06 + random() * 0.72,
      y: 0.42 + random() * 0.22,
      r: 0.006 + near * near * 0.017,
      colour: colours[Math.floor(random() ** 1.5 * colours.length)] as V3,
      a: 0.16 + random() * 0.42,
    };
  });
})();

/** A soft city line: how much of the view at `x` is towers below `y`. */
const towers = (x: number, y: number, seed: number, base: number, tall: number, wide: number): number => {
  let cover = 0;
  for (let k = Math.floor(x / wide) - 2; k <= Math.floor(x / wide) + 2; k++) {
    const centre = (k + 0.5 + (noise2(k * 3.7, 1.5, seed) - 0.5) * 0.7) * wide;
    const half = wide * (0.24 + 0.3 * noise2(k * 5.1, 9.5, seed));
    const top = base - tall * noise2(k * 2.3, 4.5, seed) ** 1.6;
    const inside =
      smoothstep(half + 0.014, half - 0.014, Math.abs(x - centre)) * smoothstep(top - 0.02, top + 0.02, y);
    cover = Math.max(cover, inside);
  }
  return Math.max(cover, smoothstep(base - 0.012, base + 0.02, y));
};

const evening = (x: number, y: number): V3 => {
  const h = clamp((y - 0.08) / 0.46, 0, 1);
  let sky = mix3([0.022, 0.035, 0.19], [0.16, 0.08, 0.36], smoothstep(0, 0.45, h));
  sky = mix3(sky, [0.72, 0.24, 0.3], smoothstep(0.32, 0.74, h));
  sky = mix3(sky, [1.15, 0.52, 0.26], smoothstep(0.62, 0.95, h));
  const cloud = noise2(x * 3.2, y * 13, 5) * 0.6 + noise2(x * 7, y * 26, 8) * 0.4;
  sky = mix3(sky, [0.95, 0.38, 0.4], smoothstep(0.52, 0.85, cloud) * 0.34 * smoothstep(0.05, 0.5, h));
  sky = mix3(sky, [0.33, 0.16, 0.36], towers(x, y, 3, 0.535, 0.12, 0.075) * 0.72);
  sky = mix3(sky, [0.085, 0.055, 0.16], towers(x, y, 11, 0.575, 0.15, 0.11) * 0.92);
  let [r, g, b] = sky;
  for (const l of LIGHTS) {
    const d = Math.hypot(x - l.x, y - l.y) / l.r;
    if (d > 1.3) continue;
    const soft = 0.002 / l.r;
    const disc = smoothstep(1 + soft, 1 - soft, d) * (0.72 + 0.28 * d * d) * l.a;
    r += l.colour[0] * disc;
    g += l.colour[1] * disc;
    b += l.colour[2] * disc;
  }
  return [r * 0.72, g * 0.72, b * 0.74];
};

/** Evening in a streamer's room: city dusk in the window, a globe lamp and a violet strip on the shelves. */
export const duskRoom = (): Room => {
  const mesh = newMesh();
  const wall = paintOf(mesh, { albedo: [0.3, 0.28, 0.42] });
  const dark = paintOf(mesh, { albedo: [0.1, 0.1, 0.16] });
  const frame = paintOf(mesh, { albedo: [0.1, 0.09, 0.14], gloss: 0.03, rough: 0.2 });
  const wood = paintOf(mesh, { albedo: [0.2, 0.11, 0.07], gloss: 0.04, rough: 0.2 });
  const white = paintOf(mesh, { albedo: [0.55, 0.52, 0.56] });

  wallWithHole(mesh, wall, 'z', 0, [-2.9, 2.9, 0, 2.9], [-1.78, -0.5, 0.92, 2.3], 0.14);
  box(mesh, dark, [0, -0.05, 2.4], [5.8, 0.1, 5]);
  box(mesh, wall, [0, 2.95, 2.4], [5.8, 0.1, 5]);
  box(mesh, wall, [-2.75, 1.45, 2.4], [0.1, 2.9, 5]);
  box(mesh, wall, [2.75, 1.45, 2.4], [0.1, 2.9, 5]);
  box(mesh, dark, [0, 1.45, 4.9], [5.8, 2.9, 0.1]);

  // Window: light from outside, frame, bars and sill.
  const outside = paintOf(mesh, { albedo: [0, 0, 0], emit: [1.7, 1, 1.75], portal: true });
  quad(mesh, outside, [-1.8, 0.9, -0.13], [-0.48, 0.9, -0.13], [-0.48, 2.32, -0.13], [-1.8, 2.32, -0.13]);
  for (const x of [-1.76, -1.14, -0.52]) box(mesh, frame, [x, 1.61, -0.07], [0.045, 1.4, 0.06]);
  for (const y of [0.94, 2.28]) box(mesh, frame, [-1.14, y, -0.07], [1.28, 0.045, 0.06]);
  box(mesh, wood, [-1.14, 0.9, 0.05], [1.42, 0.035, 0.24]);
  const cloth = paintOf(mesh, { albedo: [0.26, 0.2, 0.38], through: 0.25 });
  curtain(mesh, cloth, { x0: -2.2, x1: -1.7, y0: 0.02, y1: 2.64, z: 0.12, folds: 6, depth: 0.035 });
  const rail = paintOf(mesh, { albedo: [0.3, 0.2, 0.12], gloss: 0.2, rough: 0.2 });
  stem(mesh, rail, [-2.35, 2.66, 0.12], [-0.25, 2.66, 0.12], 0.014, 12);

  // One shelf, with a violet strip behind its lip.
  box(mesh, wood, [1.42, 1.8, 0.13], [1.2, 0.035, 0.26]);
  box(mesh, wood, [1.42, 1.76, 0.252], [1.2, 0.08, 0.016]);
  const strip = paintOf(mesh, { albedo: [0, 0, 0], emit: [8, 3, 20] });
  box(mesh, strip, [1.42, 1.755, 0.2], [1.12, 0.03, 0.03]);
  const spines: readonly V3[] = [
    [0.3, 0.12, 0.16],
    [0.1, 0.2, 0.3],
    [0.1, 0.28, 0.28],
    [0.42, 0.3, 0.16],
    [0.24, 0.16, 0.36],
    [0.5, 0.45, 0.42],
  ];
  books(mesh, { x: 1.3, y: 1.818, z: 0.12, count: 11, seed: 21, colours: spines });
  // A trailing plant on the shelf.
  const ivy = [
    paintOf(mesh, { albedo: [0.07, 0.2, 0.09], through: 0.3, gloss: 0.02, rough: 0.3 }),
    paintOf(mesh, { albedo: [0.1, 0.26, 0.1], through: 0.3, gloss: 0.02, rough: 0.3 }),
  ];
  lathe(
    mesh,
    white,
    [1.02, 1.818, 0.14],
    [
      [0, 0],
      [0.06, 0],
      [0.075, 0.12],
      [0.065, 0.12],
    ],
  );
  const random = randomFrom(4);
  for (let k = 0; k < 60; k++) {
    const vine = k % 6;
    const t = Math.floor(k / 6) / 10;
    const a = vine * 1.05 + 0.3;
    const fall = Math.max(0, t - 0.25) * (0.34 + 0.2 * (vine % 3));
    leaf(mesh, ivy[k % 2] as number, {
      root: [1.02 + Math.cos(a) * 0.13 * Math.min(1, t * 3), 1.98 - fall, 0.2 + Math.abs(Math.sin(a)) * 0.1],
      out: [Math.cos(a + random() * 2 - 1), 0.2 + random() * 0.4, 0.6 + Math.sin(a)],
      length: 0.09 + random() * 0.035,
      width: 0.065,
      droop: 0.6,
      fold: 0.2,
    });
  }

  // The sideboard, a globe lamp and a vase on it.
  box(mesh, wood, [1.6, 0.42, 0.26], [1.6, 0.56, 0.46]);
  const glow = paintOf(mesh, { albedo: [0, 0, 0], emit: [34, 17, 6.4], look: [1.5, 0.98, 0.54] });
  const brass = paintOf(mesh, { albedo: [0.4, 0.24, 0.1], gloss: 0.35, rough: 0.15 });
  ball(mesh, glow, [1.3, 0.94, 0.27], 0.125, 18);
  lathe(
    mesh,
    brass,
    [1.3, 0.7, 0.27],
    [
      [0, 0.02],
      [0.085, 0.02],
      [0.085, 0],
      [0.03, 0.03],
      [0.025, 0.13],
    ],
  );
  const clay = paintOf(mesh, { albedo: [0.34, 0.16, 0.11], gloss: 0.04, rough: 0.2 });
  lathe(
    mesh,
    clay,
    [1.74, 0.7, 0.24],
    [
      [0.05, 0],
      [0.09, 0.06],
      [0.1, 0.13],
      [0.05, 0.22],
      [0.035, 0.27],
      [0.05, 0.3],
    ],
  );

  // A tall plant between the curtain and the window.
  plant(mesh, {
    at: [-1.72, 0, 0.55],
    height: 1.12,
    leaves: 18,
    size: 0.4,
    seed: 8,
    colours: [
      [0.05, 0.17, 0.09],
      [0.07, 0.22, 0.1],
      [0.04, 0.14, 0.1],
    ],
    pot: [0.42, 0.38, 0.4],
    potRadius: 0.17,
    spread: 0.32,
  });

  // What a monitor and a lamp behind the camera give.
  const screen = paintOf(mesh, { albedo: [0, 0, 0], emit: [2, 1.9, 3] });
  quad(mesh, screen, [-1.1, 0.9, 4.8], [1.1, 0.9, 4.8], [1.1, 2.4, 4.8], [-1.1, 2.4, 4.8]);

  // Teal light from the left, outside the picture: the edge of plant and curtain.
  const rimLight = paintOf(mesh, { albedo: [0, 0, 0], emit: [0.7, 4.6, 4.9] });
  quad(mesh, rimLight, [-2.68, 0.5, 1.1], [-2.68, 0.5, 2.1], [-2.68, 1.7, 2.1], [-2.68, 1.7, 1.1]);

  return {
    mesh,
    eye: [0, 1.4, 3.4],
    target: [0, 1.42, 0],
    fov: 37,
    aperture: 0.014,
    focus: 1.15,
    ambient: [0.1, 0.1, 0.16],
    backdrop: evening,
  };
};
