import { constants, existsSync, statSync } from 'node:fs';
import { copyFile, link, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { ReasonError } from '../shared/errors.ts';
import type { ActiveDatabase } from './db/active-database.ts';
import { backUp } from './db/backup.ts';
import {
  avatarFileNames,
  clearGuestRows,
  copyGuestRows,
  countGuestWork,
  type RowCounts,
} from './db/guest-work.ts';
import type { OpenDatabase } from './db/open.ts';
import { createKeyValueStore } from './db/queries/settings.ts';
import { storageReason } from './db/storage-reason.ts';
import { claimSettings } from './profile-settings.ts';
import { openGuestReadOnly, openProfileDatabase } from './profile-switch.ts';
import type { GuestWork, Profile } from './services/account/ports.ts';
import { openContentStore } from './services/library/content-store.ts';
import { IMAGES } from './services/library/images.ts';
import type { LibraryService } from './services/library/library.ts';
import type { AvatarUploads } from './services/library/ports.ts';
import { SOUNDS } from './services/library/sounds.ts';

export interface GuestWorkParts {
  readonly guest: () => Profile;
  readonly database: ActiveDatabase;
  readonly library: LibraryService;
  readonly uploads: AvatarUploads;
  /** Runs a change of the stored settings with no other beside it, then takes them as they are now. */
  readonly replaceSettings: (change: () => void) => Promise<void>;
  /** Rows were added to the open profile. */
  readonly moved: () => void;
}

/**
 * The guest's own data and how it comes into an account: first the files, then the rows, and only when both are there
 * is anything taken away. Broken off anywhere it can be done again; the guest's database is backed up before.
 */
export function createGuestWork(parts: GuestWorkParts): GuestWork {
  const { database, library } = parts;

  /** The guest's database, which is open already where nobody is signed in. */
  async function withGuest<T>(work: (guest: OpenDatabase) => Promise<T>): Promise<T> {
    if (database.owner === null) return work(database.opened);
    const opened = openProfileDatabase(parts.guest());
    try {
      if (opened.recovered) throw new ReasonError('storage.recovered', opened.recovered.setAside);
      return await work(opened);
    } finally {
      opened.close();
    }
  }

  /** Nothing is repaired only to be counted: whoever opens it next is told. */
  function countRows(): RowCounts {
    if (database.owner === null) return countGuestWork(database.sqlite);
    const opened = openGuestReadOnly(parts.guest());
    if (!opened) return { avatars: 0, destinations: 0, sessions: 0 };
    try {
      return countGuestWork(opened.sqlite);
    } finally {
      opened.close();
    }
  }

  /** What no row names stays with the guest, who may still look for it. */
  async function moveFiles(names: readonly string[], from: string, profile: Profile): Promise<void> {
    const target = path.join(profile.folder, 'avatars');
    await mkdir(target, { recursive: true, mode: 0o700 });
    for (const name of names) await linkOrCopy(path.join(from, name), path.join(target, name));
  }

  /** Pictures and sounds; what is in no list is nobody's. */
  async function contentOf(folder: string) {
    return {
      images: (await openContentStore(path.join(folder, IMAGES.name), IMAGES)).files(),
      sounds: (await openContentStore(path.join(folder, SOUNDS.name), SOUNDS)).files(),
    };
  }

  async function moveContent(from: string): Promise<{ images: number; sounds: number }> {
    const { images, sounds } = await contentOf(from);
    const own = library.files();
    for (const file of images) await own.images.add(file.name, await readFile(file.path));
    for (const file of sounds) await own.sounds.add(file.name, await readFile(file.path));
    return { images: images.length, sounds: sounds.length };
  }

  return {
    async counts() {
      const { images, sounds } = await contentOf(parts.guest().folder);
      return { ...countRows(), images: images.length, sounds: sounds.length };
    },
    async moveInto(profile) {
      const { folder } = parts.guest();
      try {
        return await withGuest(async (guest) => {
          await backUp(guest.sqlite, guest.file);
          const avatars = path.join(folder, 'avatars');
          const names = avatarFileNames(guest.sqlite).filter((name) => existsSync(path.join(avatars, name)));
          await moveFiles(names, avatars, profile);
          const content = await moveContent(folder);
          const { moved, done } = copyGuestRows(guest.sqlite, database, parts.uploads, (sha256) => {
            return statSync(path.join(avatars, `${sha256}.png`), { throwIfNoEntry: false })?.size ?? null;
          });
          // Before its rows were there a file may have been taken for one that nobody needs.
          await moveFiles(names, avatars, profile);
          // The library knows the files by name from its opening.
          await library.open(profile.folder);
          library.rowsChanged();
          // The plan that the first sync brings is a change as well: what it saves must not undo this.
          await parts.replaceSettings(() => {
            claimSettings(createKeyValueStore(guest), createKeyValueStore(database));
          });
          clearGuestRows(guest.sqlite, done);
          for (const name of names) await rm(path.join(avatars, name), { force: true });
          for (const kind of [IMAGES.name, SOUNDS.name]) {
            await rm(path.join(folder, kind), { recursive: true, force: true });
          }
          parts.moved();
          return { ...moved, ...content };
        });
      } catch (error) {
        throw storageReason(error);
      }
    },
  };
}

/** One file for both costs no room; another disk, or a system without links, gets a copy. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  if (existsSync(to)) return;
  await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_EXCL));
}
