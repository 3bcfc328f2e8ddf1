/** Triangles in a tree of boxes. Nothing is allocated while rays are traced. */
export interface Tree {
  /** Corner, two edges: nine numbers a triangle, in tree order. */
  readonly tris: Float64Array;
  readonly material: Int32Array;
  readonly bounds: Float64Array;
  /** First child (an inner node) or first triangle (a leaf). */
  readonly first: Int32Array;
  /** Triangles of a leaf; 0 for an inner node. */
  readonly count: Int32Array;
  /** Along which axis the children of an inner node follow each other. */
  readonly axis: Int32Array;
}

const LEAF = 4;

type Box = [number, number, number, number, number, number];

const emptyBox = (): Box => [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];

const grow = (box: Box, corners: readonly number[], i: number): void => {
  for (let c = 0; c < 9; c++) {
    const x = corners[i * 9 + c] as number;
    const axis = c % 3;
    box[axis] = Math.min(box[axis] as number, x);
    box[axis + 3] = Math.max(box[axis + 3] as number, x);
  }
};

const surface = (b: Box): number => {
  const [x, y, z] = [b[3] - b[0], b[4] - b[1], b[5] - b[2]];
  return x * y + y * z + z * x;
};

/** Orders `list` along its cheapest axis and tells where to cut it, by the surface area heuristic. */
const cheapestCut = (
  list: readonly number[],
  corners: readonly number[],
): { sorted: number[]; cut: number; axis: number } => {
  let best = { sorted: [...list], cut: list.length >> 1, axis: 0 };
  let cheapest = Infinity;
  const centre = (i: number, axis: number): number =>
    (corners[i * 9 + axis] as number) +
    (corners[i * 9 + 3 + axis] as number) +
    (corners[i * 9 + 6 + axis] as number);
  for (let axis = 0; axis < 3; axis++) {
    const sorted = [...list].sort((i, j) => centre(i, axis) - centre(j, axis) || i - j);
    const after: number[] = [];
    const right = emptyBox();
    for (let k = sorted.length - 1; k > 0; k--) {
      grow(right, corners, sorted[k] as number);
      after[k] = surface(right) * (sorted.length - k);
    }
    const left = emptyBox();
    for (let k = 1; k < sorted.length; k++) {
      grow(left, corners, sorted[k - 1] as number);
      const cost = surface(left) * k + (after[k] as number);
      if (cost < cheapest) {
        cheapest = cost;
        best = { sorted, cut: k, axis };
      }
    }
  }
  return best;
};

/** Builds the tree. */
export const buildTree = (corners: readonly number[], material: readonly number[]): Tree => {
  const order: number[] = [];
  const bounds: number[] = [];
  const first: number[] = [0];
  const count: number[] = [0];
  const axes: number[] = [0];
  const split = (node: number, list: readonly number[]): void => {
    const box = emptyBox();
    for (const i of list) grow(box, corners, i);
    for (let k = 0; k < 6; k++) bounds[node * 6 + k] = box[k] as number;
    if (list.length <= LEAF) {
      first[node] = order.length;
      count[node] = list.length;
      order.push(...list);
      return;
    }
    const { sorted, cut, axis } = cheapestCut(list, corners);
    const left = first.length;
    first[node] = left;
    axes[node] = axis;
    first.push(0, 0);
    count.push(0, 0);
    axes.push(0, 0);
    split(left, sorted.slice(0, cut));
    split(left + 1, sorted.slice(cut));
  };
  split(
    0,
    material.map((_, i) => i),
  );
  const tris = new Float64Array(order.length * 9);
  order.forEach((i, k) => {
    for (let c = 0; c < 9; c++) {
      const from = c < 3 ? 0 : (corners[i * 9 + (c % 3)] as number);
      tris[k * 9 + c] = (corners[i * 9 + c] as number) - from;
    }
  });
  return {
    tris,
    material: Int32Array.from(order, (i) => material[i] as number),
    bounds: Float64Array.from(bounds),
    first: Int32Array.from(first),
    count: Int32Array.from(count),
    axis: Int32Array.from(axes),
  };
};

