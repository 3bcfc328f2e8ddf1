import { randomFrom, type V3 } from '../model/maths.ts';
import { box, lathe, leaf, newMesh, paintOf, quad, stem } from './mesh.ts';
import { books, plant, wallWithHole } from './things.ts';
import type { Room } from './trace.ts';

/** A bright morning loft: sun through a side window on a warm wall, plants, an oak sideboard. */
export const loftRoom = (): Room => {
  const mesh = newMesh();
  const plaster = paintOf(mesh, { albedo: [0.8, 0.73, 0.64] });
  const white = paintOf(mesh, { albedo: [0.78, 0.75, 0.71] });
  const floor = paintOf(mesh, { albedo: [0.42, 0.27, 0.16], gloss: 0.05, rough: 0.2 });
  const oak = paintOf(mesh, { albedo: [0.36, 0.235, 0.15], gloss: 0.04, rough: 0.25 });
  const steel = paintOf(mesh, { albedo: [0.06, 0.06, 0.065], gloss: 0.05, rough: 0.2 });

  box(mesh, plaster, [0.6, 1.7, -0.05], [6, 3.4, 0.1]);
  box(mesh, floor, [0.6, -0.05, 2.4], [6, 0.1, 5]);
  box(mesh, white, [0.6, 3.45, 2.4], [6, 0.1, 5]);
  box(mesh, plaster, [3.1, 1.7, 2.4], [0.1, 3.4, 5]);
  box(mesh, white, [0.6, 1.7, 4.9], [6, 3.4, 0.1]);
  wallWithHole(mesh, white, 'x', -1.72, [-0.1, 4.95, 0, 3.4], [0.22, 2.5, 0.75, 2.85], 0.16);
  const sky = paintOf(mesh, { albedo: [0, 0, 0], emit: [6.4, 6.4, 6.4], portal: true });
  quad(mesh, sky, [-1.87, 0.7, 0.15], [-1.87, 0.7, 2.6], [-1.87, 2.9, 2.6], [-1.87, 2.9, 0.15]);
  for (const z of [0.24, 0.81, 1.37, 1.93, 2.48]) box(mesh, steel, [-1.78, 1.8, z], [0.04, 2.1, 0.035]);
  for (const y of [0.77, 1.47, 2.17, 2.83]) box(mesh, steel, [-1.78, y, 1.36], [0.04, 0.035, 2.28]);

  // Leaves outside break the sun into patches.
  const shade = paintOf(mesh, { albedo: [0.05, 0.12, 0.03] });
  const random = randomFrom(31);
  for (let k = 0; k < 60; k++) {
    const root: V3 = [-3.1 - random() * 0.7, 2.05 + random() * 1.5, 0.6 + random() * 2.1];
    leaf(mesh, shade, {
      root,
      out: [random() - 0.5, random() - 0.6, random() - 0.5],
      length: 0.2 + random() * 0.14,
      width: 0.09,
      droop: 0.4,
      fold: 0.1,
    });
  }

  // Sideboard with what stands on it.
  box(mesh, oak, [1.5, 0.5, 0.26], [1.75, 0.5, 0.46]);
  const gap = paintOf(mesh, { albedo: [0.16, 0.085, 0.04] });
  for (const x of [0.93, 1.5, 2.08]) box(mesh, gap, [x, 0.49, 0.492], [0.008, 0.44, 0.006]);
  for (const x of [0.75, 2.2]) stem(mesh, steel, [x, 0, 0.3], [x, 0.26, 0.3], 0.014, 10);
  const covers: readonly V3[] = [
    [0.5, 0.42, 0.32],
    [0.2, 0.28, 0.3],
    [0.5, 0.2, 0.1],
    [0.62, 0.58, 0.5],
    [0.16, 0.2, 0.16],
  ];
  books(mesh, { x: 1.82, y: 0.75, z: 0.22, count: 7, seed: 3, colours: covers });
  const vase = paintOf(mesh, { albedo: [0.62, 0.56, 0.48], gloss: 0.04, rough: 0.3 });
  lathe(
    mesh,
    vase,
    [0.98, 0.75, 0.24],
    [
      [0, 0],
      [0.06, 0],
      [0.11, 0.09],
      [0.1, 0.19],
      [0.045, 0.27],
      [0.04, 0.31],
      [0.055, 0.33],
    ],
  );
  // Dry grass in the vase.
  const straw = paintOf(mesh, { albedo: [0.55, 0.4, 0.22], through: 0.4 });
  for (let k = 0; k < 16; k++) {
    const a = random() * Math.PI * 2;
    const r = 0.06 + random() * 0.17;
    const end: V3 = [0.98 + Math.cos(a) * r, 1.36 + random() * 0.24, 0.24 + Math.sin(a) * r * 0.6];
    stem(mesh, straw, [0.98, 1.05, 0.24], end, 0.0035, 5);
    leaf(mesh, straw, {
      root: end,
      out: [Math.cos(a) * 0.6, 1, Math.sin(a) * 0.3],
      length: 0.16,
      width: 0.036,
      droop: 0.25,
      fold: 0.4,
    });
  }
  // Table lamp with a paper shade, off; and a stack of magazines.
  const paper = paintOf(mesh, { albedo: [0.76, 0.71, 0.62], through: 0.35 });
  lathe(
    mesh,
    paper,
    [1.5, 1.02, 0.25],
    [
      [0.15, 0],
      [0.115, 0.2],
    ],
  );
  lathe(
    mesh,
    oak,
    [1.5, 0.75, 0.25],
    [
      [0, 0.02],
      [0.07, 0.02],
      [0.075, 0],
      [0.018, 0.04],
      [0.015, 0.3],
    ],
  );

  // A print above the sideboard: a teal sun over a terracotta hill.
  const rim = paintOf(mesh, { albedo: [0.3, 0.17, 0.08] });
  const paperWhite = paintOf(mesh, { albedo: [0.74, 0.7, 0.62] });
  box(mesh, rim, [1.55, 1.86, 0.015], [0.62, 0.8, 0.03]);
  box(mesh, paperWhite, [1.55, 1.86, 0.02], [0.58, 0.76, 0.03]);
  const teal = paintOf(mesh, { albedo: [0.06, 0.26, 0.25] });
  const terracotta = paintOf(mesh, { albedo: [0.5, 0.17, 0.08] });
  const ochre = paintOf(mesh, { albedo: [0.62, 0.38, 0.12] });
  const disc = (m: number, cx: number, cy: number, r: number, from: number, to: number, z: number): void => {
    const steps = 40;
    const p = (k: number): V3 => {
      const a = from + ((to - from) * k) / steps;
      return [cx + r * Math.cos(a), cy + r * Math.sin(a), z];
    };
    for (let k = 0; k < steps; k++) quad(mesh, m, [cx, cy, z], p(k), p(k + 1), [cx, cy, z]);
  };
  disc(ochre, 1.62, 1.99, 0.13, 0, Math.PI * 2, 0.0365);
  disc(terracotta, 1.47, 1.6, 0.2, 0, Math.PI, 0.037);
  disc(teal, 1.64, 1.6, 0.17, 0, Math.PI, 0.0375);

  plant(mesh, {
    at: [-1.28, 0, 0.5],
    height: 1.5,
    leaves: 23,
    size: 0.48,
    seed: 12,
    colours: [
      [0.1, 0.26, 0.07],
      [0.14, 0.33, 0.08],
      [0.08, 0.22, 0.08],
    ],
    pot: [0.56, 0.27, 0.16],
    potRadius: 0.19,
    spread: 0.36,
  });

  // A second window, behind the camera.
  const fill = paintOf(mesh, { albedo: [0, 0, 0], emit: [4.4, 4.1, 3.7] });
  quad(mesh, fill, [-1, 0.8, 4.8], [2.6, 0.8, 4.8], [2.6, 2.9, 4.8], [-1, 2.9, 4.8]);

  return {
    mesh,
    eye: [0, 1.38, 3.4],
    target: [0, 1.4, 0],
    fov: 37,
    aperture: 0.014,
    focus: 1.15,
    ambient: [0.5, 0.5, 0.5],
    sun: { to: [-0.8, 0.36, 0.45], light: [7.4, 5.4, 3.5], spread: 0.034 },
    backdrop: (_x, y) => [2.2 + 0.4 * y, 2.4 + 0.2 * y, 2.5],
  };
};
