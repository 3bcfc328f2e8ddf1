import type { HeadShape } from './head-shape.ts';
import type { Look, Rgb } from './looks.ts';
import { mix, noise2, normalise, smoothstep, type V3 } from './maths.ts';
import type { Bitmap } from './png.ts';
import { HEAD_SCALE } from './skeleton.ts';
import { emptySurface, type Surface } from './surface.ts';
import { paintToonEye } from './toon/eye-paint.ts';

/** The front of one eyeball around its own centre, in metres; the iris is painted. */
export const buildEye = (s: HeadShape): Surface => {
  const out = emptySurface();
  const rings = 7;
  const around = 18;
  const reach = 1.25;
  const push = (p: V3): void => {
    out.positions.push([
      p[0] * s.eyeRadius * HEAD_SCALE,
      p[1] * s.eyeRadius * HEAD_SCALE,
      p[2] * s.eyeRadius * HEAD_SCALE,
    ]);
    out.normals.push(normalise(p));
    out.colours.push([255, 255, 255]);
    out.uvs.push([0.5 + p[0] * 0.5, 0.5 - p[1] * 0.5]);
    out.weights.push([]);
  };
  push([0, 0, 1]);
  for (let r = 1; r <= rings; r++) {
    const a = (r / rings) * reach;
    for (let i = 0; i < around; i++) {
      const b = (i / around) * 2 * Math.PI;
      push([Math.sin(a) * Math.cos(b), Math.sin(a) * Math.sin(b), Math.cos(a)]);
    }
  }
  for (let i = 0; i < around; i++) {
    out.triangles.push([0, 1 + i, 1 + ((i + 1) % around)]);
    for (let r = 0; r + 1 < rings; r++) {
      const a = 1 + r * around + i;
      const b = 1 + r * around + ((i + 1) % around);
      out.triangles.push([a, a + around, b + around], [a, b + around, b]);
    }
  }
  return out;
};

/** Eye texture: sclera, iris with fibres, pupil and a highlight. */
export const paintEye = (look: Look): Bitmap => {
  if (look.toon !== undefined) return paintToonEye(look, look.toon);
  const size = 256;
  const rgb = new Uint8Array(size * size * 3);
  const blend = (a: Rgb, b: Rgb, t: number): Rgb => [
    mix(a[0], b[0], t),
    mix(a[1], b[1], t),
    mix(a[2], b[2], t),
  ];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const px = ((x + 0.5) / size) * 2 - 1;
      const py = 1 - ((y + 0.5) / size) * 2;
      // Centimetres on the eyeball; the iris radius is given in them.
      const d = (Math.hypot(px, py) * look.shape.eyeRadius) / look.irisRadius;
      const angle = Math.atan2(py, px);
      let c: Rgb = [238, 236, 234];
      c = blend(c, [206, 178, 172], smoothstep(1.5, 2.6, d) * 0.75);
      // The lid's shadow falls on the upper part.
      const lid = smoothstep(0.05, 0.55, py);
      c = blend(c, [150, 128, 134], lid * 0.55);
      const fibre = noise2(angle * 9 + 40, d * 3, 5) * 0.5 + noise2(angle * 22 + 90, d * 5, 9) * 0.5;
      let iris = blend(look.iris, look.irisEdge, smoothstep(0.55, 1, d));
      const glow = smoothstep(0.9, 0.35, Math.hypot(px * 1.0, py + 0.16) / 0.36);
      iris = blend(iris, [220, 245, 240], glow * 0.32);
      iris = blend(iris, look.irisEdge, (1 - fibre) * 0.35);
      iris = blend(iris, [10, 12, 20], lid * 0.35);
      const pupil: Rgb = [10, 9, 14];
      iris = blend(iris, pupil, smoothstep(0.47, 0.41, d));
      c = blend(c, iris, smoothstep(1.04, 0.96, d));
      const hx = px + 0.12;
      const hy = py - 0.14;
      c = blend(c, [255, 255, 255], smoothstep(0.075, 0.05, Math.hypot(hx, hy)) * 0.95);
      c = blend(c, [255, 255, 255], smoothstep(0.04, 0.02, Math.hypot(px - 0.13, py + 0.14)) * 0.6);
      const at = (y * size + x) * 3;
      for (let k = 0; k < 3; k++) rgb[at + k] = Math.round(c[k as 0 | 1 | 2]);
    }
  }
  return { width: size, height: size, rgb };
};
