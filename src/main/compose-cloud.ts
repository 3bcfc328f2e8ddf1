import { ReasonError, toReasonError } from '../shared/errors.ts';
import { accountSnapshot } from '../shared/ipc/account.ts';
import { syncSnapshot } from '../shared/ipc/sync.ts';
import type { CloudAdapters } from './cloud/adapters.ts';
import type { CloudConfig } from './cloud/config.ts';
import { createLateAdapters } from './cloud/late-adapters.ts';
import type { DataParts } from './compose-data.ts';
import type { StreamParts } from './compose-stream.ts';
import { createAccountStore } from './db/queries/account.ts';
import { createRemovedFilesStore } from './db/queries/removed-files.ts';
import { createSyncStore } from './db/queries/sync-store.ts';
import { createGuestWork } from './guest-work.ts';
import { createBrowserSignIn } from './host/oauth-loopback.ts';
import type { Host } from './host/port.ts';
import type { Notify } from './ipc/bindings.ts';
import { APP_VERSION } from './ipc/hello.ts';
import type { Router } from './ipc/router.ts';
import type { Log } from './logging/log.ts';
import type { Redactor } from './logging/redact.ts';
import { createProfileSwitch } from './profile-switch.ts';
import { AccountService } from './services/account/account-service.ts';
import { createSessionStore } from './services/account/sessions.ts';
import { TokenManager } from './services/account/token-manager.ts';
import type { StudioService } from './services/studio/studio-service.ts';
import { type ChangedTables, RemoteError, type SyncRemote } from './services/sync/ports.ts';
import { RemovedFiles } from './services/sync/removed-files.ts';
import { SyncService } from './services/sync/sync-service.ts';
import { systemClock } from './services/sync/system-clock.ts';
import type { AvatarFile } from './services/sync/transfer-ports.ts';
import { Transfers } from './services/sync/transfers.ts';
import type { SyncedTable } from './services/sync/wire.ts';
import { createTransferFolder } from './transfer-folder.ts';

export interface CloudSurroundings {
  /** Null: the studio works on this machine only. */
  readonly config: CloudConfig | null;
  readonly host: Host;
  readonly router: Router;
  readonly home: string;
  readonly local: DataParts;
  readonly studio: StudioService;
  readonly streaming: StreamParts;
  readonly redactor: Redactor;
  readonly notify: Notify;
  readonly log: Log;
  /** Takes what must end, the last one first. */
  readonly closers: (() => unknown)[];
}

/** Accounts, and what brings their data to the cloud and back. */
export interface CloudParts {
  readonly account: AccountService;
  readonly sync: SyncService;
  /** Null: there is no cloud. */
  readonly transfers: Transfers | null;
  /** After the first screen: from here on the network may be used, and what need not be done at the start is done. */
  begin(): void;
}

const READ_AGAIN_MS = 200;

/** Where no cloud is configured nothing is started, so nobody asks. */
const NO_REMOTE: SyncRemote = {
  pull: () => Promise.reject(new RemoteError('offline')),
  push: () => Promise.reject(new RemoteError('offline')),
};

