import { ReasonError, toReasonError } from '../shared/errors.ts';
import { dataSnapshot } from '../shared/ipc/data.ts';
import { librarySnapshot } from '../shared/ipc/library.ts';
import { ActiveDatabase } from './db/active-database.ts';
import { backUp, backUpIfDue, listBackups } from './db/backup.ts';
import { foundLost } from './db/lost-files.ts';
import type { OpenDatabase } from './db/open.ts';
import { createArchiveRows } from './db/queries/archive.ts';
import { createAvatarRows } from './db/queries/avatars.ts';
import { createSessionStore } from './db/queries/streaming-sessions.ts';
import { createTransferStore } from './db/queries/upload-queue.ts';
import { resourcesDir } from './host/paths.ts';
import type { Notify } from './ipc/bindings.ts';
import { APP_VERSION } from './ipc/hello.ts';
import type { Router } from './ipc/router.ts';
import type { Log } from './logging/log.ts';
import { openProfileDatabase } from './profile-switch.ts';
import type { Profiles } from './services/account/ports.ts';
import { openProfiles } from './services/account/profiles.ts';
import { DataService } from './services/data/data-service.ts';
import { inspectAvatar } from './services/library/inspect/inspect-file.ts';
import { createLibrary, type LibraryService } from './services/library/library.ts';
import type { AvatarUploads } from './services/library/ports.ts';
import { Sessions } from './services/sessions/sessions.ts';
import { parseObjectPath } from './services/sync/object-path.ts';
import type { TransferStore } from './services/sync/transfer-ports.ts';

export interface DataSurroundings {
  readonly home: string;
  readonly router: Router;
  readonly notify: Notify;
  readonly log: Log;
  /** The library's snapshot is another one. */
  readonly libraryChanged: () => void;
  /** Files were put into the queue of the transfers. */
  readonly filesQueued: () => void;
  /** An archive brought rows and files. */
  readonly imported: () => void;
  /** Takes what must end, the last one first. */
  readonly closers: (() => unknown)[];
}

/** What the open profile has, on this machine. */
export interface DataParts {
  readonly profiles: Profiles;
  readonly database: ActiveDatabase;
  readonly sessions: Sessions;
  readonly library: LibraryService;
  readonly transferStore: TransferStore;
  readonly uploads: AvatarUploads;
  readonly data: DataService;
  /** A profile was opened: what became of its database is told. */
  profileOpened(): Promise<void>;
  /** Backs the open database up when the last time is a day ago; what fails is told. */
  backUpWhenDue(): Promise<void>;
}

/** The local data's part of compose.ts: pairs its ports with adapters. No network is asked for anything. */
export async function composeData(around: DataSurroundings): Promise<DataParts> {
  const { home, router, notify, log, closers } = around;
  const profiles = openProfiles(home, log.child('profiles'));
  const database = new ActiveDatabase(openProfileDatabase(profiles.active), profiles.active.userId);
  closers.splice(2, 0, () => database.close());
  const sessions = new Sessions(createSessionStore(database), log.child('sessions'), () =>
    notify('error', new ReasonError('storage.failed')),
  );
  sessions.recover();

  const transferStore = createTransferStore(database);
  const uploads: AvatarUploads = {
    enqueue(file) {
      // After the transaction that this is part of.
      if (transferStore.addUpload(file)) queueMicrotask(around.filesQueued);
    },
    drop(avatarUid) {
      transferStore.drop(avatarUid);
      queueMicrotask(around.filesQueued);
    },
  };
  const library = await createLibrary({
    resourcesDir: resourcesDir(),
    home: profiles.active.folder,
    findLost: database.opened.findLost,
    avatars: createAvatarRows(database, uploads),
    inspect: inspectAvatar,
    log: log.child('library'),
    onChange: () => {
      router.publish(librarySnapshot, library.snapshot());
      around.libraryChanged();
    },
    onFoundLost: () => foundLost(database.sqlite),
    onNeedsFile({ avatarUid, part, objectPath, sha256 }) {
      const extension = parseObjectPath(objectPath)?.extension;
      if (!extension) return;
      const file = { avatarUid, part, objectPath, sha256, extension, bytes: 0 };
      if (transferStore.addDownload(file)) around.filesQueued();
    },
  });
  closers.splice(3, 0, () => library.close());

  const data = new DataService({
    home,
    profile: () => ({ name: profiles.active.email, folder: profiles.active.folder }),
    rows: createArchiveRows(database, uploads),
    library: () => library.files(),
    backups: {
      list: () => listBackups(database.opened.file),
      backUp: () => backUp(database.sqlite, database.opened.file),
    },
    version: APP_VERSION,
    publish: (snapshot) => router.publish(dataSnapshot, snapshot),
    onImported: around.imported,
    log: log.child('data'),
  });

  closers.push(() => data.close());

  async function profileOpened(): Promise<void> {
    const { recovered, writable } = database.opened;
    if (recovered) notify('error', new ReasonError(RECOVERED[recovered.from], recovered.setAside));
    await data.opened({ recovered, writable, problem: writable ? null : 'storage.read-only' });
  }

  async function backUpWhenDue(): Promise<void> {
    const { writable, sqlite, file } = database.opened;
    if (!writable) return;
    try {
      if (await backUpIfDue(sqlite, file)) data.publish();
    } catch (error) {
      notify('warning', toReasonError(error));
    }
  }
  return {
    profiles,
    database,
    sessions,
    library,
    transferStore,
    uploads,
    data,
    profileOpened,
    backUpWhenDue,
  };
}

const RECOVERED: Readonly<Record<NonNullable<OpenDatabase['recovered']>['from'], ReasonError['reason']>> = {
  backup: 'storage.recovered',
  salvage: 'storage.salvaged',
  empty: 'storage.corrupt',
};
