import { z } from 'zod';

/**
 * Main has authorised a media socket and hands it over, as it was after the HTTP upgrade request. The socket itself
 * travels beside this message.
 */
export const socketHandoverSchema = z.object({
  type: z.literal('socket'),
  request: z.object({
    method: z.string().max(16),
    url: z.string().max(4096),
    headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  }),
  /** Bytes that came after the request. */
  head: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
});
export type SocketHandover = z.infer<typeof socketHandoverSchema>;

/** A page's media port, which travels beside this message (Electron). */
export const portHandoverSchema = z.object({ type: z.literal('media-port') });
export type PortHandover = z.infer<typeof portHandoverSchema>;
