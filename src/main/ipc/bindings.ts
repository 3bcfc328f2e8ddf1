import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import { ReasonError, toReasonError } from '../../shared/errors.ts';
import {
  accountCancelSignIn,
  accountClaim,
  accountDelete,
  accountProfile,
  accountResend,
  accountSignIn,
  accountSignInWith,
  accountSignOut,
  accountSignUp,
} from '../../shared/ipc/account.ts';
import { appHello, appNotice, appPageError, safeStartChoose } from '../../shared/ipc/app.ts';
import { archiveUpload, dataBackUp, dataCancel, dataExport } from '../../shared/ipc/data.ts';
import { captureChoose, captureList } from '../../shared/ipc/desktop.ts';
import { destinationsRemove, destinationsSave } from '../../shared/ipc/destinations.ts';
import { encodersTry } from '../../shared/ipc/encoders.ts';
import {
  avatarList,
  avatarRemove,
  avatarRename,
  avatarUpload,
  imageRemove,
  imageUpload,
  soundRemove,
  soundUpload,
  thumbnailUpload,
} from '../../shared/ipc/library.ts';
import { modelsCancel, modelsDownload } from '../../shared/ipc/models.ts';
import { outputConfigure, outputPose } from '../../shared/ipc/output.ts';
import { preflightCancel, preflightFix, preflightRun } from '../../shared/ipc/preflight.ts';
import {
  recordingCancelJob,
  recordingSaveReplay,
  recordingStart,
  recordingStop,
} from '../../shared/ipc/recording.ts';
import { rehearsalStart, rehearsalStop } from '../../shared/ipc/rehearsal.ts';
import { scenesOrder, scenesRemove, scenesSave, scenesSelect } from '../../shared/ipc/scenes.ts';
import { streamEnable, streamGoLive, streamRetry, streamStop } from '../../shared/ipc/stream.ts';
import {
  pictureUpload,
  pipelineReport,
  studioConfigure,
  studioMute,
  studioPanic,
} from '../../shared/ipc/studio.ts';
import { syncDiscard, syncKeepLocal, syncNow, syncRetry, syncRetryFile } from '../../shared/ipc/sync.ts';
import type { CloudParts } from '../compose-cloud.ts';
import type { StreamParts } from '../compose-stream.ts';
import type { Host } from '../host/port.ts';
import type { Log } from '../logging/log.ts';
import type { DataService } from '../services/data/data-service.ts';
import type { LibraryService } from '../services/library/library.ts';
import type { ModelsService } from '../services/models/models.ts';
import type { OutputService } from '../services/output/output.ts';
import type { RecordingService } from '../services/recording/recording.ts';
import type { SafeStart } from '../services/safe-start/safe-start.ts';
import type { PictureRequests } from '../services/studio/pictures.ts';
import type { StudioService } from '../services/studio/studio-service.ts';
import type { VmcService } from '../services/vmc/vmc-service.ts';
import { helloFrom } from './hello.ts';
import type { Router } from './router.ts';

export type Notify = (level: 'info' | 'warning' | 'error', error: ReasonError) => void;

/** Says what is no answer to a command; what happens before a page is there is kept for it. */
export class Notices {
  private readonly router: Router;
  private readonly redact: (text: string) => string;
  private waiting: (() => void)[] | null = [];
  private lastId = 0;

  private readonly also: ((error: ReasonError) => void) | undefined;

  constructor(router: Router, redact: (text: string) => string, also?: (error: ReasonError) => void) {
    this.router = router;
    this.redact = redact;
    this.also = also;
  }

  tell(level: 'info' | 'warning' | 'error', error: ReasonError): void {
    this.also?.(error);
    const say = () =>
      this.router.publish(appNotice, {
        id: ++this.lastId,
        level,
        reason: error.reason,
        detail: error.detail === undefined ? null : this.redact(error.detail),
      });
    if (this.waiting) this.waiting.push(say);
    else say();
  }

  pageIsThere(): void {
    const waiting = this.waiting ?? [];
    this.waiting = null;
    for (const say of waiting) say();
  }

  /** The page is gone and will be back: what is said meanwhile waits for it. */
  pageIsGone(): void {
    this.waiting ??= [];
  }
}

