import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Host, HostParts, MediaProcess } from '../../src/main/host/port.ts';
import { Router } from '../../src/main/ipc/router.ts';
import { silentLog } from '../../src/main/logging/log.ts';
import { appHello, appNotice, appPageError } from '../../src/shared/ipc/app.ts';
import { destinationsSnapshot } from '../../src/shared/ipc/destinations.ts';
import { avatarUpload } from '../../src/shared/ipc/library.ts';

export type HostFactory = (parts: HostParts) => Host;

export const MEDIA_ENTRY = join(import.meta.dirname, '..', '..', 'src', 'main', 'media', 'process.ts');

/** Builds the suite's page with the real bridge. @returns its folder */
export async function buildTestPage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vida3-page-'));
  await build({
    configFile: false,
    logLevel: 'error',
    root: import.meta.dirname,
    build: {
      outDir: join(folder, 'assets'),
      emptyOutDir: true,
      target: 'chrome140',
      minify: false,
      lib: {
        entry: join(import.meta.dirname, 'page.ts'),
        formats: ['es'],
        fileName: () => 'page-0123abcd.js',
      },
    },
  });
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><title>host test</title><script type="module" src="./assets/page-0123abcd.js"></script>',
  );
  return folder;
}

/** What every host must do, whatever it is made of. */
export function describeHost(name: string, factory: HostFactory): void {
  describe(`host conformance: ${name}`, () => {
    let rendererDir: string;
    let scratch: string;
    let home: string;
    let host: Host;
    let router: Router;
    let heard: Record<string, unknown>[];
    const temporary = process.env['TMPDIR'];

    beforeAll(async () => {
      rendererDir = await buildTestPage();
    });
    afterAll(() => rm(rendererDir, { recursive: true, force: true }));

    beforeEach(async () => {
      scratch = await mkdtemp(join(tmpdir(), 'vida3-host-'));
      process.env['TMPDIR'] = scratch;
      home = join(scratch, 'home');
      heard = [];
      host = factory({ home, rendererDir, mediaEntry: MEDIA_ENTRY, log: silentLog });
      router = new Router({ log: silentLog, redact: (text) => text });
      router.handle(appHello, () => ({
        version: '0',
        host: host.kind,
        mode: 'headless' as const,
        secrets: host.secrets.kind,
        desktop: { tray: false, globalShortcuts: false },
      }));
      router.handle(appPageError, ({ message }) => {
        heard.push(JSON.parse(message));
        return {};
      });
      router.receive(avatarUpload, (_meta, bytes) => ({ id: String(bytes.byteLength) }));
      await host.start(router);
    });
    afterEach(async () => {
      await host.close();
      if (temporary === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = temporary;
      await rm(scratch, { recursive: true, force: true });
    });

    /** Waits for the next message of the page that has `key`. */
    async function hear(key: string): Promise<Record<string, unknown>> {
      const end = Date.now() + 20_000;
      while (Date.now() < end) {
        const index = heard.findIndex((message) => key in message);
        if (index >= 0) return heard.splice(index, 1)[0]!;
        await sleep(10);
      }
      throw new Error(`the page never said ${key}`);
    }
    let noticeId = 0;
    const ask = (detail: string) =>
      router.publish(appNotice, { id: noticeId++, level: 'info', reason: 'media.crashed', detail });

    const open = async () => {
      await host.openPage({ mode: 'headless' });
      return hear('hello');
    };

    test('a page opens, isolated, greets, gets snapshots, uploads, and keeps them over a reload', async () => {
      const destination = { id: '1', name: 'one', url: 'u', hasKey: true, isDefault: true, service: null };
      router.publish(destinationsSnapshot, { destinations: [destination] });
      const first = await open();
      expect(first).toMatchObject({ hello: { host: host.kind }, isolated: true, cookie: '' });
      expect(first['href']).not.toMatch(/token/);
      expect(await hear('snapshot')).toEqual({ snapshot: ['one'], count: 1 });
      router.publish(destinationsSnapshot, { destinations: [] });
      expect(await hear('snapshot')).toEqual({ snapshot: [], count: 2 });
      ask('upload');
      expect(await hear('upload')).toEqual({ upload: { id: '1000000' }, tooBig: 'ipc.too-big' });
      ask('outside');
      expect(await hear('fetch')).toMatchObject({ fetch: 'blocked', eval: 'internal.unexpected' });
      expect(await host.pageMemoryMb()).toBeGreaterThan(20);
      expect((await host.pagePids()).length).toBeGreaterThan(0);
      ask('reload');
      expect(await hear('hello')).toMatchObject({ href: first['href'] });
      expect(await hear('snapshot')).toEqual({ snapshot: [], count: 1 });
    });

    test('secrets come back after a restart of the host, and only whole', async () => {
      const sealed = await host.secrets.seal('live_key');
      expect(Buffer.from(sealed).includes('live_key')).toBe(false);
      await host.close();
      host = factory({ home, rendererDir, mediaEntry: MEDIA_ENTRY, log: silentLog });
      expect(await host.secrets.open(sealed)).toBe('live_key');
      await expect(host.secrets.open(sealed.subarray(1))).rejects.toMatchObject({
        reason: 'secrets.unreadable',
      });
    });

    test('the data folder has one studio', () => {
      expect(() => factory({ home, rendererDir, mediaEntry: MEDIA_ENTRY, log: silentLog })).toThrow(
        /host.already-running/,
      );
    });

    test('when the media process dies the page reaches the next one', async () => {
      await open();
      const first = host.startMedia();
      await ready(first);
      ask('media');
      expect(await hear('media')).toEqual({ media: 'open' });
      const died = new Promise((resolve) => first.onExit(resolve));
      process.kill(first.pid!, 'SIGKILL');
      expect(await died).toMatchObject({ signal: 'SIGKILL', expected: false });
      await ready(host.startMedia());
      expect(await hear('media')).toEqual({ media: 'open' });
    });

    test('a page that is killed is reported, and closing leaves no process and no file', async () => {
      await open();
      const media = host.startMedia();
      await ready(media);
      const exit = new Promise((resolve) => media.onExit(resolve));
      const closed = new Promise<void>((resolve) => host.onPageClosed(resolve));
      const [browser] = await processesOf(scratch);
      process.kill(browser!, 'SIGKILL');
      await closed;
      await host.close();
      expect(await exit).toMatchObject({ expected: true });
      expect(await processesOf(scratch)).toEqual([]);
      expect((await readdir(scratch)).filter((entry) => entry !== 'home')).toEqual([]);
      expect(await readdir(home)).not.toContain('studio.lock');
    });

    test('closing in order leaves no process and no file', async () => {
      await open();
      await ready(host.startMedia());
      let reported = false;
      host.onPageClosed(() => {
        reported = true;
      });
      expect((await processesOf(scratch)).length).toBeGreaterThan(0);
      await host.close();
      expect(await processesOf(scratch)).toEqual([]);
      expect((await readdir(scratch)).filter((entry) => entry !== 'home')).toEqual([]);
      expect(reported).toBe(false);
    });
  });
}

export function ready(media: MediaProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    media.onMessage((message) => {
      if (message.type === 'ready') resolve();
    });
    media.onExit((exit) => reject(new Error(`the media process ended: ${JSON.stringify(exit)}`)));
  });
}

/** Processes that name `folder` on their command line, oldest first; the browser's profile lies in it. */
export async function processesOf(folder: string): Promise<number[]> {
  const lines = process.platform === 'linux' ? await linuxCommandLines() : await otherCommandLines();
  return [...lines]
    .filter(([, line]) => line.includes(folder))
    .map(([pid]) => pid)
    .sort((a, b) => a - b);
}

/** Not by ps, which a bare Debian does not have. */
async function linuxCommandLines(): Promise<Map<number, string>> {
  const lines = new Map<number, string>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    // A process may end between the listing and the reading.
    lines.set(Number(entry), await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => ''));
  }
  return lines;
}

async function otherCommandLines(): Promise<Map<number, string>> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,args=']);
  return new Map(
    stdout.split('\n').map((line) => {
      const [, pid, args] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
      return [Number(pid ?? 0), args ?? ''];
    }),
  );
}
