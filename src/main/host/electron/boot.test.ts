import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as assertions from './boot-assertions.ts';
import { inOrder, settle } from './boot-assertions.ts';
import { USED_EVENTS } from './fake-objects.ts';
import { type BootOptions, bootStudio, type Studio } from './fake-studio.ts';

const { quitAsksAndStops, trayGoLiveAsks, ...ofEveryStart } = {
  windowIsSandboxed: assertions.windowIsSandboxed,
  startsInOrder: assertions.startsInOrder,
  permissionChecksAreStrict: assertions.permissionChecksAreStrict,
  permissionRequestsAreStrict: assertions.permissionRequestsAreStrict,
  devicesAreRefused: assertions.devicesAreRefused,
  newWindowsAreDenied: assertions.newWindowsAreDenied,
  pageStaysWhereItIs: assertions.pageStaysWhereItIs,
  webviewsAreRefused: assertions.webviewsAreRefused,
  answersAreProtected: assertions.answersAreProtected,
  strangersAreNotHeard: assertions.strangersAreNotHeard,
  trayGoLiveAsks: assertions.trayGoLiveAsks,
  quitAsksAndStops: assertions.quitAsksAndStops,
};

const running: Studio[] = [];
const folders: string[] = [];

async function boot(options: BootOptions = {}): Promise<Studio> {
  const studio = await bootStudio(options);
  running.push(studio);
  return studio;
}

function folder(): string {
  const home = mkdtempSync(join(tmpdir(), 'vida3-electron-'));
  folders.push(home);
  return home;
}

afterEach(async () => {
  for (const studio of running.splice(0)) await studio.dispose();
  for (const home of folders.splice(0)) rmSync(home, { recursive: true, force: true });
});

describe('every start', () => {
  let studio: Studio;
  test.each(Object.entries(ofEveryStart))('%s', async (_name, holds) => {
    studio = await boot();
    await holds(studio);
    expect(studio.fake.errorBoxes).toEqual([]);
  });
});

test('going live by the tray asks, and remembers', async () => trayGoLiveAsks(await boot()));

test('quitting while live asks, and stops everything in order', async () => quitAsksAndStops(await boot()));

test('quitting while idle asks nothing', async () => {
  const { fake } = await boot();
  expect(fake.app.happen('before-quit').prevented).toBe(true);
  await vi.waitFor(() => expect(fake.exitCode).toBe(0));
  expect(fake.questions).toEqual([]);
  inOrder(fake.notes, ['media kill', 'window destroy', 'protocol.unhandle app', 'app.exit']);
});

test('every event the fake knows is an event of Electron', () => {
  const types = readFileSync(
    join(import.meta.dirname, '../../../../node_modules/electron/electron.d.ts'),
    'utf8',
  );
  for (const [name, events] of Object.entries(USED_EVENTS)) {
    const start = types.search(new RegExp(`^  (?:interface|class) ${name} `, 'm'));
    const body = types.slice(start, types.indexOf('\n  }\n', start));
    for (const event of events) expect(body, `${name} ${event}`).toContain(`on(event: '${event}'`);
  }
});

