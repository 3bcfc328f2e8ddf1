import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { familyOf } from './inspect/humanoid.ts';

type Family = StudioSnapshot['avatar']['family'];

/** An avatar that comes with the program. */
export interface BuiltIn {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly family: Family;
  /** A picture `<id>.png` lies beside it. */
  readonly thumbnail: boolean;
}

/** The avatars in a folder of the program, by name; none when there is no such folder. */
export async function readBuiltIn(dir: string): Promise<BuiltIn[]> {
  const names = (await readdir(dir).catch(() => [])).sort();
  const found: BuiltIn[] = [];
  for (const file of names) {
    const match = /^([\w-]+)\.(vrm|glb)$/.exec(file);
    const family = match ? await familyOfBundled(join(dir, file)) : null;
    if (!match || !family) continue;
    const id = match[1]!;
    found.push({
      id,
      name: id.charAt(0).toUpperCase() + id.slice(1).replaceAll(/[-_]/g, ' '),
      file,
      family,
      thumbnail: names.includes(`${id}.png`),
    });
  }
  return found;
}

/** The family of a file of our own: only its JSON is read, it was checked when it was made. */
async function familyOfBundled(path: string): Promise<Family | null> {
  const { size } = await stat(path);
  const file = await open(path, 'r');
  try {
    const head = new DataView(new ArrayBuffer(20));
    await file.read(head, 0, 20, 0);
    const length = head.getUint32(12, true);
    if (size < 20 || length > size - 20) return null;
    const json = Buffer.alloc(length);
    await file.read(json, 0, length, 20);
    return familyOf(JSON.parse(json.toString('utf8')));
  } finally {
    await file.close();
  }
}
