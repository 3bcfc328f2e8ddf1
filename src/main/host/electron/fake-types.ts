import type {
  App,
  DesktopCapturer,
  Dialog,
  Display,
  GlobalShortcut,
  PowerSaveBlocker,
  ProcessMetric,
  Protocol,
  Rectangle,
  SafeStorage,
  Screen,
  Session,
  Shell,
  SystemPreferences,
} from 'electron';
import type { FakeUtilityProcess } from './fake-objects.ts';

export interface FakeElectronOptions {
  /** False: another instance holds the lock. */
  readonly lock?: boolean;
  readonly packaged?: boolean;
  readonly workAreas?: readonly Rectangle[];
  /** `other-key`: what was sealed before cannot be opened; `broken`: asking fails. */
  readonly keyring?: 'there' | 'none' | 'broken' | 'basic_text' | 'other-key';
  /** False: a desktop that has no tray. */
  readonly hasTray?: boolean;
  /** Accelerators that another program has. */
  readonly taken?: readonly string[];
  readonly sources?: readonly { id: string; name: string }[];
  readonly capturing?: 'works' | 'fails';
  readonly screenAccess?: ReturnType<SystemPreferences['getMediaAccessStatus']>;
  readonly cameraAccess?: boolean;
  /** The program's own processes. */
  readonly metrics?: readonly Pick<ProcessMetric, 'type' | 'pid' | 'memory'>[];
  /** False: the system has no browser. */
  readonly hasBrowser?: boolean;
  /** What a person answers to the next questions. */
  readonly answers?: { response: number; checkboxChecked: boolean }[];
  /** False: the media process never gets as far as running. */
  readonly launches?: boolean;
  /** Told everything that is done, as it is done. */
  readonly onNote?: (what: string) => void;
  /** Answers main as the media process would. */
  readonly media?: (message: unknown, child: FakeUtilityProcess) => void;
}

/** The part of each of Electron's objects that the program uses, in the types of electron.d.ts. */
export interface Used {
  app: Pick<
    App,
    | 'isPackaged'
    | 'setPath'
    | 'requestSingleInstanceLock'
    | 'exit'
    | 'quit'
    | 'enableSandbox'
    | 'whenReady'
    | 'setAsDefaultProtocolClient'
    | 'getAppMetrics'
  >;
  protocol: Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle' | 'unhandle'>;
  session: Pick<
    Session,
    | 'setPermissionCheckHandler'
    | 'setPermissionRequestHandler'
    | 'setDevicePermissionHandler'
    | 'setDisplayMediaRequestHandler'
  >;
  dialog: Pick<Dialog, 'showErrorBox'>;
  globalShortcut: Pick<GlobalShortcut, 'register' | 'unregisterAll'>;
  powerSaveBlocker: Pick<PowerSaveBlocker, 'start' | 'stop'>;
  safeStorage: Pick<
    SafeStorage,
    'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
  >;
  screen: { getAllDisplays(): Pick<Display, 'workArea'>[] } & Record<
    keyof Pick<Screen, 'getAllDisplays'>,
    unknown
  >;
  systemPreferences: Pick<SystemPreferences, 'getMediaAccessStatus' | 'askForMediaAccess'>;
  desktopCapturer: Pick<DesktopCapturer, 'getSources'>;
  shell: Pick<Shell, 'openExternal'>;
}
