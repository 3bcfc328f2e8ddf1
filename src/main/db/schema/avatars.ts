import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import {
  bool,
  boolChecks,
  countChecks,
  enumCheck,
  isoTime,
  json,
  jsonChecks,
  ownRow,
  stamp,
} from '../columns.ts';
import { subscriptionPlans } from './billing.ts';
import { users } from './users.ts';

export const avatars = sqliteTable(
  'avatars',
  {
    ...ownRow(),
    userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    type: text('type', { enum: ['2d-generated', 'glb-upload', 'preset', 'built-in'] }).notNull(),
    category: text('category').notNull().default('custom'),
    /** Paths in the account's storage; null until the file is there. */
    thumbnailUrl: text('thumbnail_url'),
    previewUrl: text('preview_url'),
    modelUrl: text('model_url'),
    fileUrl: text('file_url'),
    ipfsHash: text('ipfs_hash'),
    supabaseUrl: text('supabase_url'),
    vertices: integer('vertices').notNull(),
    controlPoints: integer('control_points').notNull(),
    /** Bytes. */
    fileSize: integer('file_size').notNull(),
    isRigged: bool('is_rigged').notNull().default(false),
    riggedModelUrl: text('rigged_model_url'),
    riggedIpfsHash: text('rigged_ipfs_hash'),
    faceTrackingEnabled: bool('face_tracking_enabled').notNull().default(true),
    bodyTrackingEnabled: bool('body_tracking_enabled').notNull().default(true),
    handTrackingEnabled: bool('hand_tracking_enabled').notNull().default(false),
    lodLevels: json('lod_levels').$type<unknown>(),
    animations: json('animations').$type<unknown>(),
    blendShapes: json('blend_shapes').$type<unknown>(),
    isPremium: bool('is_premium').notNull().default(false),
    isPublic: bool('is_public').notNull().default(false),
    /** The server's to say; null before it has, because a guest has no plans to refer to. */
    requiredPlan: text('required_plan').references(() => subscriptionPlans.id),
    usageCount: integer('usage_count').notNull().default(0),
    lastUsedAt: isoTime('last_used_at'),
    metadata: json('metadata').$type<unknown>(),
  },
  (table) => [
    index('avatars_user_id').on(table.userId),
    index('avatars_required_plan').on(table.requiredPlan),
    index('avatars_library').on(table.createdAt, table.uid).where(sql`${table.deletedAt} is null`),
    check('avatars_name', sql`length(${table.name}) between 1 and 200`),
    enumCheck('avatars', table.type, table.type.enumValues),
    ...countChecks('avatars', table.vertices, table.controlPoints, table.fileSize, table.usageCount),
    ...boolChecks(
      'avatars',
      table.isRigged,
      table.faceTrackingEnabled,
      table.bodyTrackingEnabled,
      table.handTrackingEnabled,
      table.isPremium,
      table.isPublic,
    ),
    ...jsonChecks('avatars', table.lodLevels, table.animations, table.blendShapes, table.metadata),
  ],
);

export const avatarCategories = sqliteTable(
  'avatar_categories',
  {
    id: integer('id').primaryKey(),
    name: text('name').notNull(),
    description: text('description'),
    thumbnailUrl: text('thumbnail_url'),
    isActive: bool('is_active').notNull().default(true),
    sortOrder: integer('sort_order').notNull().default(0),
    ...stamp(),
  },
  (table) => boolChecks('avatar_categories', table.isActive),
);

export const presetAvatars = sqliteTable(
  'preset_avatars',
  {
    id: integer('id').primaryKey(),
    name: text('name').notNull(),
    categoryId: integer('category_id').references(() => avatarCategories.id, { onDelete: 'set null' }),
    thumbnailUrl: text('thumbnail_url').notNull(),
    previewUrl: text('preview_url').notNull(),
    modelUrl: text('model_url').notNull(),
    ipfsHash: text('ipfs_hash'),
    vertices: integer('vertices').notNull(),
    fileSize: integer('file_size').notNull(),
    isRigged: bool('is_rigged').notNull().default(true),
    faceTrackingEnabled: bool('face_tracking_enabled').notNull().default(true),
    bodyTrackingEnabled: bool('body_tracking_enabled').notNull().default(true),
    animations: json('animations').$type<unknown>(),
    blendShapes: json('blend_shapes').$type<unknown>(),
    requiredPlan: text('required_plan')
      .notNull()
      .default('free')
      .references(() => subscriptionPlans.id),
    isActive: bool('is_active').notNull().default(true),
    usageCount: integer('usage_count').notNull().default(0),
    metadata: json('metadata').$type<unknown>(),
    ...stamp(),
  },
  (table) => [
    index('preset_avatars_category_id').on(table.categoryId),
    index('preset_avatars_required_plan').on(table.requiredPlan),
    ...countChecks('preset_avatars', table.vertices, table.fileSize, table.usageCount),
    ...boolChecks(
      'preset_avatars',
      table.isRigged,
      table.faceTrackingEnabled,
      table.bodyTrackingEnabled,
      table.isActive,
    ),
    ...jsonChecks('preset_avatars', table.animations, table.blendShapes, table.metadata),
  ],
);
