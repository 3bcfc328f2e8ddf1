import { z } from 'zod';
import { SERVICE_PROBLEMS } from '../domain/services.ts';
import { reasonSchema } from '../domain/stream-state.ts';
import { command, event } from './contract.ts';

export const PREFLIGHT_CHECKS = [
  'camera',
  'microphone',
  'avatar',
  'encoder',
  'disk',
  'limits',
  'destination',
] as const;

/** One line of the checklist. */
export const preflightItemSchema = z.object({
  check: z.enum(PREFLIGHT_CHECKS),
  /** Of a destination: its id and name. */
  subject: z.object({ id: z.string(), name: z.string() }).nullable(),
  state: z.enum(['waiting', 'running', 'ok', 'warning', 'failed']),
  reason: reasonSchema.nullable(),
  /** What the service takes and what it would get, for `limits`. */
  problems: z.array(
    z.object({
      code: z.enum(SERVICE_PROBLEMS),
      limit: z.number().nullable(),
      actual: z.number().nullable(),
      severity: z.enum(['warning', 'failed']),
    }),
  ),
  /** Time that the check took. */
  ms: z.number().nullable(),
});
export type PreflightItem = z.infer<typeof preflightItemSchema>;

/** The checklist before going live. Nothing is published by it. */
export const preflightSnapshot = event(
  'preflight.snapshot',
  z.object({
    phase: z.enum(['idle', 'running', 'done']),
    items: z.array(preflightItemSchema),
    /** No item has failed; null until done. */
    ok: z.boolean().nullable(),
    /** One press (`preflight.fix`) makes the picture and the bitrate fit every service. */
    fixable: z.boolean(),
  }),
);
export type PreflightSnapshot = z.infer<typeof preflightSnapshot.payload>;

const wanted = z.object({ destinationIds: z.array(z.string().max(64)).max(256) });

/** Begins; the snapshot tells the rest. */
export const preflightRun = command('preflight.run', wanted, z.object({}));
export const preflightCancel = command('preflight.cancel', z.object({}), z.object({}));
/** Sets picture and bitrate so that all of these destinations take them, and checks again. Refused while live. */
export const preflightFix = command('preflight.fix', wanted, z.object({}));
