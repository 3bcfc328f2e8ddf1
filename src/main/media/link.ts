import { Socket } from 'node:net';
import type { PagePortHandle } from './page-port.ts';
import type { MediaToMain } from './protocol.ts';

/** What main sends beside a message: a page's socket (browser host) or a page's port (Electron). */
export type Attachment =
  | { readonly kind: 'socket'; readonly socket: Socket }
  | { readonly kind: 'port'; readonly port: PagePortHandle };

/** The way to main. */
export interface MainLink {
  send(message: MediaToMain): void;
  onMessage(listener: (message: unknown, attachment: Attachment | null) => void): void;
  /** Main is gone. */
  onLost(listener: () => void): void;
}

/** What this process needs of `process.parentPort`, which Electron gives a utility process. */
export interface ParentPort {
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly PagePortHandle[] }) => void,
  ): unknown;
  postMessage(message: unknown): void;
}

/** The channel that a parent process made: Electron's where there is one, else that of the fork. */
export function linkToMain(): MainLink {
  const parentPort: unknown = Reflect.get(process, 'parentPort');
  return isParentPort(parentPort) ? portLink(parentPort) : forkLink();
}

/** Electron ends a utility process with its parent, so nothing tells here that main is gone. */
export function portLink(parentPort: ParentPort): MainLink {
  return {
    send: (message) => parentPort.postMessage(message),
    onMessage: (listener) => {
      parentPort.on('message', ({ data, ports }) => {
        const port = ports[0];
        listener(data, port ? { kind: 'port', port } : null);
      });
    },
    onLost: () => undefined,
  };
}

function forkLink(): MainLink {
  return {
    send(message) {
      if (process.connected) process.send?.(message);
    },
    onMessage: (listener) => {
      process.on('message', (message, handle) =>
        listener(message, handle instanceof Socket ? { kind: 'socket', socket: handle } : null),
      );
    },
    onLost: (listener) => {
      process.on('disconnect', listener);
    },
  };
}

function isParentPort(value: unknown): value is ParentPort {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'on') === 'function' &&
    typeof Reflect.get(value, 'postMessage') === 'function'
  );
}