describe('the one instance', () => {
  test('a second one tells the first and leaves before it touches anything', async () => {
    const { fake } = await boot({ lock: false });
    expect(fake.exitCode).toBe(0);
    expect(fake.notes).toEqual([
      'app.setPath userData',
      'app.setPath sessionData',
      'app.requestSingleInstanceLock',
      'app.exit',
    ]);
  });

  test('data folder and lock go with VIDA3_HOME', async () => {
    const { fake, home } = await boot();
    expect(Object.fromEntries(fake.paths)).toEqual({ userData: home, sessionData: join(home, 'chromium') });
    expect(statSync(join(home, 'studio.lock')).isFile()).toBe(true);
  });

  test('a data folder that a browser host uses is refused in plain words', async () => {
    const home = folder();
    writeFileSync(join(home, 'studio.lock'), `${process.ppid} ?\n`);
    const { fake } = await boot({ home });
    expect(fake.exitCode).toBe(3);
    expect(fake.errorBoxes).toEqual([expect.stringContaining('already running')]);
    expect(fake.windows).toEqual([]);
  });

  test('a second start with a link brings the window to the front, also while live', async () => {
    const studio = await boot();
    const { fake } = studio;
    await studio.greet();
    await studio.goLive();
    fake.window.hide();
    fake.app.happen('second-instance', {}, ['/opt/vida3-studio', '--x', 'vida3://settings'], '/', undefined);
    expect(fake.window.shown).toBe(true);
    await vi.waitFor(() => expect(studio.event('desktop.wants')).toEqual({ what: 'show-settings' }));
    expect(studio.event('stream.snapshot')).toMatchObject({ phase: expect.stringMatching(/starting|live/) });
    fake.app.happen('second-instance', {}, ['/opt/vida3-studio', 'vida3://golive?now=1'], '/', undefined);
    await settle();
    expect(fake.notes).not.toContain('media stop');
    expect(fake.exitCode).toBeNull();
    expect(studio.log()).toContain('a link was ignored');
    expect(studio.log()).not.toContain('golive');
  });
});

describe('links', () => {
  test('one among the arguments of a cold start waits for its page', async () => {
    const studio = await boot({ argv: ['--flag', 'vida3://rehearsal'] });
    expect(studio.event('desktop.wants')).toBeUndefined();
    await studio.greet();
    await vi.waitFor(() => expect(studio.event('desktop.wants')).toEqual({ what: 'show-rehearsal' }));
  });

  test('open-url is taken, and twice is once', async () => {
    const studio = await boot();
    await studio.greet();
    const { fake } = studio;
    expect(fake.app.happen('open-url', {}, 'vida3://settings').prevented).toBe(true);
    fake.app.happen('open-url', {}, 'vida3://settings');
    fake.app.happen('open-url', {}, 'javascript:alert(1)');
    const wants = () => fake.window.webContents.texts.filter((text) => text.includes('"desktop.wants"'));
    await vi.waitFor(() => expect(wants()).not.toEqual([]));
    await settle();
    expect(wants()).toHaveLength(1);
  });

  test('what a sign-in brings back is no place to go, and in no log', async () => {
    const studio = await boot({ argv: ['vida3://auth/callback?code=00000000-first-code'] });
    await studio.greet();
    studio.fake.app.happen('open-url', {}, 'vida3://auth/callback?code=00000000-second-code');
    await settle();
    expect(studio.event('desktop.wants')).toBeUndefined();
    expect(studio.log()).not.toMatch(/first-code|second-code/);
  });

  test('only an installed program becomes the system’s choice for them', async () => {
    const note = 'app.setAsDefaultProtocolClient vida3';
    const checkout = await boot();
    expect(checkout.fake.notes).not.toContain(note);
    await checkout.dispose();
    expect((await boot({ packaged: true })).fake.notes).toContain(note);
  });
});

describe('secrets', () => {
  const KEY = { name: 'Channel', url: 'rtmp://127.0.0.1:1/live', key: 'a-stream-key', isDefault: true };

  test.each([
    ['there', 'keyring'],
    ['basic_text', process.platform === 'linux' ? 'basic' : 'keyring'],
    ['none', 'file'],
    ['broken', 'file'],
  ] as const)('a keyring that is %s means «%s», and the page is told', async (keyring, kind) => {
    const studio = await boot({ keyring });
    expect(await studio.command('app.hello', { protocol: 1 })).toMatchObject({
      secrets: kind,
      host: 'electron',
    });
  });

  test.each(['other-key', 'none', 'basic_text'] as const)(
    'after the keyring became «%s» the key is asked again, and nothing crashes',
    async (keyring) => {
      const home = folder();
      const first = await boot({ home });
      await first.greet();
      const { id } = (await first.command('destinations.save', KEY)) as { id: string };
      await first.dispose();
      const second = await boot({ home, keyring });
      await second.greet();
      await expect(second.command('stream.goLive', { destinationIds: [id] })).rejects.toThrow(
        'secrets.unreadable',
      );
      await second.command('destinations.save', { ...KEY, id });
      await second.command('stream.goLive', { destinationIds: [id] });
      expect(second.fake.exitCode).toBeNull();
    },
  );
});

