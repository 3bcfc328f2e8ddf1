import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import type { DestinationStatus, StreamSnapshot } from '../src/shared/domain/stream-state.ts';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../src/shared/domain/studio.ts';
import type { Reason } from '../src/shared/errors.ts';
import { requestEnvelopeSchema } from '../src/shared/ipc/envelope.ts';
import { COMMANDS, EVENTS } from '../src/shared/ipc/index.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
].join('; ');

function swatch(from: string, to: string, shape = ''): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90"><defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient></defs><rect width="160" height="90" fill="url(#g)"/>${shape}</svg>`;
}
const HEAD =
  '<circle cx="80" cy="42" r="24" fill="#e8b798"/><ellipse cx="80" cy="92" rx="44" ry="24" fill="#333a6b"/>';
const PICTURES: Record<string, string> = {
  '/assets-double/dusk.svg': swatch('#2c2f5b', '#e79a7b'),
  '/assets-double/room.svg': swatch('#5b6b7f', '#26303c'),
  '/assets-double/vida.svg': swatch('#3a3f74', '#7a83c4', HEAD),
};

export const IDLE_STREAM: StreamSnapshot = {
  phase: 'idle',
  sessionId: null,
  startedAt: null,
  elapsedSeconds: 0,
  destinations: [],
  losses: { render: 0, encode: 0, network: 0, frames: 0 },
  media: { restarts: 0, gapMs: 0 },
  reason: null,
};

export interface Seen {
  readonly command: string;
  readonly payload: unknown;
}

type Json = Record<string, unknown>;

/** Main as the page knows it: the contract over a WebSocket, its state in memory, nothing behind it. */
export class MainDouble {
  readonly seen: Seen[] = [];
  readonly events = new Map<string, unknown>();
  hello = { version: '0.1.0', host: 'browser', mode: 'studio', secrets: 'keyring' };
  /** The next upload is refused with this. */
  refuseUpload: Reason | null = null;
  /** Hears the page and does not answer. */
  deaf = false;
  private readonly sockets = new Set<WebSocket>();
  private readonly folder: string;
  private server: Server | null = null;

  constructor(folder: string) {
    this.folder = folder;
    this.events.set('studio.snapshot', {
      mode: 'studio',
      settings: { ...DEFAULT_SETTINGS, microphone: 'default' },
      avatar: { id: 'vida', name: 'Vida', url: '/a.vrm', family: 'vrm1' },
      background: { kind: 'image', url: '/assets-double/dusk.svg' },
      tracking: { source: 'camera', modelUrl: '/m', wasmUrl: '/w' },
      broadcast: null,
      panic: false,
      muted: false,
      contactSheet: null,
    } satisfies StudioSnapshot);
    this.events.set('stream.snapshot', IDLE_STREAM);
    this.events.set('destinations.snapshot', { destinations: [] });
    this.events.set('models.snapshot', { models: [] });
    this.events.set('library.snapshot', {
      avatars: [
        {
          id: 'vida',
          name: 'Vida',
          kind: 'built-in',
          family: 'vrm1',
          thumbnailUrl: '/assets-double/vida.svg',
        },
      ],
      backgrounds: [
        { id: 'dusk', name: 'Dusk', url: '/assets-double/dusk.svg' },
        { id: 'room', name: 'Room', url: '/assets-double/room.svg' },
      ],
    });
  }

