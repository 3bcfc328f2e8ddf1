import type { HeadShape } from '../head-shape.ts';
import { onEyeball } from '../head-topology.ts';
import type { V3 } from '../maths.ts';
import { toWorld } from '../skeleton.ts';
import { append, emptySurface, facetNormals, type Surface, sweep } from '../surface.ts';
import { dressed } from './atlas.ts';

const WIRE = 0.13;

/** A thin wire along points of head space. */
const wire = (points: readonly V3[], outOf: (i: number) => V3, acrossOf: (i: number) => V3): Surface => {
  const rings = points.map((at, i) => ({
    at,
    across: acrossOf(i),
    out: outOf(i),
    halfWidth: WIRE,
    halfThickness: WIRE,
  }));
  const body = sweep(rings, 4);
  const out = emptySurface();
  out.positions.push(...body.positions.map(toWorld));
  out.normals.push(...facetNormals(body.positions, body.triangles));
  for (const _ of body.positions) out.weights.push([['head', 1]]);
  out.triangles.push(...body.triangles);
  return dressed(out, 'metal');
};

/** Round wire glasses low on the nose: two rims, a bridge and two temples. */
export const buildGlasses = (s: HeadShape): Surface => {
  const out = emptySurface();
  const r = s.eyeHalfWidth * 1.36;
  const y0 = -0.25;
  const z0 = onEyeball(s, s.eyeX, 0, s.eyeRadius)[2] + 1.15;
  // The rims follow the face back towards the temples.
  const zAt = (x: number): number => z0 - 0.16 * (x - s.eyeX) - 0.02 * (x - s.eyeX) ** 2;
  for (const sign of [1, -1] as const) {
    const n = 22;
    const angle = (i: number): number => (i / n) * 2 * Math.PI;
    const rim = Array.from({ length: n + 1 }, (_, i): V3 => {
      const x = s.eyeX + 0.1 + r * Math.cos(angle(i));
      return [sign * x, y0 + r * 0.94 * Math.sin(angle(i)), zAt(x)];
    });
    append(
      out,
      wire(
        rim,
        () => [0, 0, 1],
        (i) => [sign * Math.cos(angle(i)), Math.sin(angle(i)), 0],
      ),
    );
    const hinge = s.eyeX + 0.1 + r;
    const temple: V3[] = [
      [sign * hinge, y0 + 0.5, zAt(hinge)],
      [sign * (hinge + 0.75), y0 + 0.6, zAt(hinge) - 1.2],
      [sign * 7.6, y0 + 0.5, 2.2],
      [sign * 7.9, y0 + 0.2, -0.4],
    ];
    append(
      out,
      wire(
        temple,
        () => [sign, 0, 0.3],
        () => [0, 1, 0],
      ),
    );
  }
  const inner = s.eyeX + 0.1 - r;
  const bridge = [-1, -0.5, 0, 0.5, 1].map(
    (u): V3 => [u * inner, y0 + 0.55 + 0.3 * (1 - u * u), zAt(inner) + 0.25 * (1 - u * u)],
  );
  append(
    out,
    wire(
      bridge,
      () => [0, 0, 1],
      () => [0, 1, 0],
    ),
  );
  return out;
};
