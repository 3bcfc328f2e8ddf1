import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { AvatarFile, TransferFolder } from './services/sync/transfer-ports.ts';

/** Where the transfers find and put files: what the library keeps, else beside it until the library has checked it. */
export interface StagedFolder extends TransferFolder {
  /** Removes what was fetched; what the library keeps stays. */
  drop(file: AvatarFile): Promise<void>;
}

/** @param profile folder of the profile that is open */
export function createTransferFolder(profile: () => string): StagedFolder {
  const nameOf = ({ sha256, extension }: AvatarFile) => `${sha256}.${extension}`;
  const stagedPath = (file: AvatarFile) => path.join(profile(), 'downloads', nameOf(file));
  return {
    path(file) {
      const kept = path.join(profile(), 'avatars', nameOf(file));
      return existsSync(kept) ? kept : stagedPath(file);
    },
    drop: (file) => rm(stagedPath(file), { force: true }),
  };
}
