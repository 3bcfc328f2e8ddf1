import { z } from 'zod';
import { ARKIT_COUNT } from '../domain/arkit.ts';
import { HUMAN_BONE_COUNT } from '../domain/human-bones.ts';
import { reasonSchema } from '../domain/stream-state.ts';
import { event } from './contract.ts';

/** How the exchange with other programs stands. What is wanted is in the settings (`tracking.vmc`). */
export const vmcSnapshot = event(
  'vmc.snapshot',
  z.object({
    receive: z.object({
      /** `waiting`: listens, and nothing comes. */
      state: z.enum(['off', 'waiting', 'receiving', 'failed']),
      port: z.int(),
      /** Of the last second, those that were of use. */
      packetsPerSecond: z.int().min(0),
      /** Of the last second: broken, too large, or more than is read. */
      refusedPerSecond: z.int().min(0),
      /** Address and port of the sender; null while nothing comes. */
      from: z.string().nullable(),
      reason: reasonSchema.nullable(),
    }),
    send: z.object({
      /** `waiting`: there is no pose to send. */
      state: z.enum(['off', 'waiting', 'sending', 'failed']),
      host: z.string(),
      port: z.int(),
      packetsPerSecond: z.int().min(0),
      reason: reasonSchema.nullable(),
    }),
  }),
);
export type VmcSnapshot = z.infer<typeof vmcSnapshot.payload>;

/** Expressions that one pose of another program may name; more are left out. */
export const MAX_VMC_EXPRESSIONS = 64;

/**
 * What another program sent since the last one, at most 30 a second: bones, places and rotations in the normalised
 * pose of avatar-pose.ts. What is not named is not driven by it.
 */
export const vmcPose = event(
  'vmc.pose',
  z.object({
    /** Five numbers a bone: its index in HUMAN_BONES and its local rotation x, y, z, w. */
    bones: z.array(z.number()).max(HUMAN_BONE_COUNT * 5),
    /** Metres against where the hips were when the sender began; null: not sent. */
    hips: z.tuple([z.number(), z.number(), z.number()]).nullable(),
    /** Two numbers a channel: its index in ARKIT_CHANNELS and its value 0..1. */
    channels: z.array(z.number()).max(ARKIT_COUNT * 2),
    /** Weights 0..1 by name. */
    expressions: z.record(z.string().max(120), z.number()),
  }),
);
export type VmcPose = z.infer<typeof vmcPose.payload>;
