import type { Engine } from '../types.ts';
import { openPglite } from './pglite.ts';
import { openPostgres, postgresIsThere } from './postgres.ts';

export interface EngineOptions {
  readonly engine: Engine['kind'];
  /** Where the data stays; null or absent: it goes with close(). */
  readonly folder?: string | null;
}

/** A database that is a Supabase project's after all migrations and seeds. */
export function openEngine({ engine, folder = null }: EngineOptions): Promise<Engine> {
  return engine === 'pglite' ? openPglite(folder) : openPostgres(folder);
}

export { postgresIsThere };
