import { z } from 'zod';
import { REASONS } from '../errors.ts';

/** State of one destination. A destination is `live` when the server has taken the publish and bytes flow. */
export const DESTINATION_STATES = [
  'idle',
  'connecting',
  'live',
  'reconnecting',
  'stopping',
  'ended',
  'failed',
] as const;
export type DestinationState = (typeof DESTINATION_STATES)[number];

export const reasonSchema = z.enum(REASONS);

/** One destination of a broadcast as everybody may see it: never with its key. */
export const destinationStatusSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Masked address. */
  url: z.string(),
  kind: z.enum(['rtmp', 'file']),
  state: z.enum(DESTINATION_STATES),
  reason: reasonSchema.nullable(),
  /** From go-live to the first byte taken by the server. */
  firstByteMs: z.number().nullable(),
  bytes: z.number(),
  /** Video frames handed to the muxer. */
  frames: z.number(),
  /** Video frames dropped for this destination because its queue was too long (the `network` counter). */
  dropped: z.number(),
  reconnects: z.number(),
  queueMs: z.number(),
});
export type DestinationStatus = z.infer<typeof destinationStatusSchema>;

/** What the media process says about itself, twice a second and at every change of state. */
export const mediaStatusSchema = z.object({
  destinations: z.array(destinationStatusSchema),
  /** Video packets received since go-live. */
  videoPackets: z.number(),
  videoBytes: z.number(),
  /** Pictures of the card sent while the page was gone. */
  cardFrames: z.number(),
  /** Seconds of audio handed to the AAC encoder and, of these, filled with silence. */
  audioSeconds: z.number(),
  audioFilledSeconds: z.number(),
  /** First audio minus first video timestamp, in ms. */
  audioOffsetMs: z.number().nullable(),
  memoryMb: z.number(),
  /** A media port is attached. */
  connected: z.boolean(),
  /** The card is shown right now in place of the programme. */
  card: z.boolean(),
});
export type MediaStatus = z.infer<typeof mediaStatusSchema>;

export const STREAM_PHASES = ['idle', 'starting', 'live', 'stopping'] as const;

/** The three loss counters, with OBS's words: late pictures, skipped by the encoder, dropped by the network. */
export const lossesSchema = z.object({
  render: z.number(),
  encode: z.number(),
  network: z.number(),
  frames: z.number(),
});

export const streamSnapshotSchema = z.object({
  phase: z.enum(STREAM_PHASES),
  /** `rehearsal`: to a sink on this machine, nobody sees it. Of the last one while idle. */
  kind: z.enum(['broadcast', 'rehearsal']),
  sessionId: z.string().nullable(),
  /** Unix ms at go-live. */
  startedAt: z.number().nullable(),
  elapsedSeconds: z.number(),
  destinations: z.array(destinationStatusSchema),
  losses: lossesSchema,
  media: z.object({ restarts: z.number(), gapMs: z.number() }),
  /** Viewers see the card right now: no picture comes from the page. */
  card: z.boolean(),
  /** Why the last broadcast could not start or ended, when that was not the user's wish. */
  reason: reasonSchema.nullable(),
});
export type StreamSnapshot = z.infer<typeof streamSnapshotSchema>;
