import { z } from 'zod';
import { renditionNameSchema } from './encoding.ts';
import { FULL_QUALITY, GOVERNOR_LEVERS, governorStepSchema } from './governor.ts';
import { healthSchema, usageRowSchema } from './health.ts';
import {
  DESTINATION_STATES,
  destinationStatusSchema,
  lossesSchema,
  mediaStatusSchema,
  reasonSchema,
} from './stream-state.ts';

const percentiles = { p50Ms: z.number().nullable(), p95Ms: z.number().nullable() };

export const trackingPartSchema = z.object({
  frames: z.number(),
  found: z.number(),
  ...percentiles,
  fps: z.number(),
  delegate: z.enum(['CPU', 'GPU', 'recorded', 'none']),
});

export const NO_PART: z.infer<typeof trackingPartSchema> = {
  frames: 0,
  found: 0,
  p50Ms: null,
  p95Ms: null,
  fps: 0,
  delegate: 'none',
};

export const NO_GOVERNOR = { steps: [], levers: FULL_QUALITY };

export const CAMERA_STATES = ['off', 'starting', 'running', 'failed'] as const;
export const CAPTURE_STATES = ['off', 'asking', 'running', 'failed'] as const;
/** Changes of the tracking's state that are kept. */
export const MAX_TRACKING_STATES = 64;
export const TRACKING_STATES = ['no-camera', 'no-face', 'low-confidence', 'tracking'] as const;

/** Every change of the state, newest last; `at`: ms since the page began. */
const trackingStatesSchema = z
  .array(z.object({ at: z.number(), state: z.enum(TRACKING_STATES) }))
  .max(MAX_TRACKING_STATES);

/** What the page says about its pipeline once a second; counts run since the page loaded unless said otherwise. */
export const pipelineReportSchema = z.object({
  /** Avatar and background are on the programme picture and the tracker has answered or cannot. */
  ready: z.boolean(),
  /** From page start to the first programme picture with the avatar on it. */
  previewMs: z.number().nullable(),
  camera: z.object({
    state: z.enum(CAMERA_STATES),
    reason: reasonSchema.nullable(),
    label: z.string().max(256),
    frames: z.number(),
    fps: z.number(),
    dropped: z.number(),
  }),
  microphone: z.object({
    state: z.enum(CAMERA_STATES),
    reason: reasonSchema.nullable(),
    label: z.string().max(256),
  }),
  /** The source beside the microphone (`settings.secondSource`): the system's sound or a file. */
  sound: z
    .object({ state: z.enum(CAMERA_STATES), reason: reasonSchema.nullable() })
    .default({ state: 'off', reason: null }),
  tracking: z.object({
    source: z.enum(['camera', 'recorded', 'none']),
    state: z.enum(TRACKING_STATES),
    states: trackingStatesSchema.default([]),
    reason: reasonSchema.nullable(),
    faces: z.number(),
    face: trackingPartSchema,
    pose: trackingPartSchema.default(NO_PART),
    hands: trackingPartSchema.default(NO_PART),
    /** Workers replaced because they threw or hung. */
    restarts: z.number(),
  }),
  /** What was given up to keep the rate, newest last, and how far every lever is down. */
  governor: z
    .object({
      steps: z.array(governorStepSchema).max(64),
      levers: z.record(z.enum(GOVERNOR_LEVERS), z.int().min(0)),
    })
    .default(NO_GOVERNOR),
  render: z.object({ frames: z.number(), fps: z.number(), ...percentiles, late: z.number() }),
  /** Counted from go-live. Numbers are the main rendition's; of a raw source its pictures, `encoder` is `raw` then. */
  encode: z.object({
    epoch: z.number(),
    /** `off` after the last packet of the epoch has left the encoder. */
    state: z.enum(['off', 'running']),
    frames: z.number(),
    keyFrames: z.number(),
    bytes: z.number(),
    ...percentiles,
    skipped: z.number(),
    encoder: z.string().max(64),
    reason: reasonSchema.nullable(),
    /** Every rendition that the page encodes now; a raw source has none. */
    renditions: z
      .array(
        z.object({
          name: renditionNameSchema,
          frames: z.number(),
          bytes: z.number(),
          skipped: z.number(),
          /** What its encoder aims at now. */
          kbps: z.number(),
          reason: reasonSchema.nullable(),
        }),
      )
      .max(3)
      .default([]),
  }),
  /** Ticks and late ticks since go-live: the `render` loss counter. */
  live: z.object({ ticks: z.number(), late: z.number() }),
  latency: z.object({
    cameraToEncodedMs: z.object({ p50: z.number().nullable(), p95: z.number().nullable() }),
  }),
  avatar: z.object({
    id: z.string().max(256),
    state: z.enum(['loading', 'shown', 'failed']),
    reason: reasonSchema.nullable(),
  }),
  /** Why the background that was chosen is not shown. */
  background: z.object({ reason: reasonSchema.nullable() }),
  /** The captured screen or window. `off`: none is chosen; `asking`: the system's own list is open. */
  capture: z.object({
    state: z.enum(CAPTURE_STATES),
    reason: reasonSchema.nullable(),
    label: z.string().max(256),
    width: z.number(),
    height: z.number(),
    fps: z.number(),
  }),
  /** Why the overlay of the shown scene is missing. */
  overlay: z.object({ reason: reasonSchema.nullable() }),
  heapMb: z.number(),
});
export type PipelineReport = z.infer<typeof pipelineReportSchema>;

