import { z } from 'zod';
import { reasonSchema } from '../domain/stream-state.ts';
import { command, event } from './contract.ts';

export const SYNC_MODES = [
  /** A guest, or no cloud configured: nothing is sent. */
  'local',
  /** The server cannot be reached; tried again by itself. */
  'offline',
  'syncing',
  'idle',
  'needs-sign-in',
  /** The server no longer talks to this version: an update is needed. Changes are kept. */
  'client-too-old',
] as const;

/** A change that the server has refused. It blocks nobody; the user says what becomes of it. */
export const refusedChangeSchema = z.object({
  opId: z.uuid(),
  table: z.enum(['avatars', 'rtmp_sources', 'streaming_sessions']),
  /** What the row is called; the kind of row is in `table`. */
  name: z.string(),
  kind: z.enum(['upsert', 'delete']),
  reason: reasonSchema,
  /** The limit's name, or the server's own code. */
  detail: z.string().nullable(),
  at: z.string(),
  /** Kept on this machine only; it is not asked about again. */
  kept: z.boolean(),
  /** The server never had the row: without the change it is gone. */
  isNew: z.boolean(),
});
export type RefusedChange = z.infer<typeof refusedChangeSchema>;

export const fileTransferSchema = z.object({
  id: z.string(),
  /** Of the avatar. */
  name: z.string(),
  part: z.enum(['model', 'thumbnail']),
  direction: z.enum(['up', 'down']),
  sent: z.int(),
  total: z.int(),
  state: z.enum(['waiting', 'running', 'failed']),
  reason: reasonSchema.nullable(),
});

export const syncSnapshot = event(
  'sync.snapshot',
  z.object({
    mode: z.enum(SYNC_MODES),
    /** Changes that were not sent yet. */
    pending: z.int(),
    /** Rows of a first pull that is going on; null: none is. */
    pulled: z.int().nullable(),
    lastSyncedAt: z.string().nullable(),
    /** When it is tried again by itself; null: not planned. */
    nextTryAt: z.string().nullable(),
    /** Why the last try did not come to an end. */
    problem: reasonSchema.nullable(),
    refused: z.array(refusedChangeSchema).max(200),
    /** Rows of the server that this version could not read; they are fetched again after an update. */
    unreadable: z.int(),
    files: z.array(fileTransferSchema).max(200),
  }),
);
export type SyncSnapshot = z.infer<typeof syncSnapshot.payload>;

/** Begins at once, whatever the back-off says. */
export const syncNow = command('sync.now', z.object({}), z.object({}));
const ofOp = z.object({ opId: z.uuid() });
/** Sends a refused change again. @throws `sync.no-such-change` */
export const syncRetry = command('sync.retry', ofOp, z.object({}));
/** The change stays on this machine and is not sent. @throws `sync.no-such-change` */
export const syncKeepLocal = command('sync.keepLocal', ofOp, z.object({}));
/** The server's row takes the change's place; a row that the server never had is removed. @throws `sync.no-such-change` */
export const syncDiscard = command('sync.discard', ofOp, z.object({}));
/** Tries a failed file again. */
export const syncRetryFile = command('sync.retryFile', z.object({ id: z.string().max(128) }), z.object({}));
