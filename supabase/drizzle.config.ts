import { defineConfig } from 'drizzle-kit';

/**
 * `npx drizzle-kit generate --config supabase/drizzle.config.ts --name what-changed` writes the next migration of the
 * tables from schema.ts. Policies, functions, triggers and grants are migrations written by hand.
 */
export default defineConfig({
  dialect: 'postgresql',
  schema: './supabase/schema.ts',
  out: './supabase/migrations',
  schemaFilter: ['public', 'private'],
  breakpoints: false,
  migrations: { prefix: 'supabase' },
});
