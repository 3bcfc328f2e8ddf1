import { PATCH } from './face-extras.ts';
import { occlusion } from './head-shape.ts';
import type { HeadVertex } from './head-topology.ts';
import type { Look, Rgb } from './looks.ts';
import { bump, clamp, mix, noise2, smoothstep, type V2, type V3 } from './maths.ts';
import type { Bitmap } from './png.ts';
import { skinRamp, toonFaceColour, toonPatches, toonShade } from './toon/face-paint.ts';

const SIZE = 1024;
const SPAN = 27;

/** Face domain (centimetres) → texture coordinates. */
export const faceUv = (domain: V2): V2 => [0.5 + domain[0] / SPAN, 0.5 - (domain[1] + 0.5) / SPAN];

const blend = (a: Rgb, b: Rgb, t: number): Rgb => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
];
const darken = (c: Rgb, f: number): Rgb => [c[0] * f, c[1] * f, c[2] * f];

/** Skin without features; shared with the parts of the head that carry no texture. */
export const skinColour = (look: Look, p: V3, n: V3): Rgb => {
  const s = look.shape;
  if (look.toon !== undefined) return skinRamp(look, look.toon, toonShade(look, p, n));
  const ao = occlusion(s, p, n);
  const x = Math.abs(p[0]);
  const q: V3 = [x, p[1], p[2]];
  const warm = clamp(
    0.46 * bump(q, [4.1, -2.7, 6], [2.0, 1.4, 3]) +
      0.28 * bump(q, [0, s.noseTipY, s.noseTipZ], [1.0, 0.9, 1.5]) +
      0.12 * bump(q, [0, s.chinY + 1.4, 8], [1.6, 1.2, 3]),
    0,
    1,
  );
  const base = blend(look.skin, look.blush, warm);
  // Light that has passed through skin is red: shadows are warm, not grey.
  const shade = mix(0.56, 1, ao);
  const under = bump(q, [0.95 * s.noseWidth, s.noseTipY - 0.75, 8], [0.8, 0.4, 3]);
  const nose = 1 - look.noseShadow * under;
  return [
    base[0] * mix(0.72, 1, ao) * mix(1, nose, 0.8),
    base[1] * shade * nose,
    base[2] * mix(0.5, 1, ao) * nose,
  ];
};

const browAmount = (look: Look, p: V3): number => {
  const x = Math.abs(p[0]);
  const t = (x - 1.25) / 4.15;
  if (t < -0.1 || t > 1.08 || p[2] < 2) return 0;
  const u = clamp(t, 0, 1);
  const middle = look.shape.eyeUpper + look.browHeight + 0.62 * Math.sin(u * 2.0) - 0.5 * u * u * u;
  const thick = look.browThickness * mix(0.95, 1.05, u) * (1 - 0.78 * smoothstep(0.45, 1.05, u));
  const d = Math.abs(p[1] - middle) / Math.max(thick, 0.02);
  const hairs = noise2(x * 9 - p[1] * 3, p[1] * 14 + x * 5, 3) * 0.5;
  const ends = smoothstep(-0.1, 0.2, t) * smoothstep(1.06, 0.95, t);
  return smoothstep(1.25, 0.6, d + hairs * 0.45) * ends * 0.93;
};

/** What the painter knows of one texel of the face. */
export interface Texel {
  readonly p: V3;
  readonly n: V3;
  readonly mouthRow: number;
  readonly place: number;
  readonly eyeRow: number;
  readonly eyeSin: number;
  readonly eyeCos: number;
}

const mouthInside: Rgb = [58, 16, 20];

const faceColour = (look: Look, t: Texel): Rgb => {
  if (look.toon !== undefined) return toonFaceColour(look, look.toon, t);
  let c = skinColour(look, t.p, t.n);
  c = blend(c, look.brows, browAmount(look, t.p));
  const s = look.shape;
  const x = Math.abs(t.p[0]);
  const nostril = bump([x, t.p[1], 0], [0.53 * s.noseWidth, s.noseTipY - 0.76, 0], [0.25, 0.17, 1]);
  c = blend(c, [70, 26, 24], smoothstep(0.3, 0.9, nostril) * 0.7);
  if (t.mouthRow < 12) {
    const lip = smoothstep(7.35, 6.75, t.mouthRow);
    const rim = Math.exp(-(((t.mouthRow - 7.2) / 0.35) ** 2)) * 0.12;
    const gloss = t.place < 0 ? bump([t.mouthRow, x, 0], [5.9, 0, 0], [0.5, 0.8, 1]) * 0.22 : 0;
    let lips: Rgb = blend(look.lips, darken(look.lips, 0.8), t.place > 0 ? 0.5 : 0);
    lips = blend(lips, [255, 225, 220], gloss);
    lips = darken(lips, mix(0.45, 1, smoothstep(3.6, 4.9, t.mouthRow)));
    c = blend(darken(c, 1 - rim), lips, lip);
    c = blend(c, mouthInside, smoothstep(3.9, 2.6, t.mouthRow));
    c = darken(c, mix(0.2, 1, smoothstep(0.6, 2.6, t.mouthRow)));
  }
  if (t.eyeRow < 7) {
    const upper = Math.max(0, t.eyeSin);
    const lower = Math.max(0, -t.eyeSin);
    const shadow = Math.exp(-(((t.eyeRow - 2) / 1.6) ** 2)) * upper * 0.22;
    c = blend(c, darken(look.blush, 0.62), shadow);
    const crease = Math.exp(-(((t.eyeRow - 3.1) / 0.45) ** 2)) * upper * 0.42;
    c = blend(c, darken(look.blush, 0.42), crease);
    const lashLine = smoothstep(2.0, 1.25, t.eyeRow) * (0.35 + 0.65 * upper);
    const outer = smoothstep(-1, 1, t.eyeCos);
    c = blend(c, [38, 24, 28], lashLine * mix(0.75, 1, outer) * (lower > 0 ? 0.5 + 0.25 * outer : 0.95));
    const wet = smoothstep(0.75, 0.2, t.eyeRow) * lower * 0.55;
    c = blend(c, [214, 140, 130], wet);
    const under = Math.exp(-(((t.eyeRow - 4) / 1.3) ** 2)) * lower * 0.1;
    c = blend(c, darken(look.blush, 0.7), under);
  }
  return c;
};

