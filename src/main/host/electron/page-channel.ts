import { type IpcMainEvent, ipcMain, type WebContents } from 'electron';
import { TO_MAIN, TO_PAGE } from '../../../shared/ipc/electron-bridge.ts';
import type { Router, RouterConnection } from '../../ipc/router.ts';
import type { Log } from '../../logging/log.ts';
import { isOwn } from './origin.ts';

/** A command is a few hundred bytes; nothing large goes this way. */
const MAX_MESSAGE_LENGTH = 1024 * 1024;

export interface PageChannelOptions {
  /** The studio's window, as long as there is one. */
  readonly contents: () => WebContents | null;
  /** A page has said its first word: it is alive and listens. */
  readonly onConnected: (contents: WebContents) => void;
  readonly log: Log;
}

/** Commands and events of the one page. Every load of the page is a connection of its own. */
export class PageChannel {
  readonly #options: PageChannelOptions;
  #router: Router | null = null;
  #connection: RouterConnection | null = null;

  constructor(options: PageChannelOptions) {
    this.#options = options;
  }

  start(router: Router): void {
    this.#router = router;
    ipcMain.on(TO_MAIN, this.#receive);
  }

  stop(): void {
    ipcMain.off(TO_MAIN, this.#receive);
    this.pageGone();
    this.#router = null;
  }

  get connected(): boolean {
    return this.#connection !== null;
  }

  /** Another page is being shown, or none: what comes next is a new connection. */
  pageGone(): void {
    const connection = this.#connection;
    this.#connection = null;
    connection?.closed();
  }

  readonly #receive = (event: IpcMainEvent, text: unknown): void => {
    const { contents, log } = this.#options;
    const page = contents();
    const frame = event.senderFrame;
    if (!page || event.sender !== page) {
      log.warn('a message was refused', { why: 'another window' });
    } else if (!frame || frame.detached || frame.parent !== null) {
      log.warn('a message was refused', { why: 'another frame' });
    } else if (!isOwn(frame.url)) {
      log.warn('a message was refused', { why: 'another origin' });
    } else if (typeof text !== 'string' || text.length > MAX_MESSAGE_LENGTH) {
      log.warn('a message was refused', { why: 'no text of a fitting length' });
    } else {
      void this.#connected(page)?.receive(text);
    }
  };

  #connected(page: WebContents): RouterConnection | null {
    if (this.#connection || !this.#router) return this.#connection;
    const connection = this.#router.connect({
      send: (text) => {
        if (this.#connection === connection && !page.isDestroyed()) page.send(TO_PAGE, text);
      },
    });
    this.#connection = connection;
    this.#options.onConnected(page);
    return connection;
  }
}
