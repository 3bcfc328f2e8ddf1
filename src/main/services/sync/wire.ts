import { z } from 'zod';

/**
 * What crosses the network between the studio and the functions `sync_pull` and `sync_push` of the server.
 * Cursors are positions in a feed, never times: a client's clock is not compared with anything.
 */

/** Version of the synced columns. The server refuses older clients than it can serve (`VD426`). */
export const SYNC_SCHEMA = 1;
export const PULL_LIMIT = 500;
/** The server refuses more with `VD413`. */
export const PUSH_LIMIT = 100;

/** Tables of which the server says every change, in the feed of their owner or in the catalogue's. */
export const OWN_TABLES = [
  'users',
  'user_subscriptions',
  'user_add_ons',
  'avatars',
  'streaming_sessions',
  'rtmp_sources',
  'user_suspensions',
  'user_warnings',
] as const;
export const CATALOGUE_TABLES = [
  'subscription_plans',
  'add_ons',
  'avatar_categories',
  'preset_avatars',
  'background_categories',
  'stream_backgrounds',
] as const;
/** Tables that the studio writes too; their rows are known by `uid`, all others by `id`. */
export const WRITABLE_TABLES = ['avatars', 'streaming_sessions', 'rtmp_sources'] as const;
export type WritableTable = (typeof WRITABLE_TABLES)[number];
export type SyncedTable = (typeof OWN_TABLES)[number] | (typeof CATALOGUE_TABLES)[number];
export type Feed = 'own' | 'cat';

/** Not copied: what is in a row is checked column by column by who writes it, ten thousand times in a first pull. */
const rowSchema = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);
const cursorSchema = z.int().min(0);
const feedSchema = z.object({
  changes: z.array(
    z.object({
      /** Table; a newer server may name one this client does not know. */
      t: z.string(),
      /** Position in the feed. */
      s: cursorSchema,
      /** The whole row; `deleted_at` set is a tombstone. */
      row: rowSchema,
    }),
  ),
  /** Where the next pull goes on. */
  cursor: cursorSchema,
  more: z.boolean(),
  /** A client whose cursor is below this and not 0 has missed tombstones: it begins anew. */
  purged_before: cursorSchema,
});

/** Parameters of `sync_pull`. */
export interface PullRequest {
  readonly p_own: number;
  readonly p_cat: number;
  /** 1 to 1000, of each feed. */
  readonly p_limit: number;
  readonly p_schema: number;
}

export const pullAnswerSchema = z.object({
  schema: z.int(),
  server_time: z.iso.datetime({ offset: true }),
  own: feedSchema,
  cat: feedSchema,
});
export type PullAnswer = z.infer<typeof pullAnswerSchema>;

/** One change as it is sent. */
export interface PushOp {
  readonly op_id: string;
  readonly t: WritableTable;
  readonly uid: string;
  readonly kind: 'upsert' | 'delete';
  /** Changed columns by name, as of {@link EDITABLE}; empty for a delete. */
  readonly patch: Readonly<Record<string, unknown>>;
  /** Added to counters instead of replacing them. */
  readonly add: Readonly<Record<string, number>>;
  /** The revision that the change was made on; null: the row is new. */
  readonly base_rev: number | null;
}

/** Parameters of `sync_push`. */
export interface PushRequest {
  readonly p_ops: readonly PushOp[];
  readonly p_schema: number;
}

export const pushAnswerSchema = z.object({
  server_time: z.iso.datetime({ offset: true }),
  /** In the order of the ops. */
  results: z.array(
    z.discriminatedUnion('status', [
      z.object({
        op_id: z.uuid(),
        status: z.literal('applied'),
        /** The row as it is now; null: a row that never was is deleted. */
        row: rowSchema.nullable(),
        replayed: z.boolean(),
      }),
      z.object({
        op_id: z.uuid(),
        /** `base_rev` is old, or the row is not new. */
        status: z.literal('conflict'),
        row: rowSchema,
        replayed: z.boolean(),
      }),
      z.object({
        op_id: z.uuid(),
        status: z.literal('rejected'),
        /** `VD402` plan limit, `VD403` suspended, `VD409` the uid is somebody else's, else an SQLSTATE. */
        code: z.string().max(32),
        /** The limit's or the column's name; never another user's data. */
        detail: z.string().max(300).nullable(),
        replayed: z.boolean(),
      }),
    ]),
  ),
});
export type PushAnswer = z.infer<typeof pushAnswerSchema>;
export type PushResult = PushAnswer['results'][number];

/** Columns that the studio may send, by table; `sync_push` has the same list. */
export const EDITABLE: Readonly<Record<WritableTable, readonly string[]>> = {
  avatars: [
    'name',
    'type',
    'category',
    'thumbnail_url',
    'preview_url',
    'model_url',
    'file_url',
    'ipfs_hash',
    'vertices',
    'control_points',
    'file_size',
    'is_rigged',
    'rigged_model_url',
    'rigged_ipfs_hash',
    'face_tracking_enabled',
    'body_tracking_enabled',
    'hand_tracking_enabled',
    'lod_levels',
    'animations',
    'blend_shapes',
    'is_public',
    'last_used_at',
    'metadata',
  ],
  streaming_sessions: [
    'avatar_uid',
    'start_time',
    'end_time',
    'duration',
    'platform',
    'viewers',
    'status',
    'metadata',
  ],
  rtmp_sources: ['name', 'url', 'bitrate', 'is_default'],
};

/** Counters that are added to, by table. */
export const COUNTERS: Readonly<Record<WritableTable, readonly string[]>> = {
  avatars: ['usage_count'],
  streaming_sessions: [],
  rtmp_sources: [],
};