const PLAIN_PATCHES: [V2, Rgb][] = [
  [PATCH.teeth, [240, 232, 222]],
  [PATCH.gum, [150, 62, 64]],
  [PATCH.tongue, [190, 84, 90]],
  [PATCH.lash, [30, 20, 26]],
];

/** Paints the face texture by walking every triangle through UV space. */
export const paintFace = (
  look: Look,
  vertices: readonly HeadVertex[],
  normals: readonly V3[],
  triangles: readonly (readonly [number, number, number])[],
): Bitmap => {
  const rgb = new Uint8Array(SIZE * SIZE * 3);
  const done = new Uint8Array(SIZE * SIZE);
  for (let i = 0; i < SIZE * SIZE; i++) rgb.set(look.skin, i * 3);
  for (const t of triangles) {
    const vs = t.map((i) => vertices[i] as HeadVertex) as [HeadVertex, HeadVertex, HeadVertex];
    const ns = t.map((i) => normals[i] as V3) as [V3, V3, V3];
    const [a, b, c] = vs.map((v) => {
      const [u, w] = faceUv(v.domain);
      return [u * SIZE, w * SIZE];
    }) as [[number, number], [number, number], [number, number]];
    const area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    if (Math.abs(area) < 1e-6) continue;
    const x0 = Math.max(0, Math.floor(Math.min(a[0], b[0], c[0]) - 2));
    const x1 = Math.min(SIZE - 1, Math.ceil(Math.max(a[0], b[0], c[0]) + 2));
    const y0 = Math.max(0, Math.floor(Math.min(a[1], b[1], c[1]) - 2));
    const y1 = Math.min(SIZE - 1, Math.ceil(Math.max(a[1], b[1], c[1]) + 2));
    const size = Math.sqrt(Math.abs(area));
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const px = x + 0.5;
        const py = y + 0.5;
        const w1 = ((px - a[0]) * (c[1] - a[1]) - (py - a[1]) * (c[0] - a[0])) / area;
        const w2 = ((b[0] - a[0]) * (py - a[1]) - (b[1] - a[1]) * (px - a[0])) / area;
        const w0 = 1 - w1 - w2;
        const least = Math.min(w0, w1, w2);
        // Texels just outside are painted too, unless a triangle owns them.
        if (least < -1.6 / size) continue;
        const owned = least >= 0;
        if (!owned && done[y * SIZE + x] !== 0) continue;
        const lerp = (f: (v: HeadVertex) => number): number => w0 * f(vs[0]) + w1 * f(vs[1]) + w2 * f(vs[2]);
        const lerpN = (k: 0 | 1 | 2): number => w0 * ns[0][k] + w1 * ns[1][k] + w2 * ns[2][k];
        const colour = faceColour(look, {
          p: [lerp((v) => v.p[0]), lerp((v) => v.p[1]), lerp((v) => v.p[2])],
          n: [lerpN(0), lerpN(1), lerpN(2)],
          mouthRow: lerp((v) => v.mouthRow),
          place: lerp((v) => v.mouthPlace),
          eyeRow: lerp((v) => v.eyeRow),
          eyeSin: lerp((v) => v.eyeSin),
          eyeCos: lerp((v) => v.eyeCos),
        });
        const at = (y * SIZE + x) * 3;
        rgb[at] = clamp(Math.round(colour[0]), 0, 255);
        rgb[at + 1] = clamp(Math.round(colour[1]), 0, 255);
        rgb[at + 2] = clamp(Math.round(colour[2]), 0, 255);
        done[y * SIZE + x] = owned ? 1 : 0;
      }
    }
  }
  const patches: [V2, Rgb][] = look.toon === undefined ? PLAIN_PATCHES : toonPatches(look.toon);
  for (const [[u, v], colour] of patches) {
    for (let y = 0; y < 60; y++) {
      for (let x = 0; x < 60; x++) {
        const at = ((Math.round(v * SIZE) + y - 30) * SIZE + Math.round(u * SIZE) + x - 30) * 3;
        if (at >= 0) rgb.set(colour, at);
      }
    }
  }
  return { width: SIZE, height: SIZE, rgb };
};
