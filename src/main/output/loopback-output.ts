import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { decodePath, fileBelow, sendAsset, typeOf } from '../host/browser/files.ts';
import { securityHeaders } from '../host/browser/headers.ts';
import type { AssetResolver } from '../host/port.ts';
import type { Log } from '../logging/log.ts';
import type { OutputServer, OutputState } from '../services/output/ports.ts';

export interface LoopbackOutputOptions {
  /** Data folder: port and key are kept there, so that the address in another program stays good. */
  readonly home: string;
  readonly rendererDir: string;
  /** What the page may load besides its own files; avatars. */
  readonly mounts: ReadonlyMap<string, AssetResolver>;
  readonly log: Log;
}

const ADDRESS = '127.0.0.1';
const KEY_BYTES = 24;
/** A page so far behind gets the next pose instead. */
const MAX_UNREAD_BYTES = 64 * 1024;
const MAX_CLIENTS = 8;
const savedSchema = z.object({ port: z.int().min(1024).max(65535), key: z.string().regex(/^[\w-]{32}$/) });

/**
 * The output page's own server. Another program's browser cannot carry our cookie, so the address holds the key;
 * everything without it, with another Host or from another Origin is refused. It serves the page, its files and
 * avatars, and nothing of it can command the studio.
 */
export function createLoopbackOutput(options: LoopbackOutputOptions): OutputServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false });
  const clients = new Set<WebSocket>();
  const connections = new Set<Socket>();
  const listeners: (() => void)[] = [];
  let http: Server | null = null;
  let key = '';
  let port = 0;
  let state: OutputState | null = null;
  const tell = () => {
    for (const listener of listeners) listener();
  };

  /** The path behind the key; null: not for this one. */
  const pathOf = (request: IncomingMessage): string | null => {
    const { host, origin } = request.headers;
    if (host !== `${ADDRESS}:${port}`) return null;
    if (origin !== undefined && origin !== `http://${ADDRESS}:${port}`) return null;
    const pathname = (request.url ?? '/').split('?')[0]!;
    const given = Buffer.from(pathname.slice(1, 1 + key.length));
    const wanted = Buffer.from(key);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
    const rest = pathname.slice(1 + key.length);
    return rest.startsWith('/') ? rest : null;
  };

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const headers = securityHeaders(port);
    const pathname = pathOf(request);
    if (pathname === null) {
      response.writeHead(403, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('host.unauthorised: copy the address from the studio, Settings, Output.\n');
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { ...headers, Allow: 'GET, HEAD' }).end();
      return;
    }
    const asset = await find(pathname);
    if (asset && (await sendAsset(request, response, asset, headers))) return;
    response.writeHead(404, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }).end('Not found\n');
  };

  const find = async (pathname: string) => {
    const name = decodePath(pathname);
    if (name === null) return null;
    const slash = name.indexOf('/', 1);
    const resolver = slash < 0 ? undefined : options.mounts.get(name.slice(1, slash));
    if (resolver) return resolver(name.slice(slash + 1));
    // The studio's own page is of no use here.
    if (name !== '/output.html' && !name.startsWith('/assets/')) return null;
    const path = fileBelow(options.rendererDir, name);
    return path === null ? null : { path, type: typeOf(path) };
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A peer that resets while it is refused is nobody's problem.
    socket.on('error', () => socket.destroy());
    const known = pathOf(request) === '/pose' && request.headers.origin !== undefined;
    if (!known || clients.size >= MAX_CLIENTS) {
      const status = known ? '503 Service Unavailable' : '403 Forbidden';
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
        socket.destroy(),
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      clients.add(client);
      client.on('error', (error) => options.log.warn('output page failed', { error: error.message }));
      client.on('close', () => {
        clients.delete(client);
        tell();
      });
      if (state) client.send(JSON.stringify(state));
      tell();
    });
  };

  const end = async (server: Server) => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of connections) socket.destroy();
    await closed;
  };

  return {
    async start() {
      const saved = await readSaved(options.home);
      key = saved?.key ?? randomBytes(KEY_BYTES).toString('base64url');
      const server = createServer();
      await bind(server, saved?.port ?? 0).catch(() => bind(server, 0));
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
      port = address.port;
      server.on('error', (error) => options.log.error('output server failed', { error: error.message }));
      server.on('connection', (socket: Socket) => {
        connections.add(socket);
        socket.once('close', () => connections.delete(socket));
      });
      server.on('request', (request, response) => {
        respond(request, response).catch((error: unknown) => {
          options.log.error('output request failed', { error: String(error) });
          if (response.headersSent) response.destroy();
          else response.writeHead(500, securityHeaders(port)).end();
        });
      });
      server.on('upgrade', upgrade);
      try {
        // A port that only today belongs to somebody else is wished for again next time.
        if (!saved) await writeFile(savedFile(options.home), JSON.stringify({ port, key }), { mode: 0o600 });
      } catch (error) {
        await end(server);
        throw error;
      }
      http = server;
      const moved = saved !== undefined && saved.port !== port;
      return { url: `http://${ADDRESS}:${port}/${key}/output.html`, moved };
    },
    async stop() {
      if (!http) return;
      const server = http;
      http = null;
      await end(server);
      clients.clear();
      tell();
    },
    setState(next) {
      const text = JSON.stringify(next);
      if (state && JSON.stringify(state) === text) return;
      state = next;
      for (const client of clients) client.send(text);
    },
    sendPose(pose) {
      for (const client of clients) {
        if (client.readyState === client.OPEN && client.bufferedAmount < MAX_UNREAD_BYTES) client.send(pose);
      }
    },
    get clients() {
      return clients.size;
    },
    onClients: (listener) => void listeners.push(listener),
  };
}

async function bind(server: Server, port: number): Promise<void> {
  server.listen(port, ADDRESS);
  await once(server, 'listening');
}

/** @returns undefined the first time, and when somebody has changed the file */
async function readSaved(home: string): Promise<z.infer<typeof savedSchema> | undefined> {
  const text = await readFile(savedFile(home), 'utf8').catch(() => '');
  try {
    return savedSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function savedFile(home: string): string {
  return join(home, 'output-page.json');
}
