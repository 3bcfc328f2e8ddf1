import type { Look, Rgb, ToonLook } from '../looks.ts';
import { clamp, mix, noise2, smoothstep } from '../maths.ts';
import type { Bitmap } from '../png.ts';
import { bell, blend, darken } from './colour.ts';
import { STRIPS } from './hair-lock.ts';

const WIDTH = 512;
const HEIGHT = 512;

/** Colour at strip `k`, across `u`, from root to tip `v`. */
const strandColour = (look: Look, toon: ToonLook, k: number, u: number, v: number): Rgb => {
  const sway = u + 0.03 * Math.sin(v * 5 + k * 2);
  const fine = noise2(sway * 46 + k * 61, v * 3.1, 11);
  const broad = noise2(sway * 11 + k * 37, v * 1.7, 23);
  const strand = 0.55 * broad + 0.45 * fine;
  // Dark between the locks, light on their backs.
  const back = 1 - Math.abs(2 * u - 1) ** 2.4;
  const light = clamp(0.22 + 0.62 * back + 0.5 * (strand - 0.5), 0, 1);
  let c = blend(look.hairShadow, look.hair, light * mix(0.55, 1, smoothstep(0, 0.16, v)));
  // The last strip is a dyed streak.
  const from = k === STRIPS - 1 ? 0.16 : 0.46;
  const tips = smoothstep(from, from + 0.5, v + 0.2 * (broad - 0.5) + 0.05 * (fine - 0.5));
  c = blend(c, darken(look.hairTip, mix(0.62, 1, light)), tips * 0.95);
  // The ring of light, torn along the strands.
  const ring = 0.285 + 0.05 * (broad - 0.5) + 0.03 * (2 * u - 1) ** 2;
  const torn = smoothstep(0.3, 0.62, fine * 0.6 + broad * 0.4);
  c = blend(c, toon.hairLight, bell(v, ring, 0.05) * mix(0.25, 0.8, torn) * smoothstep(0.1, 0.6, back));
  c = blend(c, toon.hairLight, bell(v, 0.4, 0.035) * torn * 0.22 * back);
  return c;
};

/** Strands of hair in four strips, root at the top. */
export const paintHair = (look: Look, toon: ToonLook): Bitmap => {
  const rgb = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const place = ((x + 0.5) / WIDTH) * STRIPS;
      const k = Math.floor(place);
      const c = strandColour(look, toon, k, place - k, (y + 0.5) / HEIGHT);
      for (let i = 0; i < 3; i++) rgb[(y * WIDTH + x) * 3 + i] = clamp(Math.round(c[i as 0 | 1 | 2]), 0, 255);
    }
  }
  return { width: WIDTH, height: HEIGHT, rgb };
};
