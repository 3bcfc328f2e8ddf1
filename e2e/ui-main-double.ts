import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Scene } from '../src/shared/domain/scene.ts';
import { DEFAULT_SHORTCUTS, SHORTCUT_ACTIONS } from '../src/shared/domain/shortcuts.ts';
import type { DestinationStatus, StreamSnapshot } from '../src/shared/domain/stream-state.ts';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../src/shared/domain/studio.ts';
import type { Reason } from '../src/shared/errors.ts';
import { requestEnvelopeSchema } from '../src/shared/ipc/envelope.ts';
import { COMMANDS, EVENTS } from '../src/shared/ipc/index.ts';
import type { LibrarySnapshot } from '../src/shared/ipc/library.ts';

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
  '/assets-double/garden.svg': swatch('#7fb8a0', '#21443c'),
  '/assets-double/slide.svg': swatch('#f2efe6', '#c9b98f'),
  '/assets-double/vida.svg': swatch('#3a3f74', '#7a83c4', HEAD),
  '/assets-double/kit.svg': swatch('#24504f', '#6fc3a8', HEAD),
};

type OfLibrary = LibrarySnapshot['avatars'][number];

export function avatar(
  id: string,
  name: string,
  kind: OfLibrary['kind'],
  thumbnailUrl: string | null,
): OfLibrary {
  return { id, name, kind, family: 'vrm1', thumbnailUrl };
}

/** A scene with what it names as main resolves it. */
function resolved(scene: Scene, turn: number): StudioSnapshot['scene'] {
  const { background } = scene;
  return {
    id: scene.id,
    name: scene.name,
    turn,
    background:
      background === 'transparent'
        ? { kind: 'transparent' }
        : background.startsWith('#')
          ? { kind: 'color', color: background }
          : { kind: 'image', url: `/assets-double/${background}.svg` },
    capture: scene.capture,
    avatar: scene.avatar,
    overlay: scene.overlay && { ...scene.overlay, url: '/assets-double/slide.svg' },
  };
}

