import { z } from 'zod';
import { encoderTrialSchema, ffmpegEncoderSchema } from '../domain/encoding.ts';
import { command, event } from './contract.ts';

/** Which FFmpeg encoders this machine has; `order`: those of its system, best first. */
export const encodersSnapshot = event(
  'encoders.snapshot',
  z.object({
    running: z.boolean(),
    order: z.array(ffmpegEncoderSchema),
    /** Empty before the first trial. */
    trials: z.array(encoderTrialSchema),
  }),
);
export type EncodersSnapshot = z.infer<typeof encodersSnapshot.payload>;

/** Encodes a moment with each of them; the snapshot tells what works. */
export const encodersTry = command('encoders.try', z.object({}), z.object({}));
