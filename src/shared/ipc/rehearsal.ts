import { z } from 'zod';
import { reasonSchema } from '../domain/stream-state.ts';
import { command, event } from './contract.ts';

export const REHEARSAL_STAGES = [
  'camera',
  'tracking',
  'render',
  'encode',
  'audio',
  'bitrate',
  'sync',
  'delivery',
] as const;
export const REHEARSAL_GRADES = ['good', 'fair', 'bad'] as const;

/** One stage of the chain as the rehearsal found it; `value` is a share 0..1 (what arrived of what should have). */
export const rehearsalGradeSchema = z.object({
  stage: z.enum(REHEARSAL_STAGES),
  grade: z.enum(REHEARSAL_GRADES),
  value: z.number(),
  /** What is behind the grade, for the words: measured, and what it should have been. */
  measured: z.number().nullable(),
  expected: z.number().nullable(),
});

/** A private broadcast to a sink on this machine: nobody sees it, nothing is kept. */
export const rehearsalSnapshot = event(
  'rehearsal.snapshot',
  z.object({
    phase: z.enum(['idle', 'running', 'finishing', 'done']),
    /** Planned length and how much of it has passed. */
    seconds: z.number(),
    elapsed: z.number(),
    /** Of the last rehearsal; null before the first. */
    result: z
      .object({
        ok: z.boolean(),
        /** Why it could not be held; the grades say the rest. */
        reason: reasonSchema.nullable(),
        frames: z.number(),
        seconds: z.number(),
        grades: z.array(rehearsalGradeSchema),
      })
      .nullable(),
  }),
);
export type RehearsalSnapshot = z.infer<typeof rehearsalSnapshot.payload>;

/** Begins; progress and result come with the snapshot. Refused while live. */
export const rehearsalStart = command('rehearsal.start', z.object({}), z.object({}));
export const rehearsalStop = command('rehearsal.stop', z.object({}), z.object({}));
