import type { Look, Rgb, ToonLook } from '../looks.ts';
import { noise2, smoothstep } from '../maths.ts';
import type { Bitmap } from '../png.ts';
import { bell, blend } from './colour.ts';

const SIZE = 512;

/** Colour of the iris at polar place (`d` 1 at its edge, `up` 1 at its top). */
const irisColour = (look: Look, toon: ToonLook, d: number, up: number, angle: number): Rgb => {
  const fibre = 0.6 * noise2(angle * 7 + 40, d * 2.2, 5) + 0.4 * noise2(angle * 17 + 90, d * 4, 9);
  let c = blend(look.iris, look.irisEdge, 0.72 * smoothstep(-0.35, 0.85, up));
  // Light that entered at the top leaves at the bottom.
  const crescent = smoothstep(0.15, -0.75, up) * bell(d, 0.72, 0.3);
  c = blend(c, toon.irisGlow, crescent * (0.55 + 0.4 * fibre));
  c = blend(c, toon.irisGlow, bell(d, 0.5, 0.09) * 0.28 * (0.4 + fibre));
  c = blend(c, look.irisEdge, (1 - fibre) * 0.28 * smoothstep(0.95, 0.6, d));
  c = blend(c, look.irisEdge, smoothstep(0.78, 0.97, d) * 0.92);
  const pupil: Rgb = [look.irisEdge[0] * 0.35, look.irisEdge[1] * 0.3, look.irisEdge[2] * 0.4];
  c = blend(c, pupil, smoothstep(0.46, 0.4, d));
  return blend(c, pupil, smoothstep(0.35, 1.0, up) * 0.55);
};

/** Eye texture with a layered iris; the highlights are geometry, so that they stay when the eye turns. */
export const paintToonEye = (look: Look, toon: ToonLook): Bitmap => {
  const rgb = new Uint8Array(SIZE * SIZE * 3);
  const reach = look.shape.eyeRadius / look.irisRadius;
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const px = ((x + 0.5) / SIZE) * 2 - 1;
      const py = 1 - ((y + 0.5) / SIZE) * 2;
      const d = Math.hypot(px, py) * reach;
      let c: Rgb = blend([252, 250, 252], [226, 196, 200], smoothstep(1.35, 1.95, d) * 0.8);
      c = blend(c, [150, 128, 168], smoothstep(0.12, 0.5, py) * 0.62);
      c = blend(c, irisColour(look, toon, d, py * reach, Math.atan2(py, px)), smoothstep(1.02, 0.96, d));
      for (let k = 0; k < 3; k++) rgb[(y * SIZE + x) * 3 + k] = Math.round(c[k as 0 | 1 | 2]);
    }
  }
  return { width: SIZE, height: SIZE, rgb };
};
