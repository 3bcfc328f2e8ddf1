import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

const here = path.dirname(fileURLToPath(import.meta.url));
const project = path.resolve(here, '../..');

/** Folder of test pictures that a person may look at. */
export const OUT = path.join(project, 'e2e/out');

/** Folder of the test avatars, or null on a machine without them. */
export function fixturesDir(): string | null {
  const dir = path.resolve(project, process.env['VIDA3_FIXTURES_DIR'] ?? '../shared');
  return existsSync(path.join(dir, 'avatars')) ? dir : null;
}

export const CHROME = process.env['VIDA3_CHROME'] ?? '/usr/bin/chromium';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export interface StagePage {
  readonly page: Page;
  readonly origin: string;
  readonly server: Server;
  /** Addresses that the page asked for outside its own origin. */
  readonly outside: string[];
  readonly console: string[];
  close(): Promise<void>;
}

/**
 * Builds the harness, serves it with the headers of the studio and opens it in Chromium.
 * @param root folder of the page, which says by `harness` that it is ready
 */
export async function openStagePage(args: readonly string[] = [], root = here): Promise<StagePage> {
  mkdirSync(OUT, { recursive: true });
  const outDir = mkdtempSync(path.join(tmpdir(), 'vida3-stage-'));
  await build({
    root,
    base: './',
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'chrome140', minify: false },
  });
  const roots: readonly (readonly [string, string])[] = [
    ['/fixtures/', fixturesDir() ?? outDir],
    ['/resources/', path.join(project, 'resources')],
    ['/', outDir],
  ];
  const server = createServer((request, response) => {
    const pathname = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const [prefix, root] = roots.find(([start]) => pathname.startsWith(start))!;
    const file = path.join(root, pathname.slice(prefix.length) || 'index.html');
    const found = file.startsWith(root) && existsSync(file);
    response.writeHead(found ? 200 : 404, {
      'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    if (found) createReadStream(file).pipe(response);
    else response.end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  const origin = `http://127.0.0.1:${port}`;
  let browser: Browser | null = null;
  try {
    browser = await chromium.launch({
      executablePath: CHROME,
      args: [
        '--no-sandbox',
        '--headless=new',
        '--enable-unsafe-swiftshader',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-quic',
        '--no-first-run',
        ...args,
      ],
    });
    const page = await (await browser.newContext()).newPage();
    const outside: string[] = [];
    const lines: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(origin) && !/^(blob|data):/.test(request.url()))
        outside.push(request.url());
    });
    page.on('console', (message) => lines.push(message.text()));
    page.on('pageerror', (error) => lines.push(String(error)));
    await page.goto(`${origin}/`);
    await page.waitForFunction(() => 'harness' in globalThis);
    const opened = browser;
    return {
      page,
      origin,
      server,
      outside,
      console: lines,
      close: async () => {
        await opened.close();
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
        rmSync(outDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await browser?.close();
    server.close();
    throw error;
  }
}
