import { z } from 'zod';
import { mediaStatusSchema } from '../../shared/domain/stream-state.ts';

/** Where packets go. The key travels here, over the private channel of the child process, and nowhere else. */
export const mediaDestinationSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rtmp'),
    id: z.string(),
    name: z.string(),
    /** Server part without key, see shared/domain/rtmp-url.ts. */
    server: z.string(),
    key: z.string(),
  }),
  z.object({ kind: z.literal('file'), id: z.string(), name: z.string(), path: z.string() }),
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
    /** The engine replaces one that died: destinations were live, so a failed connect is tried again. */
    resumed: z.boolean(),
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
