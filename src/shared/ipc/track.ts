import { z } from 'zod';
import { reasonSchema } from '../domain/stream-state.ts';
import { command } from './contract.ts';

/**
 * The contract of `npm run track`: its own page and its own main, with no studio around. A named exception to
 * «no landmarks leave the renderer»: the commands are in no list of the studio's contract (see ipc/index.ts), so
 * a studio page that sends one is told `ipc.unknown-command`.
 */
const score = z.record(z.string(), z.number());

/** One frame of the file, one line of the output. Angles are null where no face was found. */
export const trackLineSchema = z.object({
  /** Seconds. */
  t: z.number(),
  found: z.boolean(),
  /** Degrees, unmirrored, R = Ry(yaw)·Rx(pitch)·Rz(roll). */
  yaw: z.number().nullable(),
  pitch: z.number().nullable(),
  roll: z.number().nullable(),
  /** MediaPipe's scores by name, and tongueOut 0. */
  raw: score,
  /** The 52 channels after the solver, on the file's own clock. */
  solved: score,
});
export type TrackLine = z.infer<typeof trackLineSchema>;

/** What the page is to do: the address of raw RGBA pictures, one after the other. */
export const trackJob = command(
  'track.job',
  z.object({}),
  z.object({
    framesUrl: z.string(),
    modelUrl: z.string(),
    wasmUrl: z.string(),
    width: z.int().min(1),
    height: z.int().min(1),
    fps: z.number().positive(),
  }),
);
export type TrackJob = z.infer<typeof trackJob.response>;

/** The next lines, in order. */
export const trackLines = command(
  'track.lines',
  z.object({ from: z.int().min(0), lines: z.array(trackLineSchema).max(64) }),
  z.object({}),
);

/** The last line has been sent, or there will be none: `reason` says why. */
export const trackDone = command(
  'track.done',
  z.object({ frames: z.int(), reason: reasonSchema.nullable(), detail: z.string().max(500).nullable() }),
  z.object({}),
);
