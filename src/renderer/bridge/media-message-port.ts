import './zod-without-eval.ts';
import { type MediaControl, mediaControlSchema } from '../../shared/ipc/envelope.ts';
import type { MediaPort } from '../pipeline/media-port.ts';

/** A media port whose connections are handed to it one by one. */
export interface AttachableMediaPort extends MediaPort {
  /** Takes the place of the port before, which is closed. */
  attach(port: MessagePort): void;
}

/** The media port of Electron: a MessagePort straight to the media process. */
export function createMessageMediaPort(): AttachableMediaPort {
  const openListeners: (() => void)[] = [];
  const controlListeners: ((control: MediaControl) => void)[] = [];
  let current: MessagePort | null = null;
  let sent = 0;
  let taken = 0;
  let ended = false;

  const take = (port: MessagePort, data: unknown) => {
    if (port !== current) return;
    const control = readControl(data);
    if (control === null) return;
    // What was taken can be no more than what was sent.
    if (control.type === 'taken') taken = Math.min(sent, Math.max(taken, control.bytes));
    else for (const listener of controlListeners) listener(control);
  };

  const drop = () => {
    const port = current;
    current = null;
    port?.close();
  };

  return {
    attach(port) {
      drop();
      if (ended) {
        port.close();
        return;
      }
      current = port;
      sent = taken = 0;
      port.onmessage = ({ data }: MessageEvent<unknown>) => take(port, data);
      port.addEventListener('close', () => {
        if (current === port) drop();
      });
      for (const listener of openListeners) listener();
    },
    send(packet) {
      if (!current) return;
      // The copy has the packet's own size: a view would be cloned with the whole buffer behind it. It is not
      // transferred, because Electron loses buffers that are.
      current.postMessage(packet.slice());
      sent += packet.byteLength;
    },
    get queuedBytes() {
      return current ? sent - taken : 0;
    },
    get open() {
      return current !== null;
    },
    onControl: (listener) => void controlListeners.push(listener),
    onOpen: (listener) => void openListeners.push(listener),
    close() {
      ended = true;
      drop();
    },
  };
}

/** Null for what is no control; the other end is our own, but a page must not fail of a message. */
function readControl(data: unknown): MediaControl | null {
  if (typeof data !== 'string') return null;
  try {
    return mediaControlSchema.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null;
  }
}
