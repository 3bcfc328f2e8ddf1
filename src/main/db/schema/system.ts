import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { countChecks, created, enumCheck, isoTime, json, jsonChecks, NOW } from '../columns.ts';
import { users } from './users.ts';

export const systemLogs = sqliteTable(
  'system_logs',
  {
    id: integer('id').primaryKey(),
    level: text('level', { enum: ['info', 'warning', 'error'] }).notNull(),
    /** The same as `level`. */
    type: text('type', { enum: ['info', 'warning', 'error'] }).notNull(),
    service: text('service').notNull(),
    message: text('message').notNull(),
    details: json('details').$type<unknown>(),
    userId: text('user_id').references(() => users.id, { onDelete: 'set null' }),
    /** The same as `createdAt`. */
    timestamp: isoTime('timestamp').notNull().default(NOW),
    ...created(),
  },
  (table) => [
    index('system_logs_user_id').on(table.userId),
    enumCheck('system_logs', table.level, table.level.enumValues),
    enumCheck('system_logs', table.type, table.type.enumValues),
    ...jsonChecks('system_logs', table.details),
  ],
);

export const gpuUsageLogs = sqliteTable(
  'gpu_usage_logs',
  {
    id: integer('id').primaryKey(),
    uid: text('uid').notNull().unique(),
    userId: text('user_id').references(() => users.id, { onDelete: 'set null' }),
    operation: text('operation').notNull(),
    /** Percent. */
    usage: integer('usage').notNull(),
    /** MB. */
    memoryUsed: integer('memory_used').notNull(),
    serviceId: text('service_id').notNull(),
    /** Milliseconds. */
    resourceUsage: integer('resource_usage').notNull(),
    /** Cents. */
    cost: integer('cost'),
    metadata: json('metadata').$type<unknown>(),
    timestamp: isoTime('timestamp').notNull().default(NOW),
    ...created(),
  },
  (table) => [
    index('gpu_usage_logs_user_id').on(table.userId),
    check('gpu_usage_logs_usage', sql`${table.usage} between 0 and 100`),
    ...countChecks('gpu_usage_logs', table.memoryUsed, table.resourceUsage, table.cost),
    ...jsonChecks('gpu_usage_logs', table.metadata),
  ],
);

export const comingSoonEmails = sqliteTable('coming_soon_emails', {
  id: integer('id').primaryKey(),
  email: text('email').notNull(),
  planName: text('plan_name').notNull(),
  ...created(),
});
