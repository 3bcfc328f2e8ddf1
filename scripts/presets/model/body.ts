import type { Look, Rgb } from './looks.ts';
import { clamp, mix, normalise, smoothstep, type V3 } from './maths.ts';
import {
  append,
  emptySurface,
  facetNormals,
  facingOut,
  loftTriangles,
  type Surface,
  tidyWeights,
  type Weights,
} from './surface.ts';

/** Signed distance (world centimetres) to the clothed torso and arms. */
const torsoDistance = (px: number, y: number, z: number): number => {
  const x = Math.abs(px);
  const ell = (cx: number, cy: number, cz: number, rx: number, ry: number, rz: number): number => {
    const a = (x - cx) / rx;
    const b = (y - cy) / ry;
    const c = (z - cz) / rz;
    const k0 = Math.hypot(a, b, c);
    const k1 = Math.hypot(a / rx, b / ry, c / rz);
    return k1 < 1e-9 ? -rz : (k0 * (k0 - 1)) / k1;
  };
  const cap = (
    ax: number,
    ay: number,
    az: number,
    bx: number,
    by: number,
    bz: number,
    ra: number,
    rb: number,
  ): number => {
    const dx = bx - ax;
    const dy = by - ay;
    const dz = bz - az;
    const t = clamp(((x - ax) * dx + (y - ay) * dy + (z - az) * dz) / (dx * dx + dy * dy + dz * dz), 0, 1);
    return Math.hypot(x - ax - dx * t, y - ay - dy * t, z - az - dz * t) - mix(ra, rb, t);
  };
  const smin = (a: number, b: number, k: number): number => {
    const h = Math.max(k - Math.abs(a - b), 0) / k;
    return Math.min(a, b) - h * h * k * 0.25;
  };
  let d = ell(0, 111, -1, 13.2, 17, 9.2);
  d = smin(d, ell(0, 97, -0.5, 11.2, 15, 8.2), 5);
  d = smin(d, ell(0, 86, -0.8, 14.2, 11, 10), 5);
  d = smin(d, ell(5.6, 112.5, 5.2, 5.6, 5.8, 4.6), 4);
  d = smin(d, cap(2, 125.5, -3.2, 13.5, 122.2, -2, 4.4, 4.2), 4);
  d = smin(d, cap(14, 122, -1.9, 37, 122.6, -2, 4.9, 3.9), 3.4);
  d = smin(d, cap(37, 122.6, -2, 59, 122.6, -1.2, 3.9, 2.9), 1.5);
  return d;
};

const marchOut = (from: V3, dir: V3, far: number): V3 => {
  let t = far;
  let p: V3 = from;
  for (let i = 0; i < 80; i++) {
    p = [from[0] + dir[0] * t, from[1] + dir[1] * t, from[2] + dir[2] * t];
    const d = torsoDistance(p[0], p[1], p[2]);
    if (Math.abs(d) < 1e-3 || t < 0.2) break;
    // Starting inside another limb, the point stays there, hidden.
    t = Math.min(far, t - d * 0.7);
  }
  return p;
};

const torsoNormal = (p: V3): V3 => {
  const e = 0.2;
  return normalise([
    torsoDistance(p[0] + e, p[1], p[2]) - torsoDistance(p[0] - e, p[1], p[2]),
    torsoDistance(p[0], p[1] + e, p[2]) - torsoDistance(p[0], p[1] - e, p[2]),
    torsoDistance(p[0], p[1], p[2] + e) - torsoDistance(p[0], p[1], p[2] - e),
  ]);
};

const metres = (p: V3): V3 => [p[0] * 0.01, p[1] * 0.01, p[2] * 0.01];

/** Weights down the spine by height (world centimetres). */
export const spineWeights = (y: number): [string, number][] => {
  const steps: [string, number][] = [
    ['hips', 88],
    ['spine', 98],
    ['chest', 108],
    ['upperChest', 118],
    ['neck', 129.2],
    ['head', 135],
  ];
  for (let i = 0; i + 1 < steps.length; i++) {
    const [a, ya] = steps[i] as [string, number];
    const [b, yb] = steps[i + 1] as [string, number];
    if (y <= yb) {
      const t = smoothstep(ya, yb, y);
      return [
        [a, 1 - t],
        [b, t],
      ];
    }
  }
  return [['head', 1]];
};

