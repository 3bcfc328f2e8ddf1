import type { MenuItemConstructorOptions, WebContents, WebFrameMain } from 'electron';
import { expect, vi } from 'vitest';
import { type Studio, sendAsPage } from './fake-studio.ts';

/**
 * What must hold of the booted program, as functions: the boot test calls them on the real program, the mutation test
 * on changed ones, where they must fail.
 */

export async function windowIsSandboxed({ fake }: Studio): Promise<void> {
  expect(fake.windows).toHaveLength(1);
  expect(fake.window.options.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    backgroundThrottling: false,
  });
  expect(fake.window.options.webPreferences?.preload).toMatch(/[/\\]dist[/\\]preload[/\\]index\.cjs$/);
  expect(fake.notes).toContain('app.enableSandbox');
}

export async function startsInOrder({ fake }: Studio): Promise<void> {
  inOrder(fake.notes, [
    'app.setPath userData',
    'app.requestSingleInstanceLock',
    'protocol.registerSchemesAsPrivileged',
    'app is ready',
    'protocol.handle app',
    'window made',
    'window load app://studio/index.html',
  ]);
  expect(fake.schemes).toEqual([
    {
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
  expect(fake.switches).toEqual(
    expect.arrayContaining([
      'disable-renderer-backgrounding',
      'disable-backgrounding-occluded-windows',
      'disable-background-timer-throttling',
      'disable-features=CalculateNativeWinOcclusion',
    ]),
  );
}

type Permission = Parameters<NonNullable<Studio['fake']['permissionCheck']>>[1];
const OWN = 'app://studio/index.html';
const ALLOWED: readonly Permission[] = ['media', 'display-capture', 'clipboard-sanitized-write'];
const REFUSED: readonly Permission[] = [
  'geolocation',
  'notifications',
  'usb',
  'hid',
  'serial',
  'midi',
  'clipboard-read',
  'fullscreen',
  'openExternal',
  'fileSystem',
  'idle-detection',
  'speaker-selection',
  'storage-access',
  'unknown',
];
const STRANGE_ORIGINS = [
  'https://evil.example/',
  'app://other/index.html',
  'app://studio.evil.example/',
  'app://studio@evil.example/',
  'app://user@studio/',
  'app://studio:81/',
  'file:///app://studio/',
  'null',
  '',
];

export async function permissionChecksAreStrict({ fake }: Studio): Promise<void> {
  const check = (permission: Permission, origin = OWN, details: object = {}, other = false) => {
    if (!fake.permissionCheck) return true;
    const contents = (other ? {} : fake.window.webContents) as unknown as WebContents;
    return fake.permissionCheck(contents, permission, origin, {
      isMainFrame: true,
      requestingUrl: origin,
      ...details,
    });
  };
  for (const permission of ALLOWED) expect(check(permission), permission).toBe(true);
  for (const permission of REFUSED) expect(check(permission), permission).toBe(false);
  for (const origin of STRANGE_ORIGINS) expect(check('media', origin), origin).toBe(false);
  expect(check('media', OWN, { isMainFrame: false })).toBe(false);
  expect(check('media', OWN, { embeddingOrigin: 'https://evil.example' })).toBe(false);
  expect(check('media', OWN, { securityOrigin: 'https://evil.example' })).toBe(false);
  expect(check('media', OWN, {}, true)).toBe(false);
  expect(fake.permissionCheck?.(null, 'media', OWN, { isMainFrame: true })).toBe(false);
}

export async function permissionRequestsAreStrict({ fake }: Studio): Promise<void> {
  const request = (permission: Permission, requestingUrl = OWN, details: object = {}, other = false) =>
    new Promise<boolean>((resolve) => {
      const contents = (other ? {} : fake.window.webContents) as unknown as WebContents;
      if (!fake.permissionRequest) resolve(true);
      fake.permissionRequest?.(contents, permission, resolve, {
        isMainFrame: true,
        requestingUrl,
        ...details,
      });
    });
  for (const permission of ALLOWED) expect(await request(permission), permission).toBe(true);
  expect(await request('media', OWN, { mediaTypes: ['video', 'audio'], securityOrigin: OWN })).toBe(true);
  for (const permission of REFUSED) expect(await request(permission), permission).toBe(false);
  for (const origin of STRANGE_ORIGINS) expect(await request('media', origin), origin).toBe(false);
  expect(await request('media', OWN, { isMainFrame: false })).toBe(false);
  expect(await request('media', OWN, { securityOrigin: 'https://evil.example' })).toBe(false);
  expect(await request('display-capture', OWN, {}, true)).toBe(false);
}

export async function devicesAreRefused({ fake }: Studio): Promise<void> {
  const details = { deviceType: 'usb' as const, origin: OWN, device: {} as never };
  expect(fake.devicePermission?.(details)).toBe(false);
}

export async function newWindowsAreDenied({ fake }: Studio): Promise<void> {
  const open = fake.window.webContents.openHandler;
  const details = {
    url: 'https://vida3.example/',
    frameName: '',
    features: '',
    disposition: 'new-window' as const,
  };
  expect(open?.({ ...details, referrer: { policy: 'default', url: '' } } as never)).toEqual({
    action: 'deny',
  });
}

export async function pageStaysWhereItIs({ fake }: Studio): Promise<void> {
  const { webContents } = fake.window;
  for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
    for (const url of [
      ...STRANGE_ORIGINS,
      'javascript:alert(1)',
      'data:text/html,x',
      'blob:app://studio/1',
    ]) {
      expect(webContents.happen(event, { url, isMainFrame: true }).prevented, `${event} ${url}`).toBe(true);
    }
    expect(webContents.happen(event, { url: OWN, isMainFrame: true }).prevented, event).toBe(false);
  }
  expect(webContents.happen('will-frame-navigate', { url: OWN, isMainFrame: false }).prevented).toBe(true);
}

export async function webviewsAreRefused({ fake }: Studio): Promise<void> {
  expect(fake.window.webContents.happen('will-attach-webview').prevented).toBe(true);
}

export async function answersAreProtected({ fake }: Studio): Promise<void> {
  const serve = async (path: string, init?: RequestInit) =>
    fake.serve!(new Request(`app://studio${path}`, init));
  const page = await serve('/index.html');
  expect(page.status).toBe(200);
  for (const answer of [page, await serve('/nothing'), await serve('/x', { method: 'DELETE' })]) {
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).toContain("connect-src 'self' blob: data:;");
    expect(policy).toContain("object-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/\bws:|http:|https:|\*|'unsafe-eval'/);
    expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(answer.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  }
}

export async function strangersAreNotHeard({ fake }: Studio): Promise<void> {
  const { webContents } = fake.window;
  const hello = JSON.stringify({ id: 1, command: 'app.hello', payload: { protocol: 1 } });
  const frame = (change: object) => ({ senderFrame: { url: OWN, parent: null, detached: false, ...change } });
  const strangers: readonly object[] = [
    { sender: {} },
    { senderFrame: null },
    frame({ parent: {} as WebFrameMain }),
    frame({ detached: true }),
    ...STRANGE_ORIGINS.map((url) => frame({ url })),
  ];
  for (const from of strangers) sendAsPage(fake, hello, from);
  for (const text of [undefined, null, 1, {}, ['x'], 'x'.repeat(1024 * 1024 + 1)]) sendAsPage(fake, text);
  await settle();
  expect(webContents.texts).toEqual([]);
  sendAsPage(fake, hello);
  await vi.waitFor(() => expect(webContents.texts.length).toBeGreaterThan(0));
}

/** Going live by the tray asks first; «always» is remembered. */
export async function trayGoLiveAsks(studio: Studio): Promise<void> {
  const { fake } = studio;
  await studio.greet();
  await studio.command('destinations.save', {
    name: 'Channel',
    url: 'rtmp://127.0.0.1:1/live',
    key: 'a-stream-key',
    isDefault: true,
  });
  await vi.waitFor(() => expect(trayItem(studio, 'go-live').enabled).toBe(true));
  clickTray(studio, 'go-live');
  await vi.waitFor(() => expect(fake.questions).toHaveLength(1));
  expect(fake.questions[0]).toMatchObject({ cancelId: 1, checkboxLabel: expect.any(String) });
  await settle();
  expect(fake.notes).not.toContain('media start');
  fake.answers.push({ response: 0, checkboxChecked: true });
  clickTray(studio, 'go-live');
  await vi.waitFor(() => expect(fake.notes).toContain('media start'));
  await vi.waitFor(() =>
    expect(studio.event('studio.snapshot')).toMatchObject({ settings: { skipConfirm: true } }),
  );
}

/** Quitting while live asks; then everything ends before the program leaves. */
export async function quitAsksAndStops(studio: Studio): Promise<void> {
  const { fake } = studio;
  await studio.greet();
  await studio.goLive();
  await vi.waitFor(() => expect(studio.event('stream.snapshot')).toMatchObject({ phase: 'live' }));
  expect(fake.awake.size).toBe(1);
  fake.answers.push({ response: 1, checkboxChecked: false });
  expect(fake.app.happen('before-quit').prevented).toBe(true);
  await vi.waitFor(() => expect(fake.questions).toHaveLength(1));
  await settle();
  expect(fake.exitCode).toBeNull();
  expect(fake.notes).not.toContain('media stop');
  fake.answers.push({ response: 0, checkboxChecked: false });
  expect(fake.app.happen('before-quit').prevented).toBe(true);
  await vi.waitFor(() => expect(fake.exitCode).toBe(0), 10_000);
  inOrder(fake.notes, ['media stop', 'media kill', 'window destroy', 'app.exit']);
  expect(fake.awake.size).toBe(0);
  expect(fake.shortcuts.size).toBe(0);
}

/** Every item of the tray's menu, those of menus in it too. */
export function trayItems({ fake }: Studio): readonly MenuItemConstructorOptions[] {
  const flat = (items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
    items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);
  return flat(fake.tray.menu?.template ?? []);
}

export function trayItem(studio: Studio, id: string): MenuItemConstructorOptions {
  const item = trayItems(studio).find((each) => each.id === id);
  if (!item) throw new Error(`the tray has no ${id}`);
  return item;
}

export function clickTray(studio: Studio, id: string): void {
  const { click } = trayItem(studio, id);
  (click as () => void)();
}

/** The notes hold these, one after the other. */
export function inOrder(notes: readonly string[], expected: readonly string[]): void {
  let from = 0;
  for (const each of expected) {
    const at = notes.indexOf(each, from);
    expect(at, `${each} comes after what is before it in ${notes.join(', ')}`).toBeGreaterThanOrEqual(0);
    from = at + 1;
  }
}

/** Lets everything that has been asked for happen. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}
