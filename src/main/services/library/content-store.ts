import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Reason, ReasonError } from '../../../shared/errors.ts';
import type { Asset } from '../../host/port.ts';
import { Changes, hashBytes, isFile, readIndex, sweep, writeAtomically } from '../files.ts';

/** A kind of file that is kept by its content alone. */
export interface ContentKind<Type extends string> {
  /** Mount, and the name of the list in the index. */
  readonly name: 'images' | 'sounds';
  /** Ending by media type, without its dot. */
  readonly endings: Readonly<Record<Type, string>>;
  readonly maxBytes: number;
  readonly notFound: Reason;
  /** @throws ReasonError why it is refused */
  check(bytes: Uint8Array): Type;
}

export interface StoredContent {
  /** sha256 of the file, in hex. */
  readonly id: string;
  readonly name: string;
  /** Under which it lies in its folder. */
  readonly fileName: string;
  readonly path: string;
}

/** Files of the user's own, each kept once under the sha256 of its bytes, and the small index beside them. */
export interface ContentStore {
  /** Oldest first. */
  list(): { id: string; name: string; url: string }[];
  /** The same with where they lie, for an archive. */
  files(): StoredContent[];
  has(id: string): boolean;
  /** Whether `add` would take it. */
  accepts(bytes: Uint8Array): boolean;
  /** The address of one whose file is there, else null. */
  find(id: string): Promise<{ url: string } | null>;
  /** Keeps a file; one that is there keeps its name. @throws ReasonError of the kind's check, `storage.*` */
  add(name: string, bytes: Uint8Array): Promise<{ id: string }>;
  /** @throws ReasonError of the kind, `storage.*` */
  remove(id: string): Promise<void>;
  /** What stands behind `/<mount>/<name>`. */
  asset(name: string): Promise<Asset | null>;
  /** Takes no changes any more (`data.busy`), and waits for those that were begun. */
  close(): Promise<void>;
}

/** Opens the store in `dir`, which is made with the first file; an index that cannot be read is set aside. */
export async function openContentStore<Type extends string>(
  dir: string,
  kind: ContentKind<Type>,
): Promise<ContentStore> {
  const types = Object.keys(kind.endings) as Type[];
  const storedSchema = z.object({
    id: z.string().regex(/^[0-9a-f]{64}$/),
    name: z.string().min(1).max(200),
    type: z.enum(types),
  });
  type Stored = { readonly id: string; readonly name: string; readonly type: Type };
  const indexSchema = z.looseObject({ version: z.literal(1) });
  const indexPath = join(dir, 'index.json');
  const entries = new Map<string, Stored>();
  const changes = new Changes();
  let closed = false;
  const change = <T>(work: () => Promise<T>): Promise<T> =>
    closed ? Promise.reject(new ReasonError('data.busy', kind.name)) : changes.run(work);

  const nameOf = ({ id, type }: Stored) => `${id}.${kind.endings[type]}`;
  const fileOf = (stored: Stored) => join(dir, nameOf(stored));
  const urlOf = (stored: Stored) => `/${kind.name}/${nameOf(stored)}`;

  const listSchema = indexSchema.transform((index) => z.array(storedSchema).parse(index[kind.name]));
  for (const stored of (await readIndex(indexPath, listSchema)) ?? []) {
    if (await isFile(fileOf(stored))) entries.set(stored.id, stored);
  }
  await sweep(dir);

  function save(): Promise<void> {
    const index = { version: 1, [kind.name]: [...entries.values()] };
    return writeAtomically(indexPath, `${JSON.stringify(index, null, 1)}\n`);
  }

  return {
    list: () =>
      [...entries.values()].map((stored) => ({ id: stored.id, name: stored.name, url: urlOf(stored) })),
    files: () =>
      [...entries.values()].map((stored) => ({
        id: stored.id,
        name: stored.name,
        fileName: nameOf(stored),
        path: fileOf(stored),
      })),
    has: (id) => entries.has(id),
    accepts(bytes) {
      try {
        kind.check(bytes);
        return true;
      } catch (error) {
        if (error instanceof ReasonError) return false;
        throw error;
      }
    },
    async find(id) {
      const stored = entries.get(id);
      return stored && (await isFile(fileOf(stored))) ? { url: urlOf(stored) } : null;
    },
    add: (name, bytes) =>
      change(async () => {
        const type = kind.check(bytes);
        const id = hashBytes(bytes);
        const stored = { id, name: entries.get(id)?.name ?? name, type };
        // Looked for even when it is known: somebody may have deleted it by hand.
        if (!(await isFile(fileOf(stored)))) {
          await mkdir(dir, { recursive: true });
          await writeAtomically(fileOf(stored), bytes);
        }
        entries.set(id, stored);
        await save();
        return { id };
      }),
    remove: (id) =>
      change(async () => {
        const stored = entries.get(id);
        if (!stored) throw new ReasonError(kind.notFound, id);
        await rm(fileOf(stored), { force: true, maxRetries: 3 });
        entries.delete(id);
        await save();
      }),
    async asset(name) {
      const stored = entries.get(name.slice(0, 64));
      return stored && nameOf(stored) === name ? { path: fileOf(stored), type: stored.type } : null;
    },
    close() {
      closed = true;
      return changes.run(async () => undefined);
    },
  };
}