export const IDLE_STREAM: StreamSnapshot = {
  phase: 'idle',
  kind: 'broadcast',
  sessionId: null,
  startedAt: null,
  elapsedSeconds: 0,
  destinations: [],
  losses: { render: 0, encode: 0, network: 0, frames: 0 },
  media: { restarts: 0, gapMs: 0 },
  card: false,
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
  hello = {
    version: '0.2.0',
    host: 'browser',
    mode: 'studio',
    secrets: 'keyring',
    desktop: { tray: false, globalShortcuts: false },
  };
  /** The next upload is refused with this. */
  refuseUpload: Reason | null = null;
  /** What `capture.list` answers. */
  captures: Json = { picker: 'system' };
  /** Hears the page and does not answer. */
  deaf = false;
  private readonly sockets = new Set<WebSocket>();
  private readonly folder: string;
  private server: Server | null = null;

  constructor(folder: string) {
    this.folder = folder;
    this.events.set('studio.snapshot', {
      mode: 'studio',
      settings: { ...DEFAULT_SETTINGS, microphone: 'default', onboarded: true },
      avatar: { id: 'vida', name: 'Vida', url: '/a.vrm', family: 'vrm1', wantsThumbnail: false },
      scene: resolved(DEFAULT_SETTINGS.scenes[0]!, 0),
      tracking: { source: 'camera', modelUrl: '/m', wasmUrl: '/w' },
      broadcast: null,
      panic: false,
      muted: false,
      poseWanted: false,
      contactSheet: null,
    } satisfies StudioSnapshot);
    this.events.set('stream.snapshot', IDLE_STREAM);
    this.events.set('destinations.snapshot', { destinations: [] });
    this.events.set('models.snapshot', { models: [] });
    this.events.set('library.snapshot', {
      avatars: [
        avatar('vida', 'Vida', 'built-in', '/assets-double/vida.svg'),
        avatar('kit', 'Kit', 'built-in', '/assets-double/kit.svg'),
      ],
      backgrounds: [
        { id: 'dusk', name: 'Dusk', url: '/assets-double/dusk.svg' },
        { id: 'room', name: 'Room', url: '/assets-double/room.svg' },
        { id: 'garden', name: 'Garden', url: '/assets-double/garden.svg' },
      ],
      images: [],
    });
    this.events.set('rehearsal.snapshot', { phase: 'idle', seconds: 12, elapsed: 0, result: null });
    this.events.set('output.snapshot', { enabled: false, url: null, clients: 0 });
    this.events.set('desktop.shortcuts', {
      globalAvailable: false,
      bindings: SHORTCUT_ACTIONS.map((action) => ({
        action,
        accelerator: DEFAULT_SHORTCUTS[action],
        scope: 'window',
        problem: null,
      })),
    });
  }

  async listen(port = 0): Promise<string> {
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://x').pathname;
      if (request.method === 'POST') {
        request.resume().on('end', () => this.answerUpload(path, response));
        return;
      }
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

  private answerUpload(path: string, response: ServerResponse): void {
    const refused = this.refuseUpload;
    const image = path.endsWith('/image');
    const id = image ? 'slide' : 'own-1';
    if (!refused) {
      const library = this.events.get('library.snapshot') as LibrarySnapshot;
      const added = image
        ? { images: [{ id, name: 'My slide', url: '/assets-double/slide.svg' }] }
        : {
            avatars: [
              ...library.avatars.filter((each) => each.id !== id),
              avatar(id, 'My dragon', 'glb-upload', null),
            ],
          };
      this.publish('library.snapshot', { ...library, ...added });
    }
    const reply = refused
      ? { type: 'error', id: 0, error: { reason: refused } }
      : { type: 'result', id: 0, result: { id } };
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
        this.settings({ ...payload, picture: { ...studio.settings.picture, ...(payload['picture'] ?? {}) } });
        return {};
      case 'scenes.save': {
        const scene = {
          ...payload,
          id: payload['id'] ?? `scene-${studio.settings.scenes.length + 1}`,
        } as Scene;
        const known = studio.settings.scenes.some((each) => each.id === scene.id);
        const scenes = known
          ? studio.settings.scenes.map((each) => (each.id === scene.id ? scene : each))
          : [...studio.settings.scenes, scene];
        this.settings({ scenes });
        return scene;
      }
      case 'scenes.remove': {
        const scenes = studio.settings.scenes.filter((each) => each.id !== payload['id']);
        const { sceneId } = studio.settings;
        this.settings({ scenes, sceneId: sceneId === payload['id'] ? scenes[0]!.id : sceneId });
        return {};
      }
      case 'scenes.select':
        this.settings({ sceneId: String(payload['id']) }, 1);
        return {};
      case 'scenes.order': {
        const ids = payload['ids'] as string[];
        this.settings({ scenes: ids.map((id) => studio.settings.scenes.find((each) => each.id === id)!) });
        return {};
      }
      case 'library.renameAvatar':
      case 'library.removeAvatar':
      case 'library.removeImage':
        this.editLibrary(command, String(payload['id']), payload['name']);
        return {};
      case 'output.configure':
        this.publish('output.snapshot', {
          enabled: payload['enabled'],
          url: payload['enabled'] ? 'http://127.0.0.1:7345/output/4f2c9a1e7b60d853?bg=transparent' : null,
          clients: 0,
        });
        return {};
      case 'capture.list':
        return this.captures;
      case 'rehearsal.start':
        this.rehearse();
        return {};
      case 'rehearsal.stop':
        this.change('rehearsal.snapshot', { phase: 'idle', elapsed: 0 });
        this.publish('stream.snapshot', { ...IDLE_STREAM, kind: 'rehearsal' });
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
          kind: 'broadcast',
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

  /** Changes settings as main would: the shown scene is resolved anew. */
  settings(part: Partial<StudioSnapshot['settings']>, turned = 0): void {
    const studio = this.events.get('studio.snapshot') as StudioSnapshot;
    const settings = { ...studio.settings, ...part };
    const shown = settings.scenes.find((each) => each.id === settings.sceneId)!;
    this.publish('studio.snapshot', {
      ...studio,
      settings,
      scene: resolved(shown, studio.scene.turn + turned),
    } satisfies StudioSnapshot);
  }

  rehearse(elapsed = 4): void {
    this.change('rehearsal.snapshot', { phase: 'running', elapsed });
    this.publish('stream.snapshot', {
      ...IDLE_STREAM,
      phase: 'live',
      kind: 'rehearsal',
      sessionId: 'r',
      startedAt: Date.now() - elapsed * 1000,
    });
  }

  /** A drawer of the library loses or renames something. */
  private editLibrary(command: string, id: string, name: unknown): void {
    const library = this.events.get('library.snapshot') as LibrarySnapshot;
    const kept = library.avatars.filter((each) => command !== 'library.removeAvatar' || each.id !== id);
    this.publish('library.snapshot', {
      ...library,
      avatars: kept.map((each) => (each.id === id && name ? { ...each, name: String(name) } : each)),
      images: library.images.filter((each) => each.id !== id),
    });
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
