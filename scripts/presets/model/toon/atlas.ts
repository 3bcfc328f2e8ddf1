import type { Look, Rgb, ToonLook } from '../looks.ts';
import { clamp, type V2, type V3 } from '../maths.ts';
import type { Bitmap } from '../png.ts';
import type { Surface } from '../surface.ts';
import { skinRamp } from './face-paint.ts';

/** A rectangle of the body texture: left, top, right, bottom in texture coordinates. */
type Rect = readonly [number, number, number, number];

export const SIZE = 1024;

/** Where each part of the body lies on its texture. */
const RECTS = {
  torso: [0, 0, 1, 0.5],
  sleeve: [0, 0.5, 1, 0.7],
  collar: [0, 0.7, 1, 0.8],
  skin: [0, 0.8, 1, 0.84],
  trousers: [0, 0.86, 0.2, 0.9],
  shoes: [0.2, 0.86, 0.4, 0.9],
  trim: [0.4, 0.86, 0.6, 0.9],
  dark: [0.6, 0.86, 0.8, 0.9],
  shirt: [0.8, 0.86, 1, 0.9],
  metal: [0, 0.92, 0.2, 0.96],
} as const satisfies Record<string, Rect>;

export type Region = keyof typeof RECTS;

/** Texture place inside a region; half a texel of margin keeps the neighbours out. */
export const placeIn = (region: Region, s: number, t: number): V2 => {
  const [l, top, r, b] = RECTS[region];
  const m = 2 / SIZE;
  return [l + m + clamp(s, 0, 1) * (r - l - 2 * m), top + m + clamp(t, 0, 1) * (b - top - 2 * m)];
};

/** Skin of a given shade. */
export const skinPlace = (shade: number): V2 => placeIn('skin', 0.02 + 0.96 * clamp(shade, 0, 1), 0.5);

/** The surface with one flat colour of the texture. */
export const dressed = (surface: Surface, region: Region): Surface => ({
  ...surface,
  colours: surface.positions.map((): Rgb => [255, 255, 255]),
  uvs: surface.positions.map(() => placeIn(region, 0.5, 0.5)),
});

/** The surface as bare skin, its colours read as shades of the look's skin. */
export const bare = (surface: Surface, look: Look): Surface => ({
  ...surface,
  colours: surface.positions.map((): Rgb => [255, 255, 255]),
  uvs: surface.colours.map((c) => skinPlace(1 - 1.4 * (1 - c[1] / look.skin[1]))),
});

/** What paints a region: colour at (s, t) and, on lofted parts, at the point of the body there. */
export type Painter = (s: number, t: number, p: V3) => Rgb;

/** A lofted part's points, for painters that think in places of the body. */
export type Grid = readonly (readonly V3[])[];

const pointOn = (grid: Grid, s: number, t: number): V3 => {
  const rows = grid.length - 1;
  const columns = (grid[0]?.length ?? 1) - 1;
  const r = Math.min(rows - 1, Math.floor(t * rows));
  const c = Math.min(columns - 1, Math.floor(s * columns));
  const fr = t * rows - r;
  const fc = s * columns - c;
  const at = (i: number, j: number, k: 0 | 1 | 2): number => ((grid[i] as readonly V3[])[j] as V3)[k];
  const axis = (k: 0 | 1 | 2): number =>
    (at(r, c, k) * (1 - fc) + at(r, c + 1, k) * fc) * (1 - fr) +
    (at(r + 1, c, k) * (1 - fc) + at(r + 1, c + 1, k) * fc) * fr;
  return [axis(0), axis(1), axis(2)];
};

/** Paints the whole body texture. */
export const paintAtlas = (
  look: Look,
  toon: ToonLook,
  lofted: Readonly<Partial<Record<Region, { readonly grid: Grid; readonly paint: Painter }>>>,
): Bitmap => {
  const flat: Readonly<Record<Region, (s: number) => Rgb>> = {
    torso: () => toon.cloth,
    sleeve: () => toon.cloth,
    collar: () => toon.cloth,
    skin: (s) => skinRamp(look, toon, clamp((s - 0.02) / 0.96, 0, 1)),
    trousers: () => look.trousers,
    shoes: () => look.shoes,
    trim: () => toon.piping,
    dark: () => [30, 30, 40],
    shirt: () => toon.shirt,
    metal: () => toon.glasses ?? toon.piping,
  };
  const rgb = new Uint8Array(SIZE * SIZE * 3);
  for (const region of Object.keys(RECTS) as Region[]) {
    const [l, top, r, b] = RECTS[region];
    const loft = lofted[region];
    for (let y = Math.floor(top * SIZE); y < Math.floor(b * SIZE); y++) {
      for (let x = Math.floor(l * SIZE); x < Math.floor(r * SIZE); x++) {
        const s = clamp((x + 0.5 - l * SIZE - 2) / ((r - l) * SIZE - 4), 0, 1);
        const t = clamp((y + 0.5 - top * SIZE - 2) / ((b - top) * SIZE - 4), 0, 1);
        const c = loft === undefined ? flat[region](s) : loft.paint(s, t, pointOn(loft.grid, s, t));
        for (let k = 0; k < 3; k++)
          rgb[(y * SIZE + x) * 3 + k] = clamp(Math.round(c[k as 0 | 1 | 2]), 0, 255);
      }
    }
  }
  return { width: SIZE, height: SIZE, rgb };
};
