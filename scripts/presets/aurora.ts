import { clamp, mix3, noise2, smoothstep, type V3 } from './model/maths.ts';
import type { Bitmap } from './model/png.ts';
import { develop } from './room/develop.ts';

/** Fractal value noise around 0. */
const drift = (x: number, y: number, seed: number): number =>
  (noise2(x, y, seed) - 0.5) * 0.62 +
  (noise2(x * 2.1, y * 2.1, seed + 1) - 0.5) * 0.27 +
  (noise2(x * 4.3, y * 4.3, seed + 2) - 0.5) * 0.11;

interface Veil {
  /** Where its bright lower hem runs at the left and right edge, 0 the top of the picture. */
  readonly left: number;
  readonly right: number;
  readonly sway: number;
  readonly tall: number;
  readonly low: V3;
  readonly high: V3;
  readonly light: number;
  readonly seed: number;
}

const VEILS: readonly Veil[] = [
  {
    left: 0.3,
    right: 0.62,
    sway: 0.34,
    tall: 0.5,
    low: [0.16, 0.09, 0.5],
    high: [0.26, 0.05, 0.36],
    light: 0.85,
    seed: 3,
  },
  {
    left: 0.84,
    right: 0.36,
    sway: 0.3,
    tall: 0.46,
    low: [0.03, 0.42, 0.42],
    high: [0.06, 0.12, 0.5],
    light: 0.95,
    seed: 14,
  },
  {
    left: 1.02,
    right: 0.9,
    sway: 0.26,
    tall: 0.36,
    low: [0.5, 0.14, 0.3],
    high: [0.2, 0.06, 0.42],
    light: 0.55,
    seed: 27,
  },
];

/** Calm veils of light in violet, blue and teal; darker where the head is. 16:9. */
export const paintAurora = (width: number, height: number): Bitmap => {
  const rgb = new Float32Array(width * height * 3);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const x = (i + 0.5) / height;
      const y = (j + 0.5) / height;
      const across = (i + 0.5) / width;
      let c = mix3([0.013, 0.017, 0.05], [0.03, 0.026, 0.085], smoothstep(0, 1, y));
      for (const v of VEILS) {
        const bend = drift(x * 0.9 + v.seed, y * 0.5, v.seed);
        const hem =
          v.left +
          (v.right - v.left) * smoothstep(0, 1, across) +
          v.sway * drift(x * 0.8, v.seed * 1.7, v.seed + 5) +
          bend * 0.08;
        // Upwards the veil fades slowly, below its hem at once.
        const above = (hem - y) / v.tall;
        const body = above > 0 ? Math.exp(-above * 2.2) : Math.exp(-(((above * v.tall) / 0.075) ** 2));
        const folds = 0.72 + 0.56 * drift(x * 2.6 + bend * 2.4, 3 + y * 0.22, v.seed + 9) * 1.6;
        const tint = mix3(v.low, v.high, smoothstep(0, 1.1, Math.max(0, above)));
        const k = body * clamp(folds, 0.2, 1.4) * v.light;
        c = [c[0] + tint[0] * k, c[1] + tint[1] * k, c[2] + tint[2] * k];
      }
      const head = smoothstep(0.62, 0.08, Math.hypot((x - width / height / 2) * 0.95, (y - 0.52) * 0.9));
      const calm = 1 - 0.42 * head;
      rgb.set([c[0] * calm, c[1] * calm, c[2] * calm], (j * width + i) * 3);
    }
  }
  return develop(
    { width, height, rgb },
    { exposure: 1, halo: 0.2, vignette: 0.45, grain: 1.4, saturation: 1.1, contrast: 1.2 },
  );
};
