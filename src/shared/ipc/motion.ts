import { z } from 'zod';
import { MAX_MOTION_BYTES } from '../domain/motion.ts';
import { command, event, upload } from './contract.ts';

/** Recordings that are kept, and what they may be together. */
export const MAX_RECORDINGS = 200;
export const MAX_RECORDINGS_BYTES = 512 * 1024 * 1024;

const nameSchema = z.string().trim().min(1).max(80);

/** A recorded motion of the user's own; `url` is its file (see domain/motion.ts), to be played or kept elsewhere. */
export const motionRecordingSchema = z.object({
  id: z.uuid(),
  name: nameSchema,
  url: z.string(),
  seconds: z.number().min(0),
  bytes: z.int().min(1),
  /** Milliseconds since 1970. */
  createdAt: z.number().min(0),
});
export type MotionRecording = z.infer<typeof motionRecordingSchema>;

export const motionsSnapshot = event(
  'motions.snapshot',
  z.object({
    /** Oldest first. */
    recordings: z.array(motionRecordingSchema).max(MAX_RECORDINGS),
    /** No other one can be kept. */
    full: z.boolean(),
  }),
);
export type MotionsSnapshot = z.infer<typeof motionsSnapshot.payload>;

/**
 * A recording of the stage, or a file of the user's: checked and in the list when this answers. Its id is the page's,
 * so that one whose answer was lost may be sent again without being kept twice.
 * Refused with `motion.bad-file`, `motion.too-many`.
 */
export const motionUpload = upload(
  'motion',
  MAX_MOTION_BYTES,
  // It names a file: not every file system tells A from a.
  z.object({ id: z.uuid().lowercase(), name: nameSchema }),
  z.object({}),
);

/** Both refused with `motion.not-found`. */
export const motionsRename = command(
  'motions.rename',
  z.object({ id: z.uuid(), name: nameSchema }),
  z.object({}),
);
export const motionsRemove = command('motions.remove', z.object({ id: z.uuid() }), z.object({}));
