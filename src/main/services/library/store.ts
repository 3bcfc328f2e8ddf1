import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { avatarFamilySchema } from '../../../shared/domain/studio.ts';
import { ReasonError } from '../../../shared/errors.ts';

const storedAvatarSchema = z.object({
  /** sha256 of the file, in hex. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().min(1).max(200),
  family: avatarFamilySchema,
  /** Shown in the library; false for a file that was only used by its path. */
  listed: z.boolean(),
});
export type StoredAvatar = z.infer<typeof storedAvatarSchema>;

const indexSchema = z.object({ version: z.literal(1), avatars: z.array(storedAvatarSchema) });

/** The user's avatar files, each kept once under the sha256 of its bytes, and the small index beside them. */
export interface AvatarStore {
  list(): readonly StoredAvatar[];
  get(id: string): StoredAvatar | undefined;
  fileOf(avatar: StoredAvatar): string;
  /** Brings bytes or a copy of a file into the store's own folder, where nobody changes them between check and use. */
  takeIn(source: Uint8Array | string, maxBytes: number): Promise<{ path: string; sha256: string }>;
  /** Makes a file that was taken in an avatar of the store. */
  keep(path: string, avatar: StoredAvatar): Promise<void>;
  /** Changes the entry of an avatar that is there. */
  update(avatar: StoredAvatar): Promise<void>;
}

/**
 * Opens the store in `dir`, which is made with the first avatar. An index that cannot be read is set aside; the
 * files stay and are found again when they are imported again.
 */
export async function openAvatarStore(dir: string): Promise<AvatarStore> {
  const indexPath = join(dir, 'index.json');
  const entries = new Map<string, StoredAvatar>();
  for (const avatar of await readIndex(indexPath)) entries.set(avatar.id, avatar);
  let writing: Promise<void> = Promise.resolve();

  const fileOf = (avatar: StoredAvatar) =>
    join(dir, `${avatar.id}${avatar.family === 'glb' ? '.glb' : '.vrm'}`);

  for (const avatar of [...entries.values()]) {
    if (!(await isFile(fileOf(avatar)))) entries.delete(avatar.id);
  }
  await sweep(dir);

  function save(): Promise<void> {
    const next = writing.then(() => {
      const index = { version: 1, avatars: [...entries.values()] };
      return writeAtomically(indexPath, `${JSON.stringify(index, null, 1)}\n`);
    });
    // The chain goes on after a failed write; its caller is told.
    writing = next.catch(() => {});
    return next;
  }

  return {
    list: () => [...entries.values()],
    get: (id) => entries.get(id),
    fileOf,
    async takeIn(source, maxBytes) {
      const path = join(dir, `incoming-${randomUUID()}`);
      try {
        await mkdir(dir, { recursive: true });
        if (typeof source !== 'string') {
          if (source.byteLength > maxBytes)
            throw new ReasonError('avatar.too-big', `${source.byteLength} bytes`);
          await writeDurably(path, source);
          return { path, sha256: createHash('sha256').update(source).digest('hex') };
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
    async keep(path, avatar) {
      try {
        await rename(path, fileOf(avatar));
        entries.set(avatar.id, avatar);
        await save();
      } catch (error) {
        throw asStorageError(error);
      }
    },
    async update(avatar) {
      entries.set(avatar.id, avatar);
      await save().catch((error: unknown) => {
        throw asStorageError(error);
      });
    },
  };
}

async function readIndex(path: string): Promise<StoredAvatar[]> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return [];
  try {
    return indexSchema.parse(JSON.parse(text)).avatars;
  } catch {
    await rename(path, `${path}.broken-${Date.now()}`);
    return [];
  }
}

/** What an import that was killed left behind. */
async function sweep(dir: string): Promise<void> {
  const hourAgo = Date.now() - 3_600_000;
  for (const name of await readdir(dir).catch(() => [])) {
    if (!name.startsWith('incoming-') && !name.endsWith('.tmp')) continue;
    const path = join(dir, name);
    const info = await stat(path).catch(() => null);
    if (info && info.mtimeMs < hourAgo) await rm(path, { force: true });
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

async function writeDurably(path: string, data: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  await writeDurably(temporary, text);
  await rename(temporary, path);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

function asStorageError(error: unknown): ReasonError {
  if (error instanceof ReasonError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ReasonError('storage.failed', message, { cause: error });
}
