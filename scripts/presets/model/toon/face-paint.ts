import { PATCH } from '../face-extras.ts';
import { occlusion } from '../head-shape.ts';
import type { Fur, Look, Rgb, ToonLook } from '../looks.ts';
import { bump, clamp, mix, smoothstep, type V2, type V3 } from '../maths.ts';
import type { Texel } from '../paint-face.ts';
import { bell, blend, darken } from './colour.ts';

/** How much light the skin keeps at a point, 0 to 1: hollows, the jaw's underside, and where hair hangs over. */
export const toonShade = (look: Look, p: V3, n: V3): number => {
  const s = look.shape;
  const x = Math.abs(p[0]);
  const hollow = Math.min(0.3, 0.36 * (1 - occlusion(s, p, n)));
  const under = 0.5 * smoothstep(-0.25, -0.85, n[1]) * smoothstep(s.mouthY - 1.6, s.chinY - 0.2, p[1]);
  const neck = 0.5 * smoothstep(s.chinY + 0.4, s.chinY - 1, p[1]) * smoothstep(6.5, 3, p[2]);
  // No hair hangs over a face of fur.
  if (look.toon?.fur !== undefined) return clamp(1 - hollow - Math.max(under, neck), 0, 1);
  const forehead = 0.42 * smoothstep(4.4, 6.6, p[1]);
  const temple = 0.4 * smoothstep(5.6, 7.4, x) * smoothstep(-8, -5, p[1]);
  return clamp(1 - hollow - Math.max(under, neck) - Math.max(forehead, temple), 0, 1);
};

/** Skin at a shade; warmer the darker. */
export const skinRamp = (look: Look, toon: ToonLook, shade: number): Rgb =>
  blend(toon.skinShade, look.skin, shade);

const browAmount = (look: Look, p: V3): number => {
  const s = look.shape;
  const x = Math.abs(p[0]);
  const from = s.eyeX - s.eyeHalfWidth + 0.15;
  const t = (x - from) / (s.eyeHalfWidth * 2.2);
  if (t < -0.1 || t > 1.1 || p[2] < 1) return 0;
  const u = clamp(t, 0, 1);
  const middle = s.eyeUpper + look.browHeight + 0.62 * Math.sin(u * 2.3) - 0.62 * u * u;
  const thick =
    look.browThickness * mix(0.85, 1.05, smoothstep(0, 0.3, u)) * (1 - 0.8 * smoothstep(0.4, 1.05, u));
  const d = Math.abs(p[1] - middle) / Math.max(thick, 0.03);
  return smoothstep(1.25, 0.75, d) * smoothstep(-0.08, 0.1, t) * smoothstep(1.05, 0.92, t) * 0.92;
};

/** Fixed places of a few soft freckles on cheeks and nose. */
const FRECKLES: readonly (readonly [number, number, number])[] = [
  [0.5, -1.6, 0.09],
  [-0.35, -2.0, 0.08],
  [1.5, -2.5, 0.1],
  [2.3, -2.95, 0.11],
  [2.9, -2.4, 0.08],
  [3.6, -2.9, 0.1],
  [-1.6, -2.6, 0.1],
  [-2.2, -2.4, 0.08],
  [-2.8, -3.0, 0.11],
  [-3.7, -2.7, 0.09],
];

const freckles = (p: V3): number =>
  FRECKLES.reduce(
    (most, [x, y, r]) => Math.max(most, smoothstep(r * 1.5, r * 0.5, Math.hypot(p[0] - x, p[1] - y))),
    0,
  );

const lipColour = (look: Look, toon: ToonLook, skin: Rgb, t: Texel): Rgb => {
  const x = Math.abs(t.p[0]);
  const half = clamp(x / look.shape.mouthHalfWidth, 0, 1);
  const isUpper = t.place > 0;
  let lips = blend(look.lips, darken(look.lips, 0.86), isUpper ? 0.7 : 0);
  const gloss = isUpper ? 0 : bump([t.mouthRow, x, 0], [5.75, 0.12, 0], [0.55, 0.62, 1]) * 0.55;
  lips = blend(lips, [255, 232, 226], gloss);
  // Soft border: tint that melts into the skin, fullest in the middle.
  const tint = smoothstep(7.7, 6.3, t.mouthRow) * mix(0.95, 0.7, half);
  let c = blend(skin, lips, tint);
  c = blend(c, toon.mouthLine, bell(t.mouthRow, 3.9, 0.75) * 0.9);
  c = blend(c, [88, 22, 32], smoothstep(3.8, 2.7, t.mouthRow));
  return darken(c, mix(0.25, 1, smoothstep(0.4, 2.7, t.mouthRow)));
};

