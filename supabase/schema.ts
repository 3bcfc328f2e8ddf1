import { type SQL, sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  numeric,
  pgSchema,
  pgTable,
  primaryKey,
  serial,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { SUBSCRIPTION_STATUSES } from '../src/main/db/schema/statuses.ts';

/**
 * The tables of the Supabase project. Times have milliseconds, as the studio's, so that they come back unchanged.
 * Row security, functions, triggers and grants are migrations written by hand beside the generated ones.
 */

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'string' });
const created = () => time('created_at').notNull().defaultNow();
const updated = () => time('updated_at').notNull().defaultNow();
const size = (name: string) => bigint(name, { mode: 'number' });

/** What the stamp trigger writes; every table that the studio pulls has it. */
const stamp = () => ({
  createdAt: created(),
  updatedAt: updated(),
  syncSeq: size('sync_seq').notNull().default(0),
  deletedAt: time('deleted_at'),
});

const oneOf = (column: AnyPgColumn, values: readonly string[]): SQL =>
  sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`;
const lengthOf = (column: AnyPgColumn, min: number, max: number): SQL =>
  sql`length(${column}) between ${sql.raw(String(min))} and ${sql.raw(String(max))}`;
const atLeast = (column: AnyPgColumn, min: number): SQL => sql`${column} >= ${sql.raw(String(min))}`;
/** A clock may be wrong; `infinity` and the like would make rows that no client can read. */
const sane = (column: AnyPgColumn): SQL =>
  sql`${column} between '1970-01-01T00:00:00Z' and '2200-01-01T00:00:00Z'`;

/** The second line does not show: names that look the same would be different ones, or read backwards. */
const USERNAME_NEVER =
  String.raw`[\u0001-\u002c\u002f\u003a-\u0040\u005b-\u005e\u0060\u007b-\u00a0[:space:]` +
  String.raw`\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]`;
/** An address that can stand in a page without breaking out of it. */
const PICTURE_URL = String.raw`^https://[^[:space:]"<>\\]+$`;
/** Characters of JSON in one column that an owner writes; as large as a whole change may be. */
const jsonWithin = (...columns: readonly string[]) =>
  sql.raw(columns.map((column) => `octet_length(${column}::text) <= 65536`).join(' and '));

// Authentication and users

/** Of the product's first web server; nothing uses it, nobody may read it. */
export const sessions = pgTable(
  'sessions',
  { sid: text('sid').primaryKey(), expire: time('expire').notNull() },
  (table) => [index('idx_session_expire').on(table.expire)],
);

export const users = pgTable(
  'users',
  {
    /** auth.users.id; the reference is in a migration written by hand. */
    id: uuid('id').primaryKey(),
    username: text('username').notNull().unique(),
    email: text('email').notNull().unique(),
    avatarUrl: text('avatar_url'),
    role: text('role').notNull().default('user'),
    twitterHandle: text('twitter_handle'),
    blocked: boolean('blocked').notNull().default(false),
    emailVerified: boolean('email_verified').notNull().default(false),
    googleId: text('google_id'),
    twitterId: text('twitter_id'),
    plan: text('plan').notNull().generatedAlwaysAs(sql`subscription_plan_id`),
    /** Seconds left this week: a cache, the truth are plan, add-ons and sessions. */
    streamTimeRemaining: integer('stream_time_remaining').notNull().default(900),
    totalStreamTime: integer('total_stream_time').notNull().default(0),
    totalStreamSessions: integer('total_stream_sessions').notNull().default(0),
    avatarsCreated: integer('avatars_created').notNull().default(0),
    lastStreamAt: time('last_stream_at'),
    lastAvatarCreatedAt: time('last_avatar_created_at'),
    subscriptionStartDate: time('subscription_start_date'),
    subscriptionEndDate: time('subscription_end_date'),
    subscriptionPlanId: text('subscription_plan_id')
      .notNull()
      .default('free')
      .references(() => subscriptionPlans.id),
    subscriptionStatus: text('subscription_status').notNull().default('active'),
    avatarCount: integer('avatar_count').notNull().default(0),
    ...stamp(),
  },
  (table) => [
    uniqueIndex('users_username_folded').on(sql`lower(${table.username})`),
    uniqueIndex('users_google_id').on(table.googleId),
    uniqueIndex('users_twitter_id').on(table.twitterId),
    index('users_subscription_plan_id').on(table.subscriptionPlanId),
    // Everything but letters, digits, `_`, `.` and `-`, without a word about which letters there are.
    check(
      'users_username',
      sql`length(username) between 3 and 30 and username !~ ${sql.raw(`'${USERNAME_NEVER}'`)}`,
    ),
    check('users_email', lengthOf(table.email, 3, 254)),
    check('users_avatar_url', sql`avatar_url ~ ${sql.raw(`'${PICTURE_URL}'`)} and length(avatar_url) <= 500`),
    check('users_twitter_handle', lengthOf(table.twitterHandle, 1, 50)),
    check('users_role', oneOf(table.role, ['user', 'moderator', 'admin'])),
    check('users_subscription_status', oneOf(table.subscriptionStatus, SUBSCRIPTION_STATUSES)),
    check('users_avatar_count', atLeast(table.avatarCount, 0)),
  ],
);

