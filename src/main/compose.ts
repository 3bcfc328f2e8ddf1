import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { StudioSettings, StudioSnapshot } from '../shared/domain/studio.ts';
import { ReasonError, toReasonError } from '../shared/errors.ts';
import { safeStartSnapshot } from '../shared/ipc/app.ts';
import { desktopWants, expressionPressed, shortcutsSnapshot } from '../shared/ipc/desktop.ts';
import { librarySnapshot } from '../shared/ipc/library.ts';
import { outputSnapshot } from '../shared/ipc/output.ts';
import { pictureWanted, studioSnapshot } from '../shared/ipc/studio.ts';
import { storageError } from '../shared/storage-error.ts';
import { type CloudConfig, readCloudConfig } from './cloud/config.ts';
import { type CloudParts, composeCloud } from './compose-cloud.ts';
import { composeData } from './compose-data.ts';
import { composeMotion, sharedWish } from './compose-motion.ts';
import { composeStream, type StreamParts } from './compose-stream.ts';
import { composeTracking } from './compose-tracking.ts';
import { createPlanParts } from './db/queries/plan-parts.ts';
import { createKeyValueStore } from './db/queries/settings.ts';
import { dataFolder, mediaEntry, rendererDir, resourcesDir } from './host/paths.ts';
import type { Host, HostParts, PageOptions } from './host/port.ts';
import { createProcessTable } from './host/process-table.ts';
import {
  bindAccount,
  bindApp,
  bindData,
  bindLibrary,
  bindModels,
  bindOutput,
  bindRecording,
  bindSafeStart,
  bindStream,
  bindStudio,
  Notices,
  type Notify,
} from './ipc/bindings.ts';
import { Router } from './ipc/router.ts';
import { createFileLog } from './logging/file-log.ts';
import { Redactor } from './logging/redact.ts';
import type { FfmpegLocation } from './media/ffmpeg/locate.ts';
import { createLoopbackOutput } from './output/loopback-output.ts';
import type { DataService } from './services/data/data-service.ts';
import { openCrashSentinel } from './services/desktop/crash-sentinel.ts';
import { DesktopService } from './services/desktop/desktop-service.ts';
import type { Destinations } from './services/destinations/destinations.ts';
import type { HealthService } from './services/health/health.ts';
import type { LibraryService } from './services/library/library.ts';
import type { ModelsService } from './services/models/models.ts';
import { Orphans } from './services/orphans/orphans.ts';
import { OutputService } from './services/output/output.ts';
import type { RecordingService } from './services/recording/recording.ts';
import type { RehearsalService } from './services/rehearsal/rehearsal.ts';
import { SAFE_AFTER, SafeStart } from './services/safe-start/safe-start.ts';
import { Settings } from './services/settings/settings.ts';
import type { GoLive } from './services/stream/go-live.ts';
import type { StreamService } from './services/stream/stream-service.ts';
import { afterFirstScreen } from './services/studio/first-report.ts';
import { PictureRequests } from './services/studio/pictures.ts';
import type { SettingsStore } from './services/studio/ports.ts';
import { StudioService } from './services/studio/studio-service.ts';

export interface ComposeOptions<H extends Host> {
  /** Makes the host; its folder has been checked. @throws ReasonError `host.already-running` */
  readonly createHost: (parts: HostParts) => H;
  readonly mode: StudioSnapshot['mode'];
  readonly ffmpeg: FfmpegLocation;
  /** Stream keys of this run that are in no database: they are cut out of every log and message. */
  readonly secrets: readonly string[];
  /** Settings of this run only; null: the user's saved ones. */
  readonly settings: StudioSettings | null;
  readonly contactSheet: StudioSnapshot['contactSheet'];
  /** Begin with safe settings whatever the user's are; see services/safe-start. */
  readonly safe?: boolean;
  /** Hears of what is no answer to a command, where no page shows it to a person. */
  readonly onNotice?: (error: ReasonError) => void;
}

