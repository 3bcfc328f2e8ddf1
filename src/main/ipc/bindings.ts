import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import type { ReasonError } from '../../shared/errors.ts';
import { toReasonError } from '../../shared/errors.ts';
import { appHello, appNotice, appPageError } from '../../shared/ipc/app.ts';
import { destinationsRemove, destinationsSave } from '../../shared/ipc/destinations.ts';
import { avatarUpload } from '../../shared/ipc/library.ts';
import { modelsCancel, modelsDownload } from '../../shared/ipc/models.ts';
import { streamGoLive, streamStop } from '../../shared/ipc/stream.ts';
import {
  pictureUpload,
  pipelineReport,
  studioConfigure,
  studioMute,
  studioPanic,
} from '../../shared/ipc/studio.ts';
import type { Host } from '../host/port.ts';
import type { Log } from '../logging/log.ts';
import type { Destinations } from '../services/destinations/destinations.ts';
import type { LibraryService } from '../services/library/library.ts';
import type { ModelsService } from '../services/models/models.ts';
import type { StreamService } from '../services/stream/stream-service.ts';
import type { PictureRequests } from '../services/studio/pictures.ts';
import type { StudioService } from '../services/studio/studio-service.ts';
import type { Router } from './router.ts';

/** Version of the program as pages see it. */
export const APP_VERSION = '0.1.0';

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
}

export function bindApp(router: Router, host: Host, mode: StudioSnapshot['mode'], log: Log): void {
  router.handle(appHello, () => ({
    version: APP_VERSION,
    host: host.kind,
    mode,
    secrets: host.secrets.kind,
  }));
  router.handle(appPageError, ({ message }) => {
    log.warn(`page: ${message}`);
    return {};
  });
}

export function bindStudio(
  router: Router,
  studio: StudioService,
  pictures: PictureRequests,
  library: LibraryService,
): void {
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
  router.receive(avatarUpload, async ({ name }, bytes) => ({
    id: (await library.importAvatar(name, bytes)).id,
  }));
}

export function bindStream(
  router: Router,
  parts: { stream: StreamService; studio: StudioService; destinations: Destinations; ffmpeg: string },
): void {
  const { stream, studio, destinations, ffmpeg } = parts;
  router.handle(streamGoLive, async ({ destinationIds }) => {
    const opened = await Promise.all([...new Set(destinationIds)].map((id) => destinations.open(id)));
    studio.requireReady();
    const { picture } = studio.snapshot.settings;
    const sessionId = stream.goLive({
      destinations: opened.map(({ id, name, target }) => ({
        kind: 'rtmp' as const,
        id,
        name,
        server: target.server,
        key: target.key,
      })),
      ffmpeg,
      fps: picture.fps,
      bitrateKbps: picture.bitrateKbps,
      avatarId: studio.snapshot.avatar.id,
    });
    return { sessionId };
  });
  router.handle(streamStop, async () => {
    await stream.stop();
    return {};
  });
  router.handle(destinationsSave, (input) => destinations.save(input));
  router.handle(destinationsRemove, ({ id }) => {
    destinations.remove(id);
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
