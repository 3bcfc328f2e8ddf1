import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { type App, compose } from '../../src/main/compose.ts';
import { findChrome } from '../../src/main/host/browser/chrome-find.ts';
import { type BrowserHost, createBrowserHost } from '../../src/main/host/browser/index.ts';
import { resourcesDir } from '../../src/main/host/paths.ts';
import { toY4m } from '../../src/main/media/ffmpeg/jobs.ts';
import { locateFfmpeg } from '../../src/main/media/ffmpeg/locate.ts';
import { DEFAULT_SETTINGS } from '../../src/shared/domain/studio.ts';
import { modelsDir } from './fixtures.ts';

/** The whole program and a person's browser, which shows our sample performer as its camera. */
export interface WholeStudio {
  readonly app: App<BrowserHost>;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly folder: string;
  /** What the page itself complained about. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** Real main, real page, real tracker at 640×360 and 15 fps. The page is blank: go to `app.host.url()`. */
export async function startWholeStudio(options: { readonly onboarded: boolean }): Promise<WholeStudio> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vida3-studio-'));
  process.env['VIDA3_HOME'] = path.join(folder, 'home');
  if (modelsDir) process.env['VIDA3_MODELS_DIR'] = modelsDir;
  const located = await locateFfmpeg();
  const ffmpeg = located.path;
  const camera = path.join(folder, 'camera.y4m');
  await toY4m(ffmpeg, path.join(resourcesDir(), 'performance/performer.mp4'), camera, { fps: 15 });
  const app = await compose({
    mode: 'studio',
    ffmpeg: located,
    secrets: [],
    settings: null,
    contactSheet: null,
    createHost: (parts) => createBrowserHost({ ...parts, launch: false }),
  });
  await app.studio.configure({
    onboarded: options.onboarded,
    picture: { ...DEFAULT_SETTINGS.picture, width: 640, height: 360, fps: 15, bitrateKbps: 1500 },
  });
  await app.open({ mode: 'studio' });
  const context = await chromium.launchPersistentContext(path.join(folder, 'profile'), {
    executablePath: await findChrome(),
    viewport: { width: 1280, height: 720 },
    reducedMotion: 'reduce',
    args: [
      '--no-sandbox',
      '--enable-unsafe-swiftshader',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${camera}`,
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
  const page = context.pages()[0]!;
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // TensorFlow Lite says on the error channel which delegate it chose.
    if (message.type() === 'error' && !message.text().startsWith('INFO:')) complaints.push(message.text());
  });
  return {
    app,
    context,
    page,
    folder,
    complaints,
    async close() {
      await context.close();
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