// Subscription and billing

export const subscriptionPlans = pgTable(
  'subscription_plans',
  {
    id: text('id').primaryKey(),
    /** Plans are compared by this, never by name. */
    rank: integer('rank').notNull().unique(),
    name: text('name').notNull(),
    description: text('description').notNull(),
    price: numeric('price', { precision: 10, scale: 2 }).notNull(),
    currency: text('currency').notNull().default('USD'),
    billingInterval: text('billing_interval').notNull().default('month'),
    streamMinutesPerWeek: integer('stream_minutes_per_week').notNull().default(0),
    avatarMaxCount: integer('avatar_max_count').notNull().default(1),
    maxConcurrentStreams: integer('max_concurrent_streams').notNull().default(1),
    maxResolution: text('max_resolution').notNull().default('720p'),
    marketplaceAccess: boolean('marketplace_access').notNull().default(false),
    customAvatars: boolean('custom_avatars').notNull().default(false),
    prioritySupport: boolean('priority_support').notNull().default(false),
    whiteLabel: boolean('white_label').notNull().default(false),
    apiAccess: boolean('api_access').notNull().default(false),
    isPopular: boolean('is_popular').notNull().default(false),
    isFree: boolean('is_free').notNull().default(false),
    isActive: boolean('is_active').notNull().default(true),
    sortOrder: integer('sort_order').notNull().default(0),
    stripeProductId: text('stripe_product_id'),
    stripePriceId: text('stripe_price_id'),
    xSpacesHosting: boolean('x_spaces_hosting').notNull().default(false),
    riggingStudioAccess: boolean('rigging_studio_access').notNull().default(false),
    maxMorphPoints: integer('max_morph_points').notNull().default(0),
    buddyInviteAccess: boolean('buddy_invite_access').notNull().default(false),
    isComingSoon: boolean('is_coming_soon').notNull().default(false),
    maxBones: integer('max_bones').notNull().default(0),
    maxMorphTargets: integer('max_morph_targets').notNull().default(0),
    trackingPrecision: numeric('tracking_precision').notNull().default('0.5'),
    animationSmoothness: numeric('animation_smoothness').notNull().default('0.5'),
    riggingFeatures: jsonb('rigging_features'),
    boneStructure: jsonb('bone_structure'),
    animationResponsiveness: numeric('animation_responsiveness').notNull().default('0.5'),
    faceTracking: boolean('face_tracking').notNull().default(false),
    bodyTracking: boolean('body_tracking').notNull().default(false),
    handTracking: boolean('hand_tracking').notNull().default(false),
    fingerTracking: boolean('finger_tracking').notNull().default(false),
    eyeTracking: boolean('eye_tracking').notNull().default(false),
    expressionTracking: boolean('expression_tracking').notNull().default(false),
    autoRiggingEnabled: boolean('auto_rigging_enabled').notNull().default(false),
    maxFileSizeMb: integer('max_file_size_mb').notNull().default(25),
    ...stamp(),
  },
  (table) => [
    uniqueIndex('subscription_plans_stripe_price_id').on(table.stripePriceId),
    index('subscription_plans_feed').on(table.syncSeq),
    check('subscription_plans_price', atLeast(table.price, 0)),
    check('subscription_plans_stream_minutes', sql`stream_minutes_per_week between 0 and 10080`),
    check('subscription_plans_avatar_max_count', atLeast(table.avatarMaxCount, 0)),
    check('subscription_plans_max_concurrent_streams', atLeast(table.maxConcurrentStreams, 0)),
    check('subscription_plans_max_file_size_mb', atLeast(table.maxFileSizeMb, 0)),
  ],
);

