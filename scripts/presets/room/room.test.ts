import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readImageHeader } from '../../../src/main/services/library/inspect/images.ts';
import { buildTree, hit, shoot } from './bvh.ts';
import { develop } from './develop.ts';
import { ball, box, type Mesh, newMesh, paintOf, quad } from './mesh.ts';
import { newLayers, type Room, traceRows } from './trace.ts';

/** A white box with a lamp in its ceiling. */
const cell = (): Room => {
  const mesh: Mesh = newMesh();
  const white = paintOf(mesh, { albedo: [0.7, 0.7, 0.7] });
  const lamp = paintOf(mesh, { albedo: [0, 0, 0], emit: [4, 4, 4], look: [1, 1, 1] });
  box(mesh, white, [0, 0, 0], [4, 4, 8]);
  quad(mesh, lamp, [-0.5, 1.9, -2], [0.5, 1.9, -2], [0.5, 1.9, -1], [-0.5, 1.9, -1]);
  return {
    mesh,
    eye: [0, 0, 3],
    target: [0, 0, 0],
    fov: 60,
    aperture: 0.01,
    focus: 3,
    ambient: [0, 0, 0],
    backdrop: () => [1, 1, 1],
  };
};
const SIZE = { width: 16, height: 10, samples: 4 };

describe('the tracer', () => {
  it('finds the nearest triangle as a plain search does', () => {
    const mesh = newMesh();
    const m = paintOf(mesh, { albedo: [1, 1, 1] });
    ball(mesh, m, [0, 0, 0], 1, 12);
    box(mesh, m, [3, 0, 0], [1, 1, 1], 0.4, 0.2);
    const tree = buildTree(mesh.corners, mesh.material);
    expect(tree.material).toHaveLength(mesh.material.length);
    expect(shoot(tree, -5, 0.1, 0.05, 1, 0, 0, 1e9, false, null)).toBe(true);
    expect(hit.t).toBeGreaterThan(3.95);
    expect(hit.t).toBeLessThan(4.1);
    expect(shoot(tree, -5, 3, 0, 1, 0, 0, 1e9, false, null)).toBe(false);
    expect(shoot(tree, -5, 0.1, 0.05, 1, 0, 0, 1e9, false, Uint8Array.of(1))).toBe(false);
  });

  it('gives the same picture however the rows are shared out', () => {
    const pixels = SIZE.width * SIZE.height;
    const alone = newLayers(pixels);
    traceRows(cell(), SIZE, 0, 1, alone);
    const shared = newLayers(pixels);
    for (const from of [0, 1, 2]) traceRows(cell(), SIZE, from, 3, shared);
    expect(shared).toEqual(alone);
    expect(Math.max(...alone.light)).toBeGreaterThan(0);
    expect(alone.light.every(Number.isFinite)).toBe(true);
  });

  it('lights a closed white room as energy says: no more comes back than goes out', () => {
    const layers = newLayers(SIZE.width * SIZE.height);
    traceRows(cell(), { ...SIZE, samples: 36 }, 0, 1, layers);
    const mean = layers.light.reduce((x, y) => x + y, 0) / layers.light.length;
    // One square metre of lamp at radiance 4 in 160 m² of walls of 0.7: 4 / 160 / (1 - 0.7) at most, on the mean.
    expect(mean).toBeGreaterThan(0.02);
    expect(mean).toBeLessThan(0.4);
  });
});

describe('developing', () => {
  it('dithers a gradient so that no step of it is a line', () => {
    const [width, height] = [256, 16];
    const rgb = Float32Array.from(
      { length: width * height * 3 },
      (_, i) => 0.05 + 0.02 * ((Math.floor(i / 3) % width) / width),
    );
    const film = { exposure: 1, halo: 0, vignette: 0, grain: 0.5, saturation: 1, contrast: 1 };
    const out = develop({ width, height, rgb }, film);
    const column = (x: number): Set<number> =>
      new Set(Array.from({ length: height }, (_, y) => out.rgb[(y * width + x) * 3] as number));
    const mixed = Array.from({ length: width }, (_, x) => column(x).size).filter((n) => n > 1).length;
    expect(mixed).toBeGreaterThan(width * 0.9);
  });
});

describe('the bundled backgrounds', () => {
  const FOLDER = join(import.meta.dirname, '../../../resources/backgrounds');
  const list = JSON.parse(readFileSync(join(FOLDER, 'backgrounds.json'), 'utf8')) as {
    id: string;
    file: string;
  }[];

  it('are three, each 1280 by 720 and light', () => {
    expect(list.map((b) => b.id)).toEqual(['dusk', 'loft', 'aurora']);
    for (const { file } of list) {
      const path = join(FOLDER, file);
      expect(statSync(path).size, file).toBeLessThan(250_000);
      expect(readImageHeader(readFileSync(path)), file).toMatchObject({ width: 1280, height: 720 });
    }
  });
});
