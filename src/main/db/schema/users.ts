import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { bool, boolChecks, countChecks, enumCheck, isoTime, stamp } from '../columns.ts';
import { SUBSCRIPTION_STATUSES } from './statuses.ts';

/**
 * The account's own row, written by the server only. No password, token or customer number is a column, here or
 * there. What is unique on the server is not so here and in the other pulled tables: rows come one by one, and two
 * that have swapped a name would stand in each other's way.
 */
export const users = sqliteTable(
  'users',
  {
    id: text('id').primaryKey(),
    username: text('username').notNull(),
    email: text('email').notNull(),
    avatarUrl: text('avatar_url'),
    role: text('role', { enum: ['user', 'moderator', 'admin'] })
      .notNull()
      .default('user'),
    twitterHandle: text('twitter_handle'),
    blocked: bool('blocked').notNull().default(false),
    emailVerified: bool('email_verified').notNull().default(false),
    googleId: text('google_id'),
    twitterId: text('twitter_id'),
    /** The same as `subscriptionPlanId`; the server generates it. */
    plan: text('plan').notNull().default('free'),
    /** Seconds; a cache of what plan, add-ons and this week's broadcasts leave. */
    streamTimeRemaining: integer('stream_time_remaining').notNull().default(900),
    /** Seconds. */
    totalStreamTime: integer('total_stream_time').notNull().default(0),
    totalStreamSessions: integer('total_stream_sessions').notNull().default(0),
    /** Ever. */
    avatarsCreated: integer('avatars_created').notNull().default(0),
    lastStreamAt: isoTime('last_stream_at'),
    lastAvatarCreatedAt: isoTime('last_avatar_created_at'),
    subscriptionStartDate: isoTime('subscription_start_date'),
    subscriptionEndDate: isoTime('subscription_end_date'),
    subscriptionPlanId: text('subscription_plan_id').notNull().default('free'),
    subscriptionStatus: text('subscription_status', { enum: SUBSCRIPTION_STATUSES })
      .notNull()
      .default('active'),
    /** Now. */
    avatarCount: integer('avatar_count').notNull().default(0),
    ...stamp(),
  },
  (table) => [
    enumCheck('users', table.role, table.role.enumValues),
    enumCheck('users', table.subscriptionStatus, SUBSCRIPTION_STATUSES),
    ...boolChecks('users', table.blocked, table.emailVerified),
    ...countChecks(
      'users',
      table.totalStreamTime,
      table.totalStreamSessions,
      table.avatarsCreated,
      table.avatarCount,
    ),
  ],
);

/** Of the web server that the schema was made for; nothing writes it, and what a session holds is no column. */
export const sessions = sqliteTable(
  'sessions',
  { sid: text('sid').primaryKey(), expire: isoTime('expire').notNull() },
  (table) => [index('idx_session_expire').on(table.expire)],
);
