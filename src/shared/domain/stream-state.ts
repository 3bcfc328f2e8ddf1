import { z } from 'zod';
import { REASONS } from '../errors.ts';
import { ffmpegEncoderSchema, renditionNameSchema } from './encoding.ts';

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

/** It has come to its end, in order or not; only a retry or another one of its id begins anew. */
export function isOver(state: DestinationState): boolean {
  return state === 'ended' || state === 'failed';
}

export const reasonSchema = z.enum(REASONS);

export const HISTORY_MAX = 20;

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
  rendition: renditionNameSchema,
  /** Of the last seconds, as handed to the server. */
  kbps: z.number(),
  /** Milliseconds until the next attempt; null when none is due. */
  retryInMs: z.number().nullable(),
  /** Its FFmpeg; null when none runs. */
  pid: z.int().nullable(),
  /** Changes of state, oldest first, the newest {@link HISTORY_MAX} ones; `atMs` is Unix time. */
  history: z
    .array(z.object({ atMs: z.number(), state: z.enum(DESTINATION_STATES), reason: reasonSchema.nullable() }))
    .max(HISTORY_MAX),
});
export type DestinationStatus = z.infer<typeof destinationStatusSchema>;

/** What the media process says about itself, twice a second and at every change of state. */
export const mediaStatusSchema = z.object({
  destinations: z.array(destinationStatusSchema),
  /** Pictures received since go-live, and bytes of H.264: as they came, or of the main encode of raw ones. */
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
  /** One per rendition in use: what it aims at now and what it lately made. */
  renditions: z.array(
    z.object({
      name: renditionNameSchema,
      width: z.number(),
      height: z.number(),
      targetKbps: z.number(),
      kbps: z.number(),
      frames: z.number(),
    }),
  ),
  /** The encoder of the FFmpeg path; null while pictures come encoded. `pids`: its processes. */
  encoder: z
    .object({
      name: ffmpegEncoderSchema,
      replaced: z.number(),
      frames: z.number(),
      keyFrames: z.number(),
      skipped: z.number(),
      p50Ms: z.number().nullable(),
      p95Ms: z.number().nullable(),
      pids: z.array(z.int()),
    })
    .nullable(),
  /** Picture minus sound on the session clock, ms: what a viewer would see as lip-sync error. */
  audioDriftMs: z.number().nullable(),
  audioPid: z.int().nullable(),
  /** Seconds that «save replay» would save; 0 when it is off. */
  replaySeconds: z.number(),
  /** Room left where files are written; null when nothing is. */
  diskFreeBytes: z.number().nullable(),
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
  /**
   * `rehearsal`: to a sink on this machine, nobody sees it; `recording`: to files only, and becomes a broadcast when
   * the user goes live. Of the last one while idle.
   */
  kind: z.enum(['broadcast', 'rehearsal', 'recording']),
  sessionId: z.string().nullable(),
  /** Unix ms at go-live. */
  startedAt: z.number().nullable(),
  elapsedSeconds: z.number(),
  destinations: z.array(destinationStatusSchema),
  losses: lossesSchema,
  media: z.object({ restarts: z.number(), gapMs: z.number() }),
  /** Viewers see the card right now: no picture comes from the page. */
  card: z.boolean(),
  /** Which encoder runs, or ran last. `fallback`: why it is not the one that was chosen. */
  encoder: z.object({ name: z.string(), fallback: reasonSchema.nullable() }).nullable(),
  renditions: mediaStatusSchema.shape.renditions,
  /** Why the last broadcast could not start or ended, when that was not the user's wish. */
  reason: reasonSchema.nullable(),
});
export type StreamSnapshot = z.infer<typeof streamSnapshotSchema>;
