import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import {
  bool,
  boolChecks,
  countChecks,
  created,
  enumCheck,
  isoTime,
  json,
  jsonChecks,
  NOW,
} from '../columns.ts';
import { avatars } from './avatars.ts';

/** What is in no table of the server. */

/** Choices of this machine, JSON by name. Never synced. */
export const settings = sqliteTable(
  'settings',
  {
    key: text('key').primaryKey(),
    value: json('value').$type<unknown>().notNull(),
    updatedAt: isoTime('updated_at').notNull().default(NOW),
  },
  (table) => [check('settings_value', sql`json_valid(${table.value})`)],
);

/** The file of an avatar on this machine. */
export const avatarFiles = sqliteTable(
  'avatar_files',
  {
    avatarUid: text('avatar_uid')
      .primaryKey()
      .references(() => avatars.uid, { onDelete: 'cascade' }),
    sha256: text('sha256').notNull(),
    bytes: integer('bytes').notNull(),
    extension: text('extension', { enum: ['vrm', 'glb'] }).notNull(),
    family: text('family', { enum: ['vrm0', 'vrm1', 'glb'] }).notNull(),
    /** Shown in the library; false for a file that was only used by its path. */
    listed: bool('listed').notNull(),
    thumbnailSha256: text('thumbnail_sha256'),
  },
  (table) => [
    index('avatar_files_sha256').on(table.sha256),
    enumCheck('avatar_files', table.extension, table.extension.enumValues),
    enumCheck('avatar_files', table.family, table.family.enumValues),
    ...boolChecks('avatar_files', table.listed),
    ...countChecks('avatar_files', table.bytes),
  ],
);

/** Changes that the server has not taken yet, in the order they were made. */
export const syncOutbox = sqliteTable(
  'sync_outbox',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    opId: text('op_id').notNull(),
    tableName: text('table_name', { enum: ['avatars', 'streaming_sessions', 'rtmp_sources'] }).notNull(),
    uid: text('uid').notNull(),
    kind: text('kind', { enum: ['upsert', 'delete'] }).notNull(),
    patch: json('patch').$type<Record<string, unknown>>().notNull(),
    adds: json('adds').$type<Record<string, number>>().notNull(),
    /** Null: the row is new. */
    baseRev: integer('base_rev'),
    state: text('state', { enum: ['queued', 'sent', 'rejected', 'kept'] })
      .notNull()
      .default('queued'),
    code: text('code'),
    detail: text('detail'),
    ...created(),
  },
  (table) => [
    uniqueIndex('sync_outbox_op_id').on(table.opId),
    index('sync_outbox_state').on(table.state, table.seq),
    index('sync_outbox_row').on(table.tableName, table.uid, table.seq),
    enumCheck('sync_outbox', table.tableName, table.tableName.enumValues),
    enumCheck('sync_outbox', table.kind, table.kind.enumValues),
    enumCheck('sync_outbox', table.state, table.state.enumValues),
    ...jsonChecks('sync_outbox', table.patch, table.adds),
  ],
);

/** How far each feed of the server was read. */
export const syncFeeds = sqliteTable(
  'sync_feeds',
  {
    feed: text('feed', { enum: ['own', 'cat'] }).primaryKey(),
    cursor: integer('cursor').notNull().default(0),
    /** It was once read to its end. */
    complete: bool('complete').notNull().default(false),
    /** Version of the synced columns it was read with; another one begins anew. */
    schema: integer('schema').notNull(),
  },
  (table) => [
    enumCheck('sync_feeds', table.feed, table.feed.enumValues),
    ...boolChecks('sync_feeds', table.complete),
    ...countChecks('sync_feeds', table.cursor),
  ],
);

/** The server's row while the outbox has changes of it. */
export const syncBase = sqliteTable(
  'sync_base',
  {
    tableName: text('table_name', { enum: ['avatars', 'streaming_sessions', 'rtmp_sources'] }).notNull(),
    uid: text('uid').notNull(),
    row: json('row').$type<Record<string, unknown>>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tableName, table.uid] }), ...jsonChecks('sync_base', table.row)],
);

/** Rows of the server that this version could not read. */
export const syncUnreadable = sqliteTable(
  'sync_unreadable',
  {
    tableName: text('table_name').notNull(),
    /** Its `uid` or `id` as text, else its place in the feed. */
    rowKey: text('row_key').notNull(),
    seq: integer('seq').notNull(),
    why: text('why').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tableName, table.rowKey] })],
);

/** Files on their way to or from the account's storage. */
export const uploadQueue = sqliteTable(
  'upload_queue',
  {
    id: text('id').primaryKey(),
    avatarUid: text('avatar_uid')
      .notNull()
      .references(() => avatars.uid, { onDelete: 'cascade' }),
    direction: text('direction', { enum: ['up', 'down'] }).notNull(),
    part: text('part', { enum: ['model', 'thumbnail'] }).notNull(),
    sha256: text('sha256').notNull(),
    bytes: integer('bytes').notNull(),
    objectPath: text('object_path').notNull(),
    uploadUrl: text('upload_url'),
    offset: integer('offset').notNull().default(0),
    state: text('state', { enum: ['waiting', 'running', 'failed'] })
      .notNull()
      .default('waiting'),
    reason: text('reason'),
    attempts: integer('attempts').notNull().default(0),
    nextTryAt: isoTime('next_try_at'),
    ...created(),
  },
  (table) => [
    index('upload_queue_due').on(table.state, table.nextTryAt),
    index('upload_queue_avatar_uid').on(table.avatarUid),
    enumCheck('upload_queue', table.direction, table.direction.enumValues),
    enumCheck('upload_queue', table.part, table.part.enumValues),
    enumCheck('upload_queue', table.state, table.state.enumValues),
    ...countChecks('upload_queue', table.bytes, table.offset, table.attempts),
  ],
);

/** Small things of the profile as a whole (`last_synced_at`, `claimed`, …), JSON by name. */
export const profileFacts = sqliteTable(
  'profile_facts',
  { key: text('key').primaryKey(), value: json('value').$type<unknown>().notNull() },
  (table) => jsonChecks('profile_facts', table.value),
);
