import { hands, legs, spineWeights, torsoWeights } from '../body.ts';
import type { Look, ToonLook } from '../looks.ts';
import type { V3 } from '../maths.ts';
import type { Bitmap } from '../png.ts';
import { append, emptySurface, type Surface, tidyWeights, type Weights } from '../surface.ts';
import { bare, dressed, type Grid, type Painter, paintAtlas } from './atlas.ts';
import { bomberCollar, bomberSleeve, bomberTrunk } from './bomber.ts';
import {
  type CollarShape,
  collarGrid,
  cuffGrid,
  type Fit,
  loftOn,
  sleeveGrid,
  trunkGrid,
} from './garment.ts';
import { hoodieCollar, hoodieSleeve, hoodieTrunk } from './hoodie.ts';
import { techwearCollar, techwearSleeve, techwearTrunk } from './techwear.ts';

const FITS: Readonly<Record<ToonLook['outfit'], Fit>> = {
  techwear: { puff: 0.7, chest: 1, shoulders: 0.94 },
  bomber: { puff: 1.1, chest: 0, shoulders: 1.06 },
  hoodie: { puff: 1.5, chest: 0, shoulders: 0.96 },
};

const COLLARS: Readonly<Record<ToonLook['outfit'], CollarShape>> = {
  techwear: { openBottom: 20, openTop: 36, height: 6.4, frontHeight: 4.6, flare: 1.5 },
  bomber: { openBottom: 22, openTop: 30, height: 4.4, frontHeight: 3.2, flare: 0.7 },
  hoodie: { openBottom: 14, openTop: 40, height: 5.6, frontHeight: 2.6, flare: 3.6 },
};

type Pattern = (toon: ToonLook) => Painter;

const collarWeights = (p: V3): Weights => tidyWeights(spineWeights(Math.min(p[1], 125.5)));

/** Band of the shirt around the neck, body centimetres. */
const shirtGrid = (): Grid =>
  [
    [5.4, 126.4],
    [5.2, 127.6],
    [4.75, 128.7],
    [4.4, 128.9],
    [4.15, 128.2],
  ].map(([r, y]) =>
    Array.from({ length: 21 }, (_, i): V3 => {
      const a = ((i % 20) / 20) * 2 * Math.PI + Math.PI;
      const front = 0.5 + 0.5 * Math.cos(a);
      return [(r as number) * Math.sin(a), (y as number) - 0.8 * front, -3 + (r as number) * Math.cos(a)];
    }),
  );

/** Clothes, legs and hands of a stylised look, body metres before the body is scaled. */
export const buildOutfit = (look: Look, toon: ToonLook): Surface => {
  const out = emptySurface();
  const fit = FITS[toon.outfit];
  append(out, loftOn('torso', trunkGrid(fit), torsoWeights));
  for (const s of [1, -1] as const) {
    append(out, loftOn('sleeve', swapped(sleeveGrid(fit, s)), torsoWeights));
    append(out, dressed(loftOn('trim', cuffGrid(s), torsoWeights), 'trim'));
  }
  append(out, loftOn('collar', collarGrid(COLLARS[toon.outfit]), collarWeights));
  append(out, dressed(loftOn('shirt', shirtGrid(), collarWeights), 'shirt'));
  const limbs = legs(look);
  // Shoes are the lower part of the legs' surface.
  append(out, {
    ...dressed(limbs, 'trousers'),
    uvs: limbs.colours.map(
      (c) => (c === look.shoes ? dressed(limbs, 'shoes') : dressed(limbs, 'trousers')).uvs[0] ?? [0, 0],
    ),
  });
  append(out, toon.fur === undefined ? bare(hands(look), look) : dressed(hands(look), 'shoes'));
  return out;
};

const PAINTERS: Readonly<
  Record<ToonLook['outfit'], readonly [trunk: Pattern, sleeve: Pattern, collar: Pattern]>
> = {
  techwear: [techwearTrunk, techwearSleeve, techwearCollar],
  bomber: [bomberTrunk, bomberSleeve, bomberCollar],
  hoodie: [hoodieTrunk, hoodieSleeve, hoodieCollar],
};

/** The texture of the clothes and of bare skin. */
export const paintOutfit = (look: Look, toon: ToonLook): Bitmap => {
  const fit = FITS[toon.outfit];
  const [trunk, sleeve, collar] = PAINTERS[toon.outfit];
  return paintAtlas(look, toon, {
    torso: { grid: trunkGrid(fit), paint: trunk(toon) },
    sleeve: { grid: swapped(sleeveGrid(fit, 1)), paint: sleeve(toon) },
    collar: { grid: collarGrid(COLLARS[toon.outfit]), paint: collar(toon) },
  });
};

/** Rows to columns. */
const swapped = (grid: Grid): Grid => (grid[0] ?? []).map((_, i) => grid.map((row) => row[i] as V3));
