import type {
  App,
  BrowserWindow,
  BrowserWindowConstructorOptions,
  CustomScheme,
  DesktopCapturerSource,
  ForkOptions,
  IpcMain,
  Menu,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  NativeImage,
  ProcessMetric,
  Protocol,
  Session,
  Tray,
} from 'electron';
import { type FakeNotes, FakePort, FakeUtilityProcess, FakeWindow, USED_EVENTS } from './fake-objects.ts';
import { FakeEmitter, strict } from './fake-strict.ts';
import type { FakeElectronOptions, Used } from './fake-types.ts';

/** Above what any system gives out: whoever kills it hits nothing. */
const NO_SUCH_PID = 1_000_000_000;

type CheckHandler = NonNullable<Parameters<Session['setPermissionCheckHandler']>[0]>;
type RequestHandler = NonNullable<Parameters<Session['setPermissionRequestHandler']>[0]>;
type DeviceHandler = NonNullable<Parameters<Session['setDevicePermissionHandler']>[0]>;
type DisplayHandler = NonNullable<Parameters<Session['setDisplayMediaRequestHandler']>[0]>;
type SchemeHandler = Parameters<Protocol['handle']>[1];

/** A menu or a tray as a person would see it. */
export interface ShownMenu {
  readonly template: readonly MenuItemConstructorOptions[];
}
export interface ShownTray {
  image: string;
  tooltip: string;
  menu: ShownMenu | null;
  destroyed: boolean;
  readonly events: FakeEmitter;
}

/**
 * Electron as a test sees it: it records what the program does, in order, and lets the test be the system, the user
 * and the page. Whatever it does not know, it refuses.
 */
export class FakeElectron implements FakeNotes {
  readonly options: FakeElectronOptions;
  /** Everything that was done, in order. */
  readonly notes: string[] = [];
  readonly paths = new Map<string, string>();
  readonly switches: string[] = [];
  readonly schemes: CustomScheme[] = [];
  readonly windows: FakeWindow[] = [];
  readonly media: FakeUtilityProcess[] = [];
  readonly trays: ShownTray[] = [];
  readonly shortcuts = new Map<string, () => void>();
  readonly questions: MessageBoxOptions[] = [];
  /** Of every question: whether it belongs to a window. */
  readonly attached: boolean[] = [];
  readonly errorBoxes: string[] = [];
  /** Addresses that were given to the system's browser. */
  readonly opened: string[] = [];
  readonly awake = new Set<number>();
  readonly answers: { response: number; checkboxChecked: boolean }[];
  readonly app = new FakeEmitter('app', USED_EVENTS.App);
  readonly ipc = new Map<string, ((...args: unknown[]) => void)[]>();
  permissionCheck: CheckHandler | null = null;
  permissionRequest: RequestHandler | null = null;
  devicePermission: DeviceHandler | null = null;
  displayMedia: DisplayHandler | null = null;
  serve: SchemeHandler | null = null;
  pageUrl = '';
  exitCode: number | null = null;
  #ready = false;
  #ids = 0;

  constructor(options: FakeElectronOptions = {}) {
    this.options = options;
    this.answers = [...(options.answers ?? [])];
  }

  note(what: string): void {
    this.notes.push(what);
    this.options.onNote?.(what);
  }

  onMediaMessage(message: unknown, child: FakeUtilityProcess): void {
    this.options.media?.(message, child);
  }

  get window(): FakeWindow {
    const window = this.windows.at(-1);
    if (!window) throw new Error('there is no window');
    return window;
  }

  get tray(): ShownTray {
    const tray = this.trays.at(-1);
    if (!tray) throw new Error('there is no tray');
    return tray;
  }

