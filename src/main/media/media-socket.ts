import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { MEDIA_PACKET_MAX_BYTES } from '../../shared/domain/media-packet.ts';
import { type MediaControl, SOCKET_REPLACED } from '../../shared/ipc/envelope.ts';
import type { SocketHandover } from './handover.ts';
import { PacketReader, type PageEndEvents } from './packet-reader.ts';

/** The end of the page's media port in the browser host. A new page replaces the one before it. */
export class MediaSocket {
  readonly #events: PageEndEvents;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MEDIA_PACKET_MAX_BYTES,
    perMessageDeflate: false,
  });
  #current: WebSocket | null = null;

  constructor(events: PageEndEvents) {
    this.#events = events;
  }

  get connected(): boolean {
    return this.#current !== null;
  }

  /** Completes the WebSocket handshake on a socket that main has authorised. */
  accept(socket: Socket, { request, head }: SocketHandover): void {
    const message = Object.assign(new IncomingMessage(socket), {
      method: request.method,
      url: request.url,
      headers: request.headers,
    });
    socket.setNoDelay(true);
    this.#server.handleUpgrade(message, socket, Buffer.from(head), (client) => this.#attach(client));
  }

  send(control: MediaControl): void {
    if (this.#current?.readyState === WebSocket.OPEN) this.#current.send(JSON.stringify(control));
  }

  close(): void {
    this.#current?.terminate();
    this.#server.close();
  }

  #attach(client: WebSocket): void {
    const before = this.#current;
    this.#current = client;
    before?.close(SOCKET_REPLACED, 'replaced');
    const reader = new PacketReader(this.#events, () => client.close(1003, 'not media packets'));
    client.on('message', (data, isBinary) => {
      if (this.#current === client && isBinary && Buffer.isBuffer(data)) reader.read(data);
    });
    client.on('error', (error) => this.#events.log('warn', `media socket: ${error.message}`));
    client.on('close', () => {
      if (this.#current !== client) return;
      this.#current = null;
      this.#events.onChange(false);
    });
    this.#events.onChange(true);
  }
}
