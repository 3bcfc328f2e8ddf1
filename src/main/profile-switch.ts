import path from 'node:path';
import type { ActiveDatabase } from './db/active-database.ts';
import { type OpenDatabase, openDatabase } from './db/open.ts';
import { createKeyValueStore } from './db/queries/settings.ts';
import type { DbSource } from './db/source.ts';
import { migrationsDir } from './host/paths.ts';
import type { Profile, ProfileSwitch } from './services/account/ports.ts';
import type { LibraryService } from './services/library/library.ts';
import { SETTINGS_KEY } from './services/settings/settings.ts';
import type { StudioService } from './services/studio/studio-service.ts';

const FILE = 'vida3.db';

/** @throws ReasonError of {@link openDatabase} */
export function openProfileDatabase(profile: Profile): OpenDatabase {
  return openDatabase(path.join(profile.folder, FILE), migrationsDir());
}

export interface ProfileSwitchParts {
  readonly database: ActiveDatabase;
  readonly library: Pick<LibraryService, 'open' | 'close'>;
  readonly studio: Pick<StudioService, 'replaceData'>;
  /** @throws ReasonError `account.live` while something is on the air, recorded or rehearsed */
  readonly mustBeIdle: () => void;
  /** Ends what works with the open database by itself (sync, transfers, archives), before another one is opened. */
  readonly pause: () => Promise<void>;
  /** Another profile is open: what was made of the one before is to be read again. */
  readonly opened: () => Promise<void>;
  /** The folder of the profile that is open. */
  readonly folder: () => string;
}

/**
 * Opens the data of another account in the running program: its database and its files take the place of those that
 * are open, then everything is read again. What fails leaves the old one open.
 */
export function createProfileSwitch(parts: ProfileSwitchParts): ProfileSwitch {
  const { database, library, studio } = parts;
  return {
    mustBeIdle: parts.mustBeIdle,
    async open(profile) {
      parts.mustBeIdle();
      const folder = parts.folder();
      await studio.replaceData(async () => {
        parts.mustBeIdle();
        await parts.pause();
        const next = openProfileDatabase(profile);
        await library.close();
        // What another account has is nobody else's.
        if (database.owner === null) inheritSettings(database, { db: next.db });
        const before = database.replace(next, profile.userId);
        try {
          await library.open(profile.folder, { findLost: next.recovered !== null });
        } catch (error) {
          database.replace(before.opened, before.owner);
          next.close();
          await library.open(folder);
          throw error;
        }
        before.opened.close();
        await parts.opened();
      });
    },
  };
}

/** The guest who signs in for the first time keeps camera, scenes and keys as they are on this machine. */
function inheritSettings(from: Pick<DbSource, 'db'>, to: Pick<DbSource, 'db'>): void {
  const old = createKeyValueStore(from);
  const fresh = createKeyValueStore(to);
  const settings = old.get(SETTINGS_KEY);
  if (fresh.get(SETTINGS_KEY) === undefined && settings !== undefined) fresh.set(SETTINGS_KEY, settings);
}
