import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Scene } from '../src/shared/domain/scene.ts';
import type { DestinationStatus } from '../src/shared/domain/stream-state.ts';
import type { StudioSnapshot } from '../src/shared/domain/studio.ts';
import type { Reason } from '../src/shared/errors.ts';
import { requestEnvelopeSchema } from '../src/shared/ipc/envelope.ts';
import { COMMANDS, EVENTS } from '../src/shared/ipc/index.ts';
import type { LibrarySnapshot } from '../src/shared/ipc/library.ts';
import type { MotionsSnapshot } from '../src/shared/ipc/motion.ts';
import { IDLE_STREAM, recordingOf, statusOf } from './ui-fixtures.ts';
import { avatar, initialEvents, PICTURES, resolved } from './ui-main-state.ts';
import { answerStream } from './ui-stream-double.ts';

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

/** As the real one sends them: without them a page has no shared memory. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

export interface Seen {
  readonly command: string;
  readonly payload: unknown;
}

type Json = Record<string, unknown>;

/** Main as the page knows it: the contract over a WebSocket, its state in memory, nothing behind it. */
export class MainDouble {
  readonly seen: Seen[] = [];
  readonly events = initialEvents();
  hello = {
    version: '0.2.0',
    host: 'browser',
    mode: 'studio',
    secrets: 'keyring',
    desktop: { tray: false, globalShortcuts: false },
  };
  /** The next upload is refused with this. */
  refuseUpload: Reason | null = null;
  /** Commands that are refused, each with why. */
  readonly refuse = new Map<string, Reason>();
  /** What it could not answer, which fails the test. */
  readonly failures: string[] = [];
  /** What `capture.list` answers. */
  captures: Json = { picker: 'system' };
  /** Ends the import that runs. */
  finishArchive: ((reply: Json) => void) | null = null;
  /** Hears the page and does not answer. */
  deaf = false;
  private readonly sockets = new Set<WebSocket>();
  private readonly folder: string;
  private server: Server | null = null;

  constructor(folder: string) {
    this.folder = folder;
  }

  async listen(port = 0): Promise<string> {
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://x').pathname;
      if (request.method === 'POST') {
        request.resume().on('end', () => this.answerUpload(path, response));
        return;
      }
      void this.file(path === '/' ? '/index.html' : path).then(([status, type, body]) => {
        response.writeHead(status, { 'content-type': type, 'content-security-policy': POLICY, ...ISOLATED });
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
    this.events.set(name, payload);
    this.tell(name, payload);
  }

  /** Says something once, which is no snapshot. */
  tell(name: string, payload: unknown): void {
    EVENTS.get(name)!.payload.parse(payload);
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
    if (path.endsWith('/archive') && !refused) {
      this.answerArchive(response);
      return;
    }
    if (path.endsWith('/motion') && !refused) {
      const { recordings } = this.events.get('motions.snapshot') as MotionsSnapshot;
      const added = recordingOf('Imported', recordings.length + 10);
      this.change('motions.snapshot', { recordings: [...recordings, added] });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ type: 'result', id: 0, result: { id: added.id } }));
      return;
    }
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

  /** The archive that is being brought in; its answer is given by the test. */
  private answerArchive(response: ServerResponse): void {
    this.finishArchive = (reply) => {
      this.finishArchive = null;
      this.change('data.snapshot', { job: null });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(reply));
    };
    this.change('data.snapshot', { job: { kind: 'import', done: 30e6, total: 120e6 } });
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
    const refused = this.refuse.get(command);
    if (refused) {
      send({ type: 'error', id, error: { reason: refused } });
      return;
    }
    try {
      send({ type: 'result', id, result: this.answer(command, parsed.data as Json) });
    } catch (error) {
      this.failures.push(String(error));
      send({ type: 'error', id, error: { reason: 'internal.unexpected' } });
    }
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
      case 'library.removeSound':
        this.editLibrary(command, String(payload['id']), payload['name']);
        return {};
      case 'motions.rename':
      case 'motions.remove':
        this.editMotions(String(payload['id']), payload['name']);
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
      case 'app.safeStartChoose':
        this.publish('app.safeStart', { active: payload['safe'], offered: false, crashes: 2 });
        return {};
      case 'encoders.try':
        this.change('encoders.snapshot', { running: true });
        return {};
      case 'app.pageError':
      case 'pipeline.report':
      case 'output.pose':
      case 'capture.choose':
      case 'models.download':
      case 'models.cancel':
        return {};
      default:
        return answerStream(this, command, payload);
    }
  }

  /** One destination of the broadcast is in another state, or comes to it. */
  setDestination(id: string, state: DestinationStatus['state'], reason: Reason | null = null): void {
    const { destinations } = this.events.get('stream.snapshot') as { destinations: DestinationStatus[] };
    const others = destinations.filter((each) => each.id !== id);
    this.change('stream.snapshot', { destinations: [...others, this.status(id, state, reason)] });
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
      sounds: library.sounds.filter((each) => each.id !== id),
    });
  }

  /** A recording gets a name, or goes. */
  private editMotions(id: string, name: unknown): void {
    const { recordings } = this.events.get('motions.snapshot') as MotionsSnapshot;
    this.change('motions.snapshot', {
      recordings: name
        ? recordings.map((each) => (each.id === id ? { ...each, name: String(name) } : each))
        : recordings.filter((each) => each.id !== id),
    });
  }

  status(id: string, state: DestinationStatus['state'], reason: Reason | null = null): DestinationStatus {
    return statusOf(this.destinations().find((each) => each.id === id)!, state, reason);
  }
}