/** The cloud's part of compose.ts: pairs its ports with adapters. Nothing in it waits for the network. */
export async function composeCloud(around: CloudSurroundings): Promise<CloudParts> {
  const { config, local, router, studio, closers } = around;
  const { database, library, profiles } = local;
  const log = around.log.child('account');
  const register = (secret: string) => around.redactor.register(secret);
  let begun = false;
  let ended = false;
  /** What syncs have written and nobody has read again yet. */
  const changed = new Set<SyncedTable>();
  let reading: NodeJS.Timeout | null = null;

  const sessions = createSessionStore(around.home, around.host.secrets, log);
  const tokens = new TokenManager({
    auth: config && { refresh: (session, signal) => adapters!.auth.refresh(session, signal) },
    sessions,
    onSignedOut: (userId) => account.sessionEnded(userId),
    register,
    log,
  });
  const adapters: CloudAdapters | null = config && createLateAdapters(config, tokens);

  const publishSync = () =>
    router.publish(syncSnapshot, { ...sync.state, files: transfers?.snapshot() ?? [] });
  const sync = new SyncService({
    remote: adapters?.sync ?? NO_REMOTE,
    ...(adapters ? { hints: adapters.hints } : {}),
    clock: systemClock,
    log: around.log.child('sync'),
    onState: publishSync,
    onChanged: readSoon,
  });
  const transfers =
    adapters &&
    new Transfers({
      store: local.transferStore,
      remote: adapters.files,
      folder: createTransferFolder(() => profiles.active.folder),
      clock: systemClock,
      log: around.log.child('files'),
      onUploaded: (file) => library.fileUploaded(file),
      onDownloaded: (file) => void takeIn(file),
      onChange: publishSync,
    });
  const removed =
    adapters &&
    new RemovedFiles({
      store: createRemovedFilesStore(database),
      remove: (objectPaths) => adapters.objects.remove(objectPaths),
      log: around.log.child('files'),
    });
  database.onChange(() => sync.changed());
  closers.push(async () => {
    ended = true;
    await account.stop();
    await sync.stop();
    await transfers?.stop();
    if (reading) clearTimeout(reading);
  });

  /** A file of the cloud is a stranger's: the library checks it before it is shown. */
  async function takeIn(file: AvatarFile): Promise<void> {
    const { folder } = profiles.active;
    const staged = createTransferFolder(() => folder);
    try {
      const { avatarUid, part, sha256 } = file;
      const refused = await library.fileArrived(avatarUid, part, staged.path(file), sha256);
      if (refused) around.notify('warning', new ReasonError(refused));
      else await studio.lookAgain();
    } catch (error) {
      log.error('a file that arrived could not be kept', { error: toReasonError(error).message });
    } finally {
      await staged.drop(file);
    }
  }

  /** A first pull comes in many pages: not each of them is shown. */
  function readSoon(tables: ChangedTables): void {
    for (const table of tables) changed.add(table);
    reading ??= setTimeout(() => {
      const now = new Set(changed);
      changed.clear();
      reading = null;
      readAgain(now);
    }, READ_AGAIN_MS);
  }

  function readAgain(tables: ChangedTables): void {
    if (tables.has('avatars')) {
      library.rowsChanged();
      void removed?.run();
      // Files of new rows may go now, and those of removed ones no longer.
      transfers?.nudge();
      studio.lookAgain().catch((error: unknown) => around.notify('warning', toReasonError(error)));
    }
    if (tables.has('users') || tables.has('subscription_plans')) {
      studio.refreshTracking().catch((error: unknown) => around.notify('warning', toReasonError(error)));
    }
    if (tables.has('rtmp_sources')) around.streaming.destinations.publish();
    account.refresh();
  }

  function start(signedIn: boolean): void {
    const { owner } = database;
    if (!begun || !config || owner === null) return;
    if (sync.state.mode === 'local')
      sync.start({ userId: owner, store: createSyncStore(database, { version: APP_VERSION }) }, signedIn);
    else if (signedIn) sync.signedIn();
    transfers?.start();
    if (signedIn) transfers?.resume();
    // What other devices have added is known by now to be missing here.
    library.rowsChanged();
  }

  const account = new AccountService({
    cloud: adapters && { auth: adapters.auth, remote: adapters.account },
    tokens,
    sessions,
    profiles,
    profileSwitch: createProfileSwitch({
      database,
      library,
      studio,
      folder: () => profiles.active.folder,
      mustBeIdle: () => mustBeIdle(around.streaming),
      async pause() {
        await sync.stop();
        await transfers?.stop();
        await local.data.close();
      },
      resume: () => start(tokens.session !== null),
      async opened() {
        try {
          local.sessions.recover();
          around.streaming.destinations.publish();
          await local.profileOpened();
          void local.backUpWhenDue();
        } catch (error) {
          // The other profile is open all the same.
          around.notify('error', toReasonError(error));
        }
      },
    }),
    store: createAccountStore(database),
    guestWork: createGuestWork({
      guest: () => profiles.guest(),
      database,
      library,
      uploads: local.uploads,
      replaceSettings: (change) => studio.replaceData(async () => change()),
      moved() {
        around.streaming.destinations.publish();
        sync.changed();
        transfers?.nudge();
      },
    }),
    browser: createBrowserSignIn({ host: around.host, register, log }),
    publish: (snapshot) => router.publish(accountSnapshot, snapshot),
    onSignedIn: () => start(true),
    onSignedOut: () => sync.signedOut(),
    onServerChanged: () => void sync.now(),
    log,
  });
  publishSync();
  await account.start();
  return {
    account,
    sync,
    transfers,
    begin() {
      if (ended) return;
      begun = true;
      void local.backUpWhenDue();
      void account.guestChanged();
      start(tokens.session !== null);
    },
  };
}

/** @throws ReasonError `account.live` */
function mustBeIdle({ stream, rehearsal, recording }: StreamParts): void {
  const busy =
    stream.snapshot.phase !== 'idle' ||
    ['running', 'finishing'].includes(rehearsal.snapshot.phase) ||
    ['starting', 'recording', 'stopping'].includes(recording.snapshot.state);
  if (busy) throw new ReasonError('account.live');
}
