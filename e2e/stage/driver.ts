import { setTimeout as pause } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import type { StageEvent, StageMetrics } from '../../src/renderer/pipeline/stage/messages.ts';
import type { Rendition } from '../../src/shared/domain/encoding.ts';
import {
  type MediaPacket,
  type RawPacket,
  readMediaPacket,
  type VideoPacket,
} from '../../src/shared/domain/media-packet.ts';
import type { Picture, StudioSnapshot } from '../../src/shared/domain/studio.ts';
import type { MediaControl } from '../../src/shared/ipc/envelope.ts';
import { callHarness, type HarnessArgs, type HarnessResult } from './call.ts';
import type { StageHarness } from './harness.ts';
import { openStagePage, type StagePage } from './serve.ts';

type Harness = StageHarness['worker'];
type Broadcast = NonNullable<StudioSnapshot['broadcast']>;

/** What is waited for comes when the machine gets to it: an avatar takes a slow one a while to load. */
const PATIENCE_MS = 30_000;

export async function until(what: string, ready: () => boolean | Promise<boolean>): Promise<void> {
  const beginMs = performance.now();
  while (!(await ready())) {
    if (performance.now() - beginMs > PATIENCE_MS) throw new Error(`never happened: ${what}`);
    await pause(50);
  }
}

/** A broadcast of one rendition, encoded by the page. */
export function mainOnly(epoch: number, { width, height, bitrateKbps }: Picture): Broadcast {
  const main: Rendition = { name: 'main', width, height, bitrateKbps };
  return { epoch, source: 'encoded', renditions: [main] };
}

export const cardsOf = (packets: readonly MediaPacket[]): VideoPacket[] =>
  packets.filter((packet): packet is VideoPacket => packet.kind === 'video' && packet.card);

/** The stage worker in a browser, and the other end of its media port. */
export class StageDriver {
  readonly stage: StagePage;
  readonly packets: MediaPacket[] = [];
  connections = 0;
  private sink: WebSocketServer;
  private client: WebSocket | null = null;
  private firstOfConnection = 0;
  /** Above those that tests choose. */
  private marks = 1_000_000;

  private constructor(stage: StagePage) {
    this.stage = stage;
    this.sink = new WebSocketServer({ server: stage.server, path: '/media' });
    this.sink.on('connection', (socket) => {
      this.client = socket;
      this.firstOfConnection = this.packets.length;
      this.connections++;
      socket.on('message', (data: Buffer) => this.packets.push(readMediaPacket(new Uint8Array(data))));
    });
  }

  static async open(picture: Picture, preview: boolean): Promise<StageDriver> {
    const driver = new StageDriver(await openStagePage());
    const media = { transport: 'socket', url: '/media' } as const;
    await driver.call('start', { picture, media, mode: 'studio' }, preview);
    await until('media port', () => driver.connections > 0);
    return driver;
  }

  async call<K extends keyof Harness>(
    name: K,
    ...args: HarnessArgs<'worker', K>
  ): Promise<HarnessResult<'worker', K>> {
    return callHarness(this.stage.page, 'worker', name, args);
  }

  broadcast(broadcast: Broadcast | null): Promise<void> {
    return this.call('send', { type: 'setBroadcast', broadcast });
  }

  async events(): Promise<StageEvent[]> {
    return (await this.call('events')) as StageEvent[];
  }

  async metrics(): Promise<StageMetrics> {
    const last = (await this.events()).findLast((event) => event.type === 'metrics');
    if (last?.type !== 'metrics') throw new Error('no metrics yet');
    return last.metrics;
  }

  /** Metrics made after everything that was sent before this call. */
  async freshMetrics(): Promise<StageMetrics> {
    // The worker obeys and speaks in order: what it says after a picture asked for now was made after that, too.
    const mark = ++this.marks;
    await this.call('send', { type: 'takePicture', id: mark });
    let fresh = null as StageMetrics | null;
    await until('metrics', async () => {
      const events = await this.events();
      const at = events.findIndex((event) => event.type === 'picture' && event.id === mark);
      const last = at < 0 ? undefined : events.slice(at).findLast((event) => event.type === 'metrics');
      fresh = last?.metrics ?? null;
      return fresh !== null;
    });
    return fresh!;
  }

  control(control: MediaControl): void {
    this.client!.send(JSON.stringify(control));
  }

  /** Cuts the connection; the page makes another. */
  cut(): void {
    this.client!.terminate();
  }

  /** What came on the newest connection. */
  get fresh(): MediaPacket[] {
    return this.packets.slice(this.firstOfConnection);
  }

  video(epoch: number, rendition = 0): VideoPacket[] {
    return this.packets.filter(
      (packet): packet is VideoPacket =>
        packet.kind === 'video' && packet.epoch === epoch && packet.rendition === rendition && !packet.card,
    );
  }

  raw(epoch: number): RawPacket[] {
    return this.packets.filter(
      (packet): packet is RawPacket => packet.kind === 'raw' && packet.epoch === epoch && !packet.card,
    );
  }

  async close(): Promise<void> {
    await this.call('send', { type: 'close' });
    for (const socket of this.sink.clients) socket.terminate();
    this.sink.close();
    await this.stage.close();
  }
}
