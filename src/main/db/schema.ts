import { sql } from 'drizzle-orm';
import { blob, check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/**
 * The local copy of the product's tables, with their own column names. Differences to the server: `uid` is the
 * identity (server ids come with the first sync), `user_id` is empty until there is an account, times are
 * ISO-8601 UTC text, and no secret is a column.
 */

const NOW = sql`(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))`;
const times = {
  createdAt: text('created_at').notNull().default(NOW),
  updatedAt: text('updated_at').notNull().default(NOW),
};

export const rtmpSources = sqliteTable(
  'rtmp_sources',
  {
    uid: text('uid').primaryKey(),
    id: integer('id').unique(),
    userId: text('user_id'),
    name: text('name').notNull(),
    url: text('url').notNull(),
    bitrate: integer('bitrate').notNull().default(2500),
    isDefault: integer('is_default', { mode: 'boolean' }).notNull().default(false),
    ...times,
    deletedAt: text('deleted_at'),
  },
  (table) => [
    uniqueIndex('rtmp_sources_one_default')
      .on(table.isDefault)
      .where(sql`${table.isDefault} = 1 and ${table.deletedAt} is null`),
    check('rtmp_sources_name', sql`length(${table.name}) between 1 and 80`),
    check('rtmp_sources_bitrate', sql`${table.bitrate} > 0`),
    check('rtmp_sources_is_default', sql`${table.isDefault} in (0, 1)`),
  ],
);

/** Stream keys, sealed by the host for this machine. Never synced. */
export const rtmpSourceSecrets = sqliteTable('rtmp_source_secrets', {
  sourceUid: text('source_uid')
    .primaryKey()
    .references(() => rtmpSources.uid, { onDelete: 'cascade' }),
  sealedKey: blob('sealed_key', { mode: 'buffer' }).notNull(),
  updatedAt: times.updatedAt,
});

export const streamingSessions = sqliteTable(
  'streaming_sessions',
  {
    uid: text('uid').primaryKey(),
    id: integer('id').unique(),
    userId: text('user_id'),
    /** The avatar's library id; built-in avatars have no row to refer to. */
    avatarUid: text('avatar_uid'),
    startTime: text('start_time').notNull().default(NOW),
    endTime: text('end_time'),
    /** Seconds. */
    duration: integer('duration').notNull().default(0),
    platform: text('platform'),
    viewers: integer('viewers').notNull().default(0),
    status: text('status', { enum: ['active', 'ended', 'failed'] })
      .notNull()
      .default('active'),
    metadata: text('metadata', { mode: 'json' }).$type<SessionMetadata>(),
    ...times,
  },
  (table) => [
    index('streaming_sessions_start_time').on(table.startTime),
    check('streaming_sessions_status', sql`${table.status} in ('active', 'ended', 'failed')`),
    check('streaming_sessions_duration', sql`${table.duration} between 0 and 604800`),
    check('streaming_sessions_viewers', sql`${table.viewers} >= 0`),
    check('streaming_sessions_end', sql`(${table.status} = 'active') = (${table.endTime} is null)`),
    check('streaming_sessions_metadata', sql`${table.metadata} is null or json_valid(${table.metadata})`),
  ],
);

export interface SessionMetadata {
  /** Names or masked addresses, never keys. */
  readonly destinations: readonly string[];
}

/** Choices of this machine, JSON by name. Never synced. */
export const settings = sqliteTable(
  'settings',
  {
    key: text('key').primaryKey(),
    value: text('value', { mode: 'json' }).$type<unknown>().notNull(),
    updatedAt: times.updatedAt,
  },
  (table) => [check('settings_value', sql`json_valid(${table.value})`)],
);
