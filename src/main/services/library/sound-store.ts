import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ReasonError } from '../../../shared/errors.ts';
import type { Asset } from '../../host/port.ts';
import { Changes, hashBytes, isFile, readIndex, sweep, writeAtomically } from './files.ts';

const ENDINGS = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/mp4': 'm4a',
  'audio/flac': 'flac',
} as const;
type SoundType = keyof typeof ENDINGS;

const storedSoundSchema = z.object({
  /** sha256 of the file, in hex. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().min(1).max(200),
  type: z.enum(['audio/wav', 'audio/mpeg', 'audio/ogg', 'audio/mp4', 'audio/flac']),
});
type StoredSound = z.infer<typeof storedSoundSchema>;

const indexSchema = z.object({ version: z.literal(1), sounds: z.array(storedSoundSchema) });

/** As large as a sound may be. */
export const SOUND_BYTES = 50 * 1024 * 1024;
/** What a sound's name may end in, without its dot. */
export const SOUND_ENDINGS = ['wav', 'mp3', 'ogg', 'oga', 'm4a', 'flac'];

/**
 * Which kind of sound the bytes begin like: RIFF/WAVE, an MPEG frame of layer III or an ID3 tag, OggS, an MP4 `ftyp`
 * box of a sound brand, fLaC. Whether it can be played only the decoder knows. Pure.
 * @throws ReasonError `sound.not-audio`
 */
export function checkSound(bytes: Uint8Array): SoundType {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (bytes.length > SOUND_BYTES) throw new ReasonError('sound.not-audio', `${bytes.length} bytes`);
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WAVE') return 'audio/wav';
  if (text(0, 4) === 'OggS') return 'audio/ogg';
  if (text(0, 4) === 'fLaC') return 'audio/flac';
  if (text(4, 8) === 'ftyp' && /^(M4A |M4B |mp4|isom|iso|dash)/.test(text(8, 12))) return 'audio/mp4';
  if (text(0, 3) === 'ID3') return 'audio/mpeg';
  if (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2) return 'audio/mpeg';
  throw new ReasonError('sound.not-audio');
}

/** Sounds of the user's own, each kept once under the sha256 of its bytes, and the small index beside them. */
export interface SoundStore {
  /** Oldest first. */
  list(): { id: string; name: string; url: string }[];
  /** The address of one whose file is there, else null. */
  find(id: string): Promise<{ url: string } | null>;
  /** Keeps a sound; one that is there keeps its name. @throws ReasonError `sound.not-audio`, `storage.failed` */
  add(name: string, bytes: Uint8Array): Promise<{ id: string }>;
  /** @throws ReasonError `sound.not-found`, `storage.failed` */
  remove(id: string): Promise<void>;
  /** What stands behind `/sounds/<name>`. */
  asset(name: string): Promise<Asset | null>;
}

/** Opens the store in `dir`, which is made with the first sound; an index that cannot be read is set aside. */
export async function openSoundStore(dir: string): Promise<SoundStore> {
  const indexPath = join(dir, 'index.json');
  const entries = new Map<string, StoredSound>();
  const changes = new Changes();

  const nameOf = ({ id, type }: StoredSound) => `${id}.${ENDINGS[type]}`;
  const fileOf = (sound: StoredSound) => join(dir, nameOf(sound));
  const urlOf = (sound: StoredSound) => `/sounds/${nameOf(sound)}`;

  for (const sound of (await readIndex(indexPath, indexSchema))?.sounds ?? []) {
    if (await isFile(fileOf(sound))) entries.set(sound.id, sound);
  }
  await sweep(dir);

  function save(): Promise<void> {
    const index = { version: 1, sounds: [...entries.values()] };
    return writeAtomically(indexPath, `${JSON.stringify(index, null, 1)}\n`);
  }

  return {
    list: () => [...entries.values()].map((sound) => ({ id: sound.id, name: sound.name, url: urlOf(sound) })),
    async find(id) {
      const sound = entries.get(id);
      return sound && (await isFile(fileOf(sound))) ? { url: urlOf(sound) } : null;
    },
    add: (name, bytes) =>
      changes.run(async () => {
        const type = checkSound(bytes);
        const id = hashBytes(bytes);
        const sound = { id, name: entries.get(id)?.name ?? name, type };
        // Looked for even when it is known: somebody may have deleted it by hand.
        if (!(await isFile(fileOf(sound)))) {
          await mkdir(dir, { recursive: true });
          await writeAtomically(fileOf(sound), bytes);
        }
        entries.set(id, sound);
        await save();
        return { id };
      }),
    remove: (id) =>
      changes.run(async () => {
        const sound = entries.get(id);
        if (!sound) throw new ReasonError('sound.not-found', id);
        await rm(fileOf(sound), { force: true, maxRetries: 3 });
        entries.delete(id);
        await save();
      }),
    async asset(name) {
      const sound = entries.get(name.slice(0, 64));
      return sound && nameOf(sound) === name ? { path: fileOf(sound), type: sound.type } : null;
    },
  };
}