  /** What `import … from 'electron'` gives. */
  module(): Record<string, unknown> {
    const used = this.#used();
    const { app, session, dialog, ...plain } = used;
    const parts: Record<string, unknown> = {};
    for (const [name, part] of Object.entries(plain)) parts[name] = strict(name, part);
    const fakeApp = Object.assign(this.app, app, {
      commandLine: strict('app.commandLine', {
        appendSwitch: (name: string, value?: string) => {
          this.#beforeReady('app.commandLine.appendSwitch');
          this.switches.push(value === undefined ? name : `${name}=${value}`);
        },
        getSwitchValue: (name: string) =>
          this.switches.findLast((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? '',
      } satisfies Pick<App['commandLine'], 'appendSwitch' | 'getSwitchValue'>),
    });
    return {
      ...parts,
      app: strict('app', fakeApp),
      session: strict('session', { defaultSession: strict('session.defaultSession', session) }),
      dialog: strict('dialog', { ...dialog, showMessageBox: this.#showMessageBox }),
      ipcMain: strict('ipcMain', this.#ipcMain()),
      Menu: this.#menu(),
      nativeImage: strict('nativeImage', {
        createFromPath: (path: string) => ({ isEmpty: () => false, path }),
      }),
      utilityProcess: strict('utilityProcess', {
        fork: (entry: string, _args: string[], options: ForkOptions) => this.#fork(entry, options),
      }),
      BrowserWindow: this.#windowClass(),
      Tray: this.#trayClass(),
      MessageChannelMain: class {
        readonly port1 = strict('MessagePortMain', new FakePort());
        readonly port2 = strict('MessagePortMain', new FakePort());
      },
    };
  }

  #used(): Used {
    const { options } = this;
    return {
      app: {
        isPackaged: options.packaged ?? false,
        setPath: (name, path) => {
          this.note(`app.setPath ${name}`);
          this.paths.set(name, path);
        },
        requestSingleInstanceLock: () => {
          this.note('app.requestSingleInstanceLock');
          return options.lock ?? true;
        },
        exit: (code = 0) => {
          this.note('app.exit');
          this.exitCode ??= code;
        },
        quit: () => {
          if (!this.app.happen('before-quit').prevented) this.note('app quits by itself');
        },
        enableSandbox: () => {
          this.#beforeReady('app.enableSandbox');
          this.note('app.enableSandbox');
        },
        whenReady: () =>
          new Promise((resolve) =>
            setImmediate(() => {
              this.#ready = true;
              this.note('app is ready');
              resolve();
            }),
          ),
        setAsDefaultProtocolClient: (protocol) => {
          this.note(`app.setAsDefaultProtocolClient ${protocol}`);
          return true;
        },
        getAppMetrics: () => [...(options.metrics ?? [])] as ProcessMetric[],
      },
      protocol: {
        registerSchemesAsPrivileged: (schemes) => {
          this.#beforeReady('protocol.registerSchemesAsPrivileged');
          this.note('protocol.registerSchemesAsPrivileged');
          this.schemes.push(...schemes);
        },
        handle: (scheme, handler) => {
          this.#whenReady('protocol.handle');
          this.note(`protocol.handle ${scheme}`);
          this.serve = handler;
        },
        unhandle: (scheme) => this.note(`protocol.unhandle ${scheme}`),
      },
      session: {
        setPermissionCheckHandler: (handler) => {
          this.permissionCheck = handler;
        },
        setPermissionRequestHandler: (handler) => {
          this.permissionRequest = handler;
        },
        setDevicePermissionHandler: (handler) => {
          this.devicePermission = handler;
        },
        setDisplayMediaRequestHandler: (handler) => {
          this.displayMedia = handler;
        },
      },
      dialog: {
        showErrorBox: (_title, content) => {
          this.note('dialog.showErrorBox');
          this.errorBoxes.push(content);
        },
      },
      globalShortcut: {
        register: (accelerator, pressed) => {
          this.#whenReady('globalShortcut.register');
          if (options.taken?.includes(accelerator)) return false;
          this.shortcuts.set(accelerator, pressed);
          return true;
        },
        unregisterAll: () => this.shortcuts.clear(),
      },
      powerSaveBlocker: {
        start: (type) => {
          this.note(`powerSaveBlocker.start ${type}`);
          this.awake.add(++this.#ids);
          return this.#ids;
        },
        stop: (id) => this.awake.delete(id),
      },
      safeStorage: this.#safeStorage(),
      screen: {
        getAllDisplays: () =>
          (options.workAreas ?? [{ x: 0, y: 0, width: 1920, height: 1040 }]).map((workArea) => ({
            workArea,
          })),
      },
      systemPreferences: {
        getMediaAccessStatus: () => options.screenAccess ?? 'granted',
        askForMediaAccess: async (type) => {
          this.note(`systemPreferences.askForMediaAccess ${type}`);
          return options.cameraAccess ?? true;
        },
      },
      shell: {
        openExternal: async (url) => {
          if (!(options.hasBrowser ?? true)) throw new Error(`Failed to open: ${url}`);
          this.opened.push(url);
        },
      },
      desktopCapturer: {
        getSources: async () => {
          if (options.capturing === 'fails') throw new Error('Failed to get sources.');
          const thumbnail = { isEmpty: () => false, toJPEG: () => Buffer.from('jpeg') };
          return (options.sources ?? []).map(
            (source) => ({ ...source, thumbnail }) as unknown as DesktopCapturerSource,
          );
        },
      },
    };
  }

  #safeStorage(): Used['safeStorage'] {
    const keyring = this.options.keyring ?? 'there';
    const key = keyring === 'other-key' ? 0x55 : 0x2a;
    return {
      isAsyncEncryptionAvailable: async () => {
        this.#whenReady('safeStorage');
        if (keyring === 'broken') throw new Error('no session bus');
        return keyring !== 'none';
      },
      encryptStringAsync: async (text) => Buffer.from([key, ...Buffer.from(text).map((byte) => byte ^ key)]),
      decryptStringAsync: async (sealed) => {
        if (sealed[0] !== key) throw new Error('Error while decrypting the ciphertext provided.');
        const result = Buffer.from(sealed.subarray(1).map((byte) => byte ^ key)).toString();
        return { shouldReEncrypt: false, result };
      },
      getSelectedStorageBackend: () => (keyring === 'basic_text' ? 'basic_text' : 'gnome_libsecret'),
    };
  }

  readonly #showMessageBox = async (...args: unknown[]) => {
    this.note('dialog.showMessageBox');
    this.questions.push(args.at(-1) as MessageBoxOptions);
    this.attached.push(args.length > 1);
    return (
      this.answers.shift() ?? {
        response: (args.at(-1) as MessageBoxOptions).cancelId ?? 0,
        checkboxChecked: false,
      }
    );
  };

  #ipcMain(): Pick<IpcMain, 'on' | 'off'> {
    const of = (channel: string) => {
      const listeners = this.ipc.get(channel) ?? [];
      this.ipc.set(channel, listeners);
      return listeners;
    };
    const fake = {
      on: (channel: string, listener: (...args: unknown[]) => void) => void of(channel).push(listener),
      off: (channel: string, listener: (...args: unknown[]) => void) => {
        this.ipc.set(
          channel,
          of(channel).filter((each) => each !== listener),
        );
      },
    };
    return fake as unknown as Pick<IpcMain, 'on' | 'off'>;
  }

  #menu() {
    return strict('Menu', {
      buildFromTemplate: (template: MenuItemConstructorOptions[]) => ({ template }) as unknown as Menu,
      setApplicationMenu: () => undefined,
    } satisfies Pick<typeof Menu, 'buildFromTemplate' | 'setApplicationMenu'>);
  }

  #fork(entry: string, options: ForkOptions): FakeUtilityProcess {
    this.#whenReady('utilityProcess.fork');
    this.note('media fork');
    const child = new FakeUtilityProcess(this, entry, options);
    this.media.push(child);
    if (this.options.launches ?? true) setImmediate(() => child.launch(NO_SUCH_PID + this.media.length));
    return strict('UtilityProcess', child);
  }

