import { rm } from 'node:fs/promises';
import { basename, extname, join, resolve as resolvePath } from 'node:path';
import type { AvatarReport } from '../../../shared/domain/avatar-report.ts';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { ReasonError } from '../../../shared/errors.ts';
import type { LibrarySnapshot } from '../../../shared/ipc/library.ts';
import type { AssetResolver } from '../../host/port.ts';
import { type BackgroundChoice, openBackgrounds } from './backgrounds.ts';
import { readBuiltIn } from './built-in.ts';
import { openImageStore } from './image-store.ts';
import { AVATAR_LIMITS } from './inspect/limits.ts';
import { cleanName, nameOfFile } from './names.ts';
import { checkPicture } from './pictures.ts';
import type { LibraryOptions } from './ports.ts';
import { openSoundStore, SOUND_ENDINGS } from './sound-store.ts';
import { openAvatarStore, type StoredAvatar } from './store.ts';

export type AvatarChoice = StudioSnapshot['avatar'];

export interface LibraryService {
  /** Payload of `library.snapshot`: built-in avatars, the user's own, the backgrounds, the user's pictures and sounds. */
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
  /** @throws ReasonError `library.built-in`, `avatar.not-found`, `storage.failed` */
  renameAvatar(id: string, name: string): Promise<void>;
  /**
   * Deletes an avatar of the user's own; whether it is being shown is the caller's to know.
   * @throws ReasonError `library.built-in`, `avatar.not-found`, `storage.failed`
   */
  removeAvatar(id: string): Promise<void>;
  /**
   * Keeps a picture of a listed avatar of the user's own.
   * @param png of at most 1024 pixels a side
   * @throws ReasonError `library.built-in`, `avatar.not-found`, `image.not-an-image`, `image.too-big`,
   *   `storage.failed`
   */
  saveThumbnail(avatarId: string, png: Uint8Array): Promise<void>;
  /**
   * A background by id, `#rrggbb`, `transparent`, the id of a picture of the user's own, or the path of a PNG,
   * JPEG or WebP file.
   * @throws ReasonError `usage.bad-background`, `background.not-found`, `background.not-an-image`
   */
  resolveBackground(choice: string): Promise<BackgroundChoice>;
  /**
   * Adds a picture to the library; the same bytes are kept once.
   * @throws ReasonError `image.not-an-image`, `image.too-big`, `storage.failed`
   */
  importImage(name: string, bytes: Uint8Array): Promise<{ id: string }>;
  /** @throws ReasonError `image.not-found` */
  resolveImage(id: string): Promise<{ url: string }>;
  /**
   * Deletes a picture of the user's own; whether a scene uses it is the caller's to know.
   * @throws ReasonError `library.built-in`, `image.not-found`, `storage.failed`
   */
  removeImage(id: string): Promise<void>;
  /**
   * Adds a sound to the library; the same bytes are kept once.
   * @throws ReasonError `sound.not-audio`, `storage.failed`
   */
  importSound(name: string, bytes: Uint8Array): Promise<{ id: string }>;
  /** @throws ReasonError `sound.not-found` */
  resolveSound(id: string): Promise<{ url: string }>;
  /** Whether it is being played is the caller's to know. @throws ReasonError `sound.not-found`, `storage.failed` */
  removeSound(id: string): Promise<void>;
  /** For {@link Host.serve}, by mount name. */
  readonly mounts: {
    readonly avatars: AssetResolver;
    readonly backgrounds: AssetResolver;
    readonly thumbnails: AssetResolver;
    readonly images: AssetResolver;
    readonly sounds: AssetResolver;
  };
}

const MODEL_TYPE = 'model/gltf-binary';
const MODEL_ENDINGS = ['vrm', 'glb'];
const IMAGE_ENDINGS = ['png', 'jpg', 'jpeg', 'webp'];
const THUMBNAIL_LIMITS = { bytes: 2 * 1024 * 1024, side: 1024 };

