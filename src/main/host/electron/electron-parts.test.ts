import type { ProcessMetric, WebContents } from 'electron';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLog } from '../../logging/log.ts';
import type { TrayModel } from '../port.ts';
import { FakeElectron } from './fake-electron.ts';
import type { FakeElectronOptions } from './fake-types.ts';

/** Parts of the host on the systems this test does not run on. */
const realPlatform = process.platform;
const OWN = 'app://studio/index.html';

function onPlatform(platform: NodeJS.Platform): void {
  Object.defineProperty(process, 'platform', { value: platform });
}

/** The fake, ready, in place of Electron for what is imported after it. */
async function ready(options: FakeElectronOptions = {}): Promise<FakeElectron> {
  const fake = new FakeElectron(options);
  vi.doMock('electron', () => fake.module());
  const { app } = (await import('electron')) as { app: { whenReady(): Promise<void> } };
  await app.whenReady();
  return fake;
}

beforeEach(() => void vi.resetModules());
afterEach(() => onPlatform(realPlatform));

describe('camera and microphone on macOS', () => {
  const ask = async (options: FakeElectronOptions, mediaTypes: ('video' | 'audio')[]) => {
    onPlatform('darwin');
    const fake = await ready(options);
    const { installPermissions } = await import('./permissions.ts');
    const { session } = await import('electron');
    installPermissions(session.defaultSession, () => true, silentLog);
    const allowed = await new Promise<boolean>((resolve) =>
      fake.permissionRequest?.({} as WebContents, 'media', resolve, {
        isMainFrame: true,
        requestingUrl: OWN,
        mediaTypes,
      }),
    );
    return { allowed, asked: fake.notes.filter((note) => note.startsWith('systemPreferences')) };
  };

  test('the system is asked for each of them', async () => {
    expect(await ask({}, ['video', 'audio'])).toEqual({
      allowed: true,
      asked: ['systemPreferences.askForMediaAccess camera', 'systemPreferences.askForMediaAccess microphone'],
    });
  });

  test('what the system denies the page does not get', async () => {
    expect(await ask({ cameraAccess: false }, ['video'])).toMatchObject({ allowed: false });
  });
});

describe("the user's own browser", () => {
  const open = async (url: string, options: FakeElectronOptions = {}) => {
    const fake = await ready(options);
    const { openExternal } = await import('./external.ts');
    const said: string[] = [];
    const warn = (message: string, fields?: object) => void said.push(message + JSON.stringify(fields));
    return { is: await openExternal(url, { ...silentLog, warn }), opened: fake.opened, said: said.join() };
  };

  test('is given addresses of the web and of this machine, and nothing else', async () => {
    const url = 'https://project.example/auth/v1/authorize?code_challenge=abc';
    expect(await open(url)).toMatchObject({ is: true, opened: [url] });
    expect(await open('http://127.0.0.1:54321/x')).toMatchObject({ is: true });
    for (const bad of ['file:///etc/passwd', 'http://example.com/', 'vida3://open', 'smb://host/share']) {
      expect(await open(bad)).toMatchObject({ is: false, opened: [] });
    }
  });

  test('may not be there; the log does not repeat the address', async () => {
    const { is, said } = await open('https://project.example/?code_challenge=abc', { hasBrowser: false });
    expect(is).toBe(false);
    expect(said).toContain('no browser');
    expect(said).not.toContain('abc');
  });
});

