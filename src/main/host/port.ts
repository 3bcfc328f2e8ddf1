import type { Readable } from 'node:stream';
import type { CaptureSource } from '../../shared/ipc/desktop.ts';
import type { Router } from '../ipc/router.ts';
import type { Log } from '../logging/log.ts';
import type { MainToMedia, MediaToMain } from '../media/protocol.ts';

/** A file or a stream that the page may load from its own origin. */
export type Asset = ({ readonly path: string } | { readonly stream: Readable }) & { readonly type: string };

/** Resolves what stands behind `/<mount>/<name>`; null is a 404. Names come percent-decoded, without `..`. */
export type AssetResolver = (name: string) => Promise<Asset | null>;

/** The process of the media engine as main sees it. */
export interface MediaProcess {
  send(message: MainToMedia): void;
  onMessage(listener: (message: MediaToMain) => void): void;
  /** Fires once, also after kill(). `expected` is true when kill() asked for it. */
  onExit(listener: (exit: { code: number | null; signal: string | null; expected: boolean }) => void): void;
  readonly pid: number | undefined;
  /** Asks it to end, then kills it; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Keeps secrets of the user at rest. A sealed value is opaque and of use on this machine only. */
export interface SecretStore {
  /** `basic`: the system gives no keyring, what is sealed is only disguised. `file`: encrypted beside its key. */
  readonly kind: 'keyring' | 'file' | 'basic';
  seal(plain: string): Promise<Uint8Array>;
  /** @throws ReasonError `secrets.unreadable` */
  open(sealed: Uint8Array): Promise<string>;
}

export interface PageOptions {
  readonly mode: 'studio' | 'headless';
  /** A y4m/mjpeg and a wav that the browser shows as its only camera and microphone (browser host, headless). */
  readonly cameraFile?: string;
  readonly microphoneFile?: string;
  /** The page to open, with its query; default the studio. */
  readonly path?: string;
}

/** One line of the tray menu. Ids are the tray service's own. */
export type TrayItem =
  | { readonly kind: 'separator' }
  | {
      readonly kind: 'action';
      readonly id: string;
      readonly label: string;
      readonly enabled: boolean;
      /** Null: no check mark; `radio` marks one of several. */
      readonly check: { readonly on: boolean; readonly radio: boolean } | null;
      /** As of domain/shortcuts.ts, shown beside the label. */
      readonly accelerator: string | null;
    }
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'menu'; readonly label: string; readonly items: readonly TrayItem[] };

export interface TrayModel {
  readonly icon: 'idle' | 'live' | 'reconnecting' | 'error';
  readonly tooltip: string;
  readonly items: readonly TrayItem[];
}

/** A question of the desktop, asked in a window of its own. */
export interface Question {
  readonly kind: 'question' | 'warning';
  readonly title: string;
  readonly text: string;
  /** The first one is what the question is about; `cancel` is what closing the window means. */
  readonly buttons: readonly string[];
  readonly cancel: number;
  /** A box to tick beside the buttons; null: none. */
  readonly remember: string | null;
}

/** Where a link `vida3://…` leads; see host/deep-link.ts. */
export type DeepLink = { readonly to: 'studio' | 'settings' | 'rehearsal' };

/** What a browser brings back to `vida3://auth/callback`; the code is a secret until it is used. */
export type AuthAnswer = { readonly code: string } | { readonly refused: string };

/** What only a desktop program has. */
export interface Desktop {
  readonly tray: {
    show(model: TrayModel): void;
    onAction(listener: (id: string) => void): void;
  };
  readonly shortcuts: {
    /** Replaces all global shortcuts, as of domain/shortcuts.ts. @returns the accelerators that another program has */
    register(accelerators: ReadonlyMap<string, () => void>): readonly string[];
  };
  ask(question: Question): Promise<{ readonly button: number; readonly remembered: boolean }>;
  /** Opens the studio's window, or brings it to the front. */
  showWindow(): void;
  /** While on, neither display nor program is put to sleep. */
  keepAwake(on: boolean): void;
  /** Links that arrived before are given to the first listener. */
  onDeepLink(listener: (link: DeepLink) => void): void;
  /** Answers of a sign-in in the browser; what nobody waits for is dropped. */
  onAuthAnswer(listener: (answer: AuthAnswer) => void): void;
  /** Asked when the user wants to quit; false keeps the program running. */
  onQuitWanted(ask: () => Promise<boolean>): void;
  /** Quits as if the user had asked for it: what onQuitWanted was given is asked first. */
  quit(): void;
  captureSources(): Promise<readonly CaptureSource[]>;
  /** What the page's next request for a capture gets. @throws ReasonError `capture.failed` for an unknown id */
  chooseCapture(id: string): void;
}

/** What every host is made of. */
export interface HostParts {
  /** Data folder, there and writable. */
  readonly home: string;
  /** The built page. */
  readonly rendererDir: string;
  /** Entry file of the media process. */
  readonly mediaEntry: string;
  readonly log: Log;
}

/**
 * What the program needs of the desktop. Two adapters: the browser host (an installed Chrome on loopback) and
 * Electron. Everything above talks to this interface only.
 */
export interface Host {
  readonly kind: 'browser' | 'electron';
  readonly secrets: SecretStore;
  /** Data folder (`VIDA3_HOME`), there and writable. */
  readonly home: string;
  /** Makes `/<mount>/…` of the page's origin answer from `resolve`. Before start(). */
  serve(mount: string, resolve: AssetResolver): void;
  /** Begins to serve pages; commands, events and uploads go through `router`. @throws ReasonError `host.port-in-use` */
  start(router: Router): Promise<void>;
  /** Opens the page. Resolves when its process runs. @throws ReasonError `host.browser-missing` */
  openPage(options: PageOptions): Promise<void>;
  /** Opens an https address, or one of this machine, in the user's own browser. @returns false when it cannot be */
  openExternal(url: string): Promise<boolean>;
  /** The page's process ended although close() was not called. */
  onPageClosed(listener: () => void): void;
  /** The page crashed and is being loaded again. */
  onPageCrashed(listener: () => void): void;
  /** Null in the browser host. */
  readonly desktop: Desktop | null;
  /** Resident memory of the page's processes in MB; 0 when the system does not tell. */
  pageMemoryMb(): Promise<number>;
  /** The processes of the page and of what draws it, the one that stands for them first; none when none is told. */
  pagePids(): Promise<readonly number[]>;
  /** Starts a media process; the page's media port leads to the newest one. */
  startMedia(): MediaProcess;
  /** Ends the page, the server and the media process; resolves when nothing is left. */
  close(): Promise<void>;
}
