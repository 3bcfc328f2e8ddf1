import { BrowserWindow, type BrowserWindowConstructorOptions, screen, type WebContents } from 'electron';
import { ReasonError } from '../../../shared/errors.ts';
import type { Log } from '../../logging/log.ts';
import { loadWindowState, MIN_HEIGHT, MIN_WIDTH, placeWindow, saveWindowState } from './window-state.ts';

/** More crashes than this in a minute, and the page is not loaded again. */
const MAX_CRASHES = 3;
const CRASH_WINDOW_MS = 60_000;
const SAVE_AFTER_MS = 500;

export interface PageWindowOptions {
  readonly home: string;
  readonly preload: string;
  readonly devTools: boolean;
  readonly log: Log;
  /** True while closing the window only hides it. */
  readonly hidesWhenClosed: () => boolean;
  /** The user closes the window, and that means to quit. */
  readonly onCloseWanted: () => void;
  /** The system ends its session; there is no time to ask. */
  readonly onSessionEnd: () => void;
  /** The page that was shown is gone: another load, a crash, the end. */
  readonly onPageGone: () => void;
  readonly onCrashed: () => void;
  /** The window is no more, although close() was not called. */
  readonly onClosed: () => void;
}

/** What the page may and may not do, apart from the handlers of its session. */
export function windowOptions(preload: string, devTools: boolean): BrowserWindowConstructorOptions {
  return {
    minWidth: MIN_WIDTH,
    minHeight: MIN_HEIGHT,
    show: false,
    title: 'VIDA³ Studio',
    backgroundColor: '#14141a',
    webPreferences: {
      preload,
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
      // The programme goes on while the window is hidden.
      backgroundThrottling: false,
      spellcheck: false,
      autoplayPolicy: 'no-user-gesture-required',
      devTools,
    },
  };
}

/** The studio's one window: where it was last time, loaded again after a crash, hidden rather than closed. */
export class PageWindow {
  readonly #options: PageWindowOptions;
  #window: BrowserWindow | null = null;
  #url = '';
  #crashes: number[] = [];
  #crashCount = 0;
  #saving: NodeJS.Timeout | null = null;
  #ending = false;

  constructor(options: PageWindowOptions) {
    this.#options = options;
  }

  get contents(): WebContents | null {
    return this.#window?.webContents ?? null;
  }

  get sourceId(): string | null {
    return this.#window?.getMediaSourceId() ?? null;
  }

  /** The window when a person sees it. A minimised one counts as visible for Electron. */
  get visible(): BrowserWindow | null {
    const window = this.#window;
    return window?.isVisible() && !window.isMinimized() ? window : null;
  }

  /** @throws ReasonError `host.page-lost` when the page does not load */
  async open(url: string, visible: boolean): Promise<void> {
    if (this.#window) throw new ReasonError('host.already-running', 'a page is open');
    const { home, preload, devTools } = this.#options;
    const saved = loadWindowState(home);
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
    const window = new BrowserWindow({ ...windowOptions(preload, devTools), ...placeWindow(saved, areas) });
    this.#window = window;
    this.#url = url;
    this.#watch(window);
    if (saved?.maximized && visible) window.maximize();
    try {
      await window.loadURL(url);
    } catch (error) {
      // A page that crashed while it loaded is loaded again; its first load is no failure of its own.
      if (this.#crashes.length === 0) {
        throw new ReasonError('host.page-lost', error instanceof Error ? error.message : String(error), {
          cause: error,
        });
      }
    }
    if (visible && !this.#ending) window.show();
  }

  /** Brings the window to the front. */
  show(): void {
    const window = this.#window;
    if (!window) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  close(): void {
    this.#ending = true;
    this.#save();
    this.#window?.destroy();
    this.#window = null;
  }

  #watch(window: BrowserWindow): void {
    const { log, hidesWhenClosed, onCloseWanted, onSessionEnd, onPageGone, onClosed } = this.#options;
    const contents = window.webContents;
    const moved = () => this.#saveSoon();
    window.on('resize', moved);
    window.on('move', moved);
    window.on('maximize', moved);
    window.on('unmaximize', moved);
    window.on('close', (event) => {
      if (this.#ending) return;
      event.preventDefault();
      this.#save();
      if (hidesWhenClosed()) window.hide();
      else onCloseWanted();
    });
    window.on('closed', () => {
      this.#window = null;
      onPageGone();
      if (!this.#ending) onClosed();
    });
    window.on('session-end', onSessionEnd);
    // The commit of a load, not its start: a navigation that is refused has begun, too.
    contents.on('did-navigate', onPageGone);
    contents.on('render-process-gone', (_event, { reason, exitCode }) => {
      if (this.#ending || reason === 'clean-exit') return;
      log.error('the page crashed', { reason, exitCode });
      this.#reloadAfterCrash(window);
    });
    contents.on('unresponsive', () => log.warn('the page does not answer'));
    contents.on('responsive', () => log.info('the page answers again'));
  }

  #reloadAfterCrash(window: BrowserWindow): void {
    const { log, onPageGone, onCrashed } = this.#options;
    const now = Date.now();
    const crash = ++this.#crashCount;
    this.#crashes = [...this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    onPageGone();
    const again = this.#crashes.length <= MAX_CRASHES;
    if (again) onCrashed();
    // Not within the event: Chromium is still taking the process apart.
    setImmediate(() => {
      if (this.#ending || window.isDestroyed()) return;
      if (!again) {
        window.destroy();
        return;
      }
      window.loadURL(this.#url).catch((error: unknown) => {
        log.error('the page did not load again', { error: String(error) });
        // One that crashed while it loaded is loaded once more anyway; else nothing would ever come.
        if (this.#crashCount === crash && !this.#ending && !window.isDestroyed()) window.destroy();
      });
    });
  }

  #saveSoon(): void {
    this.#saving ??= setTimeout(() => this.#save(), SAVE_AFTER_MS);
  }

  #save(): void {
    if (this.#saving) clearTimeout(this.#saving);
    this.#saving = null;
    if (!this.#window || this.#window.isDestroyed()) return;
    const { x, y, width, height } = this.#window.getNormalBounds();
    try {
      saveWindowState(this.#options.home, { x, y, width, height, maximized: this.#window.isMaximized() });
    } catch (error) {
      this.#options.log.warn('the place of the window was not saved', { error: String(error) });
    }
  }
}
