import type { FaceMoves, HeadShape } from './head-shape.ts';
import type { BodyScale } from './toon/proportions.ts';

/** Colours are sRGB bytes. */
export type Rgb = readonly [number, number, number];

export interface Look {
  readonly name: string;
  readonly shape: HeadShape;
  readonly skin: Rgb;
  readonly blush: Rgb;
  readonly lips: Rgb;
  /** Painted shadow under the nose, 0 to 1. */
  readonly noseShadow: number;
  readonly brows: Rgb;
  readonly browThickness: number;
  /** Height of the brow's inner end above the open upper lid, centimetres. */
  readonly browHeight: number;
  readonly lashes: number;
  readonly iris: Rgb;
  readonly irisEdge: Rgb;
  readonly irisRadius: number;
  readonly hair: Rgb;
  readonly hairTip: Rgb;
  readonly hairShadow: Rgb;
  /** Hair hangs over the ears and the back of the head: neither is built. */
  readonly earsCovered: boolean;
  readonly top: Rgb;
  readonly topAccent: Rgb;
  readonly trousers: Rgb;
  readonly shoes: Rgb;
  /** Stylised painting, hair and clothes; absent on a realistic look. */
  readonly toon?: ToonLook;
}

/** What a stylised look adds. */
export interface ToonLook {
  /** Skin where little light comes; warmer than the skin, not greyer. */
  readonly skinShade: Rgb;
  /** Size of the body against a realistic one; the head keeps its size. */
  readonly bodyScale: number | BodyScale;
  readonly blushAmount: number;
  readonly freckles: number;
  readonly mouthLine: Rgb;
  readonly lashColour: Rgb;
  readonly lidTint: Rgb;
  /** Light in the lower half of the iris. */
  readonly irisGlow: Rgb;
  readonly hairLight: Rgb;
  readonly hairStyle: 'layered-bob' | 'undercut' | 'twin-tails' | 'fox';
  readonly outfit: 'techwear' | 'bomber' | 'hoodie';
  readonly cloth: Rgb;
  readonly clothPanel: Rgb;
  readonly piping: Rgb;
  readonly lining: Rgb;
  readonly shirt: Rgb;
  /** Metal of round glasses; absent without. */
  readonly glasses?: Rgb;
  /** Fur of an animal; its hands are as dark as its shoes. */
  readonly fur?: Fur;
}

/** Markings of an animal's face. */
export interface Fur {
  /** Cheeks, muzzle and chin. */
  readonly mask: Rgb;
  readonly nose: Rgb;
}

const PLAIN_MOVES: FaceMoves = {
  jawDegrees: 24.5,
  jawBack: 0,
  jawNarrow: 0.36,
  smileCorner: [0.74, 0.86, -0.48],
  smileMiddle: 0.1,
  smileCheek: [0.16, 0.5, 0.3],
  puckerReach: 0.62,
};

export const PLAIN_SHAPE: HeadShape = {
  eyeX: 3.2,
  eyeZ: 5.2,
  eyeRadius: 2.08,
  eyeHalfWidth: 1.74,
  eyeUpper: 0.96,
  eyeLower: 0.74,
  eyeTilt: 0.14,
  mouthY: -5.65,
  mouthHalfWidth: 2.05,
  lipUpper: 0.58,
  lipLower: 0.76,
  jawWidth: 0.84,
  chinY: -9.75,
  noseTipY: -2.95,
  noseTipZ: 9.35,
  noseWidth: 0.9,
  cheek: 0.15,
  brow: 0,
  socketZ: 9.35,
  moves: PLAIN_MOVES,
};

export const PERFORMER: Look = {
  name: 'Performer',
  shape: {
    ...PLAIN_SHAPE,
    eyeX: 3.1,
    eyeHalfWidth: 1.5,
    eyeUpper: 0.7,
    eyeLower: 0.52,
    eyeTilt: 0.06,
    mouthY: -6.0,
    mouthHalfWidth: 2.4,
    lipUpper: 0.52,
    lipLower: 0.72,
    jawWidth: 1.04,
    chinY: -10.6,
    noseTipY: -3.3,
    noseTipZ: 9.75,
    noseWidth: 1.1,
    brow: 0.15,
  },
  skin: [222, 170, 138],
  blush: [190, 98, 84],
  lips: [160, 84, 78],
  noseShadow: 0,
  brows: [44, 30, 24],
  browThickness: 0.42,
  browHeight: 1.1,
  lashes: 0.55,
  iris: [94, 62, 38],
  irisEdge: [44, 28, 18],
  irisRadius: 0.62,
  hair: [58, 38, 26],
  hairTip: [88, 60, 42],
  hairShadow: [28, 18, 12],
  earsCovered: false,
  top: [96, 112, 124],
  topAccent: [214, 208, 196],
  trousers: [50, 52, 60],
  shoes: [60, 60, 60],
};
