import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { ReasonError } from '../../../shared/errors.ts';
import { SOCKET_REPLACED } from '../../../shared/ipc/envelope.ts';
import type { Router, RouterConnection } from '../../ipc/router.ts';
import type { Log } from '../../logging/log.ts';
import type { AssetResolver } from '../port.ts';
import { decodePath, fileBelow, sendAsset, typeOf } from './files.ts';
import { Gate, OPENING_PATH } from './gate.ts';
import { securityHeaders } from './headers.ts';
import { handleUpload } from './upload.ts';

const ADDRESS = '127.0.0.1';
/** A command is a few hundred bytes; nothing large goes this way. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** A page that reads so slowly is hung; it gets the snapshots when it comes back. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;
const OPENING_PAGE =
  '<!doctype html><meta charset="utf-8"><title>VIDA³ Studio</title><body style="background:#14141a">';

export interface LoopbackServerOptions {
  readonly rendererDir: string;
  readonly mounts: ReadonlyMap<string, AssetResolver>;
  readonly router: Router;
  readonly log: Log;
  /** Fixed port; without it any free one, `preferredPort` if that is free. */
  readonly port?: number;
  readonly preferredPort?: number;
  /** Takes an authorised media socket; false when no media process runs. */
  readonly onMedia: (request: IncomingMessage, socket: Socket, head: Buffer) => boolean;
}

/** The HTTP server that is the whole outside of the browser host: pages, assets, uploads and two sockets. */
export class LoopbackServer {
  readonly port: number;
  readonly #options: LoopbackServerOptions;
  readonly #http: Server;
  readonly #gate: Gate;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  /** Every TCP connection, upgraded ones too, so that closing waits for none. */
  readonly #connections = new Set<Socket>();
  #page: WebSocket | null = null;

  private constructor(options: LoopbackServerOptions, http: Server, port: number) {
    this.#options = options;
    this.#http = http;
    this.port = port;
    this.#gate = new Gate(port);
    http.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    http.on('request', (request, response) => {
      this.#respond(request, response).catch((error: unknown) => this.#fail(request, response, error));
    });
    http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** @throws ReasonError `host.port-in-use` for a fixed port */
  static async listen(options: LoopbackServerOptions): Promise<LoopbackServer> {
    const http = createServer();
    const wanted = options.port ?? options.preferredPort ?? 0;
    const port = await bind(http, wanted).catch((error: unknown) => {
      if (options.port !== undefined)
        throw new ReasonError('host.port-in-use', `port ${wanted}`, { cause: error });
      return bind(http, 0);
    });
    return new LoopbackServer(options, http, port);
  }

  /** An address for one page; it admits once. */
  entryUrl(path?: string): string {
    return this.#gate.entryUrl(path);
  }

  /** Where a window may wait for its address without having any rights yet. */
  get openingUrl(): string {
    return `http://${ADDRESS}:${this.port}${OPENING_PATH}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#http, 'close');
    this.#http.close();
    for (const socket of this.#connections) socket.destroy();
    await closed;
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = securityHeaders(this.port);
    const verdict = this.#gate.judge(request);
    if (verdict.kind === 'refuse') {
      this.#options.log.warn('request refused', { why: verdict.why, method: request.method });
      response.writeHead(403, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('host.unauthorised: open the studio from its own start command.\n');
      return;
    }
    if (verdict.kind === 'admit') {
      response.writeHead(303, { ...headers, Location: verdict.location, 'Set-Cookie': verdict.cookie }).end();
      return;
    }
    const { url } = verdict;
    if (request.method === 'POST' && url.pathname.startsWith('/upload/')) {
      await handleUpload(request, response, url, this.#options.router, headers);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { ...headers, Allow: 'GET, HEAD' }).end();
      return;
    }
    if (url.pathname === OPENING_PATH) {
      response.writeHead(200, { ...headers, 'Content-Type': typeOf('.html') }).end(OPENING_PAGE);
      return;
    }
    const asset = await this.#find(url.pathname);
    if (asset && (await sendAsset(request, response, asset, headers))) return;
    response.writeHead(404, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }).end('Not found\n');
  }

  async #find(pathname: string) {
    const name = decodePath(pathname);
    if (name === null) return null;
    const slash = name.indexOf('/', 1);
    const resolver = slash < 0 ? undefined : this.#options.mounts.get(name.slice(1, slash));
    if (resolver) return resolver(name.slice(slash + 1));
    const path = fileBelow(this.#options.rendererDir, name === '/' ? 'index.html' : name);
    return path === null ? null : { path, type: typeOf(path) };
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A peer that resets while it is refused is nobody's problem.
    socket.on('error', () => socket.destroy());
    const verdict = this.#gate.judge(request, true);
    if (verdict.kind !== 'pass') {
      this.#options.log.warn('socket refused', {
        why: verdict.kind === 'refuse' ? verdict.why : 'no session',
      });
      refuseUpgrade(socket, '403 Forbidden');
    } else if (verdict.url.pathname === '/commands') {
      this.#sockets.handleUpgrade(request, socket, head, (page) => this.#serve(page));
    } else if (verdict.url.pathname === '/media' && socket instanceof Socket) {
      if (!this.#options.onMedia(request, socket, head)) refuseUpgrade(socket, '503 Service Unavailable');
    } else {
      refuseUpgrade(socket, '404 Not Found');
    }
  }

  /** Talks to the one page; a reloaded or newer page takes the place of the one before. */
  #serve(page: WebSocket): void {
    this.#page?.close(SOCKET_REPLACED, 'replaced');
    this.#page = page;
    const connection: RouterConnection = this.#options.router.connect({
      send: (text) => {
        if (page.bufferedAmount > MAX_UNREAD_BYTES) page.terminate();
        else if (page.readyState === page.OPEN) page.send(text);
      },
    });
    page.on('message', (data, isBinary) => {
      if (isBinary) page.close(1003, 'text only');
      else void connection.receive(String(data));
    });
    page.on('error', (error) => this.#options.log.warn('command socket failed', { error: error.message }));
    page.on('close', () => {
      connection.closed();
      if (this.#page === page) this.#page = null;
    });
  }

  #fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    this.#options.log.error('request failed', {
      method: request.method,
      error: error instanceof Error ? error.stack : String(error),
    });
    if (response.headersSent) response.destroy();
    else response.writeHead(500, securityHeaders(this.port)).end();
  }
}

async function bind(http: Server, port: number): Promise<number> {
  http.listen(port, ADDRESS);
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
  return address.port;
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
