import { clamp, mix, randomFrom, smoothstep } from './model/maths.ts';
import type { Bitmap } from './model/png.ts';

type Colour = [number, number, number];

const over = (base: Colour, top: readonly [number, number, number], a: number): Colour => [
  mix(base[0], top[0], a),
  mix(base[1], top[1], a),
  mix(base[2], top[2], a),
];

/** Soft-edged box coverage; `soft` in the same units as the box. */
const box = (x: number, y: number, x0: number, y0: number, x1: number, y1: number, soft: number): number =>
  smoothstep(x0 - soft, x0 + soft, x) *
  smoothstep(x1 + soft, x1 - soft, x) *
  smoothstep(y0 - soft, y0 + soft, y) *
  smoothstep(y1 + soft, y1 - soft, y);

const disc = (x: number, y: number, cx: number, cy: number, r: number, soft: number): number =>
  smoothstep(r + soft, r - soft, Math.hypot(x - cx, y - cy));

const paint = (width: number, height: number, colourAt: (x: number, y: number) => Colour): Bitmap => {
  const rgb = new Uint8Array(width * height * 3);
  const random = randomFrom(7);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const c = colourAt((i + 0.5) / height, (j + 0.5) / height);
      for (let k = 0; k < 3; k++) {
        // Half a level of dither keeps the gradients free of bands.
        rgb[(j * width + i) * 3 + k] = clamp(Math.round((c[k] as number) + random() - 0.5), 0, 255);
      }
    }
  }
  return { width, height, rgb };
};

/** A plain room behind the sample performer: wall, door frame, picture, soft daylight from the left. */
export const paintRoom = (width: number, height: number): Bitmap =>
  paint(width, height, (x, y) => {
    let c: Colour = over([206, 200, 190], [158, 152, 148], smoothstep(0, 1.35, x));
    c = over(c, [128, 122, 120], 0.4 * smoothstep(0.5, 1, y));
    c = over(c, [238, 238, 236], 0.55 * smoothstep(0.75, 0, Math.hypot(x, y - 0.3)));
    c = over(c, [112, 92, 78], box(x, y, 0.96, 0.16, 1.24, 0.5, 0.008));
    c = over(c, [186, 196, 196], box(x, y, 0.985, 0.185, 1.215, 0.475, 0.008));
    c = over(c, [110, 140, 146], disc(x, y, 1.08, 0.36, 0.06, 0.012));
    c = over(c, [196, 148, 110], disc(x, y, 1.15, 0.29, 0.04, 0.012));
    c = over(c, [126, 104, 86], box(x, y, 0.0, 0.68, 0.4, 0.705, 0.008));
    const books: readonly [number, number, number, Colour][] = [
      [0.04, 0.5, 0.075, [96, 110, 128]],
      [0.08, 0.53, 0.11, [166, 118, 92]],
      [0.115, 0.515, 0.15, [120, 128, 108]],
      [0.155, 0.55, 0.185, [84, 84, 98]],
      [0.19, 0.52, 0.22, [150, 138, 120]],
    ];
    for (const [x0, y0, x1, k] of books) c = over(c, k, box(x, y, x0, y0, x1, 0.68, 0.006));
    return c;
  });
