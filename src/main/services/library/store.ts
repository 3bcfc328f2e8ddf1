import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { avatarFamilySchema } from '../../../shared/domain/studio.ts';
import { ReasonError } from '../../../shared/errors.ts';
import {
  asStorageError,
  Changes,
  hashBytes,
  hashFile,
  isFile,
  readIndex,
  sweep,
  writeAtomically,
  writeDurably,
} from './files.ts';

const storedAvatarSchema = z.object({
  /** sha256 of the file, in hex. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().min(1).max(200),
  family: avatarFamilySchema,
  /** Shown in the library; false for a file that was only used by its path. */
  listed: z.boolean(),
  /** Start of the sha256 of its picture, which its address carries so that a new one is not taken from a cache. */
  thumbnail: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .nullable()
    .default(null),
});
export type StoredAvatar = z.infer<typeof storedAvatarSchema>;

const indexSchema = z.object({ version: z.literal(1), avatars: z.array(storedAvatarSchema) });

/** The user's avatar files, each kept once under the sha256 of its bytes, and the small index beside them. */
export interface AvatarStore {
  list(): readonly StoredAvatar[];
  get(id: string): StoredAvatar | undefined;
  fileOf(avatar: StoredAvatar): string;
  thumbnailFileOf(avatar: StoredAvatar): string;
  /** Brings bytes or a copy of a file into the store's own folder, where nobody changes them between check and use. */
  takeIn(source: Uint8Array | string, maxBytes: number): Promise<{ path: string; sha256: string }>;
  /** Makes a file that was taken in an avatar of the store. */
  keep(path: string, avatar: StoredAvatar): Promise<void>;
  /** Changes the entry of an avatar. @throws ReasonError `avatar.not-found`, `storage.failed` */
  update(id: string, change: Partial<Pick<StoredAvatar, 'name' | 'listed'>>): Promise<StoredAvatar>;
  /** Keeps a picture of an avatar. @throws ReasonError `avatar.not-found`, `storage.failed` */
  setThumbnail(id: string, png: Uint8Array): Promise<void>;
  /** Deletes an avatar with its picture. @throws ReasonError `avatar.not-found`, `storage.failed` */
  remove(id: string): Promise<void>;
}

/**
 * Opens the store in `dir`, which is made with the first avatar. An index that cannot be read is set aside; the
 * files stay and are found again when they are imported again.
 */
export async function openAvatarStore(dir: string): Promise<AvatarStore> {
  const indexPath = join(dir, 'index.json');
  const entries = new Map<string, StoredAvatar>();
  const changes = new Changes();

  const fileOf = (avatar: StoredAvatar) =>
    join(dir, `${avatar.id}${avatar.family === 'glb' ? '.glb' : '.vrm'}`);
  const thumbnailFileOf = (avatar: StoredAvatar) => join(dir, `${avatar.id}.png`);

  for (const avatar of (await readIndex(indexPath, indexSchema))?.avatars ?? []) {
    if (!(await isFile(fileOf(avatar)))) continue;
    const hasThumbnail = avatar.thumbnail !== null && (await isFile(thumbnailFileOf(avatar)));
    entries.set(avatar.id, hasThumbnail ? avatar : { ...avatar, thumbnail: null });
  }
  await sweep(dir);

  function find(id: string): StoredAvatar {
    const avatar = entries.get(id);
    if (!avatar) throw new ReasonError('avatar.not-found', id);
    return avatar;
  }

  function save(): Promise<void> {
    const index = { version: 1, avatars: [...entries.values()] };
    return writeAtomically(indexPath, `${JSON.stringify(index, null, 1)}\n`);
  }

  return {
    list: () => [...entries.values()],
    get: (id) => entries.get(id),
    fileOf,
    thumbnailFileOf,
    async takeIn(source, maxBytes) {
      const path = join(dir, `incoming-${randomUUID()}`);
      try {
        await mkdir(dir, { recursive: true });
        if (typeof source !== 'string') {
          if (source.byteLength > maxBytes)
            throw new ReasonError('avatar.too-big', `${source.byteLength} bytes`);
          await writeDurably(path, source);
          return { path, sha256: hashBytes(source) };
        }
        const info = await stat(source).catch(() => null);
        if (!info) throw new ReasonError('avatar.not-found', source);
        if (!info.isFile()) throw new ReasonError('avatar.not-a-model', source);
        if (info.size > maxBytes) throw new ReasonError('avatar.too-big', `${info.size} bytes`);
        await copyFile(source, path, constants.COPYFILE_FICLONE);
        return { path, sha256: await hashFile(path) };
      } catch (error) {
        await rm(path, { force: true });
        throw asStorageError(error);
      }
    },
    keep: (path, avatar) =>
      changes.run(async () => {
        await rename(path, fileOf(avatar));
        entries.set(avatar.id, avatar);
        await save();
      }),
    update: (id, change) =>
      changes.run(async () => {
        const avatar = { ...find(id), ...change };
        entries.set(id, avatar);
        await save();
        return avatar;
      }),
    setThumbnail: (id, png) =>
      changes.run(async () => {
        const avatar = find(id);
        await writeAtomically(thumbnailFileOf(avatar), png);
        entries.set(id, { ...avatar, thumbnail: hashBytes(png).slice(0, 16) });
        await save();
      }),
    remove: (id) =>
      changes.run(async () => {
        const avatar = find(id);
        // The files first: an entry without its file is dropped at the next start, the reverse would stay for ever.
        await rm(fileOf(avatar), { force: true, maxRetries: 3 });
        await rm(thumbnailFileOf(avatar), { force: true, maxRetries: 3 });
        entries.delete(id);
        await save();
      }),
  };
}
