import { randomUUID } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { build } from 'vite';
import { compose } from '../src/main/compose.ts';
import { findChrome } from '../src/main/host/browser/chrome-find.ts';
import { createBrowserHost } from '../src/main/host/browser/index.ts';
import { createFileSecrets } from '../src/main/host/browser/secrets.ts';
import { resourcesDir } from '../src/main/host/paths.ts';
import { silentLog } from '../src/main/logging/log.ts';
import { locateFfmpeg } from '../src/main/media/ffmpeg/locate.ts';
import { openProfiles } from '../src/main/services/account/profiles.ts';
import { createSessionStore } from '../src/main/services/account/sessions.ts';
import { DEFAULT_SETTINGS } from '../src/shared/domain/studio.ts';
import { ReasonError } from '../src/shared/errors.ts';
import { median } from './median.ts';

const ROUNDS = 5;
const AVATAR = path.join(resourcesDir(), 'avatars', 'vida.vrm');
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };
const SHOWN_MS = 40_000;

interface Startup {
  readonly bareMs: number;
  readonly studioMs: number;
  /** With an account whose session has run out, and a network that says nothing. */
  readonly accountMs: number;
  /** Of the medians. */
  readonly ratio: number;
}

/**
 * From navigation to the first picture with the avatar on it, in a fresh browser each time: a bare three-vrm page
 * and the studio with everything it starts (workers, tracker, user interface), in turn; and the studio of somebody with
 * an account and a dead network.
 */
export async function benchStartup(): Promise<Startup> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vida3-startup-'));
  const server = await serveBarePage(path.join(folder, 'bare'));
  const { port } = server.address() as { port: number };
  const guest = path.join(folder, 'guest');
  const account = path.join(folder, 'account');
  await makeAccount(account);
  const blackHole = createTcpServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => blackHole.listen(0, '127.0.0.1', resolve));
  const silent = `http://127.0.0.1:${(blackHole.address() as { port: number }).port}`;
  const bare: number[] = [];
  const studio: number[] = [];
  const signedIn: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await inFreshBrowser((browser) => barePageMs(browser, `http://127.0.0.1:${port}/`)));
      studio.push(await inFreshBrowser((browser) => studioMs(browser, guest, null)));
      signedIn.push(await inFreshBrowser((browser) => studioMs(browser, account, silent)));
      const [bareMs, guestMs, accountMs] = [bare, studio, signedIn].map((times) => times.at(-1)!.toFixed(0));
      console.log(
        `round ${round + 1}: bare ${bareMs} ms, studio ${guestMs} ms, with an account ${accountMs} ms`,
      );
    }
  } finally {
    server.close();
    blackHole.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const result = {
    bareMs: median(bare),
    studioMs: median(studio),
    accountMs: median(signedIn),
    ratio: median(studio) / median(bare),
  };
  console.table([
    {
      'bare page ms': result.bareMs.toFixed(0),
      'studio ms': result.studioMs.toFixed(0),
      'with an account ms': result.accountMs.toFixed(0),
      ratio: result.ratio.toFixed(2),
    },
  ]);
  return result;
}

async function inFreshBrowser(measure: (browser: Browser) => Promise<number>): Promise<number> {
  const browser = await chromium.launch({
    executablePath: await findChrome(),
    args: [
      '--no-sandbox',
      '--enable-unsafe-swiftshader',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  });
  try {
    return await measure(browser);
  } finally {
    await browser.close();
  }
}

async function barePageMs(browser: Browser, url: string): Promise<number> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => 'shownMs' in window, undefined, { timeout: SHOWN_MS });
  return page.evaluate(() => Reflect.get(window, 'shownMs') as number);
}

/** A data folder in which somebody was signed in an hour ago. */
async function makeAccount(home: string): Promise<void> {
  const profiles = openProfiles(home, silentLog);
  const profile = profiles.of(randomUUID(), 'ada@example.org');
  await profiles.setActive(profile);
  await createSessionStore(home, createFileSecrets(home), silentLog).save({
    userId: profile.userId!,
    email: 'ada@example.org',
    accessToken: 'over',
    refreshToken: 'over',
    expiresAt: Date.now() - 3_600_000,
  });
}

/** @param cloud address of a project; null: none */
async function studioMs(browser: Browser, home: string, cloud: string | null): Promise<number> {
  process.env['VIDA3_HOME'] = home;
  process.env['VIDA3_SUPABASE_URL'] = cloud ?? '';
  process.env['VIDA3_SUPABASE_KEY'] = cloud ? 'sb_publishable_bench' : '';
  const app = await compose({
    createHost: (parts) => createBrowserHost({ ...parts, launch: false }),
    mode: 'studio',
    ffmpeg: await locateFfmpeg(),
    secrets: [],
    settings: { ...DEFAULT_SETTINGS, onboarded: true },
    contactSheet: null,
  });
  try {
    await app.open({ mode: 'studio' });
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.goto(app.host.url());
    const report = await app.studio.waitForReport(
      ({ previewMs }) => previewMs !== null,
      SHOWN_MS,
      new ReasonError('host.page-silent'),
    );
    return report.previewMs!;
  } finally {
    await app.close();
  }
}

async function serveBarePage(outDir: string): Promise<Server> {
  await build({
    root: path.join(import.meta.dirname, 'startup'),
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, target: 'chrome140' },
  });
  const server = createServer((request, response) => {
    const name = request.url === '/' ? 'index.html' : (request.url ?? '').slice(1).split('?')[0]!;
    const file = name === 'avatar.vrm' ? AVATAR : path.join(outDir, path.normalize(name));
    response.setHeader('Content-Type', TYPES[path.extname(file)] ?? 'application/octet-stream');
    createReadStream(file)
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
