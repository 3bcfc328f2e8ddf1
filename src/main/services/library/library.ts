import { open, readdir, rm, stat } from 'node:fs/promises';
import { basename, extname, join, resolve as resolvePath } from 'node:path';
import type { AvatarReport } from '../../../shared/domain/avatar-report.ts';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { ReasonError } from '../../../shared/errors.ts';
import type { LibrarySnapshot } from '../../../shared/ipc/library.ts';
import type { AssetResolver } from '../../host/port.ts';
import { type BackgroundChoice, openBackgrounds } from './backgrounds.ts';
import { familyOf } from './inspect/humanoid.ts';
import { AVATAR_LIMITS } from './inspect/limits.ts';
import type { LibraryOptions } from './ports.ts';
import { openAvatarStore, type StoredAvatar } from './store.ts';

export type AvatarChoice = StudioSnapshot['avatar'];

export interface LibraryService {
  /** Payload of `library.snapshot`: built-in avatars, the user's own, the backgrounds. */
  snapshot(): LibrarySnapshot;
  /**
   * Checks an avatar file and adds it to the library; the same bytes are kept once.
   * @throws ReasonError the reason of the refusal (`avatar.*`), `storage.failed`
   */
  importAvatar(
    name: string,
    source: Uint8Array | string,
  ): Promise<{ id: string; report: AvatarReport | null }>;
  /**
   * An avatar by the id of one in the library, else by a file path, which is checked and copied but not listed.
   * @throws ReasonError `avatar.not-found`, or why the file is refused
   */
  resolveAvatar(idOrFile: string): Promise<AvatarChoice>;
  /**
   * A background by id, `#rrggbb`, `transparent`, or the path of a PNG, JPEG or WebP file.
   * @throws ReasonError `usage.bad-background`, `background.not-found`, `background.not-an-image`
   */
  resolveBackground(choice: string): Promise<BackgroundChoice>;
  /** For {@link Host.serve}, by mount name. */
  readonly mounts: {
    readonly avatars: AssetResolver;
    readonly backgrounds: AssetResolver;
    readonly thumbnails: AssetResolver;
  };
}

const MODEL_TYPE = 'model/gltf-binary';

/** Opens the library; what is missing in the resources is simply not listed. */
export async function createLibrary(options: LibraryOptions): Promise<LibraryService> {
  const avatarsDir = join(options.resourcesDir, 'avatars');
  const builtIn = await readBuiltIn(avatarsDir);
  const backgrounds = await openBackgrounds(join(options.resourcesDir, 'backgrounds'));
  const store = await openAvatarStore(join(options.home, 'avatars'));

  const urlOf = (avatar: StoredAvatar): string => `/avatars/${basename(store.fileOf(avatar))}`;
  const choiceOf = (avatar: StoredAvatar): AvatarChoice => ({
    id: avatar.id,
    name: avatar.name,
    url: urlOf(avatar),
    family: avatar.family,
  });

  async function addFile(
    name: string,
    source: Uint8Array | string,
    listed: boolean,
  ): Promise<{ avatar: StoredAvatar; report: AvatarReport | null }> {
    const taken = await store.takeIn(source, AVATAR_LIMITS.fileBytes);
    try {
      const known = store.get(taken.sha256);
      if (known) {
        // These very bytes passed the check before.
        const avatar = listed && !known.listed ? { ...known, name: shortName(name), listed } : known;
        if (avatar !== known) await store.update(avatar);
        return { avatar, report: null };
      }
      const report = await options.inspect(taken.path, {});
      if (!report.ok || report.family === null) {
        throw new ReasonError(report.reason ?? 'avatar.bad-structure', report.detail);
      }
      const avatar = { id: taken.sha256, name: shortName(name), family: report.family, listed };
      await store.keep(taken.path, avatar);
      return { avatar, report };
    } finally {
      await rm(taken.path, { force: true });
    }
  }

  return {
    snapshot: () => ({
      avatars: [
        ...builtIn.map((avatar) => ({
          id: avatar.id,
          name: avatar.name,
          kind: 'built-in' as const,
          family: avatar.family,
          thumbnailUrl: avatar.thumbnail ? `/thumbnails/${avatar.id}.png` : null,
        })),
        ...store
          .list()
          .filter((avatar) => avatar.listed)
          .map(({ id, name, family }) => ({
            id,
            name,
            kind: 'glb-upload' as const,
            family,
            thumbnailUrl: null,
          })),
      ],
      backgrounds: backgrounds.list(),
    }),
    async importAvatar(name, source) {
      const { avatar, report } = await addFile(name, source, true);
      options.onChange?.();
      return { id: avatar.id, report };
    },
    async resolveAvatar(idOrFile) {
      const own = builtIn.find((avatar) => avatar.id === idOrFile);
      if (own) return { id: own.id, name: own.name, url: `/avatars/${own.file}`, family: own.family };
      const stored = store.get(idOrFile);
      if (stored) return choiceOf(stored);
      const path = resolvePath(idOrFile);
      return choiceOf((await addFile(basename(path, extname(path)), path, false)).avatar);
    },
    resolveBackground: (choice) => backgrounds.choose(choice),
    mounts: {
      async avatars(name) {
        const own = builtIn.find((avatar) => avatar.file === name);
        if (own) return { path: join(avatarsDir, own.file), type: MODEL_TYPE };
        const stored = store.get(name.slice(0, 64));
        if (!stored || basename(store.fileOf(stored)) !== name) return null;
        return { path: store.fileOf(stored), type: MODEL_TYPE };
      },
      backgrounds: (name) => backgrounds.asset(name),
      async thumbnails(name) {
        const own = builtIn.find((avatar) => avatar.thumbnail && `${avatar.id}.png` === name);
        return own ? { path: join(avatarsDir, `${own.id}.png`), type: 'image/png' } : null;
      },
    },
  };
}

interface BuiltIn {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly family: AvatarChoice['family'];
  readonly thumbnail: boolean;
}

async function readBuiltIn(dir: string): Promise<BuiltIn[]> {
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
async function familyOfBundled(path: string): Promise<AvatarChoice['family'] | null> {
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

function shortName(name: string): string {
  const clean = basename(name.replaceAll('\\', '/'))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters have no place in a name
    .replaceAll(/[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/\.(vrm|glb)$/i, '')
    .trim()
    .slice(0, 200);
  return clean || 'Avatar';
}