test('what the file store sealed can be read where a keyring has come', async () => {
  const home = folder();
  const first = await boot({ home, keyring: 'none' });
  await first.greet();
  const saved = { name: 'Channel', url: 'rtmp://127.0.0.1:1/live', key: 'a-stream-key', isDefault: true };
  const { id } = (await first.command('destinations.save', saved)) as { id: string };
  await first.dispose();
  const second = await boot({ home });
  await second.greet();
  await second.command('stream.goLive', { destinationIds: [id] });
  expect(second.fake.notes).toContain('media start');
});

describe('processes that end', () => {
  test('a page that crashes is loaded again, greeted anew, and given a new media port', async () => {
    const studio = await boot();
    const { fake } = studio;
    await studio.greet();
    await studio.goLive();
    const { webContents } = fake.window;
    expect(webContents.ports).toHaveLength(1);
    webContents.happen('render-process-gone', {}, { reason: 'crashed', exitCode: 139 });
    await vi.waitFor(() =>
      expect(fake.window.urls).toEqual(['app://studio/index.html', 'app://studio/index.html']),
    );
    await expect(studio.command('studio.mute', { on: true })).rejects.toThrow('hello comes first');
    webContents.texts.length = 0;
    await studio.greet();
    expect(studio.event('studio.snapshot')).toMatchObject({ muted: false });
    expect(webContents.ports).toHaveLength(2);
    expect(fake.media[0]!.ports).toHaveLength(2);
    expect(studio.event('stream.snapshot')).toMatchObject({ phase: expect.stringMatching(/starting|live/) });
    expect(fake.notes).not.toContain('media stop');
    await vi.waitFor(() => expect(studio.event('app.notice')).toMatchObject({ reason: 'host.page-crashed' }));
  });

  test('a page that crashes again and again ends the program, the stream first', async () => {
    const studio = await boot();
    const { fake } = studio;
    await studio.greet();
    await studio.goLive();
    for (let i = 0; i < 4; i++) {
      fake.window.webContents.happen('render-process-gone', {}, { reason: 'oom', exitCode: 5 });
    }
    await vi.waitFor(() => expect(fake.exitCode).toBe(3), 10_000);
    inOrder(fake.notes, ['window destroy', 'media stop', 'media kill', 'dialog.showErrorBox', 'app.exit']);
    expect(fake.errorBoxes[0]).toContain('crashed again and again');
  });

  test('a media process that is killed while live is replaced, and the page gets a port to the new one', async () => {
    const studio = await boot();
    const { fake } = studio;
    await studio.greet();
    await studio.goLive();
    const { serviceName } = fake.media[0]!.options;
    const details = { type: 'Utility', reason: 'killed', exitCode: 9, serviceName };
    fake.app.happen('child-process-gone', {}, details);
    fake.media[0]!.end(9);
    await vi.waitFor(() => expect(fake.media).toHaveLength(2));
    await vi.waitFor(() =>
      expect(fake.media[1]!.messages).toContainEqual(expect.objectContaining({ type: 'start' })),
    );
    expect(fake.media[1]!.ports).toHaveLength(1);
    expect(fake.window.webContents.ports).toHaveLength(2);
    expect(studio.log()).toContain('a process of Chromium ended');
  });

  test('a media process that cannot be launched counts as ended', async () => {
    const studio = await boot({ launches: false });
    const { fake } = studio;
    await studio.greet();
    await studio.goLive();
    const name = fake.media[0]!.options.serviceName;
    const details = { type: 'Utility', reason: 'launch-failed', exitCode: 1, name };
    fake.app.happen('child-process-gone', {}, details);
    await vi.waitFor(() => expect(fake.media.length).toBeGreaterThan(1));
  });

  test('the media process knows nothing of the user’s environment', async () => {
    const { options, entry } = (await boot()).fake.media[0]!;
    expect(entry).toMatch(/[/\\]dist[/\\]main[/\\]media\.js$/);
    expect(options).toMatchObject({
      serviceName: expect.stringMatching(/^vida3-media-\d+$/),
      stdio: 'pipe',
      execArgv: [],
    });
    expect(Object.keys(options.env ?? {})).not.toContain('VIDA3_HOME');
  });

  test('a graphics process that ends and a page that hangs are noted', async () => {
    const studio = await boot();
    studio.fake.window.webContents.happen('unresponsive');
    expect(studio.log()).toContain('the page does not answer');
    studio.fake.app.happen('child-process-gone', {}, { type: 'GPU', reason: 'crashed', exitCode: 1 });
    expect(studio.log()).toContain('the graphics process ended');
  });
});

