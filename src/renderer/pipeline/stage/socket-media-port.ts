import { type MediaControl, mediaControlSchema, SOCKET_REPLACED } from '../../../shared/ipc/envelope.ts';
import type { MediaPort, MediaPortAddress } from '../media-port.ts';

const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 2000;

/**
 * Media port of the browser host: a WebSocket that connects again by itself, because the media process may be
 * replaced under it in the middle of a broadcast.
 */
export class SocketMediaPort implements MediaPort {
  private readonly url: string;
  private socket: WebSocket | null = null;
  private retryMs = RETRY_FIRST_MS;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private closed = false;
  private readonly controlListeners: ((control: MediaControl) => void)[] = [];
  private readonly openListeners: (() => void)[] = [];

  constructor(address: MediaPortAddress) {
    this.url = address.url;
    this.connect();
  }

  get queuedBytes(): number {
    return this.socket?.bufferedAmount ?? 0;
  }

  get open(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** The socket copies before it returns, so the caller may reuse the buffer at once. */
  send(packet: Uint8Array<ArrayBuffer>): void {
    if (this.open) this.socket!.send(packet);
  }

  onControl(listener: (control: MediaControl) => void): void {
    this.controlListeners.push(listener);
  }

  onOpen(listener: () => void): void {
    this.openListeners.push(listener);
  }

  close(): void {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    this.socket?.close();
  }

  private connect(): void {
    const url = new URL(this.url, self.location.href);
    if (url.protocol === 'http:') url.protocol = 'ws:';
    if (url.protocol === 'https:') url.protocol = 'wss:';
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    socket.onopen = () => {
      this.retryMs = RETRY_FIRST_MS;
      for (const listener of this.openListeners) listener();
    };
    socket.onmessage = (message: MessageEvent<unknown>) => this.control(message.data);
    socket.onclose = ({ code }) => {
      if (this.closed || this.socket !== socket || code === SOCKET_REPLACED) return;
      this.timer = setTimeout(() => this.connect(), this.retryMs);
      this.retryMs = Math.min(this.retryMs * 1.5, RETRY_MAX_MS);
    };
  }

  private control(data: unknown): void {
    if (typeof data !== 'string') return;
    let parsed: unknown;
    try {
      parsed = JSON.parse(data);
    } catch {
      return;
    }
    const control = mediaControlSchema.safeParse(parsed);
    if (control.success) for (const listener of this.controlListeners) listener(control.data);
  }
}

/** Where a page only previews there is nobody to send to. */
export const closedMediaPort: MediaPort = {
  queuedBytes: 0,
  open: false,
  send: () => undefined,
  onControl: () => undefined,
  onOpen: () => undefined,
  close: () => undefined,
};
