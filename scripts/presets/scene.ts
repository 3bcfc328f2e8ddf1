import { clamp, mix, noise2, randomFrom, smoothstep } from './model/maths.ts';
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

/** The dusk studio: violet evening outside a window, warm lamp, shelves out of focus. 16:9. */
export const paintDusk = (width: number, height: number): Bitmap => {
  const random = randomFrom(99);
  const lights = Array.from({ length: 34 }, () => ({
    x: 0.12 + random() * 0.56,
    y: 0.42 + random() * 0.24,
    r: 0.008 + random() * 0.022,
    c: random(),
    a: 0.15 + random() * 0.35,
  }));
  return paint(width, height, (x, y) => {
    let c: Colour = over([40, 36, 62], [24, 24, 44], smoothstep(0, 1, y));
    c = over(c, [66, 52, 88], 0.55 * smoothstep(1.1, 0, Math.hypot(x - 1.5, y - 0.35)));
    // Window with three panes.
    const glass = box(x, y, 0.1, 0.1, 0.7, 0.7, 0.006);
    const frame = box(x, y, 0.08, 0.08, 0.72, 0.72, 0.006);
    c = over(c, [52, 44, 74], frame);
    if (glass > 0) {
      const h = clamp((y - 0.1) / 0.6, 0, 1);
      let sky: Colour = over([46, 52, 112], [128, 88, 150], smoothstep(0, 0.55, h));
      sky = over(sky, [226, 142, 138], smoothstep(0.4, 0.78, h));
      sky = over(sky, [244, 186, 140], smoothstep(0.66, 0.86, h) * 0.7);
      const hills = 0.56 + 0.02 * Math.sin(x * 9) + 0.025 * noise2(x * 7, 1, 3);
      sky = over(sky, [64, 52, 96], smoothstep(hills - 0.012, hills + 0.012, y));
      for (const l of lights) {
        const warm: Colour = l.c > 0.35 ? [255, 206, 150] : [126, 226, 226];
        sky = over(sky, warm, disc(x, y, l.x, l.y, l.r, 0.004) * l.a * smoothstep(0.48, 0.6, l.y + 0.06));
      }
      c = over(c, sky, glass);
      const bar = Math.max(
        box(x, y, 0.294, 0.08, 0.306, 0.72, 0.004),
        box(x, y, 0.494, 0.08, 0.506, 0.72, 0.004),
      );
      c = over(c, [58, 48, 80], bar);
    }
    // Light of the window on the floor side, lamp glow on the right.
    c = over(c, [200, 120, 140], 0.1 * smoothstep(0.9, 0.1, Math.hypot(x - 0.4, (y - 0.95) * 1.6)));
    const lamp = Math.hypot(x - 1.5, y - 0.4);
    c = over(c, [250, 176, 120], 0.42 * smoothstep(0.5, 0, lamp) ** 1.6);
    // Shelf with soft objects.
    const shelf = box(x, y, 1.14, 0.62, 1.78, 0.638, 0.006);
    const things: readonly [number, number, number, number, Colour][] = [
      [1.17, 0.49, 1.2, 0.62, [88, 74, 126]],
      [1.205, 0.465, 1.228, 0.62, [54, 118, 130]],
      [1.233, 0.5, 1.266, 0.62, [150, 92, 112]],
      [1.271, 0.475, 1.296, 0.62, [70, 62, 106]],
      [1.301, 0.51, 1.33, 0.62, [60, 140, 144]],
      [1.64, 0.53, 1.72, 0.62, [74, 66, 108]],
    ];
    for (const [x0, y0, x1, y1, k] of things) c = over(c, k, box(x, y, x0, y0, x1, y1, 0.007) * 0.9);
    c = over(c, [255, 214, 164], disc(x, y, 1.5, 0.47, 0.062, 0.012));
    c = over(c, [255, 236, 204], disc(x, y, 1.5, 0.475, 0.036, 0.03));
    c = over(c, [92, 74, 104], box(x, y, 1.485, 0.53, 1.515, 0.62, 0.006));
    c = over(c, [86, 68, 98], shelf);
    // Plant beside the window.
    for (let k = 0; k < 7; k++) {
      const a = -1.57 + (k - 3) * 0.32;
      const len = 0.2 + 0.05 * ((k * 37) % 5) * 0.4;
      const dx = x - 0.86;
      const dy = y - 0.78;
      const along = dx * Math.cos(a) + dy * Math.sin(a);
      const across = Math.abs(-dx * Math.sin(a) + dy * Math.cos(a) - 0.25 * (k - 3) * 0.04 * along);
      const half = 0.022 * Math.sin(clamp(along / len, 0, 1) * Math.PI);
      const leaf =
        smoothstep(half + 0.006, half - 0.006, across) *
        smoothstep(0, 0.02, along) *
        smoothstep(len, len - 0.02, along);
      c = over(c, [40, 96 + k * 4, 100], leaf * 0.85);
    }
    c = over(c, [74, 60, 92], box(x, y, 0.82, 0.78, 0.9, 0.9, 0.01));
    const vignette = smoothstep(0.55, 1.25, Math.hypot(x - 0.89, (y - 0.48) * 1.25));
    return over(c, [12, 12, 26], vignette * 0.5);
  });
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
