import type { Readable } from 'node:stream';
import type { Router } from '../ipc/router.ts';
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
  readonly kind: 'keyring' | 'file';
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
  /** The page's process ended although close() was not called. */
  onPageClosed(listener: () => void): void;
  /** Resident memory of the page's processes in MB; 0 when the system does not tell. */
  pageMemoryMb(): Promise<number>;
  /** Starts a media process; the page's media port leads to the newest one. */
  startMedia(): MediaProcess;
  /** Ends the page, the server and the media process; resolves when nothing is left. */
  close(): Promise<void>;
}
