import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { bool, boolChecks, enumCheck, isoTime, NOW, stamp, times } from '../columns.ts';
import { users } from './users.ts';

/** Kept on the server alone; here so that the tables are the same. */
export const dmcaComplaints = sqliteTable(
  'dmca_complaints',
  {
    id: integer('id').primaryKey(),
    userId: text('user_id').references(() => users.id, { onDelete: 'restrict' }),
    complainantName: text('complainant_name').notNull(),
    complainantEmail: text('complainant_email').notNull(),
    contentUrl: text('content_url').notNull(),
    claimedWork: text('claimed_work').notNull(),
    description: text('description').notNull(),
    status: text('status', { enum: ['pending', 'investigating', 'resolved', 'dismissed'] })
      .notNull()
      .default('pending'),
    actionTaken: text('action_taken'),
    adminNotes: text('admin_notes'),
    filedAt: isoTime('filed_at').notNull().default(NOW),
    resolvedAt: isoTime('resolved_at'),
    resolvedBy: text('resolved_by'),
    ...times(),
  },
  (table) => [
    index('dmca_complaints_user_id').on(table.userId),
    enumCheck('dmca_complaints', table.status, table.status.enumValues),
  ],
);

export const userSuspensions = sqliteTable(
  'user_suspensions',
  {
    id: integer('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    suspensionType: text('suspension_type', { enum: ['manual', 'automated', 'dmca'] }).notNull(),
    /** 1, 3, 7, 14, 30, 180 days, for ever. */
    suspensionLevel: integer('suspension_level').notNull(),
    reason: text('reason').notNull(),
    description: text('description'),
    /** Refers to nothing here: `users` has the own row only. */
    issuedBy: text('issued_by'),
    issuedAt: isoTime('issued_at').notNull().default(NOW),
    expiresAt: isoTime('expires_at'),
    isActive: bool('is_active').notNull().default(true),
    autoReactivateAt: isoTime('auto_reactivate_at'),
    appealSubmitted: bool('appeal_submitted').notNull().default(false),
    appealNotes: text('appeal_notes'),
    /** Refers to nothing here: complaints stay on the server. */
    relatedDmcaId: integer('related_dmca_id'),
    ...stamp(),
  },
  (table) => [
    index('user_suspensions_user_id').on(table.userId),
    enumCheck('user_suspensions', table.suspensionType, table.suspensionType.enumValues),
    check('user_suspensions_suspension_level', sql`${table.suspensionLevel} between 1 and 7`),
    ...boolChecks('user_suspensions', table.isActive, table.appealSubmitted),
  ],
);

export const userWarnings = sqliteTable(
  'user_warnings',
  {
    id: integer('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    warningType: text('warning_type', { enum: ['dmca', 'community_guidelines', 'tos_violation'] }).notNull(),
    reason: text('reason').notNull(),
    description: text('description'),
    /** Refers to nothing here: `users` has the own row only. */
    issuedBy: text('issued_by'),
    issuedAt: isoTime('issued_at').notNull().default(NOW),
    acknowledged: bool('acknowledged').notNull().default(false),
    acknowledgedAt: isoTime('acknowledged_at'),
    ...stamp(),
  },
  (table) => [
    index('user_warnings_user_id').on(table.userId),
    enumCheck('user_warnings', table.warningType, table.warningType.enumValues),
    ...boolChecks('user_warnings', table.acknowledged),
  ],
);