const stack = new Int32Array(128);

/** What the last ray hit: its triangle (-1: nothing) and how far away. */
export const hit = { triangle: -1, t: 0 };

/**
 * Nearest triangle along a ray, told in `hit`. `skip` marks materials that the ray passes; with `any` the search
 * ends at the first hit, as a shadow needs no more.
 */
export const shoot = (
  tree: Tree,
  ox: number,
  oy: number,
  oz: number,
  dx: number,
  dy: number,
  dz: number,
  far: number,
  any: boolean,
  skip: Uint8Array | null,
): boolean => {
  const { tris, bounds, first, count, material, axis } = tree;
  const ix = 1 / dx;
  const iy = 1 / dy;
  const iz = 1 / dz;
  let best = far;
  hit.triangle = -1;
  let top = 0;
  stack[top++] = 0;
  while (top > 0) {
    const node = stack[--top] as number;
    const b = node * 6;
    const x0 = ((bounds[b] as number) - ox) * ix;
    const x1 = ((bounds[b + 3] as number) - ox) * ix;
    const y0 = ((bounds[b + 1] as number) - oy) * iy;
    const y1 = ((bounds[b + 4] as number) - oy) * iy;
    const z0 = ((bounds[b + 2] as number) - oz) * iz;
    const z1 = ((bounds[b + 5] as number) - oz) * iz;
    const near = Math.max(x0 < x1 ? x0 : x1, y0 < y1 ? y0 : y1, z0 < z1 ? z0 : z1);
    const away = Math.min(x0 < x1 ? x1 : x0, y0 < y1 ? y1 : y0, z0 < z1 ? z1 : z0);
    if (near > away || away < 0 || near > best) continue;
    const n = count[node] as number;
    const f = first[node] as number;
    if (n === 0) {
      const along = axis[node] === 0 ? dx : axis[node] === 1 ? dy : dz;
      const nearFirst = along > 0 ? 0 : 1;
      stack[top++] = f + 1 - nearFirst;
      stack[top++] = f + nearFirst;
      continue;
    }
    for (let k = f; k < f + n; k++) {
      if (skip !== null && skip[material[k] as number] === 1) continue;
      const o = k * 9;
      const e1x = tris[o + 3] as number;
      const e1y = tris[o + 4] as number;
      const e1z = tris[o + 5] as number;
      const e2x = tris[o + 6] as number;
      const e2y = tris[o + 7] as number;
      const e2z = tris[o + 8] as number;
      // Möller and Trumbore, "Fast, minimum storage ray-triangle intersection" (1997).
      const px = dy * e2z - dz * e2y;
      const py = dz * e2x - dx * e2z;
      const pz = dx * e2y - dy * e2x;
      const det = e1x * px + e1y * py + e1z * pz;
      if (det > -1e-12 && det < 1e-12) continue;
      const inv = 1 / det;
      const sx = ox - (tris[o] as number);
      const sy = oy - (tris[o + 1] as number);
      const sz = oz - (tris[o + 2] as number);
      const u = (sx * px + sy * py + sz * pz) * inv;
      if (u < 0 || u > 1) continue;
      const qx = sy * e1z - sz * e1y;
      const qy = sz * e1x - sx * e1z;
      const qz = sx * e1y - sy * e1x;
      const v = (dx * qx + dy * qy + dz * qz) * inv;
      if (v < 0 || u + v > 1) continue;
      const t = (e2x * qx + e2y * qy + e2z * qz) * inv;
      if (t > 1e-5 && t < best) {
        best = t;
        hit.triangle = k;
        hit.t = t;
        if (any) return true;
      }
    }
  }
  return hit.triangle >= 0;
};
