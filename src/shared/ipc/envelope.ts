import { z } from 'zod';
import { renditionNameSchema } from '../domain/encoding.ts';
import { reasonSchema } from '../domain/stream-state.ts';

/** Page → main. The payload is checked by the command's own schema in the router. */
export const requestEnvelopeSchema = z.object({
  id: z.int().min(0),
  command: z.string().max(64),
  payload: z.unknown(),
});
export type RequestEnvelope = z.infer<typeof requestEnvelopeSchema>;

export const errorPayloadSchema = z.object({ reason: reasonSchema, detail: z.string().optional() });

/** Main → page: an answer, or an event. */
export const replyEnvelopeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), id: z.int(), result: z.unknown() }),
  z.object({ type: z.literal('error'), id: z.int(), error: errorPayloadSchema }),
  z.object({ type: z.literal('event'), event: z.string(), payload: z.unknown() }),
]);
export type ReplyEnvelope = z.infer<typeof replyEnvelopeSchema>;

/** Close code of a page's socket of which a newer page took the place; it must not connect again. */
export const SOCKET_REPLACED = 4001;

/** Media process → page, as JSON text on the media port. */
export const mediaControlSchema = z.discriminatedUnion('type', [
  /** A destination (re)connects and holds no picture to begin with: the next frame must be a key frame. */
  z.object({ type: z.literal('key-frame'), rendition: renditionNameSchema }),
  /** The encoder of a rendition aims at this from now on (dynamic bitrate); no key frame for it. */
  z.object({ type: z.literal('bitrate'), rendition: renditionNameSchema, kbps: z.number().positive() }),
  /** Bytes taken off a MessagePort so far, which, unlike a socket, does not know what it still holds. */
  z.object({ type: z.literal('taken'), bytes: z.number() }),
]);
export type MediaControl = z.infer<typeof mediaControlSchema>;
