import { ARKIT_CHANNELS, ARKIT_INDEX, type ArkitChannel } from '../../../shared/domain/arkit.ts';
import type { SmoothingParameters } from './one-euro.ts';

/** How a raw score becomes a channel before calibration: 0 up to `from`, 1 at `to`, between them ^`curve` (default 1). */
export interface ChannelRange {
  readonly from: number;
  readonly to: number;
  readonly curve?: number;
}

const PLAIN: ChannelRange = { from: 0.01, to: 1 };

/**
 * Ranges chosen from the scores of recorded people: lids rest at 0.05–0.2 and reach 0.55–0.8 when shut, brows
 * and squint rest high, a jaw opened wide reads 0.9.
 */
export function rangeOf(channel: ArkitChannel): ChannelRange {
  if (channel.startsWith('eyeBlink')) return { from: 0.07, to: 0.62 };
  if (channel.startsWith('eyeSquint')) return { from: 0.25, to: 1 };
  if (channel.startsWith('brow')) return { from: 0.12, to: 1.1 };
  // A mouth that opens is seen late: on a rendered face of known weights 0.3 reads 0.2, and 0.15 reads 0.03.
  if (channel === 'jawOpen') return { from: 0.005, to: 0.92, curve: 0.7 };
  if (channel.startsWith('eyeLook')) return { from: 0, to: 1 };
  return PLAIN;
}

const BLINK: SmoothingParameters = { minCutoff: 4, beta: 6, derivativeCutoff: 8 };
const JAW: SmoothingParameters = { minCutoff: 8, beta: 40, derivativeCutoff: 20 };
const MOUTH: SmoothingParameters = { minCutoff: 2.5, beta: 6, derivativeCutoff: 5 };
const BROW: SmoothingParameters = { minCutoff: 0.9, beta: 1.8, derivativeCutoff: 2 };
/** Light: the direction that is made of these is smoothed once more. */
const LOOK: SmoothingParameters = { minCutoff: 6, beta: 20, derivativeCutoff: 5 };
const REST: SmoothingParameters = { minCutoff: 1.5, beta: 3, derivativeCutoff: 2 };

/** Light for what moves fast (lids, lips), strong for what should rest (brows, cheeks). */
export function smoothingOf(channel: ArkitChannel): SmoothingParameters {
  if (channel.startsWith('eyeBlink')) return BLINK;
  if (channel === 'jawOpen') return JAW;
  if (channel.startsWith('jaw') || channel.startsWith('mouth')) return MOUTH;
  if (channel.startsWith('brow')) return BROW;
  if (channel.startsWith('eyeLook')) return LOOK;
  return REST;
}

/**
 * Radians and metres: still at rest, hardly behind in a turn. The head's were searched for on rendered heads of
 * known pose (bench `solver`): the least jitter while still that keeps lag, slope and motions of 1.5° as they are.
 */
export const ANGLE_SMOOTHING: SmoothingParameters = {
  minCutoff: 0.7,
  beta: 40,
  derivativeCutoff: 1.8,
  restSpeed: 0.3,
  pull: 600,
  band: 0.0215,
  closing: 20,
};
/** A talking mouth and blinking lids leak into the pitch most: more of it counts as rest. */
export const PITCH_SMOOTHING: SmoothingParameters = {
  minCutoff: 1.25,
  beta: 20,
  derivativeCutoff: 2.8,
  restSpeed: 0.61,
  pull: 1500,
  band: 0.0285,
  closing: 100,
};
export const GAZE_SMOOTHING: SmoothingParameters = { minCutoff: 1.6, beta: 14, derivativeCutoff: 3 };
export const POSITION_SMOOTHING: SmoothingParameters = { minCutoff: 1, beta: 20, derivativeCutoff: 2 };

/** A face does not move faster: channels per second (lids and jaw are the quickest), radians, metres. */
export const CHANNEL_RATE = 12;
export const FAST_RATE = 20;
export const ANGLE_RATE = 10;
export const PLACE_RATE = 2;

/** For each channel the index of its twin on the other side of the face; itself where there is none. */
export const MIRROR_INDEX: Int32Array = Int32Array.from(ARKIT_CHANNELS, (name) => {
  const twin = name.endsWith('Left')
    ? name.replace(/Left$/, 'Right')
    : name.endsWith('Right')
      ? name.replace(/Right$/, 'Left')
      : name;
  return ARKIT_INDEX[twin as ArkitChannel];
});
