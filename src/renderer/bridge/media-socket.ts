import './zod-without-eval.ts';
import { type MediaControl, mediaControlSchema, SOCKET_REPLACED } from '../../shared/ipc/envelope.ts';
import type { MediaPort, MediaPortAddress } from '../pipeline/media-port.ts';

type SocketAddress = Extract<MediaPortAddress, { transport: 'socket' }>;

/** How long the stream stays cut after the media process was replaced; it counts towards its gap. */
const RETRY_MS = 250;

/** The media port of the page at `origin`, to be handed to the worker that encodes. */
export function mediaSocketAddress(origin: string = location.origin): SocketAddress {
  const url = new URL('/media', origin);
  url.protocol = 'ws:';
  return { transport: 'socket', url: url.href };
}

/** Opens the media port, in a window or a worker, and opens it again whenever the media process is replaced. */
export function openMediaSocket(address: SocketAddress): MediaPort {
  const openListeners: (() => void)[] = [];
  const controlListeners: ((control: MediaControl) => void)[] = [];
  let socket: WebSocket;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  const connect = () => {
    socket = new WebSocket(address.url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      for (const listener of openListeners) listener();
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      const control = mediaControlSchema.parse(JSON.parse(String(data)));
      for (const listener of controlListeners) listener(control);
    };
    socket.onclose = ({ code }) => {
      // Another page has taken over: two that reconnect in turn would cut each other's stream for ever.
      if (!ended && code !== SOCKET_REPLACED) timer = setTimeout(connect, RETRY_MS);
    };
  };
  connect();

  return {
    send(packet) {
      if (socket.readyState === WebSocket.OPEN) socket.send(packet);
    },
    get queuedBytes() {
      return socket.bufferedAmount;
    },
    get open() {
      return socket.readyState === WebSocket.OPEN;
    },
    onControl: (listener) => void controlListeners.push(listener),
    onOpen: (listener) => void openListeners.push(listener),
    close() {
      ended = true;
      clearTimeout(timer);
      socket.close();
    },
  };
}
