import { type ElectronBridge, MEDIA_PORT } from '../../shared/ipc/electron-bridge.ts';
import type { MediaPortAddress } from '../pipeline/media-port.ts';
import { createElectronTransport } from './electron-transport.ts';
import { mediaSocketAddress } from './media-socket.ts';
import { createSocketTransport } from './socket-transport.ts';
import type { Transport } from './transport.ts';

declare global {
  interface Window {
    /** Made by the preload; there in Electron only. */
    readonly vida3?: ElectronBridge;
  }
}

/** What {@link MediaPortInbox} needs of the window. */
export type PortWindow = Pick<Window, 'addEventListener'> & {
  readonly location: Pick<Location, 'origin'>;
};

/**
 * Takes the media ports that the preload hands over, from its making on. Only messages of this very window count.
 * Main sends a port as soon as the page has said hello, which is before anybody knows what to do with it: the
 * newest one waits.
 */
export class MediaPortInbox {
  private waiting: MessagePort | null = null;
  private listener: ((port: MessagePort) => void) | null = null;

  constructor(page: PortWindow) {
    page.addEventListener('message', ({ source, origin, data, ports }: MessageEvent<unknown>) => {
      if (source !== page || origin !== page.location.origin || data !== MEDIA_PORT) return;
      const port = ports[0];
      if (port) this.take(port);
    });
  }

  /** Hears of every port, the waiting one at once. One listener. @returns ends it */
  onPort(listener: (port: MessagePort) => void): () => void {
    this.listener = listener;
    const { waiting } = this;
    this.waiting = null;
    if (waiting) listener(waiting);
    return () => {
      if (this.listener === listener) this.listener = null;
    };
  }

  private take(port: MessagePort): void {
    if (this.listener) {
      this.listener(port);
      return;
    }
    this.waiting?.close();
    this.waiting = port;
  }
}

let inbox: MediaPortInbox | null = null;

/** The way to main that this page's host has. */
export function createHostTransport(): Transport {
  if (!window.vida3) return createSocketTransport();
  inbox ??= new MediaPortInbox(window);
  return createElectronTransport(window.vida3);
}

/** How the stage's worker reaches the media process. */
export function hostMediaAddress(): MediaPortAddress {
  return window.vida3 ? { transport: 'message-port' } : mediaSocketAddress();
}

/**
 * Hears of every media port, each to be given to the stage's worker. In the browser host there are none.
 * @returns ends it
 */
export function onMediaPort(listener: (port: MessagePort) => void): () => void {
  inbox ??= new MediaPortInbox(window);
  return inbox.onPort(listener);
}