  async listen(port = 0): Promise<string> {
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://x').pathname;
      if (request.method === 'POST') return this.answerUpload(response);
      void this.file(path === '/' ? '/index.html' : path).then(([status, type, body]) => {
        response.writeHead(status, { 'content-type': type, 'content-security-policy': POLICY });
        response.end(body);
      });
    });
    new WebSocketServer({ server, path: '/commands' }).on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('message', (data) => this.receive(socket, String(data)));
    });
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    this.server = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  /** Drops the pages, who connect again. */
  drop(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  /** Ends every connection as a main that died would. */
  async close(): Promise<void> {
    this.drop();
    this.server?.closeAllConnections();
    await new Promise((done) => (this.server ? this.server.close(done) : done(null)));
    this.server = null;
  }

  /** Publishes a snapshot; it must be one the contract allows. */
  publish(name: string, payload: unknown): void {
    EVENTS.get(name)!.payload.parse(payload);
    this.events.set(name, payload);
    for (const socket of this.sockets) socket.send(JSON.stringify({ type: 'event', event: name, payload }));
  }

  change(name: string, part: Json): void {
    this.publish(name, { ...(this.events.get(name) as Json), ...part });
  }

  destinations(): { id: string; name: string; url: string }[] {
    return (this.events.get('destinations.snapshot') as { destinations: never[] }).destinations;
  }

  last(command: string): Json | undefined {
    return this.seen.findLast((each) => each.command === command)?.payload as Json | undefined;
  }

  private async file(path: string): Promise<[number, string, string | Buffer]> {
    const picture = PICTURES[path];
    if (picture) return [200, 'image/svg+xml', picture];
    const found = await readFile(join(this.folder, normalize(path))).catch(() => null);
    return found ? [200, TYPES[extname(path)] ?? 'application/octet-stream', found] : [404, 'text/plain', ''];
  }

  private answerUpload(response: ServerResponse): void {
    const refused = this.refuseUpload;
    const reply = refused
      ? { type: 'error', id: 0, error: { reason: refused } }
      : { type: 'result', id: 0, result: { id: 'own-1' } };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reply));
  }

  private receive(socket: WebSocket, text: string): void {
    if (this.deaf) return;
    const { id, command, payload } = requestEnvelopeSchema.parse(JSON.parse(text));
    const send = (reply: Json) => socket.send(JSON.stringify(reply));
    const known = COMMANDS.get(command);
    const parsed = known?.request.safeParse(payload);
    if (!parsed?.success) {
      send({
        type: 'error',
        id,
        error: { reason: known ? 'ipc.bad-payload' : 'ipc.unknown-command' },
      });
      return;
    }
    this.seen.push({ command, payload: parsed.data });
    send({ type: 'result', id, result: this.answer(command, parsed.data as Json) });
    if (command !== 'app.hello') return;
    for (const [event, current] of this.events) send({ type: 'event', event, payload: current });
  }

  private answer(command: string, payload: Json): unknown {
    const studio = this.events.get('studio.snapshot') as StudioSnapshot;
    switch (command) {
      case 'app.hello':
        return this.hello;
      case 'studio.panic':
        this.change('studio.snapshot', { panic: payload['on'] });
        return {};
      case 'studio.mute':
        this.change('studio.snapshot', { muted: payload['on'] });
        return {};
      case 'studio.configure':
        this.change('studio.snapshot', { settings: { ...studio.settings, ...payload } });
        return {};
      case 'destinations.save': {
        const { key, ...shown } = payload;
        const id = String(payload['id'] ?? `d${this.destinations().length + 1}`);
        const old = this.destinations().filter((each) => each.id !== id);
        const saved = { ...shown, id, hasKey: Boolean(key) || old.length < this.destinations().length };
        this.publish('destinations.snapshot', { destinations: [...old, saved] });
        return saved;
      }
      case 'destinations.remove':
        this.publish('destinations.snapshot', {
          destinations: this.destinations().filter((each) => each.id !== payload['id']),
        });
        return {};
      case 'stream.goLive':
        this.change('stream.snapshot', {
          phase: 'live',
          startedAt: Date.now(),
          sessionId: 's',
          destinations: (payload['destinationIds'] as string[]).map((each) => this.status(each, 'live')),
        });
        return { sessionId: 's' };
      case 'stream.stop':
        this.change('stream.snapshot', {
          phase: 'idle',
          startedAt: null,
          destinations: this.destinations().map((each) => this.status(each.id, 'ended')),
        });
        return {};
      default:
        return {};
    }
  }

  status(id: string, state: DestinationStatus['state'], reason: Reason | null = null): DestinationStatus {
    const { name, url } = this.destinations().find((each) => each.id === id)!;
    return {
      id,
      name,
      url: `${url}/••••`,
      kind: 'rtmp',
      state,
      reason,
      firstByteMs: 300,
      bytes: 1,
      frames: 1,
      dropped: 0,
      reconnects: state === 'reconnecting' ? 2 : 0,
      queueMs: 0,
    };
  }
}
