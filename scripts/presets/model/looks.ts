import type { FaceMoves, HeadShape } from './head-shape.ts';

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
  readonly hairStyle: 'bob' | 'short';
  readonly top: Rgb;
  readonly topAccent: Rgb;
  readonly trousers: Rgb;
  readonly shoes: Rgb;
}

const moves: FaceMoves = {
  jawDegrees: 24.5,
  jawNarrow: 0.36,
  smileCorner: [0.74, 0.86, -0.48],
  smileMiddle: 0.1,
  smileCheek: [0.16, 0.5, 0.3],
  puckerReach: 0.62,
};

const shape: HeadShape = {
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
  moves,
};

export const VIDA: Look = {
  name: 'Vida',
  // Face trackers take raised corners and flat relief for a turned head: deep eyes, a clear nose and a smile
  // that goes outwards more than up keep her pitch apart from her expression.
  shape: {
    ...shape,
    eyeZ: 4.25,
    socketZ: 9.75,
    noseTipZ: 10.05,
    mouthY: -5.8,
    chinY: -10.45,
    moves: {
      jawDegrees: 28,
      jawNarrow: 0.5,
      smileCorner: [0.95, 0.42, -0.25],
      smileMiddle: 0.06,
      smileCheek: [0.16, 0.2, 0.15],
      puckerReach: 0.35,
    },
  },
  skin: [244, 202, 178],
  blush: [236, 140, 124],
  lips: [194, 82, 90],
  noseShadow: 0.17,
  brows: [62, 44, 66],
  browThickness: 0.36,
  browHeight: 0.98,
  lashes: 1,
  iris: [46, 150, 158],
  irisEdge: [20, 52, 74],
  irisRadius: 0.96,
  hair: [92, 68, 132],
  hairTip: [70, 196, 192],
  hairShadow: [40, 29, 66],
  hairStyle: 'bob',
  top: [58, 66, 102],
  topAccent: [60, 178, 180],
  trousers: [40, 42, 54],
  shoes: [226, 228, 236],
};

export const PERFORMER: Look = {
  name: 'Performer',
  shape: {
    ...shape,
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
  hairStyle: 'short',
  top: [96, 112, 124],
  topAccent: [214, 208, 196],
  trousers: [50, 52, 60],
  shoes: [60, 60, 60],
};
