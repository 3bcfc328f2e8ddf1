import type { Log } from '../../logging/log.ts';

/** Deleted avatars whose files the cloud still has, in the open profile's database. */
export interface RemovedFilesStore {
  /** Only what the server knows to be deleted, with paths of the account's own. */
  list(limit: number): { readonly uid: string; readonly objectPaths: readonly string[] }[];
  /** Their files are gone. */
  forget(uid: string): void;
}

export interface RemovedFilesOptions {
  readonly store: RemovedFilesStore;
  /** Removes objects of the account; one that is not there is none to be removed. Throws RemoteError. */
  readonly remove: (objectPaths: readonly string[]) => Promise<void>;
  readonly log: Log;
}

const AT_ONCE = 50;

/** Frees the storage of deleted avatars: it is counted, and without this it would be full one day for good. */
export class RemovedFiles {
  readonly #options: RemovedFilesOptions;
  #running: Promise<void> | null = null;

  constructor(options: RemovedFilesOptions) {
    this.#options = options;
  }

  /** Removes what there is to remove; what fails is tried again with the next call. */
  run(): Promise<void> {
    this.#running ??= this.#work().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #work(): Promise<void> {
    const { store, remove, log } = this.#options;
    try {
      for (const { uid, objectPaths } of store.list(AT_ONCE)) {
        if (objectPaths.length > 0) await remove(objectPaths);
        store.forget(uid);
      }
    } catch (error) {
      log.info('files of deleted avatars stay in the cloud for now', { error: String(error) });
    }
  }
}
