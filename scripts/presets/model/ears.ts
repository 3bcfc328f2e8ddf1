import { type HeadShape, occlusion } from './head-shape.ts';
import type { Look, Rgb } from './looks.ts';
import { mix, smoothstep, type V3 } from './maths.ts';
import { toWorld } from './skeleton.ts';
import { append, emptySurface, facetNormals, facingOut, type Surface } from './surface.ts';

const RINGS: readonly (readonly [number, number, number])[] = [
  // scale of the outline, height above the skull, darkness
  [0.78, -0.6, 0.9],
  [1.0, 0.25, 1],
  [0.94, 0.6, 1],
  [0.74, 0.5, 0.92],
  [0.42, 0.1, 0.66],
];

/** One simple ear: a bowl with a rounded rim, leaning back from the skull. */
const ear = (look: Look, s: HeadShape, sign: 1 | -1): Surface => {
  const out = emptySurface();
  const n = 14;
  const points: V3[] = [];
  const colours: Rgb[] = [];
  const middle: V3 = [6.9, -1.4, -0.4];
  for (const [scale, height, dark] of RINGS) {
    for (let i = 0; i < n; i++) {
      const a = (i / n) * 2 * Math.PI;
      // Wider at the top, a lobe at the bottom.
      const up = Math.sin(a);
      const width = mix(1.15, 1.75, smoothstep(-1, 0.6, up));
      const y = up * 2.7 * scale;
      const z = Math.cos(a) * width * scale - 0.12 * y;
      const lean = 0.5 * smoothstep(1.2, -1.8, Math.cos(a) * width);
      points.push([sign * (middle[0] + height + lean), middle[1] + y, middle[2] + z]);
      const k = dark * mix(0.85, 1, occlusion(s, [7.6, y, z], [1, 0, 0]));
      colours.push([look.skin[0] * mix(1, k, 0.8), look.skin[1] * k * 0.97, look.skin[2] * k * 0.95]);
    }
  }
  const last = points.length;
  points.push([sign * (middle[0] + 0.05), middle[1] - 0.3, middle[2] + 0.2]);
  colours.push([look.skin[0] * 0.6, look.skin[1] * 0.5, look.skin[2] * 0.45]);
  const triangles: [number, number, number][] = [];
  for (let r = 0; r + 1 < RINGS.length; r++) {
    for (let i = 0; i < n; i++) {
      const [a, b] = [r * n + i, r * n + ((i + 1) % n)];
      triangles.push([a, b, b + n], [a, b + n, a + n]);
    }
  }
  for (let i = 0; i < n; i++) triangles.push([last - n + i, last - n + ((i + 1) % n), last]);
  const turned = facingOut(points, triangles);
  const normals = facetNormals(points, turned);
  points.forEach((p, i) => {
    out.positions.push(toWorld(p));
    out.normals.push(normals[i] as V3);
    out.colours.push(colours[i] as Rgb);
    out.uvs.push([0, 0]);
    out.weights.push([['head', 1]]);
  });
  out.triangles.push(...turned);
  return out;
};

/** Both ears, for looks whose hair leaves them free. */
export const buildEars = (look: Look): Surface => {
  const out = emptySurface();
  for (const sign of [1, -1] as const) append(out, ear(look, look.shape, sign));
  return out;
};
