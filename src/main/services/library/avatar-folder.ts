import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ReasonError } from '../../../shared/errors.ts';
import { storageError } from '../../../shared/storage-error.ts';
import { Changes, hashBytes, hashFile, sweep, writeAtomically, writeDurably } from '../files.ts';

/** The only names in the folder that are files of avatars: their content's sha256. */
const FILE_NAME = /^[0-9a-f]{64}\.(?:vrm|glb|png)$/;

/**
 * The files of one profile's avatars, models and pictures, each kept once under the sha256 of its bytes. What they are
 * called and whose they are is in the rows.
 */
export interface AvatarFolder {
  readonly dir: string;
  /** By file name; as it was at the opening, and by what was done since. */
  has(name: string): boolean;
  names(): IterableIterator<string>;
  pathOf(name: string): string;
  /** Brings bytes or a copy of a file into the folder, where nobody changes them between check and use. */
  takeIn(
    source: Uint8Array | string,
    maxBytes: number,
  ): Promise<{ path: string; sha256: string; bytes: number }>;
  /** Gives a file that was checked its name. @returns false: it was there already. @throws ReasonError `storage.*` */
  keep(path: string, name: string): Promise<boolean>;
  /** @returns its name. @throws ReasonError `storage.*` */
  keepPicture(png: Uint8Array): Promise<{ name: string; sha256: string }>;
  /** Deletes a file unless `needed` says no, asked at the last moment. @throws ReasonError `storage.*` */
  drop(name: string, needed: () => boolean): Promise<void>;
}

/** Opens the folder, which is made with the first file. */
export async function openAvatarFolder(dir: string): Promise<AvatarFolder> {
  await sweep(dir);
  const present = new Set((await readdir(dir).catch(() => [])).filter((name) => FILE_NAME.test(name)));
  const changes = new Changes();
  const pathOf = (name: string) => join(dir, name);

  return {
    dir,
    has: (name) => present.has(name),
    names: () => present.values(),
    pathOf,
    async takeIn(source, maxBytes) {
      const path = join(dir, `incoming-${randomUUID()}`);
      try {
        await mkdir(dir, { recursive: true });
        if (typeof source !== 'string') {
          if (source.byteLength > maxBytes)
            throw new ReasonError('avatar.too-big', `${source.byteLength} bytes`);
          await writeDurably(path, source);
          return { path, sha256: hashBytes(source), bytes: source.byteLength };
        }
        const info = await stat(source).catch(() => null);
        if (!info) throw new ReasonError('avatar.not-found', source);
        if (!info.isFile()) throw new ReasonError('avatar.not-a-model', source);
        if (info.size > maxBytes) throw new ReasonError('avatar.too-big', `${info.size} bytes`);
        await copyFile(source, path, constants.COPYFILE_FICLONE);
        const { size } = await stat(path);
        return { path, sha256: await hashFile(path), bytes: size };
      } catch (error) {
        await rm(path, { force: true });
        throw storageError(error);
      }
    },
    keep: (path, name) =>
      changes.run(async () => {
        if (present.has(name) && (await stat(pathOf(name)).catch(() => null))) return false;
        await mkdir(dir, { recursive: true });
        await rename(path, pathOf(name));
        present.add(name);
        return true;
      }),
    keepPicture: (png) =>
      changes.run(async () => {
        const sha256 = hashBytes(png);
        const name = `${sha256}.png`;
        await mkdir(dir, { recursive: true });
        await writeAtomically(pathOf(name), png);
        present.add(name);
        return { name, sha256 };
      }),
    drop: (name, needed) =>
      changes.run(async () => {
        if (needed()) return;
        await rm(pathOf(name), { force: true, maxRetries: 3 });
        present.delete(name);
      }),
  };
}
