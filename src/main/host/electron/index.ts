import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, protocol, session } from 'electron';
import { ReasonError } from '../../../shared/errors.ts';
import type { Router } from '../../ipc/router.ts';
import { acquireLock } from '../browser/lock.ts';
import type { DeepLinks } from '../deep-link.ts';
import { preloadEntry, resourcesDir } from '../paths.ts';
import type { AssetResolver, Desktop, Host, HostParts, PageOptions, SecretStore } from '../port.ts';
import { Captures } from './capture.ts';
import { createDesktop } from './desktop.ts';
import { openExternal } from './external.ts';
import { startUtilityMedia, type UtilityMediaProcess } from './media-process.ts';
import { PAGE_ORIGIN, PAGE_SCHEME } from './origin.ts';
import { PageChannel } from './page-channel.ts';
import { pageMemoryMb, pagePids } from './page-processes.ts';
import { PageWindow } from './page-window.ts';
import { installPermissions } from './permissions.ts';
import type { Quit } from './quit.ts';
import { createPageServer } from './scheme.ts';
import { StudioTray } from './tray.ts';

export interface ElectronHost extends Host {
  readonly kind: 'electron';
  readonly desktop: Desktop;
}

/** What belongs to the whole program and was there before the host. */
export interface ElectronRuntime {
  readonly secrets: SecretStore;
  readonly links: DeepLinks;
  readonly quit: Quit;
  /** Tells the program which window a second start brings to the front. */
  readonly onWindow: (show: () => void) => void;
  /** Tells it how to see whether there is a tray to live in without a window. */
  readonly onTray: (isThere: () => boolean) => void;
}

/**
 * The app in Electron, once that is ready. Holds the lock of the data folder from here to close(), so that no
 * browser host works in it meanwhile.
 * @throws ReasonError `host.already-running`
 */
export function createElectronHost(parts: HostParts, runtime: ElectronRuntime): ElectronHost {
  const { home, log } = parts;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const lock = acquireLock(home);
  const mounts = new Map<string, AssetResolver>();
  const media = new Set<UtilityMediaProcess>();
  const mediaLog = log.child('media');
  const closedListeners: (() => void)[] = [];
  const crashedListeners: (() => void)[] = [];
  let newestMedia: UtilityMediaProcess | null = null;
  let started = false;
  let closing: Promise<void> | null = null;
  const { quit } = runtime;

  const tray = new StudioTray({
    iconsDir: join(resourcesDir(), 'icons'),
    onClick: () => window.show(),
    log: log.child('tray'),
  });
  const window = new PageWindow({
    home,
    preload: preloadEntry(),
    devTools: !app.isPackaged,
    log: log.child('window'),
    hidesWhenClosed: () => tray.isThere || process.platform === 'darwin',
    onCloseWanted: () => app.quit(),
    onSessionEnd: () => void quit.now(0),
    onPageGone: () => channel.pageGone(),
    onCrashed: () => {
      for (const listener of crashedListeners) listener();
    },
    onClosed: () => {
      for (const listener of closedListeners) listener();
    },
  });
  const channel = new PageChannel({
    contents: () => window.contents,
    onConnected: (page) => newestMedia?.connect(page),
    log: log.child('page'),
  });
  const captures = new Captures({ ownSource: () => window.sourceId, log: log.child('capture') });
  const desktop = createDesktop({
    window,
    tray,
    captures,
    links: runtime.links,
    quit,
    log: log.child('desktop'),
  });
  runtime.onWindow(() => window.show());
  runtime.onTray(() => tray.isThere);

  const close = async () => {
    window.close();
    channel.stop();
    desktop.release();
    await Promise.all([...media].map((each) => each.kill()));
    if (started) protocol.unhandle(PAGE_SCHEME);
    lock.release();
  };

  return {
    kind: 'electron',
    secrets: runtime.secrets,
    home,
    desktop,
    serve(mount, resolve) {
      if (started || mounts.has(mount)) throw new Error(`/${mount} cannot be mounted any more`);
      mounts.set(mount, resolve);
    },
    async start(router: Router) {
      started = true;
      installPermissions(
        session.defaultSession,
        (contents) => contents !== null && contents === window.contents,
        log.child('permissions'),
      );
      captures.install(session.defaultSession);
      protocol.handle(
        PAGE_SCHEME,
        createPageServer({ rendererDir: parts.rendererDir, mounts, router, log: log.child('server') }),
      );
      channel.start(router);
    },
    async openPage(page: PageOptions) {
      if (!started) throw new Error('The host has not been started');
      if (page.cameraFile !== undefined || page.microphoneFile !== undefined) {
        throw new ReasonError('host.unavailable', 'a file as the camera needs the browser host');
      }
      await window.open(pageUrl(page.path), page.mode === 'studio');
    },
    openExternal: (url) => openExternal(url, log),
    onPageClosed: (listener) => void closedListeners.push(listener),
    onPageCrashed: (listener) => void crashedListeners.push(listener),
    pageMemoryMb: async () => pageMemoryMb(newestMedia?.pid),
    pagePids: async () => pagePids(newestMedia?.pid),
    startMedia() {
      const process = startUtilityMedia(parts.mediaEntry, mediaLog);
      media.add(process);
      newestMedia = process;
      process.onExit(() => {
        media.delete(process);
        if (newestMedia === process) newestMedia = null;
      });
      if (channel.connected && window.contents) process.connect(window.contents);
      return process;
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function pageUrl(path = '/index.html'): string {
  if (!path.startsWith('/') || path.startsWith('//')) throw new Error(`${path} is no path of the studio`);
  return `${PAGE_ORIGIN}${path === '/' ? '/index.html' : path}`;
}
