import { basename, extname, join, resolve as resolvePath } from 'node:path';
import type { AvatarReport } from '../../../shared/domain/avatar-report.ts';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { type Reason, ReasonError } from '../../../shared/errors.ts';
import { type LibrarySnapshot, SNAPSHOT_AVATARS } from '../../../shared/ipc/library.ts';
import type { AssetResolver } from '../../host/port.ts';
import { type BackgroundChoice, openBackgrounds } from './backgrounds.ts';
import { readBuiltIn } from './built-in.ts';
import { type ContentStore, openContentStore } from './content-store.ts';
import { IMAGE_ENDINGS, IMAGES } from './images.ts';
import { nameOfFile } from './names.ts';
import type { AvatarPart, LibraryOptions, StoredAvatar } from './ports.ts';
import { SOUND_ENDINGS, SOUNDS } from './sounds.ts';
import { MODEL_TYPE, type ShownAvatar, UserAvatars } from './user-avatars.ts';

export type AvatarChoice = StudioSnapshot['avatar'];

export interface LibraryService {
  /** Payload of `library.snapshot`: built-in avatars, the user's own, the backgrounds, the user's pictures and sounds. */
  snapshot(): LibrarySnapshot;
  /** The user's own avatars, newest first. @param query.after `next` of the page before */
  listAvatars(query: { after: string | null; limit: number; search: string }): {
    avatars: ShownAvatar[];
    next: string | null;
  };
  /**
   * Checks an avatar file and adds it to the library; the same bytes are kept once.
   * @throws ReasonError the reason of the refusal (`avatar.*`), `storage.failed`
   */
  importAvatar(
    name: string,
    source: Uint8Array | string,
  ): Promise<{ id: string; report: AvatarReport | null }>;
  /**
   * An avatar by the id of one in the library (or, from older versions, the sha256 of its file), else by a file path,
   * which is checked and copied but not listed.
   * @throws ReasonError `avatar.not-found`, `files.not-here` (it is being asked for), or why the file is refused
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
   *   `files.not-here`, `storage.failed`
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
  /** Rows came by sync: the snapshot is new, and files may be missing. */
  rowsChanged(): void;
  /** See `UserAvatars.fileArrived`. */
  fileArrived(avatarUid: string, part: AvatarPart, path: string, sha256: string): Promise<Reason | null>;
  /** A file of an avatar is in the cloud, at `objectPath`; the other devices are told. */
  fileUploaded(file: { avatarUid: string; part: AvatarPart; objectPath: string }): void;
  /** Ends what is going on and lists nothing of the user's until `open`; before the database is changed. */
  close(): Promise<void>;
  /**
   * Opens the files of another profile, whose database is open by now.
   * @param folder its folder
   * @param options.findLost its rows were lost: files without one become avatars again, in a guest's profile
   */
  open(folder: string, options?: { findLost?: boolean }): Promise<void>;
  /** When no import and nothing in the background is going on. */
  settled(): Promise<void>;
  /** What lies in the open profile, for an archive of it. @throws ReasonError `data.busy` while none is open */
  files(): LibraryFiles;
  /** For {@link Host.serve}, by mount name; they follow the open profile. */
  readonly mounts: {
    readonly avatars: AssetResolver;
    readonly backgrounds: AssetResolver;
    readonly thumbnails: AssetResolver;
    readonly images: AssetResolver;
    readonly sounds: AssetResolver;
  };
}

/** The files of one profile. */
export interface LibraryFiles {
  readonly avatars: UserAvatars;
  readonly images: ContentStore;
  readonly sounds: ContentStore;
  readonly inspect: LibraryOptions['inspect'];
  /** Says that files or rows were added. */
  changed(): void;
}