describe('the window', () => {
  test('closing it hides it while there is a tray; the tray brings it back', async () => {
    const studio = await boot();
    const { fake } = studio;
    await vi.waitFor(() => expect(fake.trays).toHaveLength(1));
    expect(fake.window.happen('close').prevented).toBe(true);
    expect(fake.window.shown).toBe(false);
    expect(fake.exitCode).toBeNull();
    if (process.platform !== 'darwin') fake.tray.events.fire('click');
    expect(fake.window.shown).toBe(true);
  });

  test.skipIf(process.platform === 'darwin')(
    'without a tray closing it means to quit, which asks while live',
    async () => {
      const studio = await boot({ hasTray: false });
      const { fake } = studio;
      await studio.greet();
      await studio.goLive();
      await vi.waitFor(() => expect(studio.event('stream.snapshot')).toMatchObject({ phase: 'live' }));
      expect(fake.window.happen('close').prevented).toBe(true);
      await vi.waitFor(() => expect(fake.questions).toHaveLength(1));
      await settle();
      expect([fake.exitCode, fake.window.shown]).toEqual([null, true]);
      fake.answers.push({ response: 0, checkboxChecked: false });
      fake.window.happen('close');
      await vi.waitFor(() => expect(fake.exitCode).toBe(0), 10_000);
      inOrder(fake.notes, ['media stop', 'window destroy', 'app.exit']);
    },
  );

  test('it opens where it was', async () => {
    const home = folder();
    const state = { x: 100, y: 60, width: 1280, height: 720, maximized: true };
    writeFileSync(join(home, 'window.json'), JSON.stringify(state));
    const { fake, dispose } = await boot({ home });
    expect(fake.window.options).toMatchObject({ x: 100, y: 60, width: 1280, height: 720 });
    expect(fake.window.maximized).toBe(true);
    await dispose();
    expect(JSON.parse(readFileSync(join(home, 'window.json'), 'utf8'))).toEqual({
      ...fake.window.getNormalBounds(),
      maximized: true,
    });
  });

  test('the end of the session ends the program without a question', async () => {
    const studio = await boot();
    await studio.greet();
    await studio.goLive();
    studio.fake.window.happen('session-end');
    await vi.waitFor(() => expect(studio.fake.exitCode).toBe(0), 10_000);
    expect(studio.fake.questions).toEqual([]);
    expect(studio.fake.notes).toContain('media stop');
  });
});

test('without FFmpeg the program says so and ends', async () => {
  const before = process.env['VIDA3_FFMPEG'];
  process.env['VIDA3_FFMPEG'] = '/nowhere/ffmpeg';
  try {
    const { fake } = await boot();
    expect(fake.exitCode).toBe(3);
    expect(fake.errorBoxes[0]).toMatch(/FFmpeg/);
    expect(fake.windows).toEqual([]);
  } finally {
    if (before === undefined) delete process.env['VIDA3_FFMPEG'];
    else process.env['VIDA3_FFMPEG'] = before;
  }
});