/** The report of a run (`--report`, `demo/report.json`). Fields may be added, never renamed. */
export const reportSchema = z.object({
  host: z.enum(['browser', 'electron']),
  startup: z.object({ previewMs: z.number().nullable(), liveMs: z.number().nullable() }),
  camera: z.object({
    frames: z.number(),
    fps: z.number(),
    dropped: z.number(),
    reason: reasonSchema.nullable(),
  }),
  tracking: z.object({
    source: z.enum(['camera', 'recorded', 'none']),
    states: trackingStatesSchema,
    faces: z.number(),
    face: trackingPartSchema,
    pose: trackingPartSchema,
    hands: trackingPartSchema,
    restarts: z.number(),
  }),
  render: z.object({ frames: z.number(), fps: z.number(), ...percentiles, late: z.number() }),
  encode: z.object({
    frames: z.number(),
    keyFrames: z.number(),
    bytes: z.number(),
    ...percentiles,
    skipped: z.number(),
    encoder: z.string(),
    /** Why it is not the encoder that was chosen; null when it is. */
    fallback: reasonSchema.nullable(),
  }),
  /** One per encode: what it aimed at last and how many pictures it made. */
  renditions: mediaStatusSchema.shape.renditions,
  /** The three counters with OBS's words. */
  losses: lossesSchema,
  latency: z.object({
    cameraToEncodedMs: z.object({ p50: z.number().nullable(), p95: z.number().nullable() }),
  }),
  audio: z.object({ seconds: z.number(), offsetMs: z.number().nullable() }),
  media: z.object({ restarts: z.number(), gapMs: z.number() }),
  governor: z.array(governorStepSchema),
  destinations: z.array(
    z.object({
      name: z.string(),
      url: z.string(),
      state: z.enum(DESTINATION_STATES),
      reason: reasonSchema.nullable(),
      firstByteMs: z.number().nullable(),
      bytes: z.number(),
      frames: z.number(),
      dropped: z.number(),
      reconnects: z.number(),
      rendition: renditionNameSchema,
      history: destinationStatusSchema.shape.history,
    }),
  ),
  /** As it was last while live; null when there was no such moment. */
  health: healthSchema.nullable(),
  /** Rows for `gpu_usage_logs`, one per minute. */
  usage: z.array(usageRowSchema),
  memory: z.object({ rendererMb: z.number(), mainMb: z.number(), mediaMb: z.number() }),
  /** Why the run could not start or ended early; null after a good run. */
  reason: reasonSchema.nullable(),
});
export type Report = z.infer<typeof reportSchema>;
