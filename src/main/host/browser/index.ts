import { mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReasonError } from '../../../shared/errors.ts';
import type { Router } from '../../ipc/router.ts';
import type { AssetResolver, Host, HostParts, PageOptions } from '../port.ts';
import { Chrome } from './chrome.ts';
import { acquireLock } from './lock.ts';
import { type ForkedMediaProcess, forkMediaProcess } from './media-process.ts';
import { openInSystemBrowser } from './open-external.ts';
import { createFileSecrets } from './secrets.ts';
import { LoopbackServer } from './server.ts';

export interface BrowserHostOptions extends HostParts {
  /** Fixed port; without it a free one, the same as last time if it still is. */
  readonly port?: number;
  /** False: openPage() opens nothing, a test drives its own browser with url(). */
  readonly launch?: boolean;
}

export interface BrowserHost extends Host {
  readonly kind: 'browser';
  /** An address that admits one page, once. After start(). */
  url(path?: string): string;
  readonly port: number;
}

/**
 * The app in an installed Chrome, Chromium or Edge, served on loopback. Holds the lock of the data folder from
 * here to close().
 * @throws ReasonError `host.already-running`
 */
export function createBrowserHost(options: BrowserHostOptions): BrowserHost {
  const { home, log } = options;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const lock = acquireLock(home);
  const mounts = new Map<string, AssetResolver>();
  const media = new Set<ForkedMediaProcess>();
  const closedListeners: (() => void)[] = [];
  const crashedListeners: (() => void)[] = [];
  const mediaLog = log.child('media');
  let newestMedia: ForkedMediaProcess | null = null;
  let server: LoopbackServer | null = null;
  let chrome: Chrome | null = null;
  let opening: Promise<Chrome> | null = null;
  const ending = new AbortController();
  let closing: Promise<void> | null = null;

  const running = () => {
    if (!server) throw new Error('The host has not been started');
    return server;
  };

  const close = async () => {
    ending.abort();
    // Whoever opens the page is told why it did not open; here only its end counts.
    await opening?.then(
      (opened) => opened.close(),
      () => undefined,
    );
    await Promise.all([...media].map((each) => each.kill()));
    await server?.close();
    lock.release();
  };

  return {
    kind: 'browser',
    secrets: createFileSecrets(home),
    home,
    get port() {
      return running().port;
    },
    url: (path) => running().entryUrl(path),
    serve(mount, resolve) {
      if (server || mounts.has(mount)) throw new Error(`/${mount} cannot be mounted any more`);
      mounts.set(mount, resolve);
    },
    async start(router: Router) {
      server = await LoopbackServer.listen({
        rendererDir: options.rendererDir,
        mounts,
        router,
        log: log.child('server'),
        port: options.port,
        preferredPort: await lastPort(home),
        onMedia: (request, socket, head) => {
          newestMedia?.attachSocket(request, socket, head);
          return newestMedia !== null;
        },
      });
      await rememberPort(home, server.port);
    },
    async openPage(page: PageOptions) {
      const { openingUrl } = running();
      if (options.launch === false) return;
      if (opening) throw new ReasonError('host.already-running', 'a page is open');
      const url = running().entryUrl(page.path);
      const reloadUrl = new URL(url);
      reloadUrl.searchParams.delete('token');
      opening = Chrome.open({
        mode: page.mode,
        profilesDir: home,
        openingUrl,
        entryUrl: url,
        reloadUrl: reloadUrl.href,
        cameraFile: page.cameraFile,
        microphoneFile: page.microphoneFile,
        log: log.child('chrome'),
        signal: ending.signal,
        onCrash: () => {
          for (const listener of crashedListeners) listener();
        },
        onExit: () => {
          chrome = opening = null;
          for (const listener of closedListeners) listener();
        },
      });
      try {
        chrome = await opening;
      } catch (error) {
        opening = null;
        throw error;
      }
    },
    openExternal: (url) => openInSystemBrowser(url),
    onPageClosed: (listener) => void closedListeners.push(listener),
    onPageCrashed: (listener) => void crashedListeners.push(listener),
    desktop: null,
    pageMemoryMb: async () => (await chrome?.memoryMb()) ?? 0,
    pagePids: async () => (await chrome?.pids()) ?? [],
    startMedia() {
      const started = forkMediaProcess({
        entry: options.mediaEntry,
        log: (level, message) => mediaLog[level](message),
      });
      media.add(started);
      newestMedia = started;
      started.onExit(() => {
        media.delete(started);
        if (newestMedia === started) newestMedia = null;
      });
      return started;
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/**
 * The same port as last time keeps the page's origin, and with it the permissions the browser remembers.
 * @returns undefined the first time
 */
async function lastPort(home: string): Promise<number | undefined> {
  const text = await readFile(portFile(home), 'utf8').catch(() => '');
  const port = Number(text);
  return Number.isInteger(port) && port >= 1024 && port <= 65535 ? port : undefined;
}

async function rememberPort(home: string, port: number): Promise<void> {
  await writeFile(portFile(home), String(port), { mode: 0o600 });
}

function portFile(home: string): string {
  return join(home, 'browser-port');
}