const lidColour = (toon: ToonLook, skin: Rgb, t: Texel): Rgb => {
  const upper = Math.max(0, t.eyeSin);
  const lower = Math.max(0, -t.eyeSin);
  const outer = smoothstep(-0.9, 0.9, t.eyeCos);
  let c = blend(skin, toon.lidTint, bell(t.eyeRow, 1.6, 1.7) * upper * mix(0.25, 0.5, outer));
  c = blend(c, darken(toon.lidTint, 0.62), bell(t.eyeRow, 3.15, 0.34) * smoothstep(0.15, 0.6, upper) * 0.55);
  c = blend(c, toon.lidTint, bell(t.eyeRow, 2.6, 1.2) * lower * 0.2);
  const line =
    upper > 0
      ? smoothstep(2.1, 1.5, t.eyeRow)
      : smoothstep(1.55, 1.05, t.eyeRow) * mix(0.12, 0.7, outer * outer);
  c = blend(
    c,
    toon.lashColour,
    line * smoothstep(-1.02, -0.8, t.eyeCos) * (upper > 0 ? 1 : smoothstep(0, 0.3, lower)),
  );
  return blend(c, [236, 158, 150], smoothstep(0.8, 0.3, t.eyeRow) * lower * 0.7);
};

/** Light cheeks, muzzle and chin with a torn border, and a dark nose that shines. */
const furColour = (look: Look, toon: ToonLook, fur: Fur, under: Rgb, t: Texel): Rgb => {
  const s = look.shape;
  const [px, y] = t.p;
  const x = Math.abs(px);
  const tear = 0.34 * Math.abs(((x * 1.15 + 40) % 1) - 0.5);
  const edge = mix(s.noseTipY - 0.5, -1.75, smoothstep(0.5, 2.4, x)) + 0.34 * Math.max(0, x - 3.2) - tear;
  const shade = toonShade(look, t.p, t.n);
  const light = blend(blend(fur.mask, toon.skinShade, 0.42), fur.mask, shade);
  let c = blend(under, light, smoothstep(edge + 0.16, edge - 0.16, y));
  // Light spots over the inner ends of the brows.
  const spot = bump([x, y, 0], [s.eyeX * 0.62, s.eyeUpper + look.browHeight + 1.05, 0], [0.95, 0.62, 1]);
  c = blend(c, light, smoothstep(0.35, 0.6, spot) * 0.9);
  const nose = Math.hypot(
    x / (1.02 * s.noseWidth),
    (y - s.noseTipY + 0.02) / 0.78,
    Math.min(0, t.p[2] - 9.6),
  );
  c = blend(c, fur.nose, smoothstep(1.06, 0.94, nose));
  const shine = bump([px + 0.16, y, 0], [0, s.noseTipY + 0.34, 0], [0.34, 0.17, 1]);
  return blend(c, [255, 255, 255], shine * 0.7);
};

/** Colour of one texel of a stylised face. */
export const toonFaceColour = (look: Look, toon: ToonLook, t: Texel): Rgb => {
  const s = look.shape;
  const q: V3 = [Math.abs(t.p[0]), t.p[1], t.p[2]];
  let c = skinRamp(look, toon, toonShade(look, t.p, t.n));
  const cheek = bump(q, [4.35, -2.75, 6], [1.75, 1.05, 4]);
  const nose = 0.55 * bump(q, [0, s.noseTipY + 0.1, s.noseTipZ], [0.75, 0.6, 1.2]);
  const chin = 0.25 * bump(q, [0, s.chinY + 0.9, 8], [1.2, 0.8, 3]);
  c = blend(c, look.blush, clamp(cheek + nose + chin, 0, 1) * toon.blushAmount);
  c = blend(c, darken(look.blush, 0.72), freckles(t.p) * toon.freckles);
  // A little light on the tip and the bridge makes a small nose readable from the front.
  const shine = bump([t.p[0] + 0.12, t.p[1], 0], [0, s.noseTipY + 0.3, 0], [0.26, 0.22, 1]);
  c = blend(
    c,
    [255, 250, 244],
    shine * 0.55 + 0.12 * bump([t.p[0], t.p[1], 0], [0, -0.9, 0], [0.32, 1.3, 1]),
  );
  const under = bump(q, [0, s.noseTipY - 0.62, s.noseTipZ - 0.8], [0.75, 0.3, 1.4]);
  c = blend(c, darken(toon.skinShade, 0.86), under * (0.35 + look.noseShadow));
  const nostril = bump([q[0], q[1], 0], [0.42 * s.noseWidth, s.noseTipY - 0.5, 0], [0.2, 0.12, 1]);
  c = blend(c, [120, 52, 50], smoothstep(0.35, 0.9, nostril) * 0.75);
  if (toon.fur !== undefined) c = furColour(look, toon, toon.fur, c, t);
  c = blend(c, look.brows, browAmount(look, t.p));
  if (t.mouthRow < 12) c = lipColour(look, toon, c, t);
  if (t.eyeRow < 7) c = lidColour(toon, c, t);
  return c;
};

/** Flat colours of teeth, gums, tongue, lashes and eye highlights. */
export const toonPatches = (toon: ToonLook): [V2, Rgb][] => [
  [PATCH.teeth, [255, 250, 246]],
  [PATCH.gum, [206, 110, 112]],
  [PATCH.tongue, [226, 116, 120]],
  [PATCH.lash, toon.lashColour],
  [PATCH.glint, [255, 255, 255]],
];