/** The running program. */
export interface App<H extends Host = Host> {
  readonly host: H;
  readonly router: Router;
  readonly studio: StudioService;
  readonly stream: StreamService;
  readonly goLive: GoLive;
  readonly rehearsal: RehearsalService;
  readonly destinations: Destinations;
  readonly recording: RecordingService;
  readonly health: HealthService;
  readonly output: OutputService;
  readonly pictures: PictureRequests;
  readonly models: ModelsService;
  readonly library: LibraryService;
  readonly data: DataService;
  readonly cloud: CloudParts;
  readonly ffmpeg: string;
  readonly redact: (text: string) => string;
  /** @param mediaAhead start the media process now, so that going live does not wait for it */
  open(page: PageOptions, mediaAhead?: boolean): Promise<void>;
  /** Stops in the reverse order of the start; logs go last. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * The only place that pairs ports with adapters, in parts: the compose-*.ts beside it.
 * @throws ReasonError `host.already-running`, `host.port-in-use`, `storage.failed`, `avatar.*`, `background.*`
 */
export async function compose<H extends Host>(options: ComposeOptions<H>): Promise<App<H>> {
  const ffmpeg = options.ffmpeg.path;
  const home = dataFolder();
  const redactor = new Redactor();
  for (const secret of options.secrets) redactor.register(secret);
  const { redact } = redactor;
  mustHold(home);
  const log = createFileLog({ folder: path.join(home, 'logs'), redact });
  const closers: (() => unknown)[] = [() => log.close()];
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= (async () => {
      for (const step of closers.reverse()) {
        try {
          await step();
        } catch (error) {
          // One step that fails must not leave the others' processes behind.
          log.error('a step of closing failed', {
            error: error instanceof Error ? error.message : String(error),
          });
        }
      }
    })();
    return closing;
  };
  try {
    const host = options.createHost({
      home,
      rendererDir: rendererDir(),
      mediaEntry: mediaEntry(),
      log: log.child('host'),
    });
    closers.push(() => host.close());
    const router = new Router({ log: log.child('ipc'), redact, uploads: path.join(home, 'uploads') });
    const notices = new Notices(router, redact, options.onNotice);
    const notify: Notify = (level, error) => notices.tell(level, error);
    /** Set below; what is published before then finds nobody to tell. */
    let desktop: DesktopService | null = null;
    let streaming: StreamParts | null = null;
    let cloud: CloudParts | null = null;
    const pageIsGone = () => {
      notices.pageIsGone();
      desktop?.pageIsGone();
    };
    router.onPageGone(pageIsGone);
    host.onPageCrashed(() => {
      pageIsGone();
      studio.pageIsGone();
      notify('warning', new ReasonError('host.page-crashed'));
    });

    // The lock of the folder is held from here on: whoever is found to have run has ended badly.
    const sentinel = openCrashSentinel({
      home,
      mode: options.mode,
      // After several the safe start says it.
      onEndedBadly: (error, crashes) => {
        if (crashes < SAFE_AFTER) notify('info', error);
      },
      log: log.child('sentinel'),
    });
    closers.splice(1, 0, () => sentinel.end());

    const orphans = new Orphans({
      home,
      table: createProcessTable(),
      onEnded: (error) => notify('warning', error),
      log: log.child('orphans'),
    });
    closers.splice(1, 0, () => orphans.close());
    await orphans.end();

    // The lock of the folder comes before the database, and the page ends before it: both use it.
    const local = await composeData({
      home,
      router,
      notify,
      log,
      libraryChanged: () => desktop?.changed(),
      filesQueued: () => cloud?.transfers?.nudge(),
      imported() {
        streaming?.destinations.publish();
        void studio.reload().catch((error: unknown) => notify('warning', toReasonError(error)));
      },
      closers,
    });
    const { database, sessions, library } = local;

    const tracking = await composeTracking({
      host,
      router,
      home,
      notify,
      filesMoved: () => studio.refreshTracking(),
      closers,
    });
    const { models } = tracking;
    const poseWish = sharedWish((on) => studio.setPoseWanted(on));
    const output = new OutputService({
      server: createLoopbackOutput({
        home,
        rendererDir: rendererDir(),
        mounts: new Map([['avatars', library.mounts.avatars]]),
        log: log.child('output'),
      }),
      publish: (snapshot) => router.publish(outputSnapshot, snapshot),
      onMoved: () => notify('warning', new ReasonError('output.moved')),
      wantPoses: poseWish(),
    });
    closers.push(() => output.close());
    const motion = await composeMotion({ host, router, home, wantPoses: poseWish(), closers });

    const safeStart = new SafeStart({
      store: options.settings
        ? settingsOfThisRun(options.settings)
        : new Settings(createKeyValueStore(database), log.child('settings')),
      crashes: sentinel.crashes,
      forced: options.safe ?? false,
      publish: (snapshot) => router.publish(safeStartSnapshot, snapshot),
    });
    const studio = new StudioService({
      mode: options.mode,
      contactSheet: options.contactSheet,
      settings: safeStart,
      library,
      tracking: { current: tracking.source, allowed: createPlanParts(database).allowed },
      publish: (snapshot) => {
        router.publish(studioSnapshot, snapshot);
        tracking.follow(snapshot);
        streaming?.stream.applySettings(snapshot.settings);
        output.follow(snapshot);
        motion.follow(snapshot);
        desktop?.changed();
      },
      onFallback: options.settings ? rethrow : (error) => notify('warning', toReasonError(error)),
    });
    await studio.start();

    const parts = await composeStream({
      host,
      router,
      database,
      sessions,
      studio,
      redactor,
      ffmpeg: options.ffmpeg,
      home,
      orphans,
      notify,
      log,
      changed: () => desktop?.changed(),
      closers,
    });
    streaming = parts;
    const { stream, rehearsal, destinations, goLive, recording, health } = parts;
    studio.onReport((report) => {
      stream.takeReport(report);
      notices.pageIsThere();
      desktop?.pageIsThere();
      desktop?.changed();
    });

    cloud = await composeCloud({
      config: options.mode === 'studio' ? await cloudConfig(notify) : null,
      host,
      router,
      home,
      local,
      studio,
      streaming: parts,
      redactor,
      notify,
      log,
      closers,
    });
    const { begin } = cloud;

    const pictures = new PictureRequests((id, kind) => router.publish(pictureWanted, { id, kind }));
    closers.push(() => pictures.close());

    desktop = new DesktopService({
      desktop: host.desktop,
      studio,
      stream,
      recording: {
        toggle: () =>
          ['starting', 'recording'].includes(recording.snapshot.state) ? recording.stop() : recording.start(),
        saveReplay: () => recording.saveReplay(),
      },
      destinations,
      library,
      goLive,
      publishShortcuts: (snapshot) => router.publish(shortcutsSnapshot, snapshot),
      wants: (what) => router.publish(desktopWants, { what }),
      pressExpression: (id) => router.publish(expressionPressed, { id }),
      notify,
      log: log.child('desktop'),
    });
    closers.push(() => desktop?.close());
    desktop.start();

    bindApp(router, host, options.mode, log);
    bindStudio(router, studio, pictures);
    bindLibrary(router, library, studio);
    bindStream(router, { ...parts, studio });
    bindRecording(router, recording);
    bindSafeStart(router, safeStart, studio, output);
    bindOutput(router, output, studio, motion.vmc);
    bindModels(router, models, studio, notify);
    bindAccount(router, cloud);
    bindData(router, local.data);

    const unbound = router.unbound();
    if (unbound.length > 0) throw new Error(`Nobody answers ${unbound.join(', ')}`);
    for (const [mount, resolve] of Object.entries(library.mounts)) host.serve(mount, resolve);
    host.serve('exports', local.data.asset);
    destinations.publish();
    parts.services.publish();
    router.publish(librarySnapshot, library.snapshot());

    return {
      host,
      router,
      studio,
      stream,
      goLive,
      rehearsal,
      destinations,
      recording,
      health,
      output,
      pictures,
      models,
      library,
      data: local.data,
      cloud,
      ffmpeg,
      redact,
      close,
      async open(page, mediaAhead = true) {
        await host.start(router);
        if (mediaAhead) parts.supervisor.warmUp();
        health.start();
        if (options.mode === 'studio') await recording.open();
        await host.openPage(page);
        if (options.mode === 'studio') void afterFirstScreen(studio).then(begin);
        if (options.mode === 'studio' && studio.snapshot.settings.output) {
          // The address in another program is good again as soon as the studio is open.
          await output.enable(true).catch((error: unknown) => notify('warning', toReasonError(error)));
        }
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws ReasonError `storage.*` when the data folder cannot be made or written */
function mustHold(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    accessSync(home, constants.W_OK);
  } catch (error) {
    throw new ReasonError(storageError(error).reason, `${home} (see VIDA3_HOME)`, { cause: error });
  }
}

/** A project that is not well configured must not keep anybody from streaming. */
function cloudConfig(notify: Notify): Promise<CloudConfig | null> {
  return readCloudConfig(path.join(resourcesDir(), 'cloud.json')).catch((error: unknown) => {
    notify('warning', toReasonError(error));
    return null;
  });
}

function settingsOfThisRun(initial: StudioSettings): SettingsStore {
  let settings = initial;
  return {
    load: () => settings,
    save: (next) => {
      settings = next;
    },
  };
}

function rethrow(error: unknown): never {
  throw error;
}
