import { z } from 'zod';
import { reasonSchema } from '../domain/stream-state.ts';
import { command, event } from './contract.ts';

export const recordingJobSchema = z.object({
  id: z.string(),
  /** File name of what becomes of it. */
  name: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  /** 0..1; null when it cannot be told. */
  progress: z.number().nullable(),
  reason: reasonSchema.nullable(),
});

export const recordingSnapshot = event(
  'recording.snapshot',
  z.object({
    state: z.enum(['off', 'starting', 'recording', 'stopping', 'failed']),
    reason: reasonSchema.nullable(),
    /** Where recordings and replays go. */
    folder: z.string(),
    /** File name of the running one. */
    name: z.string().nullable(),
    startedAt: z.number().nullable(),
    seconds: z.number(),
    bytes: z.number(),
    /** Room on that disk, and how long it lasts at this bitrate; null when unknown. */
    freeBytes: z.number().nullable(),
    freeSeconds: z.number().nullable(),
    replay: z.object({
      /** Seconds that saving now would save; 0 while it is off or nothing runs. */
      seconds: z.number(),
      saving: z.boolean(),
      /** File name of the last one saved. */
      last: z.string().nullable(),
      reason: reasonSchema.nullable(),
    }),
    /** Files being made MP4s, newest first; those that are done stay until the next start. */
    jobs: z.array(recordingJobSchema).max(50),
  }),
);
export type RecordingSnapshot = z.infer<typeof recordingSnapshot.payload>;

/** Records beside the stream, or alone when nothing is live. @throws `stream.not-ready`, `record.*` */
export const recordingStart = command('recording.start', z.object({}), z.object({}));
export const recordingStop = command('recording.stop', z.object({}), z.object({}));
/** @throws `record.no-replay` */
export const recordingSaveReplay = command(
  'recording.saveReplay',
  z.object({}),
  z.object({ name: z.string() }),
);
/** Ends a job; what it was made from stays. */
export const recordingCancelJob = command(
  'recording.cancelJob',
  z.object({ id: z.string().max(64) }),
  z.object({}),
);
