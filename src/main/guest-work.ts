import { constants, existsSync, statSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type Database from 'better-sqlite3';
import type { ActiveDatabase } from './db/active-database.ts';
import { backUp } from './db/backup.ts';
import { clearGuestRows, copyGuestRows, countGuestWork } from './db/guest-work.ts';
import { storageReason } from './db/storage-reason.ts';
import { openProfileDatabase } from './profile-switch.ts';
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
  /** Rows were added to the open profile. */
  readonly moved: () => void;
}

const AVATAR_FILE = /^[0-9a-f]{64}\.(?:vrm|glb|png)$/;

/**
 * The guest's own data and how it comes into an account: first the files, then the rows, and only when both are there
 * is anything taken away. Broken off anywhere it can be done again; the guest's database is backed up before.
 */
export function createGuestWork(parts: GuestWorkParts): GuestWork {
  const { database, library } = parts;

  /** The guest's database, which is open already where nobody is signed in. */
  async function withGuest<T>(work: (sqlite: Database.Database, file: string) => T | Promise<T>): Promise<T> {
    if (database.owner === null) return work(database.sqlite, database.opened.file);
    const opened = openProfileDatabase(parts.guest());
    try {
      return await work(opened.sqlite, opened.file);
    } finally {
      opened.close();
    }
  }

  async function moveFiles(from: string, profile: Profile): Promise<void> {
    const target = path.join(profile.folder, 'avatars');
    await mkdir(target, { recursive: true, mode: 0o700 });
    for (const name of await namesIn(path.join(from, 'avatars'))) {
      if (AVATAR_FILE.test(name)) await linkOrCopy(path.join(from, 'avatars', name), path.join(target, name));
    }
  }

  /** Pictures and sounds; what is in no list is nobody's. */
  async function moveContent(from: string): Promise<void> {
    const { images, sounds } = library.files();
    const stores = [
      [await openContentStore(path.join(from, IMAGES.name), IMAGES), images],
      [await openContentStore(path.join(from, SOUNDS.name), SOUNDS), sounds],
    ] as const;
    for (const [guests, own] of stores) {
      for (const file of guests.files()) await own.add(file.name, await readFile(file.path));
    }
  }

  return {
    counts: () => withGuest((sqlite) => countGuestWork(sqlite)),
    async moveInto(profile) {
      const { folder } = parts.guest();
      try {
        return await withGuest(async (sqlite, file) => {
          await backUp(sqlite, file);
          await moveFiles(folder, profile);
          await moveContent(folder);
          // It knows the files by name from its opening.
          await library.open(profile.folder);
          const thumbnails = path.join(profile.folder, 'avatars');
          const moved = copyGuestRows(sqlite, database, parts.uploads, (sha256) => {
            return statSync(path.join(thumbnails, `${sha256}.png`), { throwIfNoEntry: false })?.size ?? null;
          });
          clearGuestRows(sqlite);
          for (const kind of ['avatars', IMAGES.name, SOUNDS.name]) {
            await rm(path.join(folder, kind), { recursive: true, force: true });
          }
          library.rowsChanged();
          parts.moved();
          return moved;
        });
      } catch (error) {
        throw storageReason(error);
      }
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  return existsSync(folder) ? readdir(folder) : [];
}

/** One file for both costs no room; another disk, or a system without links, gets a copy. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  if (existsSync(to)) return;
  await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_EXCL));
}
