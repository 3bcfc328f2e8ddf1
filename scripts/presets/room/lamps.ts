import type { V3 } from '../model/maths.ts';
import type { Tree } from './bvh.ts';
import type { Material } from './mesh.ts';

/** The triangles of one light source. */
export interface Lamp {
  readonly triangle: readonly number[];
  /** Each triangle's share of the lamp's area, and the running sum of the shares. */
  readonly chance: readonly number[];
  readonly upTo: readonly number[];
  /** The lamp's share of all lamps' power, and the running sum of the shares. */
  readonly share: number;
  readonly shareUpTo: number;
  readonly emit: V3;
}

/** Twice the area of a triangle. */
const area2 = (tree: Tree, k: number): number => {
  const e = (i: number): number => tree.tris[k * 9 + 3 + i] as number;
  return Math.hypot(e(1) * e(5) - e(2) * e(4), e(2) * e(3) - e(0) * e(5), e(0) * e(4) - e(1) * e(3));
};

const runningSum = (list: readonly number[]): number[] => {
  let sum = 0;
  return list.map((x) => {
    sum += x;
    return sum;
  });
};

/** One lamp for each material that gives light. */
export const lampsOf = (tree: Tree, materials: readonly Material[]): Lamp[] => {
  const found = materials.flatMap((material, m) => {
    const { emit } = material;
    if (emit === undefined) return [];
    const triangle = [...tree.material.keys()].filter((k) => tree.material[k] === m);
    const areas = triangle.map((k) => area2(tree, k));
    const area = areas.reduce((x, y) => x + y, 0);
    const chance = areas.map((x) => x / area);
    const power = area * (emit[0] + emit[1] + emit[2]);
    return [{ triangle, chance, upTo: runningSum(chance), emit, power }];
  });
  const total = found.reduce((x, lamp) => x + lamp.power, 0);
  const shares = runningSum(found.map((lamp) => lamp.power / total));
  return found.map((lamp, i) => ({ ...lamp, share: lamp.power / total, shareUpTo: shares[i] as number }));
};

/** First index whose running sum reaches `x`. */
export const searchSum = (upTo: readonly number[], x: number): number => {
  let low = 0;
  let high = upTo.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x > (upTo[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
};
