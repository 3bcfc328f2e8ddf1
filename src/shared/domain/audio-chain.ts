import { z } from 'zod';

/**
 * The microphone's chain in order: gain, noise suppression (RNNoise), gate, compressor, limiter, mute. Levels are
 * dB of full scale.
 */
export const audioChainSchema = z.object({
  gainDb: z.number().min(-30).max(30),
  suppress: z.boolean(),
  gate: z.object({ on: z.boolean(), thresholdDb: z.number().min(-80).max(0) }),
  compressor: z.object({
    on: z.boolean(),
    thresholdDb: z.number().min(-60).max(0),
    ratio: z.number().min(1).max(20),
  }),
  limiter: z.object({ on: z.boolean(), ceilingDb: z.number().min(-20).max(0) }),
  /** The microphone is heard only while the key of the action `talk` is held. */
  pushToTalk: z.boolean(),
  /** The programme's sound is played on the user's own speakers. */
  monitor: z.boolean(),
  /** Sound later (positive) or earlier than the picture, ms. */
  offsetMs: z.int().min(-500).max(2000),
});
export type AudioChain = z.infer<typeof audioChainSchema>;

/** The source mixed to the microphone: what the captured screen plays, or a sound of the library in a loop. */
export const secondSourceSchema = z.object({
  source: z.union([z.enum(['none', 'system']), z.string().regex(/^sound:[A-Za-z0-9_-]{1,80}$/)]),
  gainDb: z.number().min(-60).max(20),
});
export type SecondSource = z.infer<typeof secondSourceSchema>;

export const DEFAULT_AUDIO_CHAIN: AudioChain = {
  gainDb: 0,
  suppress: true,
  gate: { on: false, thresholdDb: -45 },
  compressor: { on: false, thresholdDb: -20, ratio: 3 },
  limiter: { on: true, ceilingDb: -1 },
  pushToTalk: false,
  monitor: false,
  offsetMs: 0,
};

export const NO_SECOND_SOURCE: SecondSource = { source: 'none', gainDb: -12 };
