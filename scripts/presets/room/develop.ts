import { clamp, mix, randomFrom, smoothstep } from '../model/maths.ts';
import type { Bitmap } from '../model/png.ts';
import type { Layers } from './trace.ts';

/** Linear light, RGB interleaved, top row first. */
export interface Light {
  readonly width: number;
  readonly height: number;
  readonly rgb: Float32Array;
}

const at = (list: Float32Array, i: number): number => list[i] as number;

/** Blur by boxes of `radius` pixels; three of them are close to a Gaussian. */
const blur = ({ width, height, rgb }: Light, radius: number, passes = 3): Light => {
  let now = rgb;
  const run = (count: number, length: number, start: (n: number) => number, step: number): void => {
    const next = new Float32Array(now.length);
    for (let n = 0; n < count; n++) {
      for (let c = 0; c < 3; c++) {
        const o = start(n) * 3 + c;
        const px = (k: number): number => at(now, o + clamp(k, 0, length - 1) * step * 3);
        let sum = 0;
        for (let k = -radius; k <= radius; k++) sum += px(k);
        for (let k = 0; k < length; k++) {
          next[o + k * step * 3] = sum / (2 * radius + 1);
          sum += px(k + radius + 1) - px(k - radius);
        }
      }
    }
    now = next;
  };
  for (let pass = 0; pass < passes; pass++) {
    run(height, width, (n) => n * width, 1);
    run(width, height, (n) => n, width);
  }
  return { width, height, rgb: now };
};

/**
 * Takes the grain out of traced light: an edge-avoiding à-trous filter (Dammertz et al. 2010) over the received
 * light, guided by surface colour and facing; then colour and seen light sources are put back.
 */
export const smooth = (layers: Layers, width: number, height: number, passes: number): Light => {
  const soft = (rgb: Float32Array): Float32Array => blur({ width, height, rgb }, 1, 1).rgb;
  // Surfaces and windows are out of focus: what is left of the lens' sampling at their edges may be blurred.
  const [albedo, normal, glow] = [soft(layers.albedo), soft(layers.normal), soft(layers.glow)];
  let light = layers.light;
  const kernel = [1 / 16, 1 / 4, 3 / 8, 1 / 4, 1 / 16];
  for (let pass = 0; pass < passes; pass++) {
    const next = new Float32Array(light.length);
    const stride = 1 << pass;
    const tolerance = 1.2 / (1 + pass);
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++) {
        const o = (j * width + i) * 3;
        let sum = 0;
        let [r, g, b] = [0, 0, 0];
        const here = (at(light, o) + at(light, o + 1) + at(light, o + 2)) / 3;
        for (let v = -2; v <= 2; v++) {
          const y = clamp(j + v * stride, 0, height - 1);
          for (let u = -2; u <= 2; u++) {
            const x = clamp(i + u * stride, 0, width - 1);
            const q = (y * width + x) * 3;
            let da = 0;
            let dn = 0;
            for (let c = 0; c < 3; c++) {
              da += (at(albedo, o + c) - at(albedo, q + c)) ** 2;
              dn += (at(normal, o + c) - at(normal, q + c)) ** 2;
            }
            const there = (at(light, q) + at(light, q + 1) + at(light, q + 2)) / 3;
            const dl = ((here - there) / (tolerance * (Math.max(here, there) + 0.05))) ** 2;
            const w =
              (kernel[u + 2] as number) * (kernel[v + 2] as number) * Math.exp(-da * 300 - dn * 24 - dl);
            sum += w;
            r += at(light, q) * w;
            g += at(light, q + 1) * w;
            b += at(light, q + 2) * w;
          }
        }
        next[o] = r / sum;
        next[o + 1] = g / sum;
        next[o + 2] = b / sum;
      }
    }
    light = next;
  }
  return { width, height, rgb: light.map((x, i) => x * at(albedo, i) + at(glow, i)) };
};

/** Catmull-Rom enlargement. */
export const enlarge = ({ width, height, rgb }: Light, toWidth: number, toHeight: number): Light => {
  const out = new Float32Array(toWidth * toHeight * 3);
  const weights = (f: number): number[] => [
    ((-f + 2) * f - 1) * f * 0.5,
    ((3 * f - 5) * f * f + 2) * 0.5,
    ((-3 * f + 4) * f + 1) * f * 0.5,
    (f - 1) * f * f * 0.5,
  ];
  for (let j = 0; j < toHeight; j++) {
    const sy = ((j + 0.5) * height) / toHeight - 0.5;
    const y0 = Math.floor(sy);
    const wy = weights(sy - y0);
    for (let i = 0; i < toWidth; i++) {
      const sx = ((i + 0.5) * width) / toWidth - 0.5;
      const x0 = Math.floor(sx);
      const wx = weights(sx - x0);
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let v = 0; v < 4; v++) {
          const row = clamp(y0 + v - 1, 0, height - 1) * width;
          for (let u = 0; u < 4; u++) {
            const x = clamp(x0 + u - 1, 0, width - 1);
            sum += at(rgb, (row + x) * 3 + c) * (wx[u] as number) * (wy[v] as number);
          }
        }
        out[(j * toWidth + i) * 3 + c] = Math.max(0, sum);
      }
    }
  }
  return { width: toWidth, height: toHeight, rgb: out };
};

/** How a picture is developed from light. */
export interface Film {
  readonly exposure: number;
  /** Share of light that the lens scatters into a wide glow. */
  readonly halo: number;
  readonly vignette: number;
  /** Standard deviation of the grain, in 8-bit levels. */
  readonly grain: number;
  readonly saturation: number;
  /** Slope of the tone curve around middle grey; 1 leaves it. */
  readonly contrast: number;
}

const encodeSrgb = (x: number): number => (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);

/** Shoulder of the film: straight in the shadows, then towards 1 without ever cutting. */
const shoulder = (x: number): number => (x < 0.5 ? x : 1 - 0.5 * Math.exp(-(x - 0.5) / 0.5));

/** Light to 8-bit sRGB with lens glow, vignette, grain and a dither that keeps gradients free of bands. */
export const develop = (light: Light, film: Film): Bitmap => {
  const { width, height } = light;
  const small = blur(light, Math.round(height / 90));
  const wide = blur(light, Math.round(height / 14));
  const rgb = new Uint8Array(width * height * 3);
  const random = randomFrom(7);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const o = (j * width + i) * 3;
      const x = (i + 0.5) / height - width / height / 2;
      const y = (j + 0.5) / height - 0.5;
      const fall = 1 - film.vignette * smoothstep(0.35, 1.12, Math.hypot(x, y * 1.2));
      const grain = (random() + random() + random() - 1.5) * 2 * film.grain;
      const seen: number[] = [];
      for (let c = 0; c < 3; c++) {
        const scattered = at(small.rgb, o + c) * 0.4 + at(wide.rgb, o + c) * 0.6;
        seen.push(mix(at(light.rgb, o + c), scattered, film.halo) * film.exposure * fall);
      }
      const [r, g, b] = seen as [number, number, number];
      const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      for (let c = 0; c < 3; c++) {
        const toned = encodeSrgb(shoulder(Math.max(0, mix(grey, seen[c] as number, film.saturation))));
        const s = toned + (film.contrast - 1) * (toned - 0.5) * 4 * toned * (1 - toned);
        rgb[o + c] = clamp(Math.round(s * 255 + grain + random() - 0.5), 0, 255);
      }
    }
  }
  return { width, height, rgb };
};