  #windowClass() {
    const fake = this;
    return function FakeBrowserWindow(options: BrowserWindowConstructorOptions) {
      fake.#whenReady('BrowserWindow');
      const window = new FakeWindow(fake, options);
      fake.windows.push(window);
      fake.note('window made');
      fake.app.happen('web-contents-created', {}, window.webContents);
      return strict('BrowserWindow', window);
    } as unknown as typeof BrowserWindow;
  }

  #trayClass() {
    const fake = this;
    const pathOf = (image: unknown) => String(Reflect.get(image as object, 'path'));
    return function FakeTray(image: NativeImage) {
      fake.#whenReady('Tray');
      fake.note('tray tried');
      if (!(fake.options.hasTray ?? true)) throw new Error('this desktop has no tray');
      const events = new FakeEmitter('Tray', USED_EVENTS.Tray);
      const shown: ShownTray = { image: pathOf(image), tooltip: '', menu: null, destroyed: false, events };
      fake.trays.push(shown);
      return strict('Tray', {
        on: (event: string, listener: () => void) => events.on(event, listener),
        setImage: (next: unknown) => {
          shown.image = pathOf(next);
        },
        setToolTip: (text: string) => {
          shown.tooltip = text;
        },
        setContextMenu: (menu: unknown) => {
          shown.menu = menu as ShownMenu;
        },
        destroy: () => {
          shown.destroyed = true;
        },
      } satisfies Record<
        keyof Pick<Tray, 'on' | 'setImage' | 'setToolTip' | 'setContextMenu' | 'destroy'>,
        unknown
      >);
    } as unknown as typeof Tray;
  }

  #beforeReady(what: string): void {
    if (this.#ready) throw new Error(`fake electron: ${what} after ready`);
  }

  #whenReady(what: string): void {
    if (!this.#ready) throw new Error(`fake electron: ${what} before ready`);
  }
}
