import path from 'node:path';
import type { ActiveDatabase } from './db/active-database.ts';
import { type OpenDatabase, openDatabase, openReadOnly, type ReadOnlyDatabase } from './db/open.ts';
import { createKeyValueStore } from './db/queries/settings.ts';
import { migrationsDir } from './host/paths.ts';
import { inheritSettings } from './profile-settings.ts';
import type { Profile, ProfileSwitch } from './services/account/ports.ts';
import type { LibraryService } from './services/library/library.ts';
import type { StudioService } from './services/studio/studio-service.ts';

const FILE = 'vida3.db';

/** @throws ReasonError of {@link openDatabase} */
export function openProfileDatabase(profile: Profile): OpenDatabase {
  return openDatabase(path.join(profile.folder, FILE), migrationsDir());
}

/** To look at and never to repair or change; null: there is none that can be looked at so. */
export function openGuestReadOnly(profile: Profile): ReadOnlyDatabase | null {
  return openReadOnly(path.join(profile.folder, FILE), migrationsDir());
}

export interface ProfileSwitchParts {
  readonly database: ActiveDatabase;
  readonly library: Pick<LibraryService, 'open' | 'close'>;
  readonly studio: Pick<StudioService, 'replaceData'>;
  /** @throws ReasonError `account.live` while something is on the air, recorded or rehearsed */
  readonly mustBeIdle: () => void;
  /** Ends what works with the open database by itself (sync, transfers, archives), before another one is opened. */
  readonly pause: () => Promise<void>;
  /** The old one stays open: what was paused goes on. */
  readonly resume: () => void;
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
        const next = openProfileDatabase(profile);
        try {
          // What another account has is nobody else's.
          if (database.owner === null) {
            inheritSettings(createKeyValueStore(database), createKeyValueStore(next));
          }
          await parts.pause();
          await library.close();
        } catch (error) {
          next.close();
          await library.open(folder);
          parts.resume();
          throw error;
        }
        const before = database.replace(next, profile.userId);
        try {
          await library.open(profile.folder, { findLost: next.findLost });
        } catch (error) {
          database.replace(before.opened, before.owner);
          next.close();
          await library.open(folder);
          parts.resume();
          throw error;
        }
        before.opened.close();
        await parts.opened();
      });
    },
  };
}
