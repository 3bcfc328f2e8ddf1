import { z } from 'zod';
import { X264_PRESETS, type X264Preset } from './encoding.ts';

/**
 * What the load governor can give up, in the order in which it does; it takes them back in the reverse order. Sound
 * and key frames are not among them.
 */
export const GOVERNOR_LEVERS = [
  'springs',
  'hands',
  'pose',
  'tracking-rate',
  'level-of-detail',
  'render-scale',
  'encoder-preset',
] as const;
export type GovernorLever = (typeof GOVERNOR_LEVERS)[number];

/** Steps down of each lever: 0 is full quality. `pose` and `hands` at their last step are off. */
export const LEVER_STEPS: Readonly<Record<GovernorLever, number>> = {
  springs: 2,
  hands: 2,
  pose: 2,
  'tracking-rate': 2,
  'level-of-detail': 2,
  'render-scale': 3,
  'encoder-preset': X264_PRESETS.length - 1,
};

/** How far every lever is down. */
export type GovernorState = Readonly<Record<GovernorLever, number>>;

/** What libx264 outside the page is to be run with. Pure. */
export function x264Preset(levers: GovernorState): X264Preset {
  return X264_PRESETS[levers['encoder-preset']] ?? 'ultrafast';
}

export const FULL_QUALITY: GovernorState = {
  springs: 0,
  hands: 0,
  pose: 0,
  'tracking-rate': 0,
  'level-of-detail': 0,
  'render-scale': 0,
  'encoder-preset': 0,
};

/** One decision, as it is told to the user and kept in the report. `at`: ms since the page began. */
export const governorStepSchema = z.object({
  at: z.number(),
  /** `lever:step`, for example `render-scale:1`. */
  step: z.string().max(64),
  /** In words, from the locale. */
  why: z.string().max(200),
});
export type GovernorStep = z.infer<typeof governorStepSchema>;
