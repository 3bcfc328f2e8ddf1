import type { HeadShape } from './head-shape.ts';
import { skinInFront } from './head-shape.ts';
import { eyeOutline, type HeadPart, type HeadVertex, lipLine, onEyeball } from './head-topology.ts';
import { mix, smoothstep, type V2, type V3 } from './maths.ts';
import { sweep } from './surface.ts';

/** Geometry inside the mouth and on the lids that moves with the face. */
export interface Extra {
  readonly vertices: HeadVertex[];
  readonly triangles: [number, number, number][];
}

/** Flat patches of the face texture, in UV: the extras sample these instead of the skin. */
export const PATCH: Readonly<Record<'teeth' | 'gum' | 'tongue' | 'lash' | 'glint', V2>> = {
  teeth: [0.03, 0.03],
  gum: [0.09, 0.03],
  tongue: [0.15, 0.03],
  lash: [0.21, 0.03],
  glint: [0.27, 0.03],
};

const vertex = (p: V3, part: HeadPart, uv: V2, rest: Partial<HeadVertex> = {}): HeadVertex => ({
  p,
  domain: uv,
  part,
  mouthRow: 99,
  mouthPlace: 0,
  eyeRow: 99,
  eyeCos: 0,
  eyeSin: 0,
  ...rest,
});

/** One clean band above; the lower teeth only show in a wide mouth. */
const TOON_UPPER = [-0.36, -0.4, 0.45, 0.95];
const TOON_LOWER = [-0.72, -0.76, -1.3, -1.6];

const teeth = (s: HeadShape, upper: boolean): Extra => {
  const out: Extra = { vertices: [], triangles: [] };
  const n = 14;
  // A muzzle falls back quickly above and below its lips.
  const front =
    skinInFront(s, 0, s.mouthY)[2] - (upper ? 0.62 : 0.95) - (s.toon?.muzzle === undefined ? 0 : 0.45);
  const line = lipLine(s, 0);
  const sign = upper ? 1 : -1;
  // From the biting edge to the gum, then the back side.
  const isToon = s.toon !== undefined;
  const width = s.mouthHalfWidth * (upper ? (isToon ? 1.3 : 0.9) : 0.82);
  const heights = upper
    ? isToon
      ? TOON_UPPER
      : [-0.27, -0.29, 0.5, 0.95]
    : isToon
      ? TOON_LOWER
      : [-0.26, -0.3, -1.0, -1.35];
  const back = [0.3, 0, 0.02, 0.1];
  for (let k = 0; k < 4; k++) {
    for (let i = 0; i <= n; i++) {
      const u = (i / n) * 2 - 1;
      const a = u * 1.35;
      const x = (width * Math.sin(a)) / Math.sin(1.35);
      const z = front - 2.5 * (1 - Math.cos(a)) - (back[k] as number);
      const notch = isToon || (k <= 1 && i % 2 === 1) ? 0.0 : 0.05 * (k <= 1 ? 1 : 0);
      const y = line + (heights[k] as number) + (k <= 1 ? sign * notch : 0) - 0.05 * u * u * sign;
      out.vertices.push(
        vertex([x, y, z], upper ? 'teethUpper' : 'teethLower', k === 3 ? PATCH.gum : PATCH.teeth),
      );
    }
  }
  for (let k = 0; k < 3; k++) {
    for (let i = 0; i < n; i++) {
      const a = k * (n + 1) + i;
      const b = a + n + 1;
      if (upper) out.triangles.push([a, a + 1, b + 1], [a, b + 1, b]);
      else out.triangles.push([a, b + 1, a + 1], [a, b, b + 1]);
    }
  }
  return out;
};

const tongue = (s: HeadShape): Extra => {
  const front = skinInFront(s, 0, s.mouthY)[2] - 1.55;
  const rings = Array.from({ length: 7 }, (_, k) => {
    const t = k / 6;
    return {
      at: [0, s.mouthY - 0.85 - 0.9 * (1 - t) ** 2 - (t > 0.9 ? 0.1 : 0), front - 4.2 * (1 - t)] as V3,
      across: [1, 0, 0] as V3,
      out: [0, 1, 0] as V3,
      halfWidth: 1.35 * Math.sqrt(Math.max(0.06, 1 - (t - 0.35) ** 2 / 0.45)),
      halfThickness: mix(0.55, 0.22, t),
    };
  });
  const body = sweep(rings, 8);
  return {
    vertices: body.positions.map((p) => vertex(p, 'tongue', PATCH.tongue)),
    triangles: body.triangles,
  };
};