describe('capturing', () => {
  const SOURCES = [
    { id: 'screen:0:0', name: 'Entire Screen' },
    { id: 'window:own:1', name: 'VIDA³ Studio' },
    { id: 'window:7:0', name: `${'n'.repeat(300)}` },
  ];
  const make = async (options: FakeElectronOptions) => {
    const fake = await ready(options);
    const { Captures } = await import('./capture.ts');
    const { session } = await import('electron');
    const captures = new Captures({ ownSource: () => 'window:own:1', log: silentLog });
    captures.install(session.defaultSession);
    const request = (change: object = {}) =>
      new Promise((resolve) =>
        fake.displayMedia?.(
          {
            frame: { url: OWN, parent: null },
            securityOrigin: 'app://studio/',
            videoRequested: true,
            audioRequested: false,
            userGesture: true,
            ...change,
          } as never,
          resolve,
        ),
      );
    return { captures, request };
  };

  test('lists screens and windows with small pictures, but not the studio itself', async () => {
    const { captures } = await make({ sources: SOURCES });
    const listed = await captures.list();
    expect(listed.map(({ id, kind }) => [id, kind])).toEqual([
      ['screen:0:0', 'screen'],
      ['window:7:0', 'window'],
    ]);
    expect(listed[1]!.name).toHaveLength(256);
    expect(listed[0]!.thumbnail).toBe(`data:image/jpeg;base64,${Buffer.from('jpeg').toString('base64')}`);
  });

  test('the page gets what was chosen, once', async () => {
    const { captures, request } = await make({ sources: SOURCES });
    expect(await request()).toBeNull();
    await captures.list();
    captures.choose('screen:0:0');
    expect(await request()).toEqual({ video: { id: 'screen:0:0', name: 'Entire Screen' } });
    expect(await request()).toBeNull();
  });

  test.each([
    ['win32', { audio: 'loopback' }],
    ['linux', {}],
  ] as const)('the sound of the machine comes along where the system gives it: %s', async (system, sound) => {
    const platform = vi.spyOn(process, 'platform', 'get').mockReturnValue(system);
    try {
      const { captures, request } = await make({ sources: SOURCES });
      await captures.list();
      captures.choose('screen:0:0');
      const video = { id: 'screen:0:0', name: 'Entire Screen' };
      expect(await request({ audioRequested: true })).toEqual({ video, ...sound });
    } finally {
      platform.mockRestore();
    }
  });

  test.each([
    [{ securityOrigin: 'https://evil.example/' }],
    [{ frame: null }],
    [{ frame: { url: OWN, parent: {} } }],
    [{ frame: { url: 'https://evil.example/', parent: null } }],
    [{ videoRequested: false }],
  ])('a request with %j gets nothing, and the choice is spent', async (change) => {
    const { captures, request } = await make({ sources: SOURCES });
    await captures.list();
    captures.choose('screen:0:0');
    expect(await request(change)).toBeNull();
    expect(await request()).toBeNull();
  });

  test('an id that was not listed cannot be chosen', async () => {
    const { captures } = await make({ sources: SOURCES });
    expect(() => captures.choose('screen:0:0')).toThrow('capture.failed');
    await captures.list();
    expect(() => captures.choose('window:own:1')).toThrow('capture.failed');
  });

  test('a system that gives no list says so', async () => {
    const { captures } = await make({ capturing: 'fails' });
    await expect(captures.list()).rejects.toMatchObject({ reason: 'capture.failed' });
  });

  test('on macOS a denied screen is told as denied', async () => {
    onPlatform('darwin');
    const { captures } = await make({ sources: SOURCES, screenAccess: 'denied' });
    await expect(captures.list()).rejects.toMatchObject({ reason: 'capture.denied' });
  });
});

describe('the tray', () => {
  const MODEL: TrayModel = {
    icon: 'idle',
    tooltip: 'VIDA³ Studio',
    items: [
      { kind: 'label', label: 'Salt & Pepper' },
      { kind: 'separator' },
      {
        kind: 'action',
        id: 'go-live',
        label: 'Go live',
        enabled: false,
        check: null,
        accelerator: 'Mod+Shift+L',
      },
      {
        kind: 'menu',
        label: 'Scenes',
        items: [
          {
            kind: 'action',
            id: 'scene:1',
            label: 'One',
            enabled: true,
            check: { on: true, radio: true },
            accelerator: null,
          },
        ],
      },
    ],
  };

  const make = async (options: FakeElectronOptions = {}) => {
    const fake = await ready(options);
    const { StudioTray } = await import('./tray.ts');
    const clicks: string[] = [];
    const tray = new StudioTray({ iconsDir: '/icons', onClick: () => clicks.push('icon'), log: silentLog });
    tray.onAction((id) => clicks.push(id));
    return { fake, tray, clicks };
  };

  test('shows the model', async () => {
    onPlatform('linux');
    const { fake, tray } = await make();
    expect(tray.isThere).toBe(false);
    tray.show(MODEL);
    expect(fake.tray).toMatchObject({ image: '/icons/tray-idle.png', tooltip: 'VIDA³ Studio' });
    expect(fake.tray.menu?.template).toMatchObject([
      { label: 'Salt && Pepper', enabled: false },
      { type: 'separator' },
      {
        id: 'go-live',
        label: 'Go live',
        enabled: false,
        accelerator: 'CommandOrControl+Shift+L',
        registerAccelerator: false,
      },
      { label: 'Scenes', submenu: [{ id: 'scene:1', type: 'radio', checked: true, enabled: true }] },
    ]);
  });

  test.each(['idle', 'live', 'reconnecting', 'error'] as const)('has an icon for %s', async (icon) => {
    onPlatform('darwin');
    const { fake, tray } = await make();
    tray.show(MODEL);
    tray.show({ ...MODEL, icon });
    expect(fake.trays).toHaveLength(1);
    expect(fake.tray.image).toBe(`/icons/tray-${icon}Template.png`);
  });

  test('keeps an open menu when nothing in it has changed, and makes it anew after a click', async () => {
    const { fake, tray, clicks } = await make();
    tray.show(MODEL);
    const menu = fake.tray.menu;
    tray.show({ ...MODEL, tooltip: 'Live 0:01' });
    expect(fake.tray.menu).toBe(menu);
    const [scene] = menu!.template[3]!.submenu as Electron.MenuItemConstructorOptions[];
    (scene!.click as () => void)();
    expect(clicks).toEqual(['scene:1']);
    expect(fake.tray.menu).not.toBe(menu);
  });

  test('a desktop that has none is asked for it once', async () => {
    const { fake, tray } = await make({ hasTray: false });
    for (const icon of ['idle', 'live', 'error'] as const) tray.show({ ...MODEL, icon });
    expect([tray.isThere, fake.notes.filter((note) => note === 'tray tried').length]).toEqual([false, 1]);
  });

  test('a click on the icon opens the window, but on macOS the menu', async () => {
    onPlatform('win32');
    const windows = await make();
    windows.tray.show(MODEL);
    windows.fake.tray.events.fire('click');
    expect(windows.clicks).toEqual(['icon']);
    onPlatform('darwin');
    windows.tray.destroy();
    windows.tray.show(MODEL);
    expect(windows.fake.tray.events.listenerCount('click')).toBe(0);
  });
});

