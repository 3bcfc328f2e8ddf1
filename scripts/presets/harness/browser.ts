import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { HarnessApi } from './protocol.ts';

const ROOT = join(import.meta.dirname, '../../..');

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.vrm': 'model/gltf-binary',
};

const PAGE = `<!doctype html><script type="importmap">${JSON.stringify({
  imports: {
    three: '/node_modules/three/build/three.module.js',
    'three/addons/': '/node_modules/three/examples/jsm/',
    '@pixiv/three-vrm': '/node_modules/@pixiv/three-vrm/lib/three-vrm.module.js',
    '@mediapipe/tasks-vision': '/node_modules/@mediapipe/tasks-vision/vision_bundle.mjs',
  },
})}</script><script type="module" src="/page.js"></script>`;

/** Where the face landmarker's model lies: VIDA3_MODELS_DIR, else the fixtures beside the repository. */
export const modelsDir = (): string => {
  const dirs = [process.env.VIDA3_MODELS_DIR, join(ROOT, '../shared/models')];
  const found = dirs.find((d): d is string => d !== undefined && existsSync(join(d, 'face_landmarker.task')));
  if (found === undefined) {
    throw new Error('face_landmarker.task not found: set VIDA3_MODELS_DIR to the folder that holds it');
  }
  return found;
};

/** A running render page with its server. */
export interface Harness {
  call<K extends keyof HarnessApi>(
    name: K,
    ...args: Parameters<HarnessApi[K]>
  ): Promise<Awaited<ReturnType<HarnessApi[K]>>>;
  /** Serves `bytes` under /data/`name`; returns that address. */
  offer(name: string, bytes: Uint8Array): string;
  /** Sink of the frames that `film` posts. */
  onUpload: (bytes: Buffer) => Promise<void>;
  close(): Promise<void>;
}

const chromiumPath = (): string => {
  const candidates = [process.env.VIDA3_CHROME, '/usr/bin/chromium', '/usr/bin/google-chrome'];
  const found = candidates.find((p): p is string => p !== undefined && existsSync(p));
  if (found === undefined) throw new Error('no Chromium found: set VIDA3_CHROME to its path');
  return found;
};

/** Starts the page in a headless Chromium. */
export const openHarness = async (): Promise<Harness> => {
  const offered = new Map<string, Uint8Array>();
  const harness: Pick<Harness, 'onUpload'> = {
    onUpload: async () => {
      throw new Error('nobody expects an upload');
    },
  };
  const server: Server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname));
    if (path === '/upload') {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        harness.onUpload(Buffer.concat(parts)).then(
          () => response.end(),
          (error: unknown) => {
            response.statusCode = 500;
            response.end(String(error));
          },
        );
      });
      return;
    }
    if (path === '/') {
      response.setHeader('content-type', 'text/html');
      response.end(PAGE);
      return;
    }
    const own = path === '/page.js' ? '/page.ts' : path;
    if (/^\/[a-z-]+\.ts$/.test(own) && existsSync(join(import.meta.dirname, own))) {
      response.setHeader('content-type', 'text/javascript');
      response.end(stripTypeScriptTypes(readFileSync(join(import.meta.dirname, own), 'utf8')));
      return;
    }
    if (path.startsWith('/src/renderer/') && path.endsWith('.ts') && existsSync(join(ROOT, path))) {
      // The programme's own lights, materials and framing, so that renders look like the stream.
      response.setHeader('content-type', 'text/javascript');
      response.end(stripTypeScriptTypes(readFileSync(join(ROOT, path), 'utf8')));
      return;
    }
    const data = path.startsWith('/data/') ? offered.get(path.slice(6)) : undefined;
    if (data !== undefined) {
      response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
      response.end(data);
      return;
    }
    const file = path.startsWith('/models/')
      ? join(modelsDir(), path.slice(8))
      : path.startsWith('/node_modules/')
        ? join(ROOT, path)
        : '';
    if (file === '' || !existsSync(file) || !statSync(file).isFile()) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  let browser: Browser | undefined;
  let page: Page;
  try {
    browser = await chromium.launch({
      executablePath: chromiumPath(),
      args: [
        '--no-sandbox',
        '--enable-unsafe-swiftshader',
        '--disable-background-networking',
        '--no-first-run',
      ],
    });
    page = await browser.newPage();
    page.on('pageerror', (error) => process.stderr.write(`${error.stack ?? error.message}\n`));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => 'harness' in window, undefined, { timeout: 20_000 });
  } catch (error) {
    await browser?.close();
    server.close();
    throw error;
  }
  const running = browser;
  return Object.assign(harness, {
    async call<K extends keyof HarnessApi>(
      name: K,
      ...args: Parameters<HarnessApi[K]>
    ): Promise<Awaited<ReturnType<HarnessApi[K]>>> {
      return (await page.evaluate(
        ([n, a]) => {
          const api = (window as unknown as { harness: Record<string, (...x: unknown[]) => unknown> })
            .harness;
          const method = api[n];
          if (method === undefined) throw new Error(`the page has no ${n}`);
          return method(...a);
        },
        [name, args] as [string, unknown[]],
      )) as Awaited<ReturnType<HarnessApi[K]>>;
    },
    offer(name: string, bytes: Uint8Array): string {
      offered.set(name, bytes);
      return `/data/${name}`;
    },
    async close(): Promise<void> {
      await running.close();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  });
};
