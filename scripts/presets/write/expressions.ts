import { ARKIT_CHANNELS, type ArkitChannel } from '../../../src/shared/domain/arkit.ts';
import type { Obj } from './glb.ts';

/** VRM presets made of ARKit shapes. */
const PRESETS: Readonly<Record<string, readonly (readonly [ArkitChannel, number])[]>> = {
  happy: [
    ['mouthSmileLeft', 0.85],
    ['mouthSmileRight', 0.85],
    ['cheekSquintLeft', 0.7],
    ['cheekSquintRight', 0.7],
    ['eyeSquintLeft', 0.35],
    ['eyeSquintRight', 0.35],
    ['jawOpen', 0.12],
    ['browOuterUpLeft', 0.2],
    ['browOuterUpRight', 0.2],
  ],
  angry: [
    ['browDownLeft', 1],
    ['browDownRight', 1],
    ['noseSneerLeft', 0.5],
    ['noseSneerRight', 0.5],
    ['mouthFrownLeft', 0.5],
    ['mouthFrownRight', 0.5],
    ['mouthPressLeft', 0.4],
    ['mouthPressRight', 0.4],
    ['eyeSquintLeft', 0.3],
    ['eyeSquintRight', 0.3],
  ],
  sad: [
    ['browInnerUp', 0.95],
    ['mouthFrownLeft', 0.7],
    ['mouthFrownRight', 0.7],
    ['mouthShrugLower', 0.35],
    ['eyeLookDownLeft', 0.35],
    ['eyeLookDownRight', 0.35],
  ],
  relaxed: [
    ['mouthSmileLeft', 0.4],
    ['mouthSmileRight', 0.4],
    ['eyeBlinkLeft', 0.35],
    ['eyeBlinkRight', 0.35],
    ['browInnerUp', 0.15],
  ],
  surprised: [
    ['eyeWideLeft', 1],
    ['eyeWideRight', 1],
    ['browInnerUp', 0.8],
    ['browOuterUpLeft', 0.8],
    ['browOuterUpRight', 0.8],
    ['jawOpen', 0.4],
    ['mouthFunnel', 0.25],
  ],
  neutral: [],
  aa: [
    ['jawOpen', 0.62],
    ['mouthLowerDownLeft', 0.25],
    ['mouthLowerDownRight', 0.25],
    ['mouthUpperUpLeft', 0.15],
    ['mouthUpperUpRight', 0.15],
  ],
  ih: [
    ['jawOpen', 0.16],
    ['mouthStretchLeft', 0.5],
    ['mouthStretchRight', 0.5],
    ['mouthUpperUpLeft', 0.25],
    ['mouthUpperUpRight', 0.25],
    ['mouthLowerDownLeft', 0.35],
    ['mouthLowerDownRight', 0.35],
  ],
  ou: [
    ['jawOpen', 0.14],
    ['mouthPucker', 0.85],
    ['mouthFunnel', 0.3],
  ],
  ee: [
    ['jawOpen', 0.2],
    ['mouthSmileLeft', 0.45],
    ['mouthSmileRight', 0.45],
    ['mouthUpperUpLeft', 0.3],
    ['mouthUpperUpRight', 0.3],
    ['mouthLowerDownLeft', 0.4],
    ['mouthLowerDownRight', 0.4],
  ],
  oh: [
    ['jawOpen', 0.45],
    ['mouthFunnel', 0.65],
    ['mouthPucker', 0.2],
  ],
  blink: [
    ['eyeBlinkLeft', 1],
    ['eyeBlinkRight', 1],
  ],
  blinkLeft: [['eyeBlinkLeft', 1]],
  blinkRight: [['eyeBlinkRight', 1]],
  lookUp: [
    ['eyeLookUpLeft', 1],
    ['eyeLookUpRight', 1],
  ],
  lookDown: [
    ['eyeLookDownLeft', 1],
    ['eyeLookDownRight', 1],
  ],
  lookLeft: [
    ['eyeLookOutLeft', 1],
    ['eyeLookInRight', 1],
  ],
  lookRight: [
    ['eyeLookInLeft', 1],
    ['eyeLookOutRight', 1],
  ],
};

/** The VRM expressions: the presets, and every ARKit shape under its own name. */
export const expressionsJson = (faceNode: number): Obj => {
  const bind = ([name, weight]: readonly [ArkitChannel, number]): Obj => ({
    node: faceNode,
    index: ARKIT_CHANNELS.indexOf(name),
    weight,
  });
  const expression = (binds: readonly (readonly [ArkitChannel, number])[]): Obj => ({
    isBinary: false,
    ...(binds.length > 0 ? { morphTargetBinds: binds.map(bind) } : {}),
    overrideBlink: 'none',
    overrideLookAt: 'none',
    overrideMouth: 'none',
  });
  return {
    preset: Object.fromEntries(Object.entries(PRESETS).map(([n, b]) => [n, expression(b)])),
    custom: Object.fromEntries(ARKIT_CHANNELS.map((n) => [n, expression([[n, 1]])])),
  };
};
