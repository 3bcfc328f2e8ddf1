import { randomUUID } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AvatarReport } from '../../../shared/domain/avatar-report.ts';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { type Reason, ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { LibrarySnapshot } from '../../../shared/ipc/library.ts';
import { storageError } from '../../../shared/storage-error.ts';
import type { Asset } from '../../host/port.ts';
import { hashBytes, hashFile } from '../files.ts';
import { type AvatarFolder, openAvatarFolder } from './avatar-folder.ts';
import { AVATAR_LIMITS } from './inspect/limits.ts';
import { cleanName, nameOfFile } from './names.ts';
import { takeOverIndex } from './old-index.ts';
import { checkPicture } from './pictures.ts';
import type { AvatarModel, AvatarPart, LibraryOptions, StoredAvatar, WantedFile } from './ports.ts';

type Options = Pick<LibraryOptions, 'avatars' | 'inspect' | 'log' | 'onNeedsFile' | 'onFoundLost'> & {
  readonly onChange: () => void;
};

export type ShownAvatar = LibrarySnapshot['avatars'][number];

export const MODEL_TYPE = 'model/gltf-binary';
const MODEL_ENDINGS = ['vrm', 'glb'] as const;
const FALLBACK_NAME = 'Avatar';
export const THUMBNAIL_LIMITS = { bytes: 2 * 1024 * 1024, side: 1024 };

/** The user's own avatars in one profile: rows, files, and what brings the two together. */
export class UserAvatars {
  readonly folder: AvatarFolder;
  readonly #options: Options;
  /** Imports and what is done in the background; closing waits for all of it. */
  readonly #running = new Set<Promise<unknown>>();
  readonly #ending = new AbortController();
  /** Files that the cloud was asked for, by row and content. */
  readonly #asked = new Set<string>();

  private constructor(folder: AvatarFolder, options: Options) {
    this.folder = folder;
    this.#options = options;
  }

  /**
   * Opens the avatars of the open profile.
   * @param home its folder
   * @param findLost the rows were lost: files that none of them names become avatars again
   * @throws ReasonError `storage.*`
   */
  static async open(home: string, findLost: boolean, options: Options): Promise<UserAvatars> {
    const avatars = new UserAvatars(await openAvatarFolder(join(home, 'avatars')), options);
    const index = await takeOverIndex(avatars.folder, options.avatars).catch((error: unknown) => {
      // A full or read-only disk: the studio starts without them, and the next start tries again.
      const { reason, detail } = storageError(error);
      options.log.error('the library of an older version cannot be taken over', { reason, detail });
      return 'none';
    });
    // An account's rows come back with the next sync, and would then be there twice.
    const lost = (findLost || index === 'lost') && options.avatars.owner() === null;
    avatars.#inBackground('tidying the library', () => avatars.#tidy(lost));
    return avatars;
  }

  /** Waits for what is going on, cutting checks short; nothing is taken in any more. */
  async close(): Promise<void> {
    this.#ending.abort(new ReasonError('data.busy', 'the library is being closed'));
    await this.settled();
  }

  /** When nothing is going on. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  find(id: string): StoredAvatar | null {
    return this.#rows.get(id);
  }

  isHere({ model }: StoredAvatar): boolean {
    return model !== null && this.folder.has(`${model.sha256}.${model.extension}`);
  }

  shown(avatar: StoredAvatar): ShownAvatar {
    const { thumbnail } = avatar;
    return {
      id: avatar.uid,
      name: avatar.name,
      kind: 'glb-upload',
      family: avatar.family,
      thumbnailUrl: thumbnail && this.folder.has(`${thumbnail}.png`) ? `/thumbnails/${thumbnail}.png` : null,
      here: this.isHere(avatar),
    };
  }

  /** @throws ReasonError `files.not-here`; it has been asked for then */
  choose(avatar: StoredAvatar): StudioSnapshot['avatar'] {
    const { model, thumbnail } = avatar;
    if (!model || !this.isHere(avatar)) {
      this.want(avatar);
      throw new ReasonError('files.not-here', avatar.name);
    }
    const pictured =
      thumbnail !== null && (this.folder.has(`${thumbnail}.png`) || avatar.cloud.thumbnail !== null);
    return {
      id: avatar.uid,
      name: avatar.name,
      url: `/avatars/${model.sha256}.${model.extension}`,
      family: avatar.family,
      wantsThumbnail: avatar.listed && !pictured,
    };
  }

  /** Checks a file and keeps it; the same bytes are kept once. @throws ReasonError `avatar.*`, `storage.*` */
  add(
    name: string,
    source: Uint8Array | string,
    listed: boolean,
  ): Promise<{ avatar: StoredAvatar; report: AvatarReport | null }> {
    return this.#run(async () => {
      const taken = await this.folder.takeIn(source, AVATAR_LIMITS.fileBytes);
      try {
        const shown = nameOfFile(name, MODEL_ENDINGS, FALLBACK_NAME);
        const known = this.#rows.byContent(taken.sha256);
        if (known?.model) {
          // These very bytes passed the check before; somebody may have deleted the file by hand.
          await this.folder.keep(taken.path, `${known.model.sha256}.${known.model.extension}`);
          if (listed && !known.listed) this.#rows.list(known.uid, shown);
          return { avatar: this.#mustFind(known.uid), report: null };
        }
        const report = await this.#inspect(taken.path);
        const model = modelOf(taken, report);
        await this.folder.keep(taken.path, fileNameOf(model));
        return { avatar: this.#mustFind(this.#enter(shown, model, listed)), report };
      } finally {
        await rm(taken.path, { force: true });
      }
    });
  }

  rename(avatar: StoredAvatar, name: string): void {
    this.#rows.rename(avatar.uid, cleanName(name, FALLBACK_NAME));
  }

  /** Removes the row, and its files when nobody else needs them. @throws ReasonError `avatar.not-found`, `storage.*` */
  remove(avatar: StoredAvatar): Promise<void> {
    return this.#run(async () => {
      this.#rows.remove(avatar.uid);
      if (avatar.model) await this.#drop(fileNameOf(avatar.model), avatar.model.sha256);
      if (avatar.thumbnail) await this.#drop(`${avatar.thumbnail}.png`, avatar.thumbnail);
    });
  }

  /** @throws ReasonError `image.*`, `files.not-here`, `avatar.not-found`, `storage.*` */
  setThumbnail(avatar: StoredAvatar, png: Uint8Array): Promise<void> {
    return this.#run(async () => {
      mustBePng(png);
      const { sha256 } = await this.folder.keepPicture(png);
      this.#rows.setThumbnail(avatar.uid, { sha256, bytes: png.byteLength });
      const before = avatar.thumbnail;
      if (before && before !== sha256) await this.#drop(`${before}.png`, before);
    });
  }

  /**
   * Rows came from elsewhere: says which files are missing, once each, takes what lies here already, and frees what
   * nobody needs any more.
   */
  rowsChanged(): void {
    this.#inBackground('removing files', () => this.#dropRemoved());
    for (const avatar of this.#rows.unfetched()) {
      const { model, thumbnail } = avatar.cloud;
      const name = model && !avatar.model ? this.#nameHere(model.sha256) : null;
      if (name) this.#inBackground('adopting a file', () => this.#adopt(avatar.uid, name));
      else this.#ask(avatar, 'model', false);
      if (thumbnail && this.folder.has(`${thumbnail.sha256}.png`)) {
        this.#rows.placeThumbnail(avatar.uid, thumbnail.sha256);
      } else this.#ask(avatar, 'thumbnail', false);
    }
  }

  /** The user waits for its file. */
  want(avatar: StoredAvatar): void {
    this.#ask(avatar, 'model', true);
  }

  /**
   * Puts a file of the cloud in its place, if it is what its row says and passes the check of an import. The caller's
   * file stays where it is.
   * @returns why it is refused; null: it is in its place
   * @throws ReasonError `storage.*`
   */
  fileArrived(uid: string, part: AvatarPart, path: string, sha256: string): Promise<Reason | null> {
    return this.#run(async () => {
      try {
        if (this.#rows.get(uid)?.cloud[part]?.sha256 !== sha256) throw new ReasonError('files.changed', uid);
        if (part === 'model') await this.#modelArrived(uid, path, sha256);
        else await this.#thumbnailArrived(uid, path, sha256);
        return null;
      } catch (error) {
        const { reason, detail } = toReasonError(error);
        if (reason.startsWith('storage.') || reason.startsWith('internal.')) throw error;
        this.#options.log.warn('a file from the cloud is refused', { avatar: uid, part, reason, detail });
        return reason;
      }
    });
  }

  /** What stands behind `/avatars/<name>` and `/thumbnails/<name>`. */
  asset(name: string, part: AvatarPart): Asset | null {
    const isPicture = name.endsWith('.png');
    if (isPicture !== (part === 'thumbnail') || !this.folder.has(name)) return null;
    return { path: this.folder.pathOf(name), type: isPicture ? 'image/png' : MODEL_TYPE };
  }

  get #rows() {
    return this.#options.avatars;
  }

  async #modelArrived(uid: string, path: string, sha256: string): Promise<void> {
    const taken = await this.folder.takeIn(path, AVATAR_LIMITS.fileBytes);
    try {
      if (taken.sha256 !== sha256) throw new ReasonError('files.changed', taken.sha256);
      const model = modelOf(taken, await this.#inspect(taken.path));
      await this.folder.keep(taken.path, fileNameOf(model));
      if (!this.#place(uid, model)) await this.#drop(fileNameOf(model), sha256);
      this.#options.onChange();
    } finally {
      await rm(taken.path, { force: true });
    }
  }

  async #thumbnailArrived(uid: string, path: string, sha256: string): Promise<void> {
    const { size } = await stat(path);
    if (size > THUMBNAIL_LIMITS.bytes) throw new ReasonError('image.too-big', `${size} bytes`);
    const png = await readFile(path);
    if (hashBytes(png) !== sha256) throw new ReasonError('files.changed', hashBytes(png));
    mustBePng(png);
    await this.folder.keepPicture(png);
    this.#rows.placeThumbnail(uid, sha256);
    this.#options.onChange();
  }

  /** The file of a row lies here although the row does not know: the rows were fetched anew. */
  async #adopt(uid: string, name: string): Promise<void> {
    const path = this.folder.pathOf(name);
    const sha256 = await hashFile(path);
    if (sha256 !== name.slice(0, 64)) return;
    const { size } = await stat(path);
    const model = modelOf({ sha256, bytes: size }, await this.#inspect(path));
    if (fileNameOf(model) !== name) return;
    this.#place(uid, model);
    this.#options.onChange();
  }

  /** A row for a model that is in its place. @returns its uid */
  #enter(name: string, model: AvatarModel, listed: boolean): string {
    // Asked again: the same bytes may have come twice at the same time.
    const twin = this.#rows.byContent(model.sha256);
    if (twin) {
      if (listed && !twin.listed) this.#rows.list(twin.uid, name);
      return twin.uid;
    }
    const awaiting = this.#rows.awaiting(model.sha256);
    if (awaiting && this.#place(awaiting.uid, model)) return awaiting.uid;
    const uid = randomUUID();
    this.#rows.insert({ uid, name, listed, model, thumbnail: null });
    return uid;
  }

  /** The model of a row is here; its picture may have come before it. @returns false: the row is gone */
  #place(uid: string, model: AvatarModel): boolean {
    if (!this.#rows.place(uid, model)) return false;
    const thumbnail = this.#rows.get(uid)?.cloud.thumbnail;
    if (thumbnail && this.folder.has(`${thumbnail.sha256}.png`)) {
      this.#rows.placeThumbnail(uid, thumbnail.sha256);
    }
    return true;
  }

  #ask(avatar: StoredAvatar, part: AvatarPart, chosen: boolean): void {
    const file = avatar.cloud[part];
    if (!file || (part === 'model' && this.isHere(avatar))) return;
    const key = `${avatar.uid}/${file.objectPath}`;
    if (!chosen && this.#asked.has(key)) return;
    this.#asked.add(key);
    const wanted: WantedFile = { avatarUid: avatar.uid, part, ...file };
    this.#options.onNeedsFile?.(wanted);
  }

  #nameHere(sha256: string): string | null {
    return MODEL_ENDINGS.map((ending) => `${sha256}.${ending}`).find((name) => this.folder.has(name)) ?? null;
  }

  async #dropRemoved(): Promise<void> {
    for (const sha256 of this.#rows.removedFiles()) {
      for (const ending of [...MODEL_ENDINGS, 'png']) {
        if (this.folder.has(`${sha256}.${ending}`)) await this.#drop(`${sha256}.${ending}`, sha256);
      }
    }
  }

  async #tidy(lost: boolean): Promise<void> {
    await this.#dropRemoved();
    if (lost) {
      await this.#findLost();
      this.#options.onFoundLost?.();
    }
    for (const avatar of this.#rows.uncounted()) {
      if (!avatar.model || !this.isHere(avatar)) continue;
      const { counts } = await this.#options.inspect(
        this.folder.pathOf(fileNameOf(avatar.model)),
        this.#signal,
      );
      this.#rows.setCounts(avatar.uid, {
        vertices: counts.vertices,
        controlPoints: counts.joints + counts.morphTargets,
      });
    }
    this.rowsChanged();
  }

  /** Files that no row names become avatars again, after the check of an import. */
  async #findLost(): Promise<void> {
    const known = this.#rows.knownModels();
    for (const name of [...this.folder.names()]) {
      const sha256 = name.slice(0, 64);
      if (name.endsWith('.png') || known.has(sha256)) continue;
      const path = this.folder.pathOf(name);
      const { size } = await stat(path);
      const report = await this.#options.inspect(path, this.#signal);
      if (!report.ok || report.family === null || (await hashFile(path)) !== sha256) {
        this.#options.log.warn('a file of the library is left alone', { name, reason: report.reason });
        continue;
      }
      this.#enter(`${FALLBACK_NAME} ${sha256.slice(0, 6)}`, modelOf({ sha256, bytes: size }, report), true);
      this.#options.onChange();
    }
  }

  get #signal(): { signal: AbortSignal } {
    return { signal: this.#ending.signal };
  }

  /** @throws ReasonError why it is refused */
  async #inspect(path: string): Promise<AvatarReport> {
    const report = await this.#options.inspect(path, this.#signal);
    if (!report.ok) throw new ReasonError(report.reason ?? 'avatar.bad-structure', report.detail);
    return report;
  }

  #drop(name: string, sha256: string): Promise<void> {
    return this.folder.drop(name, () => this.#rows.needs(sha256));
  }

  #mustFind(uid: string): StoredAvatar {
    const avatar = this.#rows.get(uid);
    if (!avatar) throw new ReasonError('avatar.not-found', uid);
    return avatar;
  }

  #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#ending.signal.aborted) return Promise.reject(this.#ending.signal.reason);
    const promise = work();
    this.#running.add(promise);
    const done = () => void this.#running.delete(promise);
    promise.then(done, done);
    return promise;
  }

  #inBackground(what: string, work: () => Promise<void>): void {
    this.#run(work).catch((error: unknown) => {
      if (this.#ending.signal.aborted) return;
      const { reason, detail } = toReasonError(error);
      this.#options.log.warn(`${what} failed`, { reason, detail });
    });
  }
}

/** @throws ReasonError `avatar.bad-structure` without a family */
function modelOf(file: { sha256: string; bytes: number }, { family, counts }: AvatarReport): AvatarModel {
  if (family === null) throw new ReasonError('avatar.bad-structure');
  return {
    sha256: file.sha256,
    bytes: file.bytes,
    family,
    extension: family === 'glb' ? 'glb' : 'vrm',
    vertices: counts.vertices,
    controlPoints: counts.joints + counts.morphTargets,
  };
}

function fileNameOf({ sha256, extension }: Pick<AvatarModel, 'sha256' | 'extension'>): string {
  return `${sha256}.${extension}`;
}

/** @throws ReasonError `image.not-an-image`, `image.too-big` */
function mustBePng(bytes: Uint8Array): void {
  if (checkPicture(bytes, THUMBNAIL_LIMITS) !== 'image/png') throw new ReasonError('image.not-an-image');
}
