import type { Reason } from '../../../shared/errors.ts';
import type { SyncSnapshot } from '../../../shared/ipc/sync.ts';

export type TransferPart = 'model' | 'thumbnail';
export type FileExtension = 'vrm' | 'glb' | 'png';
export type FileTransfer = SyncSnapshot['files'][number];

/** A file of an avatar, known by its content. */
export interface AvatarFile {
  readonly avatarUid: string;
  readonly part: TransferPart;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly extension: FileExtension;
}

/** A file that is to go to the storage, or to come from there. */
export interface Transfer extends AvatarFile {
  readonly id: string;
  readonly direction: 'up' | 'down';
  /** 0: not known (a download). */
  readonly bytes: number;
  /** `<user id>/<avatar uid>/<sha256>.<extension>` in the bucket. */
  readonly objectPath: string;
  /** Of an upload that was begun: it goes on there. */
  readonly uploadUrl: string | null;
  readonly offset: number;
  readonly state: 'waiting' | 'running' | 'failed';
  readonly reason: Reason | null;
  readonly attempts: number;
  readonly nextTryAt: string | null;
}

export type TransferChange = Partial<
  Pick<Transfer, 'bytes' | 'uploadUrl' | 'offset' | 'state' | 'reason' | 'attempts' | 'nextTryAt'>
>;

/** The queue in the open profile's database; every method takes part in a transaction that is open. */
export interface TransferStore {
  /**
   * Puts a file into the queue to be sent; the same one twice is one, another content of the same part takes its
   * place. Nothing in a guest's database.
   * @returns whether there is something new to do
   */
  addUpload(file: AvatarFile & { readonly bytes: number }): boolean;
  /** @param file with the path that its row names. @returns whether there is something new to do */
  addDownload(file: AvatarFile & { readonly bytes: number; readonly objectPath: string }): boolean;
  /**
   * The oldest one that waits and may be tried now; one that would wait for longer than `latest` may, too. A file of a
   * row that the server does not have yet waits for that.
   */
  next(now: string, latest: string): Transfer | null;
  /** When the next one that waits may be tried, long ago for one that may now; null: none waits. */
  nextTryAt(): string | null;
  get(id: string): Transfer | null;
  /** @returns false when it is not in the queue any more */
  update(id: string, change: TransferChange): boolean;
  /**
   * Takes a file that has arrived out of the queue and runs `then` in the same transaction, so that it is heard of
   * once. @returns false when it was not in the queue any more; nothing is run then
   */
  complete(id: string, then: () => void): boolean;
  /** Everything of an avatar that is gone. */
  drop(avatarUid: string): void;
  /** Files that were on their way when the program ended. */
  requeueRunning(): void;
  /** What the plan allows for one file; null: not known. */
  planBytes(): number | null;
  /** Oldest first; without those of a row that stays on this machine. */
  list(limit: number): FileTransfer[];
}

/** The storage as the queue sees it. Throws RemoteError, or the system's own error for what is here. */
export interface FileRemote {
  /** A content that is there already is as good as sent. */
  upload(request: UploadRequest): Promise<void>;
  /** Writes `file` anew and flushes it. @throws ReasonError `files.changed` beyond `maxBytes` */
  download(request: DownloadRequest): Promise<{ readonly sha256: string; readonly bytes: number }>;
}

export interface UploadRequest {
  readonly objectPath: string;
  readonly file: string;
  readonly bytes: number;
  /** Of an upload that was begun; it is begun anew when the server has forgotten it. */
  readonly uploadUrl: string | null;
  readonly signal: AbortSignal;
  onUrl(uploadUrl: string): void;
  onProgress(sent: number): void;
  /** The server has these for good. */
  onAccepted(offset: number): void;
}

export interface DownloadRequest {
  readonly objectPath: string;
  readonly file: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  onProgress(received: number, total: number | null): void;
}

/** Where the open profile keeps its files. */
export interface TransferFolder {
  /** The path at which this content is, or is to be. Its folder is made by whoever writes. */
  path(file: AvatarFile): string;
}