export const userSubscriptions = pgTable(
  'user_subscriptions',
  {
    id: serial('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    planId: text('plan_id')
      .notNull()
      .references(() => subscriptionPlans.id),
    startDate: time('start_date').notNull().defaultNow(),
    endDate: time('end_date'),
    autoRenew: boolean('auto_renew').notNull().default(true),
    status: text('status').notNull().default('active'),
    /** Seconds. */
    streamTimeRemaining: integer('stream_time_remaining').notNull(),
    stripeSubscriptionId: text('stripe_subscription_id'),
    /** When the state above was read from Stripe: an older reading never replaces a newer one. */
    stripeUpdatedAt: time('stripe_updated_at'),
    ...stamp(),
  },
  (table) => [
    uniqueIndex('user_subscriptions_stripe_subscription_id').on(table.stripeSubscriptionId),
    uniqueIndex('user_subscriptions_one_live')
      .on(table.userId)
      .where(sql`status in ('active', 'trialing', 'past_due') and deleted_at is null`),
    index('user_subscriptions_feed').on(table.userId, table.syncSeq),
    index('user_subscriptions_plan_id').on(table.planId),
    check('user_subscriptions_status', oneOf(table.status, SUBSCRIPTION_STATUSES)),
    check('user_subscriptions_stream_time_remaining', atLeast(table.streamTimeRemaining, 0)),
  ],
);

export const addOns = pgTable(
  'add_ons',
  {
    id: serial('id').primaryKey(),
    addonId: text('addon_id').notNull().unique(),
    name: text('name').notNull(),
    /** Cents. */
    price: integer('price').notNull(),
    description: text('description').notNull(),
    stripePriceId: text('stripe_price_id'),
    ...stamp(),
  },
  (table) => [
    uniqueIndex('add_ons_stripe_price_id').on(table.stripePriceId),
    index('add_ons_feed').on(table.syncSeq),
    check('add_ons_price', atLeast(table.price, 0)),
  ],
);

export const userAddOns = pgTable(
  'user_add_ons',
  {
    id: serial('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    addonId: text('addon_id')
      .notNull()
      .references(() => addOns.addonId),
    quantity: integer('quantity').notNull().default(1),
    status: text('status').notNull().default('active'),
    expiresAt: time('expires_at'),
    ...stamp(),
  },
  (table) => [
    index('user_add_ons_feed').on(table.userId, table.syncSeq),
    index('user_add_ons_addon_id').on(table.addonId),
    check('user_add_ons_quantity', atLeast(table.quantity, 1)),
    check('user_add_ons_status', oneOf(table.status, ['active', 'used', 'expired'])),
  ],
);

// Avatars

export const avatars = pgTable(
  'avatars',
  {
    id: size('id').primaryKey().generatedByDefaultAsIdentity(),
    uid: uuid('uid').notNull().unique(),
    rev: integer('rev').notNull().default(1),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    type: text('type').notNull(),
    category: text('category').notNull().default('custom'),
    thumbnailUrl: text('thumbnail_url'),
    previewUrl: text('preview_url'),
    modelUrl: text('model_url'),
    fileUrl: text('file_url'),
    ipfsHash: text('ipfs_hash'),
    supabaseUrl: text('supabase_url'),
    vertices: integer('vertices').notNull(),
    controlPoints: integer('control_points').notNull(),
    /** Bytes. */
    fileSize: size('file_size').notNull(),
    isRigged: boolean('is_rigged').notNull().default(false),
    riggedModelUrl: text('rigged_model_url'),
    riggedIpfsHash: text('rigged_ipfs_hash'),
    faceTrackingEnabled: boolean('face_tracking_enabled').notNull().default(true),
    bodyTrackingEnabled: boolean('body_tracking_enabled').notNull().default(true),
    handTrackingEnabled: boolean('hand_tracking_enabled').notNull().default(false),
    lodLevels: jsonb('lod_levels'),
    animations: jsonb('animations'),
    blendShapes: jsonb('blend_shapes'),
    isPremium: boolean('is_premium').notNull().default(false),
    isPublic: boolean('is_public').notNull().default(false),
    requiredPlan: text('required_plan')
      .notNull()
      .default('free')
      .references(() => subscriptionPlans.id),
    usageCount: integer('usage_count').notNull().default(0),
    lastUsedAt: time('last_used_at'),
    metadata: jsonb('metadata'),
    ...stamp(),
  },
  (table) => [
    index('avatars_feed').on(table.userId, table.syncSeq),
    index('avatars_live').on(table.userId).where(sql`deleted_at is null`),
    index('avatars_public').on(table.id).where(sql`is_public and deleted_at is null`),
    index('avatars_required_plan').on(table.requiredPlan),
    check('avatars_name', lengthOf(table.name, 1, 200)),
    check('avatars_type', oneOf(table.type, ['2d-generated', 'glb-upload', 'preset', 'built-in'])),
    check('avatars_category', lengthOf(table.category, 1, 64)),
    check(
      'avatars_urls',
      sql`length(thumbnail_url) <= 2048 and length(preview_url) <= 2048 and length(model_url) <= 2048
        and length(file_url) <= 2048 and length(rigged_model_url) <= 2048 and length(ipfs_hash) <= 128
        and length(rigged_ipfs_hash) <= 128`,
    ),
    check('avatars_vertices', atLeast(table.vertices, 0)),
    check('avatars_control_points', atLeast(table.controlPoints, 0)),
    check('avatars_file_size', atLeast(table.fileSize, 0)),
    check('avatars_usage_count', atLeast(table.usageCount, 0)),
    check('avatars_last_used_at', sane(table.lastUsedAt)),
    check('avatars_json', jsonWithin('lod_levels', 'animations', 'blend_shapes', 'metadata')),
  ],
);

export const avatarCategories = pgTable(
  'avatar_categories',
  {
    id: serial('id').primaryKey(),
    name: text('name').notNull().unique(),
    description: text('description'),
    thumbnailUrl: text('thumbnail_url'),
    isActive: boolean('is_active').notNull().default(true),
    sortOrder: integer('sort_order').notNull().default(0),
    ...stamp(),
  },
  (table) => [index('avatar_categories_feed').on(table.syncSeq)],
);

export const presetAvatars = pgTable(
  'preset_avatars',
  {
    id: serial('id').primaryKey(),
    name: text('name').notNull(),
    categoryId: integer('category_id').references(() => avatarCategories.id, { onDelete: 'set null' }),
    thumbnailUrl: text('thumbnail_url').notNull(),
    previewUrl: text('preview_url').notNull(),
    modelUrl: text('model_url').notNull(),
    ipfsHash: text('ipfs_hash'),
    vertices: integer('vertices').notNull(),
    fileSize: size('file_size').notNull(),
    isRigged: boolean('is_rigged').notNull().default(true),
    faceTrackingEnabled: boolean('face_tracking_enabled').notNull().default(true),
    bodyTrackingEnabled: boolean('body_tracking_enabled').notNull().default(true),
    animations: jsonb('animations'),
    blendShapes: jsonb('blend_shapes'),
    requiredPlan: text('required_plan')
      .notNull()
      .default('free')
      .references(() => subscriptionPlans.id),
    isActive: boolean('is_active').notNull().default(true),
    usageCount: integer('usage_count').notNull().default(0),
    metadata: jsonb('metadata'),
    ...stamp(),
  },
  (table) => [
    index('preset_avatars_feed').on(table.syncSeq),
    index('preset_avatars_category_id').on(table.categoryId),
    index('preset_avatars_required_plan').on(table.requiredPlan),
    check('preset_avatars_vertices', atLeast(table.vertices, 0)),
    check('preset_avatars_file_size', atLeast(table.fileSize, 0)),
    check('preset_avatars_usage_count', atLeast(table.usageCount, 0)),
  ],
);

// Streaming

export const streamingSessions = pgTable(
  'streaming_sessions',
  {
    id: serial('id').primaryKey(),
    uid: uuid('uid').notNull().unique(),
    rev: integer('rev').notNull().default(1),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** On the wire it is `avatar_uid`. */
    avatarId: size('avatar_id').references(() => avatars.id, { onDelete: 'set null' }),
    startTime: time('start_time').notNull().defaultNow(),
    endTime: time('end_time'),
    /** Seconds. */
    duration: integer('duration').notNull().default(0),
    platform: text('platform'),
    viewers: integer('viewers').notNull().default(0),
    status: text('status').notNull().default('active'),
    metadata: jsonb('metadata'),
    ...stamp(),
  },
  (table) => [
    index('streaming_sessions_feed').on(table.userId, table.syncSeq),
    index('streaming_sessions_by_time').on(table.userId, table.createdAt),
    index('streaming_sessions_avatar_id').on(table.avatarId),
    check('streaming_sessions_status', oneOf(table.status, ['active', 'ended', 'failed'])),
    check('streaming_sessions_end', sql`(status = 'active') = (end_time is null)`),
    check('streaming_sessions_duration', sql`duration between 0 and 604800`),
    check('streaming_sessions_viewers', atLeast(table.viewers, 0)),
    check('streaming_sessions_platform', lengthOf(table.platform, 0, 64)),
    check('streaming_sessions_start_time', sane(table.startTime)),
    check('streaming_sessions_end_time', sane(table.endTime)),
    check('streaming_sessions_json', jsonWithin('metadata')),
  ],
);

export const rtmpSources = pgTable(
  'rtmp_sources',
  {
    id: serial('id').primaryKey(),
    uid: uuid('uid').notNull().unique(),
    rev: integer('rev').notNull().default(1),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    url: text('url').notNull(),
    bitrate: integer('bitrate').notNull().default(2500),
    isDefault: boolean('is_default').notNull().default(false),
    ...stamp(),
  },
  (table) => [
    index('rtmp_sources_feed').on(table.userId, table.syncSeq),
    uniqueIndex('rtmp_sources_one_default').on(table.userId).where(sql`is_default and deleted_at is null`),
    check('rtmp_sources_name', lengthOf(table.name, 1, 80)),
    check('rtmp_sources_url', lengthOf(table.url, 1, 2048)),
    check('rtmp_sources_bitrate', sql`bitrate > 0`),
  ],
);

// Content

export const backgroundCategories = pgTable(
  'background_categories',
  {
    id: serial('id').primaryKey(),
    name: text('name').notNull().unique(),
    description: text('description'),
    isActive: boolean('is_active').notNull().default(true),
    sortOrder: integer('sort_order').notNull().default(0),
    ...stamp(),
  },
  (table) => [index('background_categories_feed').on(table.syncSeq)],
);

export const streamBackgrounds = pgTable(
  'stream_backgrounds',
  {
    id: serial('id').primaryKey(),
    name: text('name').notNull(),
    description: text('description'),
    category: text('category')
      .notNull()
      .references(() => backgroundCategories.name, { onUpdate: 'cascade' }),
    imageUrl: text('image_url').notNull(),
    thumbnailUrl: text('thumbnail_url'),
    isActive: boolean('is_active').notNull().default(true),
    sortOrder: integer('sort_order').notNull().default(0),
    requiredPlan: text('required_plan')
      .notNull()
      .default('free')
      .references(() => subscriptionPlans.id),
    createdBy: uuid('created_by').references(() => users.id, { onDelete: 'set null' }),
    ...stamp(),
  },
  (table) => [
    index('stream_backgrounds_feed').on(table.syncSeq),
    index('stream_backgrounds_category').on(table.category),
    index('stream_backgrounds_required_plan').on(table.requiredPlan),
    index('stream_backgrounds_created_by').on(table.createdBy),
  ],
);

// System

export const systemLogs = pgTable(
  'system_logs',
  {
    id: serial('id').primaryKey(),
    level: text('level').notNull(),
    type: text('type').notNull(),
    service: text('service').notNull(),
    message: text('message').notNull(),
    details: jsonb('details'),
    userId: uuid('user_id').references(() => users.id, { onDelete: 'set null' }),
    timestamp: time('timestamp').notNull().defaultNow(),
    createdAt: created(),
  },
  (table) => [
    index('system_logs_timestamp').on(table.timestamp),
    index('system_logs_user_id').on(table.userId),
    check('system_logs_level', oneOf(table.level, ['info', 'warning', 'error'])),
    check('system_logs_type', oneOf(table.type, ['info', 'warning', 'error'])),
  ],
);

export const gpuUsageLogs = pgTable(
  'gpu_usage_logs',
  {
    id: serial('id').primaryKey(),
    uid: uuid('uid').notNull().unique(),
    userId: uuid('user_id').references(() => users.id, { onDelete: 'set null' }),
    operation: text('operation').notNull(),
    usage: integer('usage').notNull(),
    memoryUsed: integer('memory_used').notNull(),
    serviceId: text('service_id').notNull(),
    resourceUsage: integer('resource_usage').notNull(),
    cost: integer('cost'),
    metadata: jsonb('metadata'),
    timestamp: time('timestamp').notNull().defaultNow(),
    createdAt: created(),
  },
  (table) => [
    index('gpu_usage_logs_user_id').on(table.userId, table.timestamp),
    check('gpu_usage_logs_usage', sql`usage between 0 and 100`),
    check('gpu_usage_logs_memory_used', atLeast(table.memoryUsed, 0)),
    check('gpu_usage_logs_resource_usage', atLeast(table.resourceUsage, 0)),
  ],
);

// Compliance

export const dmcaComplaints = pgTable(
  'dmca_complaints',
  {
    id: serial('id').primaryKey(),
    /** Whom it is about; null until somebody has found out, and after that account was deleted. */
    userId: uuid('user_id').references(() => users.id, { onDelete: 'restrict' }),
    complainantName: text('complainant_name').notNull(),
    complainantEmail: text('complainant_email').notNull(),
    contentUrl: text('content_url').notNull(),
    claimedWork: text('claimed_work').notNull(),
    description: text('description').notNull(),
    status: text('status').notNull().default('pending'),
    actionTaken: text('action_taken'),
    adminNotes: text('admin_notes'),
    filedAt: time('filed_at').notNull().defaultNow(),
    resolvedAt: time('resolved_at'),
    resolvedBy: uuid('resolved_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: created(),
    updatedAt: updated(),
  },
  (table) => [
    index('dmca_complaints_user_id').on(table.userId),
    index('dmca_complaints_resolved_by').on(table.resolvedBy),
    index('dmca_complaints_status').on(table.status, table.filedAt),
    check(
      'dmca_complaints_status',
      oneOf(table.status, ['pending', 'investigating', 'resolved', 'dismissed']),
    ),
  ],
);

export const userSuspensions = pgTable(
  'user_suspensions',
  {
    id: serial('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    suspensionType: text('suspension_type').notNull(),
    /** 1 to 7: 1, 3, 7, 14, 30 and 180 days, and for good. */
    suspensionLevel: integer('suspension_level').notNull(),
    reason: text('reason').notNull(),
    description: text('description'),
    /** Null: the account of who did it is gone, or nobody did (automated). */
    issuedBy: uuid('issued_by').references(() => users.id, { onDelete: 'set null' }),
    issuedAt: time('issued_at').notNull().defaultNow(),
    expiresAt: time('expires_at'),
    isActive: boolean('is_active').notNull().default(true),
    autoReactivateAt: time('auto_reactivate_at'),
    appealSubmitted: boolean('appeal_submitted').notNull().default(false),
    appealNotes: text('appeal_notes'),
    relatedDmcaId: integer('related_dmca_id').references(() => dmcaComplaints.id, { onDelete: 'set null' }),
    ...stamp(),
  },
  (table) => [
    index('user_suspensions_feed').on(table.userId, table.syncSeq),
    index('user_suspensions_issued_by').on(table.issuedBy),
    index('user_suspensions_related_dmca_id').on(table.relatedDmcaId),
    check('user_suspensions_type', oneOf(table.suspensionType, ['manual', 'automated', 'dmca'])),
    check('user_suspensions_level', sql`suspension_level between 1 and 7`),
  ],
);

export const userWarnings = pgTable(
  'user_warnings',
  {
    id: serial('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    warningType: text('warning_type').notNull(),
    reason: text('reason').notNull(),
    description: text('description'),
    issuedBy: uuid('issued_by').references(() => users.id, { onDelete: 'set null' }),
    issuedAt: time('issued_at').notNull().defaultNow(),
    acknowledged: boolean('acknowledged').notNull().default(false),
    acknowledgedAt: time('acknowledged_at'),
    ...stamp(),
  },
  (table) => [
    index('user_warnings_feed').on(table.userId, table.syncSeq),
    index('user_warnings_issued_by').on(table.issuedBy),
    check('user_warnings_type', oneOf(table.warningType, ['dmca', 'community_guidelines', 'tos_violation'])),
  ],
);

// Marketing

export const comingSoonEmails = pgTable(
  'coming_soon_emails',
  {
    id: serial('id').primaryKey(),
    email: text('email').notNull(),
    planName: text('plan_name').notNull(),
    createdAt: created(),
  },
  (table) => [
    uniqueIndex('coming_soon_emails_once').on(sql`lower(${table.email})`, table.planName),
    check('coming_soon_emails_email', lengthOf(table.email, 3, 254)),
  ],
);

// What is behind the functions; the schema is not exposed and nobody is granted anything in it.

export const privateSchema = pgSchema('private');

export const billingCustomers = privateSchema.table('billing_customers', {
  userId: uuid('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  customer: text('customer').notNull().unique(),
  createdAt: created(),
});

export const stripeEvents = privateSchema.table(
  'stripe_events',
  {
    id: text('id').primaryKey(),
    type: text('type').notNull(),
    created: time('created').notNull(),
    result: text('result').notNull(),
    receivedAt: time('received_at').notNull().defaultNow(),
  },
  (table) => [
    index('stripe_events_received_at').on(table.receivedAt),
    check('stripe_events_result', sql`result in ('applied', 'stale', 'ignored')`),
  ],
);

/** Which ops took effect, so that a second sending of the same one does not. */
export const syncOps = privateSchema.table(
  'sync_ops',
  {
    userId: uuid('user_id').notNull(),
    opId: uuid('op_id').notNull(),
    /** Hash of the op: another body under the same id is refused. */
    body: text('body').notNull(),
    tableName: text('table_name').notNull(),
    uid: uuid('uid').notNull(),
    createdAt: created(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.opId] }),
    foreignKey({ columns: [table.userId], foreignColumns: [users.id] }).onDelete('cascade'),
    index('sync_ops_created_at').on(table.createdAt),
  ],
);

export const syncConfig = privateSchema.table(
  'sync_config',
  {
    one: boolean('one').primaryKey().default(true),
    /** What the server speaks, and the oldest that it still serves. */
    schema: integer('schema').notNull(),
    minSchema: integer('min_schema').notNull(),
    ownPurgedBefore: size('own_purged_before').notNull().default(0),
    catPurgedBefore: size('cat_purged_before').notNull().default(0),
  },
  () => [check('sync_config_one', sql`one`)],
);

export const formLimits = privateSchema.table(
  'form_limits',
  {
    form: text('form').notNull(),
    /** Hash of an address, or of the e-mail that was given. */
    who: text('who').notNull(),
    windowStart: time('window_start').notNull(),
    hits: integer('hits').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.form, table.who, table.windowStart] }),
    index('form_limits_window_start').on(table.windowStart),
  ],
);
