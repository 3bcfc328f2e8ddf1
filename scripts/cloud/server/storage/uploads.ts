import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

const uploadSchema = z.object({
  id: z.uuid(),
  bucket: z.string(),
  name: z.string(),
  contentType: z.string(),
  cacheControl: z.string(),
  length: z.int().min(0),
  owner: z.uuid().nullable(),
  upsert: z.boolean(),
  createdAt: z.int(),
});
/** One upload that is under way. Its bytes so far lie in a file; how many they are is its offset. */
export type Upload = z.infer<typeof uploadSchema>;

export const UPLOAD_MS = 24 * 3600_000;

/** Files of the storage double: `uploads/` under way, `objects/<row id>` complete. */
export interface UploadFiles {
  create(upload: Omit<Upload, 'id' | 'createdAt'>): Promise<Upload>;
  /** Null: there is none, or it is too old. */
  find(id: string): Promise<Upload | null>;
  offset(id: string): Promise<number>;
  /** Adds the body as far as it comes. @returns the new offset, and whether there was more than fits */
  append(upload: Upload, request: IncomingMessage): Promise<{ offset: number; tooMuch: boolean }>;
  /** Makes the finished file the bytes of an object. */
  finish(id: string, objectId: string): Promise<void>;
  remove(id: string): Promise<void>;
  objectFile(objectId: string): string;
  removeObject(objectId: string): Promise<void>;
}

export async function openUploadFiles(folder: string): Promise<UploadFiles> {
  const uploads = path.join(folder, 'uploads');
  const objects = path.join(folder, 'objects');
  await mkdir(uploads, { recursive: true });
  await mkdir(objects, { recursive: true });
  const bytesOf = (id: string): string => path.join(uploads, `${id}.bytes`);
  const noteOf = (id: string): string => path.join(uploads, `${id}.json`);
  /** Who is writing to which upload: a client that comes back cuts its own dead connection off. */
  const writing = new Map<string, { request: IncomingMessage; done: Promise<void> }>();

  const remove = async (id: string): Promise<void> => {
    await rm(bytesOf(id), { force: true });
    await rm(noteOf(id), { force: true });
  };
  const find = async (id: string): Promise<Upload | null> => {
    if (!z.uuid().safeParse(id).success) return null;
    let text: string;
    try {
      text = await readFile(noteOf(id), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    const upload = uploadSchema.parse(JSON.parse(text));
    if (Date.now() - upload.createdAt <= UPLOAD_MS) return upload;
    await remove(id);
    return null;
  };
  for (const file of await readdir(uploads)) {
    if (file.endsWith('.json')) await find(file.slice(0, -'.json'.length));
  }
  const offset = async (id: string): Promise<number> => (await stat(bytesOf(id))).size;

  return {
    find,
    offset,
    remove,
    create: async (wanted) => {
      const upload: Upload = { ...wanted, id: randomUUID(), createdAt: Date.now() };
      await writeFile(bytesOf(upload.id), '');
      await writeFile(noteOf(upload.id), JSON.stringify(upload));
      return upload;
    },
    append: async (upload, request) => {
      const before = writing.get(upload.id);
      if (before) {
        before.request.destroy();
        await before.done;
      }
      const start = await offset(upload.id);
      let tooMuch = false;
      const limited = async function* (): AsyncGenerator<Buffer> {
        let size = start;
        for await (const chunk of request as AsyncIterable<Buffer>) {
          size += chunk.length;
          if (size > upload.length) {
            tooMuch = true;
            return;
          }
          yield chunk;
        }
      };
      const work = pipeline(limited, createWriteStream(bytesOf(upload.id), { flags: 'a' }));
      const done = work.catch((error: NodeJS.ErrnoException) => {
        // The client went away: what came so far stays, that is what resuming is for.
        if (error.code !== 'ECONNRESET' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
      });
      writing.set(upload.id, { request, done });
      try {
        await done;
      } finally {
        writing.delete(upload.id);
      }
      return { offset: await offset(upload.id), tooMuch };
    },
    finish: async (id, objectId) => {
      await rename(bytesOf(id), path.join(objects, objectId));
      await remove(id);
    },
    objectFile: (objectId) => path.join(objects, objectId),
    removeObject: async (objectId) => rm(path.join(objects, objectId), { force: true }),
  };
}
