import { fileURLToPath } from 'node:url';
import { makeDemoUsers } from './demo-users.ts';
import { openEngine } from './engine/index.ts';
import { startOn } from './server/start.ts';
import type { Cloud, CloudOptions } from './types.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Starts the local stand-in for a Supabase project: the database with all migrations, and in front of it the part of
 * Auth, REST, Storage, Realtime and Functions that the studio uses, on 127.0.0.1.
 * @throws Error when the database, the port or (with `functions`) Deno cannot be had
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const engine = await openEngine({ engine: options.engine, folder: options.folder ?? null });
  const cloud = await startOn(engine, ROOT, options);
  if (!options.demoUsers) return cloud;
  try {
    await makeDemoUsers(cloud);
    return cloud;
  } catch (error) {
    await cloud.close();
    throw error;
  }
}