describe('the processes of the page', () => {
  const metric = (type: ProcessMetric['type'], pid: number, megabytes: number) => ({
    ...{ type, pid },
    memory: { workingSetSize: megabytes * 1024, peakWorkingSetSize: 0 },
  });

  test('are all of Chromium but the program and the media engine, the page first', async () => {
    await ready({
      metrics: [
        metric('Browser', 1, 80),
        metric('GPU', 2, 60),
        metric('Utility', 3, 50),
        metric('Tab', 4, 90),
      ],
    });
    const { pageMemoryMb, pagePids } = await import('./page-processes.ts');
    expect([pagePids(3), pageMemoryMb(3)]).toEqual([[4, 2], 150]);
    expect([pagePids(undefined), pageMemoryMb(undefined)]).toEqual([[4, 2, 3], 200]);
  });
});

describe('the media process', () => {
  const start = async () => {
    const fake = await ready();
    const { startUtilityMedia } = await import('./media-process.ts');
    const said: string[] = [];
    const say = (message: string) => void said.push(message);
    const log = { ...silentLog, info: say, warn: say, error: say };
    const media = startUtilityMedia('/media.js', log);
    await vi.waitFor(() => expect(media.pid).toBeDefined());
    return { fake, media, said, child: fake.media[0]! };
  };

  test('is heard when it keeps to the protocol, and only then', async () => {
    const { media, child, said } = await start();
    const heard: string[] = [];
    media.onMessage(({ type }) => heard.push(type));
    for (const message of [null, 'ready', { type: 'evil' }, { type: 'status', status: {} }]) {
      child.fire('message', message);
    }
    expect(said).toHaveLength(4);
    child.fire('message', { type: 'log', level: 'info', message: 'hello' });
    child.fire('message', { type: 'stopped', leftOver: [] });
    expect(heard).toEqual(['log', 'stopped']);
    expect(said.at(-1)).toBe('hello');
  });

  test('its end is told once, and to those who ask later', async () => {
    const { media, child } = await start();
    const exits: unknown[] = [];
    media.onExit((exit) => exits.push(exit));
    child.end(9);
    child.fire('exit', 9);
    media.onExit((exit) => exits.push(exit));
    const exit = { code: 9, signal: null, expected: false };
    expect(exits).toEqual([exit, exit]);
    media.send({ type: 'stop' });
    expect(child.messages).toEqual([]);
    await media.kill();
  });

  test('one that does not end when asked is killed, and not waited for without end', async () => {
    const { media, child } = await start();
    Object.defineProperty(child, 'kill', { value: () => true, configurable: true });
    vi.useFakeTimers();
    try {
      const killed = media.kill();
      await vi.advanceTimersByTimeAsync(6_000);
      await killed;
    } finally {
      vi.useRealTimers();
    }
  });

  test('a page that is gone leaves no open port behind', async () => {
    const { media, child } = await start();
    const ends: { closed: boolean }[] = [];
    const page = {
      isDestroyed: () => false,
      postMessage: (_channel: string, _message: unknown, [port]: { closed: boolean }[]) => {
        ends.push(port!);
        throw new Error('Object has been destroyed');
      },
    };
    media.connect(page as unknown as WebContents);
    expect(child.ports).toHaveLength(1);
    expect(ends[0]!.closed).toBe(true);
    media.connect({ isDestroyed: () => true } as unknown as WebContents);
    expect(child.ports).toHaveLength(1);
  });
});

test('the fake refuses what it does not know', async () => {
  await ready();
  const { app, session } = (await import('electron')) as unknown as Record<
    string,
    Record<string, () => void>
  >;
  expect(() => app!['relaunch']?.()).toThrow('fake electron: app.relaunch is not known');
  expect(() => (app!['on'] as (event: string, f: () => void) => void)('ready', () => undefined)).toThrow(
    "app.on('ready') is not known",
  );
  expect(() => session!['fromPartition']?.()).toThrow('is not known');
});