/** Skin weights of the torso and the sleeves at a world point in centimetres. */
export const torsoWeights = (p: V3): Weights => {
  const s = p[0] >= 0 ? 'left' : 'right';
  const x = Math.abs(p[0]);
  const high = smoothstep(106, 118, p[1]);
  const arm = smoothstep(11.2, 18.5, x) * high;
  const shoulder = smoothstep(4, 12.5, x) * smoothstep(114, 122, p[1]) * 0.8;
  const lower = smoothstep(33.5, 41, x);
  const hand = smoothstep(55.5, 61, x);
  const rest = (1 - arm) * (1 - shoulder);
  const out: [string, number][] = spineWeights(Math.min(p[1], 124)).map(([n, w]) => [n, w * rest]);
  out.push([`${s}Shoulder`, (1 - arm) * shoulder]);
  out.push([`${s}UpperArm`, arm * (1 - lower)]);
  out.push([`${s}LowerArm`, arm * lower * (1 - hand)]);
  out.push([`${s}Hand`, arm * hand]);
  return tidyWeights(out);
};

const solid = (surface: Surface, colour: Rgb): Surface => {
  while (surface.colours.length < surface.positions.length) surface.colours.push(colour);
  while (surface.uvs.length < surface.positions.length) surface.uvs.push([0, 0]);
  return surface;
};

const loft = (
  rings: readonly (readonly V3[])[],
  normalOf: ((p: V3) => V3) | null,
  weightOf: (p: V3) => Weights,
  colour: Rgb,
  capEnd = false,
): Surface => {
  const out = emptySurface();
  const flat = rings.flat();
  const n = rings[0]?.length ?? 0;
  const sides = loftTriangles(rings.length, n);
  if (capEnd) {
    const last = (rings.length - 1) * n;
    for (let i = 1; i + 1 < n; i++) sides.push([last, last + i, last + i + 1]);
  }
  const triangles = facingOut(flat, sides);
  const facets = normalOf === null ? facetNormals(flat, triangles) : flat.map(normalOf);
  out.positions.push(...flat.map(metres));
  out.normals.push(...facets);
  out.weights.push(...flat.map(weightOf));
  out.triangles.push(...triangles);
  return solid(out, colour);
};

/** Ring around a vertical axis at (cx, y, cz), counter-clockwise seen from above turned outside-in. */
const flatRing = (cx: number, y: number, cz: number, rx: number, rz: number, n: number): V3[] =>
  Array.from({ length: n }, (_, i): V3 => {
    const a = -(i / n) * 2 * Math.PI;
    return [cx + rx * Math.cos(a), y, cz + rz * Math.sin(a)];
  });

