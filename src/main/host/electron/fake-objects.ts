import { Readable } from 'node:stream';
import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  ForkOptions,
  MessagePortMain,
  Rectangle,
  UtilityProcess,
  WebContents,
  WebFrameMain,
} from 'electron';
import { FakeEmitter, strict } from './fake-strict.ts';

/** Events by the interface of electron.d.ts that has them; a test compares them with that file. */
export const USED_EVENTS = {
  App: [
    'before-quit',
    'window-all-closed',
    'activate',
    'open-url',
    'second-instance',
    'child-process-gone',
    'web-contents-created',
  ],
  BrowserWindow: ['resize', 'move', 'maximize', 'unmaximize', 'close', 'closed', 'session-end'],
  WebContents: [
    'did-navigate',
    'render-process-gone',
    'unresponsive',
    'responsive',
    'will-attach-webview',
    'will-navigate',
    'will-redirect',
    'will-frame-navigate',
  ],
  Tray: ['click'],
  UtilityProcess: ['spawn', 'exit', 'error', 'message'],
} as const;

/** What the fake objects tell of themselves. */
export interface FakeNotes {
  pageUrl: string;
  note(what: string): void;
  onMediaMessage(message: unknown, child: FakeUtilityProcess): void;
}

/** A page's end of Electron, and all that was done to it. */
export class FakeWebContents
  extends FakeEmitter
  implements Pick<WebContents, 'isDestroyed' | 'send' | 'postMessage'>
{
  readonly frame: WebFrameMain;
  readonly texts: string[] = [];
  readonly ports: FakePort[] = [];
  openHandler: Parameters<WebContents['setWindowOpenHandler']>[0] | null = null;
  destroyed = false;

  constructor(frame: WebFrameMain) {
    super('WebContents', USED_EVENTS.WebContents);
    this.frame = frame;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  send(_channel: string, text: unknown): void {
    if (this.destroyed) throw new Error('Object has been destroyed');
    this.texts.push(String(text));
  }

  postMessage(_channel: string, _message: unknown, transfer: MessagePortMain[] = []): void {
    this.ports.push(...(transfer as unknown as FakePort[]));
  }

  setWindowOpenHandler(handler: Parameters<WebContents['setWindowOpenHandler']>[0]): void {
    this.openHandler = handler;
  }
}

export class FakePort implements Pick<MessagePortMain, 'close'> {
  closed = false;
  close(): void {
    this.closed = true;
  }
}

/** The media process as main sees it. */
export class FakeUtilityProcess
  extends FakeEmitter
  implements Pick<UtilityProcess, 'kill' | 'postMessage' | 'pid' | 'stdout' | 'stderr'>
{
  readonly entry: string;
  readonly options: ForkOptions;
  readonly messages: unknown[] = [];
  readonly ports: FakePort[] = [];
  pid: number | undefined = undefined;
  readonly stdout = Readable.from([]);
  readonly stderr = Readable.from([]);
  readonly #fake: FakeNotes;

  constructor(fake: FakeNotes, entry: string, options: ForkOptions) {
    super('UtilityProcess', USED_EVENTS.UtilityProcess);
    this.#fake = fake;
    this.entry = entry;
    this.options = options;
  }

  postMessage(message: unknown, transfer: MessagePortMain[] = []): void {
    this.messages.push(message);
    this.ports.push(...(transfer as unknown as FakePort[]));
    const type = typeof message === 'object' && message !== null ? Reflect.get(message, 'type') : '?';
    this.#fake.note(`media ${String(type)}`);
    this.#fake.onMediaMessage(message, this);
  }

  kill(): boolean {
    this.#fake.note('media kill');
    queueMicrotask(() => this.end(15));
    return true;
  }

  launch(pid: number): void {
    this.pid = pid;
    this.fire('spawn');
    this.fire('message', { type: 'ready' });
  }

  end(code: number): void {
    this.fire('exit', code);
    this.pid = undefined;
  }
}

export class FakeWindow
  extends FakeEmitter
  implements
    Pick<
      BrowserWindow,
      | 'loadURL'
      | 'show'
      | 'hide'
      | 'focus'
      | 'restore'
      | 'maximize'
      | 'destroy'
      | 'isVisible'
      | 'isMinimized'
      | 'isMaximized'
      | 'isDestroyed'
      | 'getNormalBounds'
      | 'getMediaSourceId'
    >
{
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: FakeWebContents;
  readonly urls: string[] = [];
  /** Why the next loads fail. */
  readonly loadFailures: Error[] = [];
  shown = false;
  maximized = false;
  minimized = false;
  focused = 0;
  readonly #fake: FakeNotes;
  readonly #contents: FakeWebContents;

  constructor(fake: FakeNotes, options: BrowserWindowConstructorOptions) {
    super('BrowserWindow', USED_EVENTS.BrowserWindow);
    this.#fake = fake;
    this.options = options;
    const frame = {
      get url() {
        return fake.pageUrl;
      },
      parent: null,
      detached: false,
    };
    this.#contents = new FakeWebContents(frame as unknown as WebFrameMain);
    this.webContents = strict('WebContents', this.#contents);
  }

  async loadURL(url: string): Promise<void> {
    this.#fake.note(`window load ${url}`);
    this.urls.push(url);
    const failure = this.loadFailures.shift();
    if (failure) throw failure;
    this.#fake.pageUrl = url;
    this.webContents.happen('did-navigate', {}, url);
  }

  show(): void {
    this.shown = true;
    this.#fake.note('window show');
  }
  hide(): void {
    this.shown = false;
    this.#fake.note('window hide');
  }
  focus(): void {
    this.focused++;
  }
  restore(): void {
    this.minimized = false;
  }
  maximize(): void {
    this.maximized = true;
  }
  destroy(): void {
    this.#fake.note('window destroy');
    this.#contents.destroyed = true;
    this.fire('closed');
  }
  isVisible(): boolean {
    return this.shown;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  isDestroyed(): boolean {
    return this.webContents.destroyed;
  }
  getNormalBounds(): Rectangle {
    return { x: 40, y: 50, width: 1200, height: 800 };
  }
  getMediaSourceId(): string {
    return 'window:own:1';
  }
}
