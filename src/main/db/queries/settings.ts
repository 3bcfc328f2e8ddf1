import { eq } from 'drizzle-orm';
import type { KeyValueStore } from '../../services/settings/ports.ts';
import { settings } from '../schema/index.ts';
import type { DbSource } from '../source.ts';
import { withReasons } from '../storage-reason.ts';

/** Choices of this machine, in `settings`. Throws `storage.*` and nothing else. */
export function createKeyValueStore(
  source: Pick<DbSource, 'db'>,
  now: () => Date = () => new Date(),
): KeyValueStore {
  return withReasons({
    get: (key) => source.db.select().from(settings).where(eq(settings.key, key)).get()?.value,
    set(key, value) {
      const row = { value, updatedAt: now().toISOString() };
      source.db
        .insert(settings)
        .values({ key, ...row })
        .onConflictDoUpdate({ target: settings.key, set: row })
        .run();
    },
  });
}