const sweater = (look: Look): Surface => {
  const out = emptySurface();
  const n = 20;
  const heights = [127.6, 126.6, 125, 122.5, 119, 115, 111, 106, 101, 95, 89, 84, 80.5];
  const rings = heights.map((y) =>
    Array.from({ length: n }, (_, i): V3 => {
      const a = (i / n) * 2 * Math.PI;
      const dir = normalise([Math.cos(a), 0, Math.sin(a)]);
      // The hem hangs straight over the hips.
      const q = marchOut([0, Math.max(y, 86), -1.2], dir, y > 112 ? 17.5 : 22);
      const loose = smoothstep(95, 85, y) * 0.7;
      return [q[0] + dir[0] * loose, y, q[2] + dir[2] * loose];
    }),
  );
  // The top closes inwards under the collar.
  const throat = (rings[0] as V3[]).map((p): V3 => [p[0] * 0.62, p[1] + 0.2, (p[2] + 2) * 0.62 - 2]);
  append(out, loft([throat, ...rings], torsoNormal, torsoWeights, look.top));
  for (const s of [1, -1] as const) {
    const stations = [10, 12.5, 14.5, 17, 21, 27, 33, 37, 41, 48, 57];
    const arm = stations.map((x) =>
      Array.from({ length: 10 }, (_, i): V3 => {
        const a = s * (i / 10) * 2 * Math.PI + 0.3;
        return marchOut([s * x, 122.4, -1.9], [0, Math.cos(a), Math.sin(a)], 6.4);
      }),
    );
    append(out, loft(arm, torsoNormal, torsoWeights, look.top));
    const cuff = [57, 57.2, 60, 60.1].map((x, k) =>
      Array.from({ length: 10 }, (_, i): V3 => {
        const a = s * (i / 10) * 2 * Math.PI + 0.3;
        const r = [2.6, 3.25, 3.1, 2.3][k] as number;
        return [s * x, 122.6 + r * Math.cos(a), -1.2 + r * Math.sin(a)];
      }),
    );
    append(out, loft(cuff, null, torsoWeights, look.topAccent));
  }
  // Rolled collar.
  const collar = Array.from({ length: 9 }, (_, k) => {
    const b = (k / 8) * 2 * Math.PI;
    return Array.from({ length: 20 }, (_v, i): V3 => {
      const a = -(i / 20) * 2 * Math.PI;
      const r = 1.25 * Math.cos(b);
      const front = Math.sin(-a);
      return [
        (6.5 + r) * Math.cos(a),
        128.2 + 1.35 * Math.sin(b) + front * 1.5,
        -2.6 + (6.3 + r) * Math.sin(a),
      ];
    });
  });
  append(
    out,
    loft(collar, null, (p) => tidyWeights(spineWeights(Math.min(p[1], 125.5))), look.topAccent),
  );
  return out;
};

/** Trousers and shoes. */
export const legs = (look: Look): Surface => {
  const out = emptySurface();
  for (const s of [1, -1] as const) {
    const n = s === 1 ? 'left' : 'right';
    const weightOf = (p: V3): Weights => {
      const hip = smoothstep(78, 88, p[1]);
      const shin = smoothstep(50, 41, p[1]);
      const foot = smoothstep(11, 6.5, p[1]);
      const toes = smoothstep(5, 10, p[2]) * foot;
      return tidyWeights([
        ['hips', hip],
        [`${n}UpperLeg`, (1 - hip) * (1 - shin)],
        [`${n}LowerLeg`, shin * (1 - foot)],
        [`${n}Foot`, foot - toes],
        [`${n}Toes`, toes],
      ]);
    };
    const rows: [number, number, number, number, number][] = [
      [87, 6.2, -0.6, 6.4, 7.8],
      [79, 7.9, -0.4, 7.0, 8.0],
      [66, 8.4, 0.3, 6.5, 7.2],
      [55, 8.5, 0.5, 5.5, 6.0],
      [46, 8.5, 0.6, 4.9, 5.3],
      [38, 8.6, -0.4, 4.7, 5.2],
      [26, 8.7, -1.4, 4.3, 4.7],
      [11, 8.8, -1.6, 4.1, 4.4],
    ];
    append(
      out,
      loft(
        rows.map(([y, cx, cz, rx, rz]) => flatRing(s * cx, y, cz, rx, rz, 10).reverse()),
        null,
        weightOf,
        look.trousers,
      ),
    );
    // The shoe is lofted from the heel to the toe cap.
    const shoe: [number, number, number, number][] = [
      [-6.6, 1.2, 4.5, 2.2],
      [-5.6, 3.6, 6.2, 5.6],
      [-1, 4.1, 6.4, 6.2],
      [3.5, 4.3, 4.4, 4.4],
      [8.5, 4.6, 3.0, 3.0],
      [12.5, 4.2, 2.6, 2.5],
      [15, 2.2, 2.2, 1.6],
    ];
    const shoeRings = shoe.map(([z, w, y, h]) =>
      Array.from({ length: 10 }, (_, i): V3 => {
        const a = (i / 10) * 2 * Math.PI;
        return [
          s * 8.9 + w * Math.cos(a),
          Math.max(0.05, y + h * Math.sin(a) * (Math.sin(a) < 0 ? 1.4 : 0.9)),
          z,
        ];
      }),
    );
    append(out, loft(shoeRings, null, weightOf, look.shoes, true));
  }
  return out;
};

