import { z } from 'zod';
import { mediaStatusSchema } from '../../shared/domain/stream-state.ts';

/** It was live in an engine that died: a failed connect is tried again, a recording goes on in a file of its own. */
const resumedSchema = z.boolean().optional();

/** Where packets go. The key travels here, over the private channel of the child process, and nowhere else. */
export const mediaDestinationSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rtmp'),
    id: z.string(),
    name: z.string(),
    /** Server part without key, see shared/domain/rtmp-url.ts. */
    server: z.string(),
    key: z.string(),
    resumed: resumedSchema,
  }),
  z.object({
    kind: z.literal('file'),
    id: z.string(),
    name: z.string(),
    path: z.string(),
    resumed: resumedSchema,
  }),
]);
export type MediaDestination = z.infer<typeof mediaDestinationSchema>;

export const mainToMediaSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    epoch: z.int(),
    ffmpeg: z.string(),
    fps: z.number(),
    bitrateKbps: z.number(),
    destinations: z.array(mediaDestinationSchema),
  }),
  z.object({ type: z.literal('stop') }),
]);
export type MainToMedia = z.infer<typeof mainToMediaSchema>;

export const mediaToMainSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('status'), status: mediaStatusSchema }),
  /** Every FFmpeg has exited and every socket is closed. The last status goes before it. */
  z.object({ type: z.literal('stopped'), leftOver: z.array(z.string()) }),
  z.object({
    type: z.literal('log'),
    level: z.enum(['debug', 'info', 'warn', 'error']),
    message: z.string(),
  }),
]);
export type MediaToMain = z.infer<typeof mediaToMainSchema>;
