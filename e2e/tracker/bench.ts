import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { pageHeaders } from '../../src/main/host/csp.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FIXTURES = process.env['VIDA3_FIXTURES_DIR'] ?? path.join(ROOT, '../shared');
const MODELS = process.env['VIDA3_MODELS_DIR'] ?? path.join(ROOT, '../shared/models');
const WASM = path.join(ROOT, 'node_modules/@mediapipe/tasks-vision/wasm');

export const MODEL_FILE = path.join(MODELS, 'face_landmarker.task');
export const clipFile = (name: string): string => path.join(FIXTURES, 'clips', name);
export const CHROME = process.env['VIDA3_CHROME'] ?? '/usr/bin/chromium';
export const FFMPEG = process.env['VIDA3_FFMPEG'] ?? 'ffmpeg';
export const canTrack = existsSync(MODEL_FILE) && existsSync(CHROME);
/** Models of body and hands are here as well. */
export const canTrackParts =
  canTrack &&
  ['pose_landmarker_full', 'hand_landmarker'].every((name) => existsSync(path.join(MODELS, `${name}.task`)));

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.mp4': 'video/mp4',
};

export interface BenchServer {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Builds one page by Vite and serves it with the model, the wasm and named files, under the same headers as the
 * program's own server.
 * @param files address → file
 */
export async function servePage(
  page: string,
  files: Readonly<Record<string, string>> = {},
): Promise<BenchServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vida3-bench-'));
  await build({
    configFile: false,
    root: path.dirname(page),
    base: './',
    publicDir: false,
    logLevel: 'warn',
    worker: { format: 'es' },
    build: { target: 'chrome140', outDir: folder, emptyOutDir: true, rollupOptions: { input: page } },
  });
  const server: Server = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname).slice(1);
    const file =
      files[name] ??
      (name.startsWith('wasm/')
        ? path.join(WASM, path.basename(name))
        : name.startsWith('models/')
          ? path.join(MODELS, path.basename(name))
          : path.join(folder, path.normalize(name)));
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      ...pageHeaders(),
    });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--autoplay-policy=no-user-gesture-required',
];

export interface BenchBrowser {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** Every address any page or worker asked for. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** A headless Chromium of its own with the given extra flags. */
export async function openBrowser(flags: readonly string[]): Promise<BenchBrowser> {
  const browser = await chromium.launch({
    executablePath: CHROME,
    headless: true,
    args: [...FLAGS, ...flags],
  });
  const context = await browser.newContext();
  const requests: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  const page = await context.newPage();
  return { browser, context, page, requests, close: () => browser.close() };
}

/** A camera file as Chromium's fake device takes it. */
export function makeY4m(
  clip: string,
  fps: number,
  seconds: number,
  filter = '',
): { file: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'vida3-y4m-'));
  const file = path.join(folder, 'camera.y4m');
  const input = clip.startsWith('lavfi:') ? ['-f', 'lavfi', '-i', clip.slice(6)] : ['-i', clip];
  const args = ['-v', 'error', ...input, '-t', String(seconds), '-vf', `fps=${fps}${filter}`];
  execFileSync(FFMPEG, [...args, '-pix_fmt', 'yuv420p', file]);
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export const fakeCamera = (file?: string): string[] => [
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  ...(file ? [`--use-file-for-fake-video-capture=${file}`] : []),
];
