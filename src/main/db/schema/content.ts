import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { bool, boolChecks, stamp } from '../columns.ts';
import { subscriptionPlans } from './billing.ts';

export const backgroundCategories = sqliteTable(
  'background_categories',
  {
    id: integer('id').primaryKey(),
    name: text('name').notNull(),
    description: text('description'),
    isActive: bool('is_active').notNull().default(true),
    sortOrder: integer('sort_order').notNull().default(0),
    ...stamp(),
  },
  (table) => [
    // Backgrounds refer to the name.
    uniqueIndex('background_categories_name').on(table.name),
    ...boolChecks('background_categories', table.isActive),
  ],
);

export const streamBackgrounds = sqliteTable(
  'stream_backgrounds',
  {
    id: integer('id').primaryKey(),
    name: text('name').notNull(),
    description: text('description'),
    category: text('category')
      .notNull()
      .references(() => backgroundCategories.name, { onUpdate: 'cascade' }),
    imageUrl: text('image_url').notNull(),
    thumbnailUrl: text('thumbnail_url'),
    isActive: bool('is_active').notNull().default(true),
    sortOrder: integer('sort_order').notNull().default(0),
    requiredPlan: text('required_plan')
      .notNull()
      .default('free')
      .references(() => subscriptionPlans.id),
    /** Refers to nothing here: `users` has the own row only. */
    createdBy: text('created_by'),
    ...stamp(),
  },
  (table) => [
    index('stream_backgrounds_category').on(table.category),
    index('stream_backgrounds_required_plan').on(table.requiredPlan),
    ...boolChecks('stream_backgrounds', table.isActive),
  ],
);
