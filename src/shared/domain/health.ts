import { z } from 'zod';
import { renditionNameSchema } from './encoding.ts';
import { DESTINATION_STATES, mediaStatusSchema } from './stream-state.ts';

/** OBS's own colours: from 1 % of lost frames on it is a warning, from 5 % it is bad. */
export const LOSS_LEVELS = ['good', 'warn', 'bad'] as const;
export const WARN_SHARE = 0.01;
export const BAD_SHARE = 0.05;

const lossSchema = z.object({
  lost: z.number(),
  /** Of the frames since go-live, 0..1. */
  share: z.number(),
  /** Of the last ten seconds, 0..1. */
  recent: z.number(),
  level: z.enum(LOSS_LEVELS),
});

const stageSchema = z.object({
  fps: z.number(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
});

export const PROCESS_ROLES = ['main', 'page', 'media', 'audio', 'encoder', 'destination'] as const;

/** How everything is right now; once a second, while idle as well. */
export const healthSchema = z.object({
  /** Unix ms. */
  at: z.number(),
  stages: z.object({
    camera: stageSchema,
    tracking: stageSchema,
    render: stageSchema,
    encode: stageSchema,
  }),
  losses: z.object({ render: lossSchema, encode: lossSchema, network: lossSchema }),
  /** Of the last second, all renditions together, and what the destinations are sent. */
  encodedKbps: z.number(),
  sentKbps: z.number(),
  renditions: mediaStatusSchema.shape.renditions,
  destinations: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      state: z.enum(DESTINATION_STATES),
      rendition: renditionNameSchema,
      kbps: z.number(),
      queueMs: z.number(),
      dropped: z.number(),
    }),
  ),
  audio: z.object({ driftMs: z.number().nullable(), offsetMs: z.number().nullable() }),
  /** Processor time in percent of one core, memory in MB (shared pages counted once where the system tells). */
  processes: z.array(
    z.object({
      role: z.enum(PROCESS_ROLES),
      name: z.string(),
      pid: z.int(),
      cpuPercent: z.number(),
      memoryMb: z.number(),
    }),
  ),
  diskFreeBytes: z.number().nullable(),
});
export type Health = z.infer<typeof healthSchema>;
export type ProcessUse = Health['processes'][number];

/** A row of `gpu_usage_logs` but for its ids: one per minute of streaming and one at its end. */
export const usageRowSchema = z.object({
  operation: z.enum(['streaming', 'tracking']),
  /** Percent of the whole machine, 0..100. */
  usage: z.int().min(0).max(100),
  /** MB. */
  memory_used: z.int().min(0),
  service_id: z.string(),
  /** Milliseconds of processor time. */
  resource_usage: z.int().min(0),
  cost: z.int().nullable(),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  timestamp: z.string(),
});
export type UsageRow = z.infer<typeof usageRowSchema>;
