import { blend, type Coat, hex, type Picture, paintCoats, type Rgb } from './canvas.ts';
import {
  arc,
  both,
  circle,
  grown,
  polygon,
  roundRect,
  type Shape,
  squircle,
  stroke,
  union,
} from './shape.ts';

const INK = hex('#0d1015');
const WHITE = hex('#f6f8ff');
const TEAL = hex('#46c4c0');

/** The corner of a cube seen along its diagonal: six points around the middle, from the top clockwise. */
export const cubeCorners = (cx: number, cy: number, r: number): (readonly [number, number])[] =>
  Array.from({ length: 6 }, (_, k) => {
    const a = (k * Math.PI) / 3;
    return [cx + r * Math.sin(a), cy - r * Math.cos(a)] as const;
  });

const down =
  (top: Rgb, bottom: Rgb, y0: number, y1: number) =>
  (_x: number, y: number): Rgb =>
    blend(top, bottom, (y - y0) / (y1 - y0));

/**
 * The mark: a cube for a head (VIDA cubed) with two eyes, a smile along its front edge and a headset. `tile` is half
 * the side of the rounded square; the finest parts are left out where they would be mud.
 */
export const paintAppIcon = (size: number, tile: number): Picture => {
  const fine = size >= 48;
  const scale = tile / 0.46;
  const r = (fine ? 0.275 : 0.3) * scale;
  const cx = 0.5;
  const cy = 0.5 + 0.035 * scale;
  const [top, right, lowRight, bottom, lowLeft, left] = cubeCorners(cx, cy, r) as [
    readonly [number, number],
    readonly [number, number],
    readonly [number, number],
    readonly [number, number],
    readonly [number, number],
    readonly [number, number],
  ];
  const middle = [cx, cy] as const;
  const corner = 0.03 * scale;
  const inner = cubeCorners(cx, cy, r - corner);
  const head = polygon(inner, corner);
  const facet = (points: readonly (readonly [number, number])[]): Shape => both(head, polygon(points));
  const ground = squircle(0.5, 0.5, tile);
  const bandRadius = r * 1.1;
  const bandWidth = (fine ? 0.052 : 0.07) * scale;
  const cup = (side: number): Shape =>
    roundRect(cx + side * r * 1.06, cy + r * 0.08, r * (fine ? 0.165 : 0.2), r * 0.32, r * 0.13);
  const band = arc(cx, cy - r * 0.04, bandRadius, Math.PI, Math.PI, bandWidth);
  const headset = union(band, cup(-1), cup(1));
  const eyeWidth = r * 0.2;
  const eye = (side: number): Shape => {
    if (!fine) {
      // On whole pixels: two wide, four high.
      const x = Math.round((cx + side * r * 0.43) * size) / size;
      const y = Math.round((cy + r * 0.32) * size) / size;
      return roundRect(x, y, 1 / size, Math.round(0.115 * size) / size, 0.3 / size);
    }
    const x = cx + side * r * 0.4;
    return stroke(x, cy + r * 0.17, x, cy + r * 0.4, eyeWidth);
  };
  const smile = union(
    stroke(cx - r * 0.25, cy + r * 0.6, cx, cy + r * 0.735, r * 0.095),
    stroke(cx, cy + r * 0.735, cx + r * 0.25, cy + r * 0.6, r * 0.095),
  );
  const boom = union(
    arc(cx - r * 0.32, cy + r * 0.28, r * 0.72, Math.PI * 0.52, Math.PI * 0.46, r * 0.075),
    circle(cx - r * 0.34, cy + r * 1, r * 0.1),
  );

  const coats: Coat[] = [
    { shape: ground, colour: down(hex('#242c3f'), INK, 0.5 - tile, 0.5 + tile * 0.8) },
    {
      // Light behind the head.
      shape: ground,
      colour: hex('#3f63dd'),
      alpha: (x, y) => 0.42 * Math.exp(-((Math.hypot(x - cx, y - cy + 0.02) / (0.3 * scale)) ** 2)),
    },
  ];
  if (fine) {
    const edge = Math.max(0.006, 0.75 / size);
    coats.push({
      shape: (x, y) => Math.abs(ground(x, y) + edge / 2) - edge / 2,
      colour: WHITE,
      alpha: (_x, y) => 0.2 * Math.max(0, 1 - (y - 0.5 + tile) / tile) + 0.04,
    });
    coats.push({
      shape: grown(head, 0.03 * scale),
      colour: [0, 0, 0],
      alpha: 0.5,
      soft: 0.1 * scale,
    });
  }
  coats.push(
    { shape: facet([top, right, middle, left]), colour: down(hex('#a585dc'), hex('#6d51a0'), top[1], cy) },
    {
      shape: facet([left, middle, bottom, lowLeft]),
      colour: down(hex('#8fb0ff'), hex('#587ff0'), left[1], bottom[1]),
    },
    {
      shape: facet([middle, right, lowRight, bottom]),
      colour: down(hex('#4a6fe6'), hex('#2d49b4'), right[1], bottom[1]),
    },
  );
  if (fine) {
    // Light caught on the three edges that meet in the middle.
    for (const end of [left, right, bottom]) {
      coats.push({
        shape: both(head, stroke(cx, cy, end[0], end[1], r * 0.028)),
        colour: WHITE,
        alpha: 0.3,
      });
    }
  }
  coats.push(
    { shape: union(eye(-1), eye(1)), colour: WHITE },
    { shape: grown(headset, fine ? 0.014 * scale : 0.022 * scale), colour: blend(INK, hex('#1b2440'), 0.5) },
    { shape: headset, colour: down(hex('#6fe3dd'), hex('#2f9c9b'), cy - r * 1.2, cy + r * 0.4) },
  );
  if (fine) {
    coats.push({ shape: smile, colour: WHITE });
    coats.push({ shape: grown(boom, 0.012 * scale), colour: blend(INK, hex('#1b2440'), 0.5) });
    coats.push({ shape: boom, colour: TEAL });
  }
  return paintCoats(size, coats);
};