/** Opens the library; what is missing in the resources is simply not listed. */
export async function createLibrary(options: LibraryOptions): Promise<LibraryService> {
  const avatarsDir = join(options.resourcesDir, 'avatars');
  const builtIn = await readBuiltIn(avatarsDir);
  let opened: LibraryFiles | null = null;
  let closing: Promise<unknown> | null = null;
  const backgrounds = await openBackgrounds(
    join(options.resourcesDir, 'backgrounds'),
    async (id) => (await opened?.images.find(id)) ?? null,
  );
  /** Read again when something has changed: the desktop asks for it at every turn. */
  let ownAvatars: Pick<LibrarySnapshot, 'avatars' | 'ownAvatars'> | null = null;
  /** Whoever is told asks for the snapshot, and has no library to ask before this function is done. */
  let ready = false;
  const changed = () => {
    ownAvatars = null;
    if (ready) options.onChange?.();
  };

  /** @throws ReasonError `data.busy` */
  function files(): LibraryFiles {
    if (!opened) throw new ReasonError('data.busy', 'the library is being opened');
    return opened;
  }

  function readOwn(): Pick<LibrarySnapshot, 'avatars' | 'ownAvatars'> {
    if (!opened) return { avatars: [], ownAvatars: 0 };
    const { avatars } = opened;
    const page = options.avatars.listAvatars({ limit: SNAPSHOT_AVATARS });
    return {
      avatars: page.avatars.map((avatar) => avatars.shown(avatar)).reverse(),
      ownAvatars: page.next === null ? page.avatars.length : options.avatars.total(),
    };
  }

  /** @throws ReasonError `library.built-in`, `avatar.not-found`, `data.busy` */
  function mustBeOwn(id: string): StoredAvatar {
    if (builtIn.some((avatar) => avatar.id === id)) throw new ReasonError('library.built-in', id);
    const avatar = files().avatars.find(id);
    if (!avatar?.listed) throw new ReasonError('avatar.not-found', id);
    return avatar;
  }

  async function close(): Promise<void> {
    const before = opened;
    // From here on nobody gets at the files: what begins now would end in another profile.
    opened = null;
    ownAvatars = null;
    if (before) closing = Promise.all([before.avatars.close(), before.images.close(), before.sounds.close()]);
    await closing;
  }

  async function open(folder: string, { findLost = false } = {}): Promise<void> {
    await close();
    const { avatars: rows, inspect, log, onNeedsFile, onFoundLost } = options;
    const images = await openContentStore(join(folder, 'images'), IMAGES);
    const sounds = await openContentStore(join(folder, 'sounds'), SOUNDS);
    const avatars = await UserAvatars.open(folder, findLost, {
      avatars: rows,
      inspect,
      log,
      onChange: changed,
      onNeedsFile,
      onFoundLost,
    });
    opened = { avatars, images, sounds, inspect, changed };
    changed();
  }

  const library: LibraryService = {
    snapshot() {
      ownAvatars ??= readOwn();
      return {
        avatars: [
          ...builtIn.map((avatar) => ({
            id: avatar.id,
            name: avatar.name,
            kind: 'built-in' as const,
            family: avatar.family,
            thumbnailUrl: avatar.thumbnail ? `/thumbnails/${avatar.id}.png` : null,
            here: true,
          })),
          ...ownAvatars.avatars,
        ],
        ownAvatars: ownAvatars.ownAvatars,
        backgrounds: backgrounds.list(),
        images: opened?.images.list() ?? [],
        sounds: opened?.sounds.list() ?? [],
      };
    },
    listAvatars(query) {
      const { avatars } = files();
      const page = options.avatars.listAvatars(query);
      return { avatars: page.avatars.map((avatar) => avatars.shown(avatar)), next: page.next };
    },
    async importAvatar(name, source) {
      const { avatar, report } = await files().avatars.add(name, source, true);
      changed();
      return { id: avatar.uid, report };
    },
    async resolveAvatar(idOrFile) {
      const own = builtIn.find((avatar) => avatar.id === idOrFile);
      if (own) {
        const { id, name, file, family } = own;
        return { id, name, url: `/avatars/${file}`, family, wantsThumbnail: false };
      }
      const { avatars } = files();
      const stored = avatars.find(idOrFile);
      if (stored) return avatars.choose(stored);
      const path = resolvePath(idOrFile);
      return avatars.choose((await avatars.add(basename(path, extname(path)), path, false)).avatar);
    },
    async renameAvatar(id, name) {
      const avatar = mustBeOwn(id);
      files().avatars.rename(avatar, name);
      changed();
    },
    async removeAvatar(id) {
      await files().avatars.remove(mustBeOwn(id));
      changed();
    },
    async saveThumbnail(avatarId, png) {
      await files().avatars.setThumbnail(mustBeOwn(avatarId), png);
      changed();
    },
    resolveBackground: (choice) => backgrounds.choose(choice),
    async importImage(name, bytes) {
      const { id } = await files().images.add(nameOfFile(name, IMAGE_ENDINGS, 'Picture'), bytes);
      changed();
      return { id };
    },
    async resolveImage(id) {
      const image = await opened?.images.find(id);
      if (!image) throw new ReasonError('image.not-found', id);
      return image;
    },
    async removeImage(id) {
      if (backgrounds.list().some((background) => background.id === id)) {
        throw new ReasonError('library.built-in', id);
      }
      await files().images.remove(id);
      changed();
    },
    async importSound(name, bytes) {
      const { id } = await files().sounds.add(nameOfFile(name, SOUND_ENDINGS, 'Sound'), bytes);
      changed();
      return { id };
    },
    async resolveSound(id) {
      const sound = await opened?.sounds.find(id);
      if (!sound) throw new ReasonError('sound.not-found', id);
      return sound;
    },
    async removeSound(id) {
      await files().sounds.remove(id);
      changed();
    },
    rowsChanged() {
      changed();
      opened?.avatars.rowsChanged();
    },
    fileArrived: async (avatarUid, part, path, sha256) =>
      files().avatars.fileArrived(avatarUid, part, path, sha256),
    fileUploaded: (file) => options.avatars.fileUploaded(file),
    close,
    open,
    settled: async () => opened?.avatars.settled(),
    files,
    mounts: {
      async avatars(name) {
        const own = builtIn.find((avatar) => avatar.file === name);
        if (own) return { path: join(avatarsDir, own.file), type: MODEL_TYPE };
        return opened?.avatars.asset(name, 'model') ?? null;
      },
      backgrounds: (name) => backgrounds.asset(name),
      async thumbnails(name) {
        const own = builtIn.find((avatar) => avatar.thumbnail && `${avatar.id}.png` === name);
        if (own) return { path: join(avatarsDir, `${own.id}.png`), type: 'image/png' };
        return opened?.avatars.asset(name, 'thumbnail') ?? null;
      },
      images: async (name) => (await opened?.images.asset(name)) ?? null,
      sounds: async (name) => (await opened?.sounds.asset(name)) ?? null,
    },
  };
  await open(options.home, { findLost: options.findLost ?? false });
  ready = true;
  return library;
}
