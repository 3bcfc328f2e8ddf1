import type { HeadShape } from './head-shape.ts';

/** Colours are sRGB bytes. */
export type Rgb = readonly [number, number, number];

export interface Look {
  readonly name: string;
  readonly shape: HeadShape;
  readonly skin: Rgb;
  readonly blush: Rgb;
  readonly lips: Rgb;
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
};

export const VIDA: Look = {
  name: 'Vida',
  shape,
  skin: [244, 202, 178],
  blush: [236, 140, 124],
  lips: [206, 98, 104],
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
