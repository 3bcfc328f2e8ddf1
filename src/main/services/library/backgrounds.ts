import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve as resolvePath } from 'node:path';
import { z } from 'zod';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { ReasonError } from '../../../shared/errors.ts';
import type { Asset } from '../../host/port.ts';
import { type ImageHeader, readImageHeader } from './inspect/images.ts';

export type BackgroundChoice = StudioSnapshot['scene']['background'];

const MAX_SIDE = 8192;
const MAX_BYTES = 64 * 1024 * 1024;

const backgroundListSchema = z.array(
  z.object({
    id: z.string().regex(/^[a-z0-9-]+$/),
    name: z.string().min(1),
    file: z.string().regex(/^[\w-]+\.(png|jpe?g|webp)$/),
  }),
);
export type BackgroundEntry = z.infer<typeof backgroundListSchema>[number];

export interface Backgrounds {
  list(): { id: string; name: string; url: string }[];
  /** See `LibraryService.resolveBackground`. */
  choose(choice: string): Promise<BackgroundChoice>;
  /** What stands behind `/backgrounds/<name>`. */
  asset(name: string): Promise<Asset | null>;
}

/**
 * Opens the bundled backgrounds; without their list there are none, and colours and pictures still work.
 * @param findImage a picture of the user's own by its id
 */
export async function openBackgrounds(
  dir: string,
  findImage: (id: string) => Promise<{ url: string } | null>,
): Promise<Backgrounds> {
  const text = await readFile(join(dir, 'backgrounds.json'), 'utf8').catch(() => null);
  const entries = text === null ? [] : backgroundListSchema.parse(JSON.parse(text));
  /** Picture files the user named by path, by the name the page asks for. */
  const files = new Map<string, Asset>();

  return {
    list: () =>
      entries.map((entry) => ({ id: entry.id, name: entry.name, url: `/backgrounds/${entry.file}` })),
    async choose(choice) {
      if (choice === 'transparent') return { kind: 'transparent' };
      if (choice.startsWith('#')) {
        const color = choice.toLowerCase();
        if (!/^#[0-9a-f]{6}$/.test(color)) throw new ReasonError('usage.bad-background', choice);
        return { kind: 'color', color };
      }
      const entry = entries.find((candidate) => candidate.id === choice);
      if (entry) return { kind: 'image', url: `/backgrounds/${entry.file}` };
      const image = await findImage(choice);
      if (image) return { kind: 'image', url: image.url };
      const path = resolvePath(choice);
      const header = await readBackgroundFile(path);
      const name = `file-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`;
      files.set(name, { path, type: header.type });
      return { kind: 'image', url: `/backgrounds/${name}` };
    },
    async asset(name) {
      const file = files.get(name);
      if (file) return file;
      const entry = entries.find((candidate) => candidate.file === name);
      if (!entry) return null;
      const type = entry.file.endsWith('.png') ? 'png' : entry.file.endsWith('.webp') ? 'webp' : 'jpeg';
      return { path: join(dir, entry.file), type: `image/${type}` };
    },
  };
}

/** @throws ReasonError `background.not-found`, `background.not-an-image` */
async function readBackgroundFile(path: string): Promise<ImageHeader> {
  // Looked at before it is opened: a pipe would be waited for without end.
  const info = await stat(path).catch(() => null);
  if (!info) throw new ReasonError('background.not-found', basename(path));
  if (!info.isFile() || info.size > MAX_BYTES)
    throw new ReasonError('background.not-an-image', basename(path));
  const file = await open(path, 'r').catch(() => null);
  if (!file) throw new ReasonError('background.not-found', basename(path));
  try {
    // A JPEG may carry a long colour profile and previews before the header that tells its size.
    const head = new Uint8Array(Math.min(info.size, 4 * 1024 * 1024));
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const header = readImageHeader(head.subarray(0, bytesRead));
    if (!header || header.type === 'image/ktx2' || Math.max(header.width, header.height) > MAX_SIDE) {
      throw new ReasonError('background.not-an-image', basename(path));
    }
    return header;
  } finally {
    await file.close();
  }
}
