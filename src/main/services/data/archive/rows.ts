import { z } from 'zod';

/**
 * Tables of which an archive holds the user's rows. The server's own are there for the user to read: they are never
 * taken from an archive.
 */
export const IMPORTED_TABLES = [
  'avatars',
  'rtmp_sources',
  'streaming_sessions',
  'gpu_usage_logs',
  'settings',
] as const;
export const READ_ONLY_TABLES = [
  'users',
  'user_subscriptions',
  'user_add_ons',
  'user_suspensions',
  'user_warnings',
] as const;
export type ImportedTable = (typeof IMPORTED_TABLES)[number];
export type ArchiveTable = ImportedTable | (typeof READ_ONLY_TABLES)[number];
/** Lists of files that are in no table. */
export const FILE_LISTS = ['images', 'sounds'] as const;

const uid = z.uuid();
const time = z.iso.datetime({ offset: true }).transform((value) => new Date(value).toISOString());
const count = z.int().min(0);
const json = z
  .unknown()
  .optional()
  .transform((value) => value ?? null);
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

const avatarSchema = z.object({
  uid,
  name: z.string().min(1).max(200),
  type: z.literal('glb-upload'),
  category: z.string().min(1).max(80),
  ipfs_hash: z.string().max(200).nullable(),
  vertices: count,
  control_points: count,
  is_rigged: z.boolean(),
  rigged_ipfs_hash: z.string().max(200).nullable(),
  face_tracking_enabled: z.boolean(),
  body_tracking_enabled: z.boolean(),
  hand_tracking_enabled: z.boolean(),
  lod_levels: json,
  animations: json,
  blend_shapes: json,
  usage_count: count,
  last_used_at: time.nullable(),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  created_at: time,
  updated_at: time,
  /** Null: its file was not on the machine that made the archive. */
  file: z
    .object({
      sha256: sha256Schema,
      extension: z.enum(['vrm', 'glb']),
      thumbnail_sha256: sha256Schema.nullable(),
    })
    .nullable(),
});

const rtmpSourceSchema = z.object({
  uid,
  name: z.string().min(1).max(80),
  url: z
    .string()
    .max(2000)
    .regex(/^rtmps?:\/\/[^\s]+$/i),
  bitrate: z.int().min(1).max(1_000_000),
  is_default: z.boolean(),
  created_at: time,
  updated_at: time,
});

const sessionSchema = z.object({
  uid,
  avatar_uid: uid.nullable(),
  start_time: time,
  end_time: time,
  duration: z.int().min(0).max(604_800),
  platform: z.string().max(80).nullable(),
  viewers: count,
  /** One that is on the air is in no archive. */
  status: z.enum(['ended', 'failed']),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  created_at: time,
  updated_at: time,
});

const gpuUsageSchema = z.object({
  uid,
  operation: z.string().min(1).max(80),
  usage: z.int().min(0).max(100),
  memory_used: count,
  service_id: z.string().max(200),
  resource_usage: count,
  cost: count.nullable(),
  metadata: json,
  timestamp: time,
  created_at: time,
});

const settingSchema = z.object({ key: z.string().regex(/^[a-z][\w.-]{0,63}$/i), value: z.json() });

export const ROW_SCHEMAS = {
  avatars: avatarSchema,
  rtmp_sources: rtmpSourceSchema,
  streaming_sessions: sessionSchema,
  gpu_usage_logs: gpuUsageSchema,
  settings: settingSchema,
} as const satisfies Record<ImportedTable, z.ZodType>;

export type ArchivedRow<T extends ImportedTable> = z.infer<(typeof ROW_SCHEMAS)[T]>;

/** A picture or a sound. */
export const fileListSchema = z.object({
  id: sha256Schema,
  name: z.string().min(1).max(200),
  file: z.string().regex(/^[0-9a-f]{64}\.[a-z0-9]{3,4}$/),
});

/** An avatar whose file passed the check and lies in its place. */
export interface ImportedAvatar {
  readonly row: ArchivedRow<'avatars'>;
  readonly model: {
    readonly sha256: string;
    readonly extension: 'vrm' | 'glb';
    readonly family: 'vrm0' | 'vrm1' | 'glb';
    readonly bytes: number;
  };
  readonly thumbnail: { readonly sha256: string; readonly bytes: number } | null;
}

/** What is put in at once. */
export interface NewRows {
  readonly avatars: readonly ImportedAvatar[];
  readonly rtmp_sources: readonly ArchivedRow<'rtmp_sources'>[];
  readonly streaming_sessions: readonly ArchivedRow<'streaming_sessions'>[];
  readonly gpu_usage_logs: readonly ArchivedRow<'gpu_usage_logs'>[];
  readonly settings: readonly ArchivedRow<'settings'>[];
}

/** Name of a row within its table. */
export function keyOf<T extends ImportedTable>(table: T, row: ArchivedRow<T>): string {
  return table === 'settings' ? (row as ArchivedRow<'settings'>).key : (row as { uid: string }).uid;
}