/**
 * Upper lashes: a thin wedge along the lid margin, thicker and longer towards the outer corner.
 * `face` -1 is their other side: stylised lashes turn over when the eyes close.
 */
const lashes = (s: HeadShape, sign: 1 | -1, length: number, face: 1 | -1): Extra => {
  const out: Extra = { vertices: [], triangles: [] };
  const n = 14;
  for (let i = 0; i <= n; i++) {
    const a = mix(-0.08, Math.PI * 0.97, i / n);
    const taper = smoothstep(0, 0.22, i / n) * smoothstep(1, 0.55, i / n);
    const outer = 0.55 + 0.45 * Math.cos(a);
    const [x, y] = eyeOutline(s, Math.max(a, 0.0), 0.05);
    const full = s.toon === undefined ? 0.1 + 0.36 * outer ** 1.6 : 0.16 + 0.34 * outer ** 1.4;
    const reach = length * full * (i === 0 ? (s.toon === undefined ? 0.85 : 0.15) : 0.35 + 0.65 * taper);
    const base = onEyeball(s, x, y, s.eyeRadius + 0.16);
    const [x2, y2] = eyeOutline(s, Math.max(a, 0.0), 0.05 + 0.16 * length);
    const top = onEyeball(s, x2, y2, s.eyeRadius + 0.2);
    const side = Math.cos(a);
    const tip: V3 = [
      base[0] + 0.7 * reach * side + (i === 0 ? 0.06 : 0),
      base[1] + 0.62 * reach,
      base[2] + 0.5 * reach,
    ];
    const tags = { eyeRow: 1, eyeCos: Math.cos(a), eyeSin: Math.max(0.02, Math.sin(a)) };
    for (const p of [base, tip, top]) {
      out.vertices.push(vertex([sign * p[0], p[1], p[2]], 'lash', PATCH.lash, tags));
    }
  }
  for (let i = 0; i < n; i++) {
    for (const [u, v] of [
      [0, 1],
      [1, 2],
    ] as const) {
      const a = i * 3 + u;
      const b = i * 3 + v;
      const c = (i + 1) * 3 + v;
      const d = (i + 1) * 3 + u;
      if (sign === face) out.triangles.push([a, b, c], [a, c, d]);
      else out.triangles.push([a, c, b], [a, d, c]);
    }
  }
  return out;
};

/** Highlights before both eyes: they stay where the light is while the eyes turn beneath. */
const glints = (s: HeadShape): Extra => {
  const out: Extra = { vertices: [], triangles: [] };
  const n = 12;
  const r = s.eyeUpper;
  for (const sign of [1, -1] as const) {
    for (const [x, y, w, h] of [
      [-0.36 * r, 0.4 * r, 0.25 * r, 0.29 * r],
      [0.38 * r, -0.34 * r, 0.12 * r, 0.13 * r],
    ] as const) {
      const base = out.vertices.length;
      const at = (dx: number, dy: number): V3 => {
        // Light comes from one side, so both eyes have it on the same side.
        const p = onEyeball(s, s.eyeX + sign * (x + dx), y + dy, s.eyeRadius + 0.06);
        return [sign * p[0], p[1], p[2]];
      };
      out.vertices.push(vertex(at(0, 0), 'lash', PATCH.glint));
      for (let i = 0; i < n; i++) {
        const a = (i / n) * 2 * Math.PI;
        out.vertices.push(vertex(at(w * Math.cos(a), h * Math.sin(a)), 'lash', PATCH.glint));
        out.triangles.push([base, base + 1 + i, base + 1 + ((i + 1) % n)]);
      }
    }
  }
  return { vertices: out.vertices, triangles: out.triangles };
};

/** Teeth, tongue, lashes, and on a stylised face the eyes' highlights. */
export const buildExtras = (s: HeadShape, lashLength: number): Extra => {
  const out: Extra = { vertices: [], triangles: [] };
  for (const part of [
    teeth(s, true),
    teeth(s, false),
    tongue(s),
    lashes(s, 1, lashLength, 1),
    lashes(s, -1, lashLength, 1),
    ...(s.toon === undefined ? [] : [glints(s), lashes(s, 1, lashLength, -1), lashes(s, -1, lashLength, -1)]),
  ]) {
    const base = out.vertices.length;
    out.vertices.push(...part.vertices);
    for (const [a, b, c] of part.triangles) out.triangles.push([a + base, b + base, c + base]);
  }
  return out;
};
