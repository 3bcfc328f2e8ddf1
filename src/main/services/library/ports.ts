import type { AvatarReport } from '../../../shared/domain/avatar-report.ts';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import type { Log } from '../../logging/log.ts';

/** Checks the avatar file at a path. @throws ReasonError `avatar.not-found`; a refusal is in the report */
export type InspectAvatar = (path: string, options: { signal?: AbortSignal }) => Promise<AvatarReport>;

export type AvatarFamily = StudioSnapshot['avatar']['family'];
export type ModelExtension = 'vrm' | 'glb';
export type AvatarPart = 'model' | 'thumbnail';

/** An avatar of the user's own as its row says; whether its files are on the disk the store knows. */
export interface StoredAvatar {
  readonly uid: string;
  readonly name: string;
  readonly family: AvatarFamily;
  /** Shown in the library; false for a file that was only used by its path. */
  readonly listed: boolean;
  /** Its file in this profile's folder; null: it was made on another device and has not come yet. */
  readonly model: { readonly sha256: string; readonly extension: ModelExtension } | null;
  /** sha256 of its picture, here or in the cloud; null: there is none. */
  readonly thumbnail: string | null;
  /** Object paths in the cloud, `<user>/<avatar>/<sha256>.<extension>`; null: not there, or no such path. */
  readonly cloud: { readonly model: CloudFile | null; readonly thumbnail: CloudFile | null };
}

export interface CloudFile {
  readonly objectPath: string;
  readonly sha256: string;
}

/** What is known of a model's file when it becomes an avatar. */
export interface AvatarModel {
  readonly sha256: string;
  readonly extension: ModelExtension;
  readonly family: AvatarFamily;
  readonly bytes: number;
  /** Vertices stored in the file. */
  readonly vertices: number;
  /** What can be moved: joints of its skins and morph targets. */
  readonly controlPoints: number;
}

export interface NewAvatar {
  readonly uid: string;
  readonly name: string;
  readonly listed: boolean;
  readonly model: AvatarModel;
  readonly thumbnail: { readonly sha256: string; readonly bytes: number } | null;
}

export interface AvatarPage {
  /** Newest first. */
  readonly avatars: readonly StoredAvatar[];
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
}

/** The rows of the user's avatars in the open profile. Every change is one transaction, with what has to be sent. */
export interface AvatarRows {
  /** The account they belong to; null: a guest's. */
  owner(): string | null;
  /** By uid, else by the sha256 of its file; not what was removed. */
  get(id: string): StoredAvatar | null;
  /** Whose file on this machine has this content; a listed one first. */
  byContent(sha256: string): StoredAvatar | null;
  /** One of another device, without a file here, that says that its model has this content. */
  awaiting(sha256: string): StoredAvatar | null;
  /**
   * Listed avatars, newest first.
   * @param after `next` of the page before. @param search part of the name
   */
  listAvatars(query: { after?: string | null; limit: number; search?: string }): AvatarPage;
  /** How many are listed. */
  total(): number;
  insert(avatar: NewAvatar): void;
  /** All of an older version's library, oldest first; of what is known by content nothing. @returns how many were new */
  takeOver(avatars: readonly NewAvatar[]): number;
  /** Lists a file that was used by its path. @throws ReasonError `avatar.not-found` */
  list(uid: string, name: string): void;
  /** @throws ReasonError `avatar.not-found` */
  rename(uid: string, name: string): void;
  /** @throws ReasonError `avatar.not-found`; `files.not-here` while its model is not */
  setThumbnail(uid: string, thumbnail: { sha256: string; bytes: number }): void;
  /** Soft, told to the other devices. @throws ReasonError `avatar.not-found` */
  remove(uid: string): void;
  /** The model of a row without a file is here now. @returns false: the row is gone */
  place(uid: string, model: AvatarModel): boolean;
  /** The picture that the cloud has is here now. @returns false: the row is gone */
  placeThumbnail(uid: string, sha256: string): boolean;
  /** What an inspection found of a file that was taken over without one. */
  setCounts(uid: string, counts: Pick<AvatarModel, 'vertices' | 'controlPoints'>): void;
  /** Files that were taken over without an inspection. */
  uncounted(): readonly StoredAvatar[];
  /** A file is in the cloud: the row says where, here and there. Nothing when the row is gone. */
  fileUploaded(file: { avatarUid: string; part: AvatarPart; objectPath: string }): void;
  /** Rows whose model or picture is in the cloud, and of which this machine has no file on record. */
  unfetched(): readonly StoredAvatar[];
  /** Whether a row that is not removed names the file, or it waits to be uploaded. */
  needs(sha256: string): boolean;
  /** sha256 of the files that removed rows name, here or in the cloud. */
  removedFiles(): readonly string[];
  /** sha256 of every model that a row names, removed ones too. */
  knownModels(): ReadonlySet<string>;
}

/** A file that is to get to the cloud. */
export interface AvatarUpload {
  readonly avatarUid: string;
  readonly part: AvatarPart;
  readonly sha256: string;
  readonly bytes: number;
  readonly extension: ModelExtension | 'png';
}

/** Takes files to the cloud. Called inside the transaction of the row, in an account's database only. */
export interface AvatarUploads {
  enqueue(upload: AvatarUpload): void;
  /** The avatar is removed: nothing of it is on its way any more, in either direction. */
  drop(avatarUid: string): void;
}

/** A file that the cloud has and this machine has not. */
export interface WantedFile {
  readonly avatarUid: string;
  readonly part: AvatarPart;
  readonly objectPath: string;
  readonly sha256: string;
}

/** What the library needs of the world. */
export interface LibraryOptions {
  /** The program's own files: `avatars/*.vrm|glb` with `*.png` beside them, `backgrounds/backgrounds.json`. */
  readonly resourcesDir: string;
  /** Folder of the profile that is open at first; its files are in `avatars/`, `images/` and `sounds/` of it. */
  readonly home: string;
  /** The rows of that profile were lost: files without one become avatars again, if it is a guest's. */
  readonly findLost?: boolean;
  readonly avatars: AvatarRows;
  readonly inspect: InspectAvatar;
  readonly log: Log;
  /** Called with every change of the snapshot. */
  readonly onChange?: () => void;
  /** Every file without a row has been looked at: it need not be done again at the next start. */
  readonly onFoundLost?: () => void;
  /** Called once for every file that is missing, and again when the user chooses its avatar. */
  readonly onNeedsFile?: (file: WantedFile) => void;
}
