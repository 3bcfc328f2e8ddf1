import type { V3 } from '../model/maths.ts';
import type { Obj } from './glb.ts';

/** Part of a texture that shines by itself and part that answers to light, linear. */
interface Glow {
  readonly own: V3;
  readonly lit: V3;
  /** Shines in one colour: reading the texture twice is dear on a software renderer. */
  readonly plain?: true;
}

// A stylised face has no hard dark side: light that scatters in skin is warm and reaches everywhere.
export const SKIN_GLOW: Glow = { own: [0.25, 0.19, 0.18], lit: [0.8, 0.82, 0.83] };
export const EYE_GLOW: Glow = { own: [0.4, 0.4, 0.4], lit: [0.6, 0.6, 0.6] };
export const HAIR_GLOW: Glow = { own: [0.01, 0.008, 0.012], lit: [1, 1, 1], plain: true };
export const BODY_GLOW: Glow = { own: [0.007, 0.006, 0.009], lit: [1, 1, 1], plain: true };

/** A rough material; `picture` is its texture's index. */
export const material = (name: string, picture: number | undefined, roughness: number, glow?: Glow): Obj => ({
  name,
  pbrMetallicRoughness: {
    ...(picture === undefined ? {} : { baseColorTexture: { index: picture } }),
    ...(glow === undefined || picture === undefined ? {} : { baseColorFactor: [...glow.lit, 1] }),
    metallicFactor: 0,
    roughnessFactor: roughness,
  },
  ...(glow === undefined || picture === undefined
    ? {}
    : {
        ...(glow.plain === true ? {} : { emissiveTexture: { index: picture } }),
        emissiveFactor: [...glow.own],
      }),
});
