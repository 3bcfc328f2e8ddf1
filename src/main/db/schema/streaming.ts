import { sql } from 'drizzle-orm';
import { blob, check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { bool, boolChecks, enumCheck, isoTime, json, jsonChecks, NOW, ownRow } from '../columns.ts';
import { avatars } from './avatars.ts';
import { users } from './users.ts';

export interface SessionMetadata {
  /** Names or masked addresses, never keys. */
  readonly destinations?: readonly string[];
  /** The library's id of an avatar that is no row of `avatars`: a built-in one, or one of an older version. */
  readonly avatar?: string;
}

export const streamingSessions = sqliteTable(
  'streaming_sessions',
  {
    ...ownRow(),
    userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
    avatarUid: text('avatar_uid').references(() => avatars.uid, { onDelete: 'set null' }),
    /** The server's name for `avatarUid`; what travels is the uid. */
    avatarId: integer('avatar_id'),
    startTime: isoTime('start_time').notNull().default(NOW),
    endTime: isoTime('end_time'),
    /** Seconds. */
    duration: integer('duration').notNull().default(0),
    platform: text('platform'),
    viewers: integer('viewers').notNull().default(0),
    status: text('status', { enum: ['active', 'ended', 'failed'] })
      .notNull()
      .default('active'),
    metadata: json('metadata').$type<SessionMetadata>(),
  },
  (table) => [
    index('streaming_sessions_user_id').on(table.userId),
    index('streaming_sessions_avatar_uid').on(table.avatarUid),
    index('streaming_sessions_start_time').on(table.startTime),
    index('streaming_sessions_active').on(table.startTime).where(sql`${table.status} = 'active'`),
    enumCheck('streaming_sessions', table.status, table.status.enumValues),
    check('streaming_sessions_duration', sql`${table.duration} between 0 and 604800`),
    check('streaming_sessions_viewers', sql`${table.viewers} >= 0`),
    check('streaming_sessions_end', sql`(${table.status} = 'active') = (${table.endTime} is null)`),
    ...jsonChecks('streaming_sessions', table.metadata),
  ],
);

/** Destinations. The stream key is no column: it never leaves the machine. */
export const rtmpSources = sqliteTable(
  'rtmp_sources',
  {
    ...ownRow(),
    userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    url: text('url').notNull(),
    bitrate: integer('bitrate').notNull().default(2500),
    isDefault: bool('is_default').notNull().default(false),
  },
  (table) => [
    index('rtmp_sources_user_id').on(table.userId),
    // Not unique: another machine's choice may come before the row that gives way to it.
    index('rtmp_sources_default')
      .on(table.updatedAt)
      .where(sql`${table.isDefault} = 1 and ${table.deletedAt} is null`),
    check('rtmp_sources_name', sql`length(${table.name}) between 1 and 80`),
    check('rtmp_sources_bitrate', sql`${table.bitrate} > 0`),
    ...boolChecks('rtmp_sources', table.isDefault),
  ],
);

/** Stream keys, sealed by the host for this machine. Never synced. */
export const rtmpSourceSecrets = sqliteTable('rtmp_source_secrets', {
  sourceUid: text('source_uid')
    .primaryKey()
    .references(() => rtmpSources.uid, { onDelete: 'cascade' }),
  sealedKey: blob('sealed_key', { mode: 'buffer' }).notNull(),
  updatedAt: isoTime('updated_at').notNull().default(NOW),
});