/** Both hands with all fingers. */
export const hands = (look: Look): Surface => {
  const out = emptySurface();
  for (const s of [1, -1] as const) {
    const n = s === 1 ? 'left' : 'right';
    const tube = (
      stations: readonly (readonly [V3, number, number])[],
      sides: number,
      axis: V3,
      weightOf: (p: V3) => Weights,
    ): void => {
      const acrossRaw: V3 = [-axis[2], 0, axis[0]];
      const across = normalise(acrossRaw);
      const rings = stations.map(([c, w, h]) =>
        Array.from({ length: sides }, (_, i): V3 => {
          const a = (i / sides) * 2 * Math.PI;
          return [
            c[0] + across[0] * w * Math.cos(a),
            c[1] + h * Math.sin(a),
            c[2] + across[2] * w * Math.cos(a),
          ];
        }),
      );
      append(out, loft(rings, null, weightOf, look.skin, true));
    };
    const onHand = (): Weights => [[`${n}Hand`, 1]];
    const palm: [V3, number, number][] = [
      [[s * 58.4, 122.6, -1.1], 2.2, 1.9],
      [[s * 61, 122.6, -0.9], 3.0, 1.6],
      [[s * 64.5, 122.6, -0.9], 3.9, 1.5],
      [[s * 67.5, 122.6, -0.9], 4.0, 1.3],
      [[s * 68.6, 122.6, -0.9], 3.4, 0.9],
    ];
    tube(palm, 8, [s, 0, 0], onHand);
    const fingers: [string, number, number, number][] = [
      ['Index', 2.2, 66.8, 3.4],
      ['Middle', 0.1, 67.2, 3.7],
      ['Ring', -2.0, 66.8, 3.4],
      ['Little', -3.9, 65.8, 2.7],
    ];
    for (const [name, z, x0, l] of fingers) {
      const r = name === 'Little' ? 0.78 : 0.92;
      const ends = [0, l, l * 1.65, l * 2.3, l * 2.42];
      const weightOf = (p: V3): Weights => {
        const d = Math.abs(p[0]) - x0;
        const b = smoothstep(l - 0.7, l + 0.7, d);
        const c = smoothstep(l * 1.65 - 0.6, l * 1.65 + 0.6, d);
        return tidyWeights([
          [`${n}${name}Proximal`, 1 - b],
          [`${n}${name}Intermediate`, b * (1 - c)],
          [`${n}${name}Distal`, b * c],
        ]);
      };
      tube(
        ends.map((d, i) => [
          [s * (x0 + d), 122.6, z * (1 + 0.02 * i)] as V3,
          r * ([1, 0.97, 0.9, 0.78, 0.35][i] as number),
          r * ([0.95, 0.92, 0.86, 0.7, 0.3][i] as number),
        ]),
        6,
        [s, 0, 0],
        weightOf,
      );
    }
    const direction = normalise([s * 0.72, -0.12, 0.68]);
    const thumb = [0, 2.4, 5, 7.2, 8].map((d, i): [V3, number, number] => [
      [s * 60.9 + direction[0] * d, 121.7 + direction[1] * d, 1.2 + direction[2] * d],
      [1.5, 1.2, 1.0, 0.85, 0.4][i] as number,
      [1.2, 1.05, 0.95, 0.75, 0.35][i] as number,
    ]);
    tube(thumb, 6, [direction[0], 0, direction[2]], (p) => {
      const d = Math.hypot(Math.abs(p[0]) - 60.9, p[2] - 1.2);
      const b = smoothstep(2, 4, d);
      const c = smoothstep(4.4, 6, d);
      return tidyWeights([
        [`${n}ThumbMetacarpal`, 1 - b],
        [`${n}ThumbProximal`, b * (1 - c)],
        [`${n}ThumbDistal`, b * c],
      ]);
    });
  }
  return out;
};

/** Neck weights at a head-space height: the head's own above the jaw, the neck bone's further down. */
export const neckWeights = (headY: number): Weights => {
  const t = smoothstep(-14.6, -10.6, headY);
  return tidyWeights([
    ['head', t],
    ['neck', 1 - t],
  ]);
};

/** Everything below the head, in one surface. */
export const buildBody = (look: Look): Surface => {
  const out = emptySurface();
  append(out, sweater(look));
  append(out, legs(look));
  append(out, hands(look));
  return out;
};
