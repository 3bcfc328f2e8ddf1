import { eq } from 'drizzle-orm';
import type { KeyValueStore } from '../../services/settings/ports.ts';
import type { Db } from '../open.ts';
import { settings } from '../schema.ts';

export function createKeyValueStore(db: Db, now: () => Date = () => new Date()): KeyValueStore {
  return {
    get: (key) => db.select().from(settings).where(eq(settings.key, key)).get()?.value,
    set(key, value) {
      const row = { value, updatedAt: now().toISOString() };
      db.insert(settings)
        .values({ key, ...row })
        .onConflictDoUpdate({ target: settings.key, set: row })
        .run();
    },
  };
}
