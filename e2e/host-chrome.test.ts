import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createBrowserHost } from '../src/main/host/browser/index.ts';
import { Router } from '../src/main/ipc/router.ts';
import { silentLog } from '../src/main/logging/log.ts';
import { appHello, appPageError } from '../src/shared/ipc/app.ts';
import { buildTestPage, MEDIA_ENTRY, processesOf } from './host/describe-host.ts';

let rendererDir: string;
let scratch: string;
const environment = { TMPDIR: process.env['TMPDIR'], VIDA3_CHROME: process.env['VIDA3_CHROME'] };

beforeAll(async () => {
  rendererDir = await buildTestPage();
});
afterAll(() => rm(rendererDir, { recursive: true, force: true }));
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'vida3-chrome-e2e-'));
  process.env['TMPDIR'] = scratch;
});
afterEach(async () => {
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(scratch, { recursive: true, force: true });
});

async function until(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await sleep(20);
  }
}

function makeHost() {
  return createBrowserHost({
    home: join(scratch, 'home'),
    rendererDir,
    mediaEntry: MEDIA_ENTRY,
    log: silentLog,
  });
}

test.skipIf(process.platform !== 'linux')(
  'a page that crashes is loaded again; its token is in no process list',
  async () => {
    const host = makeHost();
    const router = new Router({ log: silentLog, redact: (text) => text });
    let pages = 0;
    let crashes = 0;
    host.onPageCrashed(() => crashes++);
    router.handle(
      appHello,
      () =>
        ({
          version: '0',
          host: 'browser',
          mode: 'headless',
          secrets: 'file',
          desktop: { tray: false, globalShortcuts: false },
        }) as const,
    );
    router.handle(appPageError, ({ message }) => {
      if (message.includes('"hello"')) pages++;
      return {};
    });
    try {
      await host.start(router);
      await host.openPage({ mode: 'headless' });
      await until(() => pages === 1, 'the page says hello');
      const renderers: number[] = [];
      for (const pid of await processesOf(scratch)) {
        const line = await readFile(`/proc/${pid}/cmdline`, 'utf8');
        expect(line).not.toContain('token');
        if (line.includes('--type=renderer')) renderers.push(pid);
      }
      expect(renderers.length).toBeGreaterThan(0);
      for (const pid of renderers) process.kill(pid, 'SIGKILL');
      await until(() => pages === 2, 'the page says hello again');
      expect(crashes).toBe(1);
    } finally {
      await host.close();
    }
  },
);

test.skipIf(process.platform !== 'linux')(
  'when main is killed, the browser and the media process end by themselves',
  async () => {
    const main = spawn(
      process.execPath,
      [join(import.meta.dirname, 'host', 'orphan.ts'), join(scratch, 'home'), rendererDir, MEDIA_ENTRY],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [text] = await once(main.stdout, 'data');
    const media = Number(String(text));
    const leftOver = async () => (await processesOf(scratch)).filter((pid) => pid !== main.pid);
    expect((await leftOver()).length).toBeGreaterThan(0);
    main.kill('SIGKILL');
    await until(async () => (await leftOver()).length === 0, 'the browser ends');
    await until(async () => !(await runs(media)), 'the media process ends');
    // The lock of the dead one is no obstacle.
    const next = makeHost();
    await next.close();
  },
);

test('closing while the browser starts leaves nothing', async () => {
  const host = makeHost();
  await host.start(new Router({ log: silentLog, redact: (text) => text }));
  const opening = host.openPage({ mode: 'headless' });
  const refused = expect(opening).rejects.toMatchObject({ reason: expect.stringMatching(/^host\./) });
  await until(async () => (await processesOf(scratch)).length > 0, 'the browser starts');
  await host.close();
  await refused;
  expect(await processesOf(scratch)).toEqual([]);
});

test('no browser, and one that ends at once, are named', async () => {
  for (const [path, reason] of [
    [join(scratch, 'none'), 'host.browser-missing'],
    ['/bin/true', 'host.browser-closed'],
  ] as const) {
    process.env['VIDA3_CHROME'] = path;
    const host = makeHost();
    await host.start(new Router({ log: silentLog, redact: (text) => text }));
    await expect(host.openPage({ mode: 'headless' })).rejects.toMatchObject({ reason });
    await host.close();
  }
});

async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // A zombie runs no more; in a container nobody may collect it.
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
}
