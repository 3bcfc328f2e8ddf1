import { randomUUID } from 'node:crypto';
import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { avatarFamilySchema } from '../../../shared/domain/studio.ts';
import { isFile, readIndex } from '../files.ts';
import type { AvatarFolder } from './avatar-folder.ts';
import type { AvatarRows, NewAvatar } from './ports.ts';

const FILE = 'index.json';

/** What versions before the database wrote beside the files. */
const indexSchema = z.object({
  version: z.literal(1),
  avatars: z.array(
    z.object({
      /** sha256 of the file, in hex; its picture was `<id>.png`. */
      id: z.string().regex(/^[0-9a-f]{64}$/),
      name: z.string().min(1).max(200),
      family: avatarFamilySchema,
      listed: z.boolean(),
      thumbnail: z.string().nullable().default(null),
    }),
  ),
});
type OldAvatar = z.infer<typeof indexSchema>['avatars'][number];

/**
 * Takes the index of an older version over into the rows. It is renamed only when they are written, so that a crash
 * leaves it to the next start; what is known by then is not taken twice. One that cannot be read is set aside.
 * @returns `lost`: its files are still there, but nothing says any more what they are
 */
export async function takeOverIndex(
  folder: AvatarFolder,
  rows: AvatarRows,
): Promise<'none' | 'taken' | 'lost'> {
  const path = join(folder.dir, FILE);
  if (!(await isFile(path))) return 'none';
  const index = await readIndex(path, indexSchema);
  if (!index) return 'lost';
  const there = index.avatars.filter((old) => folder.has(modelNameOf(old)));
  const avatars: NewAvatar[] = [];
  for (const old of there) avatars.push(await readOld(folder, old));
  rows.takeOver(avatars);
  for (const { id } of there) {
    if (folder.has(`${id}.png`)) await folder.drop(`${id}.png`, () => false);
  }
  await rename(path, `${path}.taken-over`);
  return 'taken';
}

async function readOld(folder: AvatarFolder, old: OldAvatar): Promise<NewAvatar> {
  const picture = `${old.id}.png`;
  const png = old.thumbnail !== null && folder.has(picture) ? await readFile(folder.pathOf(picture)) : null;
  const { size } = await stat(folder.pathOf(modelNameOf(old)));
  return {
    uid: randomUUID(),
    name: old.name,
    listed: old.listed,
    model: {
      sha256: old.id,
      extension: old.family === 'glb' ? 'glb' : 'vrm',
      family: old.family,
      bytes: size,
      // Counted later: an inspection of every file would hold the first start up.
      vertices: 0,
      controlPoints: 0,
    },
    thumbnail: png && { sha256: (await folder.keepPicture(png)).sha256, bytes: png.byteLength },
  };
}

function modelNameOf({ id, family }: OldAvatar): string {
  return `${id}.${family === 'glb' ? 'glb' : 'vrm'}`;
}
