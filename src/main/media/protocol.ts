import { z } from 'zod';
import {
  encoderTrialSchema,
  ffmpegEncoderSchema,
  renditionNameSchema,
  renditionSchema,
  X264_PRESETS,
  x264PresetSchema,
} from '../../shared/domain/encoding.ts';
import { MIN_FREE_BYTES } from '../../shared/domain/recording-limits.ts';
import { mediaStatusSchema, reasonSchema } from '../../shared/domain/stream-state.ts';

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
    rendition: renditionNameSchema.default('main'),
    resumed: resumedSchema,
  }),
  z.object({
    kind: z.literal('file'),
    id: z.string(),
    name: z.string(),
    path: z.string(),
    rendition: renditionNameSchema.default('main'),
    resumed: resumedSchema,
  }),
]);
/** As whoever makes one writes it: what has a default may be left out. */
export type MediaDestination = z.input<typeof mediaDestinationSchema>;
/** As the media process reads it. */
export type ParsedDestination = z.output<typeof mediaDestinationSchema>;

export const mainToMediaSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    epoch: z.int(),
    ffmpeg: z.string(),
    fps: z.number(),
    /** All that may be asked for in this session; a destination's `rendition` is one of them. */
    renditions: z.array(renditionSchema).min(1),
    destinations: z.array(mediaDestinationSchema),
    /** Dynamic bitrate. */
    adaptive: z.boolean().default(false),
    /** Encoders for raw pictures, the wanted one first; a failing one gives way to the next. Empty: pictures come encoded. */
    encoders: z.array(ffmpegEncoderSchema).default([]),
    /** Of libx264, where it encodes raw pictures. */
    preset: x264PresetSchema.default(X264_PRESETS[0]),
    /** Seconds kept for a replay; 0: none. */
    replaySeconds: z.number().default(0),
    /** Sound later (positive) or earlier than the picture. */
    audioOffsetMs: z.number().default(0),
    /** Files are stopped, in order, when less room than this is left. */
    minFreeBytes: z.number().default(MIN_FREE_BYTES),
  }),
  /** A destination more, while the session runs; one of the same id that has ended or failed is replaced. */
  z.object({ type: z.literal('add'), destination: mediaDestinationSchema }),
  /** Ends one destination in order; the others do not notice. */
  z.object({ type: z.literal('remove'), id: z.string() }),
  /** Connects a failed destination again, or one that waits for its next attempt at once. */
  z.object({ type: z.literal('retry'), id: z.string() }),
  z.object({ type: z.literal('audio-offset'), ms: z.number() }),
  /** WebCodecs failed in the page: raw pictures come from now on, to be encoded by these. */
  z.object({ type: z.literal('encoders'), encoders: z.array(ffmpegEncoderSchema) }),
  /** libx264 runs with it from the next raw picture on; other encoders do not notice. */
  z.object({ type: z.literal('preset'), preset: x264PresetSchema }),
  /** Writes what is kept for a replay; answered by `replay`. */
  z.object({ type: z.literal('save-replay'), path: z.string() }),
  /** Tries every encoder by encoding 0.2 s with it; answered by `trials`. May be asked while nothing runs. */
  z.object({ type: z.literal('try-encoders'), ffmpeg: z.string(), encoders: z.array(ffmpegEncoderSchema) }),
  z.object({ type: z.literal('stop') }),
]);
export type MainToMedia = z.input<typeof mainToMediaSchema>;
export type MainToMediaParsed = z.infer<typeof mainToMediaSchema>;

export const mediaToMainSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('status'), status: mediaStatusSchema }),
  /** Every FFmpeg has exited and every socket is closed. The last status goes before it. */
  z.object({ type: z.literal('stopped'), leftOver: z.array(z.string()) }),
  z.object({ type: z.literal('trials'), trials: z.array(encoderTrialSchema) }),
  /** `reason` null: the file is complete. */
  z.object({
    type: z.literal('replay'),
    path: z.string(),
    seconds: z.number(),
    reason: reasonSchema.nullable(),
  }),
  /** The last encoder of the list has failed as well: nothing is encoded any more. */
  z.object({ type: z.literal('encoders-failed'), detail: z.string() }),
  z.object({
    type: z.literal('log'),
    level: z.enum(['debug', 'info', 'warn', 'error']),
    message: z.string(),
  }),
]);
export type MediaToMain = z.infer<typeof mediaToMainSchema>;
