import type { HairChain } from '../hair.ts';
import type { HeadShape } from '../head-shape.ts';
import type { ToonLook } from '../looks.ts';
import type { V3 } from '../maths.ts';
import type { Surface, Weights } from '../surface.ts';
import { bobChains, buildBob } from './hair-bob.ts';
import { buildFox, foxChains } from './hair-fox.ts';
import { buildTwinTails, twinTailChains } from './hair-twin-tails.ts';
import { buildUndercut } from './hair-undercut.ts';

/** Joints of a stylised head's swinging hair, head space. */
export const toonChains = (toon: ToonLook): HairChain[] => {
  switch (toon.hairStyle) {
    case 'layered-bob':
      return bobChains();
    case 'undercut':
      return [];
    case 'twin-tails':
      return twinTailChains();
    case 'fox':
      return foxChains();
  }
};

/** All hair of a stylised head; `hanging` gives the weights of hair that swings. */
export const buildToonHair = (s: HeadShape, toon: ToonLook, hanging: (p: V3) => Weights): Surface => {
  switch (toon.hairStyle) {
    case 'layered-bob':
      return buildBob(s, hanging);
    case 'undercut':
      return buildUndercut(s);
    case 'twin-tails':
      return buildTwinTails(s);
    case 'fox':
      return buildFox(s);
  }
};
