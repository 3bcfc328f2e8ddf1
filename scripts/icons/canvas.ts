import type { Shape } from './shape.ts';

export type Rgb = readonly [number, number, number];

/** A picture of 8-bit straight-alpha RGBA rows, top first. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** One coat of paint: what it covers, its colour there, and how opaque it is. */
export interface Coat {
  readonly shape: Shape;
  readonly colour: Rgb | ((x: number, y: number) => Rgb);
  readonly alpha?: number | ((x: number, y: number) => number);
  /** Width of a soft edge instead of a crisp one. */
  readonly soft?: number;
}

/** `#rrggbb` as numbers. */
export const hex = (text: string): Rgb => [
  Number.parseInt(text.slice(1, 3), 16),
  Number.parseInt(text.slice(3, 5), 16),
  Number.parseInt(text.slice(5, 7), 16),
];

export const blend = (a: Rgb, b: Rgb, t: number): Rgb => {
  const k = Math.min(1, Math.max(0, t));
  return [a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k, a[2] + (b[2] - a[2]) * k];
};

/** Places looked at along each side of a pixel: small pictures have parts thinner than a pixel. */
const placesFor = (size: number): number => (size >= 256 ? 1 : size >= 96 ? 2 : 4);

/**
 * Paints coats one over another onto a square of `size` pixels. Edges are a pixel wide ramp of the distance, taken
 * at several places in each pixel of a small picture, so that thin parts keep their weight at 16 pixels.
 */
export const paintCoats = (size: number, coats: readonly Coat[]): Picture => {
  const rgba = new Uint8Array(size * size * 4);
  const sub = placesFor(size);
  const ramp = 1 / (size * sub);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      let [sr, sg, sb, sa] = [0, 0, 0, 0];
      for (let s = 0; s < sub * sub; s++) {
        const x = (i + ((s % sub) + 0.5) / sub) / size;
        const y = (j + (Math.floor(s / sub) + 0.5) / sub) / size;
        let [r, g, b, a] = [0, 0, 0, 0];
        for (const coat of coats) {
          const width = coat.soft ?? ramp;
          const t = Math.min(1, Math.max(0, 0.5 - coat.shape(x, y) / width));
          const opaque = typeof coat.alpha === 'function' ? coat.alpha(x, y) : (coat.alpha ?? 1);
          const cover = (coat.soft === undefined ? t : t * t * (3 - 2 * t)) * opaque;
          if (cover <= 0) continue;
          const c = typeof coat.colour === 'function' ? coat.colour(x, y) : coat.colour;
          r = c[0] * cover + r * (1 - cover);
          g = c[1] * cover + g * (1 - cover);
          b = c[2] * cover + b * (1 - cover);
          a = cover + a * (1 - cover);
        }
        sr += r;
        sg += g;
        sb += b;
        sa += a;
      }
      const o = (j * size + i) * 4;
      if (sa > 0) {
        rgba[o] = Math.round(sr / sa);
        rgba[o + 1] = Math.round(sg / sa);
        rgba[o + 2] = Math.round(sb / sa);
        rgba[o + 3] = Math.round((sa / (sub * sub)) * 255);
      }
    }
  }
  return { width: size, height: size, rgba };
};