export function bindApp(router: Router, host: Host, mode: StudioSnapshot['mode'], log: Log): void {
  router.handle(appHello, () => helloFrom(host, mode));
  router.handle(appPageError, ({ message }) => {
    log.warn(`page: ${message}`);
    return {};
  });
  router.handle(captureList, async () =>
    host.desktop
      ? { picker: 'own' as const, sources: [...(await host.desktop.captureSources())] }
      : { picker: 'system' as const },
  );
  router.handle(captureChoose, ({ id }) => {
    if (!host.desktop) throw new ReasonError('capture.unsupported', 'the browser shows its own list');
    host.desktop.chooseCapture(id);
    return {};
  });
}

export function bindStudio(router: Router, studio: StudioService, pictures: PictureRequests): void {
  router.handle(studioConfigure, async (patch) => {
    await studio.configure(patch);
    return {};
  });
  router.handle(studioPanic, ({ on }) => {
    studio.setPanic(on);
    return {};
  });
  router.handle(studioMute, ({ on }) => {
    studio.setMuted(on);
    return {};
  });
  router.handle(pipelineReport, (report) => {
    studio.receive(report);
    return {};
  });
  router.receive(pictureUpload, ({ id }, bytes) => {
    pictures.receive(id, bytes);
    return {};
  });
  router.handle(scenesSave, (scene) => studio.saveScene(scene));
  router.handle(scenesRemove, async ({ id }) => {
    await studio.removeScene(id);
    return {};
  });
  router.handle(scenesSelect, async ({ id }) => {
    await studio.selectScene(id);
    return {};
  });
  router.handle(scenesOrder, async ({ ids }) => {
    await studio.orderScenes(ids);
    return {};
  });
}

export function bindLibrary(router: Router, library: LibraryService, studio: StudioService): void {
  router.receive(avatarUpload, async ({ name }, bytes) => ({
    id: (await library.importAvatar(name, bytes)).id,
  }));
  router.receive(imageUpload, async ({ name }, bytes) => ({
    id: (await library.importImage(name, bytes)).id,
  }));
  router.receive(soundUpload, async ({ name }, bytes) => ({
    id: (await library.importSound(name, bytes)).id,
  }));
  router.receive(thumbnailUpload, async ({ avatarId }, bytes) => {
    await library.saveThumbnail(avatarId, bytes);
    if (studio.snapshot.avatar.id === avatarId) await studio.refreshAvatar();
    return {};
  });
  router.handle(avatarList, (query) => library.listAvatars(query));
  router.handle(avatarRename, async ({ id, name }) => {
    await library.renameAvatar(id, name);
    if (studio.snapshot.avatar.id === id) await studio.refreshAvatar();
    return {};
  });
  router.handle(avatarRemove, async ({ id }) => {
    if (studio.snapshot.avatar.id === id) throw new ReasonError('library.in-use');
    await library.removeAvatar(id);
    return {};
  });
  router.handle(soundRemove, async ({ id }) => {
    if (studio.snapshot.settings.secondSource.source === `sound:${id}`)
      throw new ReasonError('library.in-use');
    await library.removeSound(id);
    return {};
  });
  router.handle(imageRemove, async ({ id }) => {
    const usedBy = studio.snapshot.settings.scenes.find(
      (scene) => scene.background === id || scene.overlay?.imageId === id,
    );
    if (usedBy) throw new ReasonError('library.in-use', usedBy.name);
    await library.removeImage(id);
    return {};
  });
}

