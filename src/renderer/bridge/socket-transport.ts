import { SOCKET_REPLACED } from '../../shared/ipc/envelope.ts';
import type { Transport, TransportListener } from './transport.ts';
import { postUpload } from './upload.ts';

const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 5000;

/**
 * The browser host's transport: one WebSocket, connected again with growing delays when it drops, until another
 * page takes this one's place.
 * @param origin of the page, `http://127.0.0.1:port`
 */
export function createSocketTransport(origin: string = location.origin): Transport {
  const url = new URL('/commands', origin);
  url.protocol = 'ws:';
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = FIRST_RETRY_MS;
  let ended = false;

  const connect = (listener: TransportListener) => {
    const current = new WebSocket(url);
    socket = current;
    current.onopen = () => {
      retryMs = FIRST_RETRY_MS;
      listener.opened();
    };
    current.onmessage = (message: MessageEvent<unknown>) => listener.message(String(message.data));
    current.onclose = ({ code }) => {
      socket = null;
      listener.closed();
      // Two pages that each take the other's place would do so for ever.
      if (ended || code === SOCKET_REPLACED) return;
      timer = setTimeout(() => connect(listener), retryMs);
      retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
    };
  };

  return {
    start: connect,
    send(text) {
      socket?.send(text);
    },
    upload: (name, meta, bytes) => postUpload(origin, name, meta, bytes),
    close() {
      ended = true;
      clearTimeout(timer);
      socket?.close(1000);
    },
  };
}