/** Opens the library; what is missing in the resources is simply not listed. */
export async function createLibrary(options: LibraryOptions): Promise<LibraryService> {
  const avatarsDir = join(options.resourcesDir, 'avatars');
  const builtIn = await readBuiltIn(avatarsDir);
  const images = await openImageStore(join(options.home, 'images'));
  const sounds = await openSoundStore(join(options.home, 'sounds'));
  const backgrounds = await openBackgrounds(join(options.resourcesDir, 'backgrounds'), images.find);
  const store = await openAvatarStore(join(options.home, 'avatars'));
  const changed = () => options.onChange?.();

  const choiceOf = (avatar: StoredAvatar): AvatarChoice => ({
    id: avatar.id,
    name: avatar.name,
    url: `/avatars/${basename(store.fileOf(avatar))}`,
    family: avatar.family,
    wantsThumbnail: avatar.listed && avatar.thumbnail === null,
  });
  const thumbnailOf = ({ id, thumbnail }: StoredAvatar) => thumbnail && `${id}-${thumbnail}.png`;

  async function addFile(
    name: string,
    source: Uint8Array | string,
    listed: boolean,
  ): Promise<{ avatar: StoredAvatar; report: AvatarReport | null }> {
    const taken = await store.takeIn(source, AVATAR_LIMITS.fileBytes);
    try {
      const known = store.get(taken.sha256);
      const shown = nameOfFile(name, MODEL_ENDINGS, 'Avatar');
      if (known) {
        // These very bytes passed the check before.
        const avatar =
          listed && !known.listed ? await store.update(known.id, { name: shown, listed }) : known;
        return { avatar, report: null };
      }
      const report = await options.inspect(taken.path, {});
      if (!report.ok || report.family === null) {
        throw new ReasonError(report.reason ?? 'avatar.bad-structure', report.detail);
      }
      const avatar = { id: taken.sha256, name: shown, family: report.family, listed, thumbnail: null };
      await store.keep(taken.path, avatar);
      return { avatar, report };
    } finally {
      await rm(taken.path, { force: true });
    }
  }

  /** @throws ReasonError `library.built-in`, `avatar.not-found` */
  function mustBeOwn(id: string): void {
    if (builtIn.some((avatar) => avatar.id === id)) throw new ReasonError('library.built-in', id);
    if (!store.get(id)?.listed) throw new ReasonError('avatar.not-found', id);
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
          .map((avatar) => ({
            id: avatar.id,
            name: avatar.name,
            kind: 'glb-upload' as const,
            family: avatar.family,
            thumbnailUrl: avatar.thumbnail && `/thumbnails/${thumbnailOf(avatar)}`,
          })),
      ],
      backgrounds: backgrounds.list(),
      images: images.list(),
      sounds: sounds.list(),
    }),
    async importAvatar(name, source) {
      const { avatar, report } = await addFile(name, source, true);
      changed();
      return { id: avatar.id, report };
    },
    async resolveAvatar(idOrFile) {
      const own = builtIn.find((avatar) => avatar.id === idOrFile);
      if (own) {
        const { id, name, file, family } = own;
        return { id, name, url: `/avatars/${file}`, family, wantsThumbnail: false };
      }
      const stored = store.get(idOrFile);
      if (stored) return choiceOf(stored);
      const path = resolvePath(idOrFile);
      return choiceOf((await addFile(basename(path, extname(path)), path, false)).avatar);
    },
    async renameAvatar(id, name) {
      mustBeOwn(id);
      await store.update(id, { name: cleanName(name, 'Avatar') });
      changed();
    },
    async removeAvatar(id) {
      mustBeOwn(id);
      await store.remove(id);
      changed();
    },
    async saveThumbnail(avatarId, png) {
      mustBeOwn(avatarId);
      if (checkPicture(png, THUMBNAIL_LIMITS) !== 'image/png') throw new ReasonError('image.not-an-image');
      await store.setThumbnail(avatarId, png);
      changed();
    },
    resolveBackground: (choice) => backgrounds.choose(choice),
    async importImage(name, bytes) {
      const { id } = await images.add(nameOfFile(name, IMAGE_ENDINGS, 'Picture'), bytes);
      changed();
      return { id };
    },
    async resolveImage(id) {
      const image = await images.find(id);
      if (!image) throw new ReasonError('image.not-found', id);
      return image;
    },
    async removeImage(id) {
      if (backgrounds.list().some((background) => background.id === id)) {
        throw new ReasonError('library.built-in', id);
      }
      await images.remove(id);
      changed();
    },
    async importSound(name, bytes) {
      const { id } = await sounds.add(nameOfFile(name, SOUND_ENDINGS, 'Sound'), bytes);
      changed();
      return { id };
    },
    async resolveSound(id) {
      const sound = await sounds.find(id);
      if (!sound) throw new ReasonError('sound.not-found', id);
      return sound;
    },
    async removeSound(id) {
      await sounds.remove(id);
      changed();
    },
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
        if (own) return { path: join(avatarsDir, `${own.id}.png`), type: 'image/png' };
        const stored = store.get(name.slice(0, 64));
        if (!stored || thumbnailOf(stored) !== name) return null;
        return { path: store.thumbnailFileOf(stored), type: 'image/png' };
      },
      images: (name) => images.asset(name),
      sounds: (name) => sounds.asset(name),
    },
  };
}