export function bindStream(router: Router, parts: StreamParts & { readonly studio: StudioService }): void {
  const { stream, goLive, rehearsal, studio, destinations, preflight, trials } = parts;
  router.handle(streamGoLive, ({ destinationIds }) => goLive.start(destinationIds));
  router.handle(streamStop, async () => {
    await stream.stop();
    return {};
  });
  router.handle(streamRetry, async ({ id }) => {
    await goLive.retry(id);
    return {};
  });
  router.handle(streamEnable, async ({ id, on }) => {
    await goLive.enable(id, on);
    return {};
  });
  router.handle(rehearsalStart, () => {
    rehearsal.start();
    return {};
  });
  router.handle(rehearsalStop, async () => {
    await rehearsal.stop();
    return {};
  });
  router.handle(preflightRun, ({ destinationIds }) => {
    preflight.run(destinationIds);
    return {};
  });
  router.handle(preflightCancel, () => {
    preflight.cancel();
    return {};
  });
  router.handle(preflightFix, async ({ destinationIds }) => {
    await preflight.fix(destinationIds);
    return {};
  });
  router.handle(encodersTry, async () => {
    await trials.run();
    return {};
  });
  router.handle(destinationsSave, (input) => destinations.save(input));
  router.handle(destinationsRemove, async ({ id }) => {
    destinations.remove(id);
    await studio.setTick(id, null);
    return {};
  });
}

export function bindRecording(router: Router, recording: RecordingService): void {
  router.handle(recordingStart, async () => {
    await recording.start();
    return {};
  });
  router.handle(recordingStop, async () => {
    await recording.stop();
    return {};
  });
  router.handle(recordingSaveReplay, () => recording.saveReplay());
  router.handle(recordingCancelJob, ({ id }) => {
    recording.cancelJob(id);
    return {};
  });
}

export function bindSafeStart(
  router: Router,
  safeStart: SafeStart,
  studio: StudioService,
  output: OutputService,
): void {
  router.handle(safeStartChoose, async ({ safe }) => {
    await safeStart.choose(safe, () => studio.reload());
    if (!safe && studio.snapshot.settings.output) await output.enable(true);
    return {};
  });
}

export function bindOutput(
  router: Router,
  output: OutputService,
  studio: StudioService,
  vmc: VmcService,
): void {
  router.handle(outputConfigure, async ({ enabled }) => {
    await output.enable(enabled);
    await studio.configure({ output: enabled });
    return {};
  });
  router.handle(outputPose, ({ values }) => {
    output.pose(values);
    vmc.pose(values);
    return {};
  });
}

export function bindModels(
  router: Router,
  models: ModelsService,
  studio: StudioService,
  notify: Notify,
): void {
  router.handle(modelsDownload, () => {
    // The answer does not wait: progress and failure come with models.snapshot.
    models
      .download()
      .then(() => studio.refreshTracking())
      .catch((error: unknown) => notify('error', toReasonError(error)));
    return {};
  });
  router.handle(modelsCancel, () => {
    models.cancel();
    return {};
  });
}

export function bindAccount(router: Router, { account, sync, transfers }: CloudParts): void {
  router.handle(accountSignIn, async (credentials) => {
    await account.signIn(credentials);
    return {};
  });
  router.handle(accountSignUp, (input) => account.signUp(input));
  router.handle(accountSignInWith, async ({ provider }) => {
    await account.signInWith(provider);
    return {};
  });
  router.handle(accountCancelSignIn, () => {
    account.cancelSignIn();
    return {};
  });
  router.handle(accountResend, async ({ email }) => {
    await account.resend(email);
    return {};
  });
  router.handle(accountSignOut, async () => {
    await account.signOut();
    return {};
  });
  router.handle(accountClaim, () => account.claim());
  router.handle(accountProfile, async (patch) => {
    await account.changeProfile(patch);
    return {};
  });
  router.handle(accountDelete, async ({ email }) => {
    await account.deleteAccount(email);
    return {};
  });
  router.handle(syncNow, () => {
    void sync.now();
    transfers?.resume();
    return {};
  });
  router.handle(syncRetry, ({ opId }) => {
    sync.retry(opId);
    return {};
  });
  router.handle(syncKeepLocal, ({ opId }) => {
    sync.keepLocal(opId);
    return {};
  });
  router.handle(syncDiscard, ({ opId }) => {
    sync.discard(opId);
    return {};
  });
  router.handle(syncRetryFile, ({ id }) => {
    transfers?.retry(id);
    return {};
  });
}

export function bindData(router: Router, data: DataService): void {
  router.handle(dataExport, () => data.export());
  router.handle(dataCancel, () => {
    data.cancel();
    return {};
  });
  router.handle(dataBackUp, async () => {
    await data.backUp();
    return {};
  });
  router.receiveFile(archiveUpload, (_meta, file) => data.import(file));
}
