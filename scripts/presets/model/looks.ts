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
  readonly lashes: number;
  readonly iris: Rgb;
  readonly irisEdge: Rgb;
  readonly irisRadius: number;
  readonly hair: Rgb;
  readonly hairTip: Rgb;
  readonly hairShadow: Rgb;
  readonly hairStyle: 'ponytail' | 'short';
  readonly top: Rgb;
  readonly topAccent: Rgb;
  readonly trousers: Rgb;
  readonly shoes: Rgb;
}

const shape: HeadShape = {
  eyeX: 3.12,
  eyeZ: 5.35,
  eyeRadius: 1.95,
  eyeHalfWidth: 1.55,
  eyeUpper: 0.82,
  eyeLower: 0.6,
  eyeTilt: 0.1,
  mouthY: -6.1,
  mouthHalfWidth: 2.25,
  lipUpper: 0.62,
  lipLower: 0.82,
  jawWidth: 1,
  chinY: -10.5,
  noseTipZ: 9.75,
  noseWidth: 1,
  cheek: 0,
  brow: 0,
};

export const VIDA: Look = {
  name: 'Vida',
  shape,
  skin: [236, 190, 165],
  blush: [228, 120, 110],
  lips: [196, 92, 96],
  brows: [62, 44, 66],
  browThickness: 0.34,
  lashes: 1,
  iris: [46, 150, 158],
  irisEdge: [20, 52, 74],
  irisRadius: 0.74,
  hair: [66, 48, 92],
  hairTip: [64, 176, 178],
  hairShadow: [30, 22, 48],
  hairStyle: 'ponytail',
  top: [38, 44, 66],
  topAccent: [60, 178, 180],
  trousers: [40, 42, 54],
  shoes: [226, 228, 236],
};

export const PERFORMER: Look = {
  name: 'Performer',
  shape: {
    ...shape,
    eyeHalfWidth: 1.48,
    eyeUpper: 0.66,
    eyeLower: 0.5,
    eyeTilt: 0.05,
    mouthHalfWidth: 2.45,
    lipUpper: 0.55,
    lipLower: 0.72,
    jawWidth: 1.08,
    chinY: -10.9,
    noseTipZ: 9.95,
    noseWidth: 1.14,
    brow: 0.2,
  },
  skin: [205, 150, 118],
  blush: [190, 98, 84],
  lips: [160, 84, 78],
  brows: [44, 30, 24],
  browThickness: 0.42,
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
