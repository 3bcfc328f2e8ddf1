import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ReasonError } from '../../../shared/errors.ts';
import type { Asset } from '../../host/port.ts';
import { Changes, hashBytes, isFile, readIndex, sweep, writeAtomically } from './files.ts';
import { checkPicture } from './pictures.ts';

const ENDINGS = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' } as const;

const storedImageSchema = z.object({
  /** sha256 of the file, in hex. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().min(1).max(200),
  type: z.enum(['image/png', 'image/jpeg', 'image/webp']),
});
type StoredImage = z.infer<typeof storedImageSchema>;

const indexSchema = z.object({ version: z.literal(1), images: z.array(storedImageSchema) });

const LIMITS = { bytes: 32 * 1024 * 1024, side: 8192 };

/** Pictures of the user's own, each kept once under the sha256 of its bytes, and the small index beside them. */
export interface ImageStore {
  /** Oldest first. */
  list(): { id: string; name: string; url: string }[];
  /** The address of one whose file is there, else null. */
  find(id: string): Promise<{ url: string } | null>;
  /** Keeps a picture; one that is there keeps its name. @throws ReasonError `image.*`, `storage.failed` */
  add(name: string, bytes: Uint8Array): Promise<{ id: string }>;
  /** @throws ReasonError `image.not-found`, `storage.failed` */
  remove(id: string): Promise<void>;
  /** What stands behind `/images/<name>`. */
  asset(name: string): Promise<Asset | null>;
}

/** Opens the store in `dir`, which is made with the first picture; an index that cannot be read is set aside. */
export async function openImageStore(dir: string): Promise<ImageStore> {
  const indexPath = join(dir, 'index.json');
  const entries = new Map<string, StoredImage>();
  const changes = new Changes();

  const nameOf = ({ id, type }: StoredImage) => `${id}.${ENDINGS[type]}`;
  const fileOf = (image: StoredImage) => join(dir, nameOf(image));
  const urlOf = (image: StoredImage) => `/images/${nameOf(image)}`;

  for (const image of (await readIndex(indexPath, indexSchema))?.images ?? []) {
    if (await isFile(fileOf(image))) entries.set(image.id, image);
  }
  await sweep(dir);

  function save(): Promise<void> {
    const index = { version: 1, images: [...entries.values()] };
    return writeAtomically(indexPath, `${JSON.stringify(index, null, 1)}\n`);
  }

  return {
    list: () => [...entries.values()].map((image) => ({ id: image.id, name: image.name, url: urlOf(image) })),
    async find(id) {
      const image = entries.get(id);
      return image && (await isFile(fileOf(image))) ? { url: urlOf(image) } : null;
    },
    add: (name, bytes) =>
      changes.run(async () => {
        const type = checkPicture(bytes, LIMITS);
        const id = hashBytes(bytes);
        const image = { id, name: entries.get(id)?.name ?? name, type };
        // Looked for even when it is known: somebody may have deleted it by hand.
        if (!(await isFile(fileOf(image)))) {
          await mkdir(dir, { recursive: true });
          await writeAtomically(fileOf(image), bytes);
        }
        entries.set(id, image);
        await save();
        return { id };
      }),
    remove: (id) =>
      changes.run(async () => {
        const image = entries.get(id);
        if (!image) throw new ReasonError('image.not-found', id);
        await rm(fileOf(image), { force: true, maxRetries: 3 });
        entries.delete(id);
        await save();
      }),
    async asset(name) {
      const image = entries.get(name.slice(0, 64));
      return image && nameOf(image) === name ? { path: fileOf(image), type: image.type } : null;
    },
  };
}
