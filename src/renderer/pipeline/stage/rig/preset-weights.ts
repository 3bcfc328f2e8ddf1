import { ARKIT_INDEX } from '../../../../shared/domain/arkit.ts';
import { PRESETS, type Preset } from '../../../../shared/domain/rig-naming-morphs.ts';
import { clamp01 } from '../../../../shared/math/scalar.ts';

export const PRESET_INDEX = Object.fromEntries(PRESETS.map((name, index) => [name, index])) as Record<
  Preset,
  number
>;

/**
 * The 52 channels as the few presets of a model without ARKit shapes. The vowels and closed lips share one
 * mouth, so they sum to at most 1; emotions stay below full strength because most models close the eyes or open the mouth in
 * them, which is the other presets' work.
 * @param channels 52 values in the order of ARKIT_CHANNELS. @param out as many values as PRESETS; filled.
 */
export function presetWeights(channels: Float32Array, out: Float32Array): void {
  const pair = (left: number, right: number): number => (channels[left]! + channels[right]!) / 2;
  const jaw = clamp01(channels[ARKIT_INDEX.jawOpen]! * 1.35 - channels[ARKIT_INDEX.mouthClose]! * 0.8);
  const funnel = channels[ARKIT_INDEX.mouthFunnel]!;
  const pucker = channels[ARKIT_INDEX.mouthPucker]!;
  const smile = pair(ARKIT_INDEX.mouthSmileLeft, ARKIT_INDEX.mouthSmileRight);
  const stretch = pair(ARKIT_INDEX.mouthStretchLeft, ARKIT_INDEX.mouthStretchRight);
  const frown = pair(ARKIT_INDEX.mouthFrownLeft, ARKIT_INDEX.mouthFrownRight);
  const browDown = pair(ARKIT_INDEX.browDownLeft, ARKIT_INDEX.browDownRight);
  const eyeWide = pair(ARKIT_INDEX.eyeWideLeft, ARKIT_INDEX.eyeWideRight);
  const inner = channels[ARKIT_INDEX.browInnerUp]!;

  const ou = clamp01(pucker * 0.9 - jaw * 0.3);
  const oh = clamp01(funnel * 0.9 + Math.min(jaw, pucker) * 0.6);
  const wide = clamp01(stretch * 1.2 + smile * 0.25);
  const ih = wide * jaw * 0.7;
  const ee = wide * (1 - jaw) * 0.5;
  const aa = clamp01(jaw - oh * 0.6 - ou * 0.4 - ih * 0.5);
  const press = pair(ARKIT_INDEX.mouthPressLeft, ARKIT_INDEX.mouthPressRight);
  const pp = clamp01(press * 0.8) * (1 - jaw);
  const sum = Math.max(1, aa + ih + ou + ee + oh + pp);
  out[PRESET_INDEX.pp] = pp / sum;
  out[PRESET_INDEX.aa] = aa / sum;
  out[PRESET_INDEX.ih] = ih / sum;
  out[PRESET_INDEX.ou] = ou / sum;
  out[PRESET_INDEX.ee] = ee / sum;
  out[PRESET_INDEX.oh] = oh / sum;

  const left = channels[ARKIT_INDEX.eyeBlinkLeft]!;
  const right = channels[ARKIT_INDEX.eyeBlinkRight]!;
  out[PRESET_INDEX.blinkLeft] = left;
  out[PRESET_INDEX.blinkRight] = right;
  out[PRESET_INDEX.blink] = (left + right) / 2;

  out[PRESET_INDEX.happy] = clamp01((smile - 0.2) * 0.9) * (1 - jaw * 0.5);
  out[PRESET_INDEX.angry] = clamp01((browDown - 0.25) * 0.9) * (1 - smile);
  out[PRESET_INDEX.sad] = clamp01(frown * 0.7 + (inner - 0.5) * 0.4 - smile);
  out[PRESET_INDEX.surprised] = clamp01((eyeWide + inner) * 0.6 - 0.35) * (1 - smile * 0.5);

  const outer = pair(ARKIT_INDEX.browOuterUpLeft, ARKIT_INDEX.browOuterUpRight);
  out[PRESET_INDEX.browsUp] = clamp01(Math.max(inner, outer));
  out[PRESET_INDEX.browsDown] = clamp01(browDown);
  out[PRESET_INDEX.browsSad] = clamp01((inner - outer - 0.2) * 0.8) * (1 - browDown);
  out[PRESET_INDEX.mouthSmile] = clamp01(smile) * (1 - jaw * 0.4);
  out[PRESET_INDEX.mouthFrown] = clamp01(frown - smile);
  out[PRESET_INDEX.eyesWide] = clamp01(eyeWide) * (1 - (left + right) / 2);
  out[PRESET_INDEX.lookUp] = clamp01(pair(ARKIT_INDEX.eyeLookUpLeft, ARKIT_INDEX.eyeLookUpRight));
  out[PRESET_INDEX.lookDown] = clamp01(pair(ARKIT_INDEX.eyeLookDownLeft, ARKIT_INDEX.eyeLookDownRight));
  out[PRESET_INDEX.lookLeft] = clamp01(pair(ARKIT_INDEX.eyeLookOutLeft, ARKIT_INDEX.eyeLookInRight));
  out[PRESET_INDEX.lookRight] = clamp01(pair(ARKIT_INDEX.eyeLookInLeft, ARKIT_INDEX.eyeLookOutRight));
}
