import { index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import {
  bool,
  boolChecks,
  cents,
  countChecks,
  enumCheck,
  isoTime,
  json,
  jsonChecks,
  NOW,
  stamp,
} from '../columns.ts';
import { SUBSCRIPTION_STATUSES } from './statuses.ts';
import { users } from './users.ts';

export const subscriptionPlans = sqliteTable(
  'subscription_plans',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    description: text('description').notNull(),
    /** Plans are compared by this and never by their names. */
    rank: integer('rank').notNull(),
    price: cents('price').notNull(),
    currency: text('currency').notNull().default('USD'),
    billingInterval: text('billing_interval').notNull().default('month'),
    streamMinutesPerWeek: integer('stream_minutes_per_week').notNull().default(0),
    avatarMaxCount: integer('avatar_max_count').notNull().default(1),
    maxConcurrentStreams: integer('max_concurrent_streams').notNull().default(1),
    maxResolution: text('max_resolution').notNull().default('720p'),
    marketplaceAccess: bool('marketplace_access').notNull().default(false),
    customAvatars: bool('custom_avatars').notNull().default(false),
    prioritySupport: bool('priority_support').notNull().default(false),
    whiteLabel: bool('white_label').notNull().default(false),
    apiAccess: bool('api_access').notNull().default(false),
    isPopular: bool('is_popular').notNull().default(false),
    isFree: bool('is_free').notNull().default(false),
    isActive: bool('is_active').notNull().default(true),
    sortOrder: integer('sort_order').notNull().default(0),
    stripeProductId: text('stripe_product_id'),
    stripePriceId: text('stripe_price_id'),
    xSpacesHosting: bool('x_spaces_hosting').notNull().default(false),
    riggingStudioAccess: bool('rigging_studio_access').notNull().default(false),
    maxMorphPoints: integer('max_morph_points').notNull().default(0),
    buddyInviteAccess: bool('buddy_invite_access').notNull().default(false),
    isComingSoon: bool('is_coming_soon').notNull().default(false),
    maxBones: integer('max_bones').notNull().default(0),
    maxMorphTargets: integer('max_morph_targets').notNull().default(0),
    trackingPrecision: real('tracking_precision').notNull().default(0.5),
    animationSmoothness: real('animation_smoothness').notNull().default(0.5),
    riggingFeatures: json('rigging_features').$type<unknown>(),
    boneStructure: json('bone_structure').$type<unknown>(),
    animationResponsiveness: real('animation_responsiveness').notNull().default(0.5),
    faceTracking: bool('face_tracking').notNull().default(false),
    bodyTracking: bool('body_tracking').notNull().default(false),
    handTracking: bool('hand_tracking').notNull().default(false),
    fingerTracking: bool('finger_tracking').notNull().default(false),
    eyeTracking: bool('eye_tracking').notNull().default(false),
    expressionTracking: bool('expression_tracking').notNull().default(false),
    autoRiggingEnabled: bool('auto_rigging_enabled').notNull().default(false),
    maxFileSizeMb: integer('max_file_size_mb').notNull().default(25),
    ...stamp(),
  },
  (table) => [
    index('subscription_plans_rank').on(table.rank),
    ...countChecks(
      'subscription_plans',
      table.price,
      table.streamMinutesPerWeek,
      table.avatarMaxCount,
      table.maxConcurrentStreams,
      table.maxMorphPoints,
      table.maxBones,
      table.maxMorphTargets,
      table.maxFileSizeMb,
    ),
    ...boolChecks(
      'subscription_plans',
      table.marketplaceAccess,
      table.customAvatars,
      table.prioritySupport,
      table.whiteLabel,
      table.apiAccess,
      table.isPopular,
      table.isFree,
      table.isActive,
      table.xSpacesHosting,
      table.riggingStudioAccess,
      table.buddyInviteAccess,
      table.isComingSoon,
      table.faceTracking,
      table.bodyTracking,
      table.handTracking,
      table.fingerTracking,
      table.eyeTracking,
      table.expressionTracking,
      table.autoRiggingEnabled,
    ),
    ...jsonChecks('subscription_plans', table.riggingFeatures, table.boneStructure),
  ],
);

/** The truth about the plan; what `users` says of it is a copy. */
export const userSubscriptions = sqliteTable(
  'user_subscriptions',
  {
    id: integer('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    planId: text('plan_id')
      .notNull()
      .references(() => subscriptionPlans.id),
    startDate: isoTime('start_date').notNull().default(NOW),
    endDate: isoTime('end_date'),
    autoRenew: bool('auto_renew').notNull().default(true),
    status: text('status', { enum: SUBSCRIPTION_STATUSES }).notNull().default('active'),
    /** Seconds. */
    streamTimeRemaining: integer('stream_time_remaining').notNull(),
    stripeSubscriptionId: text('stripe_subscription_id'),
    /** Of the payment service's own state that this row was made of: an older one does not replace it. */
    stripeUpdatedAt: isoTime('stripe_updated_at'),
    ...stamp(),
  },
  (table) => [
    index('user_subscriptions_user_id').on(table.userId),
    index('user_subscriptions_plan_id').on(table.planId),
    enumCheck('user_subscriptions', table.status, SUBSCRIPTION_STATUSES),
    ...boolChecks('user_subscriptions', table.autoRenew),
  ],
);

export const addOns = sqliteTable(
  'add_ons',
  {
    id: integer('id').primaryKey(),
    addonId: text('addon_id').notNull(),
    name: text('name').notNull(),
    /** Cents on the server too. */
    price: integer('price').notNull(),
    description: text('description').notNull(),
    stripePriceId: text('stripe_price_id'),
    ...stamp(),
  },
  (table) => [uniqueIndex('add_ons_addon_id').on(table.addonId), ...countChecks('add_ons', table.price)],
);

export const userAddOns = sqliteTable(
  'user_add_ons',
  {
    id: integer('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    addonId: text('addon_id')
      .notNull()
      .references(() => addOns.addonId),
    quantity: integer('quantity').notNull().default(1),
    status: text('status', { enum: ['active', 'used', 'expired'] })
      .notNull()
      .default('active'),
    expiresAt: isoTime('expires_at'),
    ...stamp(),
  },
  (table) => [
    index('user_add_ons_user_id').on(table.userId),
    index('user_add_ons_addon_id').on(table.addonId),
    enumCheck('user_add_ons', table.status, table.status.enumValues),
    ...countChecks('user_add_ons', table.quantity),
  ],
);
