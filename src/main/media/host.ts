import { assertNever } from '../../shared/assert-never.ts';
import type { FfmpegEncoder } from '../../shared/domain/encoding.ts';
import type { MediaPacket } from '../../shared/domain/media-packet.ts';
import type { MediaStatus } from '../../shared/domain/stream-state.ts';
import { toReasonError } from '../../shared/errors.ts';
import type { MediaControl } from '../../shared/ipc/envelope.ts';
import { tryEncoders } from './encoder/trials.ts';
import { Engine } from './engine.ts';
import type { LogLevel, StartMessage } from './engine-options.ts';
import { portHandoverSchema, socketHandoverSchema } from './handover.ts';
import type { Attachment, MainLink } from './link.ts';
import { MediaSocket } from './media-socket.ts';
import type { PageEndEvents } from './packet-reader.ts';
import { PagePort } from './page-port.ts';
import { type MainToMediaParsed, mainToMediaSchema } from './protocol.ts';
import type { ReplayResult } from './replay.ts';

const STATUS_MS = 500;
/** Two per rendition and one raw. */
const EARLY_CARDS = 7;

/** The media process without the process: main's messages on its link, the page's packets on a socket or a port. */
export class MediaHost {
  readonly #link: MainLink;
  readonly #socket: MediaSocket;
  readonly #port: PagePort;
  #engine: Engine | null = null;
  /** Cards of a page that was sooner than main's start. */
  #earlyCards: MediaPacket[] = [];
  #statusTimer: NodeJS.Timeout | null = null;
  #queuedStatus: NodeJS.Immediate | null = null;
  /** Start and stop happen one after the other. */
  #tail: Promise<void> = Promise.resolve();

  constructor(link: MainLink) {
    this.#link = link;
    const events: PageEndEvents = {
      onPacket: (packet) => this.#packet(packet),
      onChange: (connected) => {
        if (connected) this.#engine?.pageAttached();
        this.#changed();
      },
      log: (level, message) => this.log(level, message),
    };
    this.#socket = new MediaSocket(events);
    this.#port = new PagePort(events);
  }

  run(): void {
    this.#link.onMessage((message, attachment) => this.#receive(message, attachment));
    this.#link.send({ type: 'ready' });
  }

  log(level: LogLevel, message: string): void {
    this.#link.send({ type: 'log', level, message });
  }

  /** Lets go of the page. */
  close(): void {
    if (this.#queuedStatus) clearImmediate(this.#queuedStatus);
    this.#socket.close();
    this.#port.close();
  }

  get #connected(): boolean {
    return this.#socket.connected || this.#port.connected;
  }

  #receive(message: unknown, attachment: Attachment | null): void {
    const socket = socketHandoverSchema.safeParse(message);
    if (socket.success) {
      if (attachment?.kind === 'socket') this.#socket.accept(attachment.socket, socket.data);
      else this.log('warn', 'a media socket was closed before it arrived');
      return;
    }
    if (portHandoverSchema.safeParse(message).success) {
      if (attachment?.kind === 'port') this.#port.accept(attachment.port);
      else this.log('warn', 'a media port came without its port');
      return;
    }
    const parsed = mainToMediaSchema.safeParse(message);
    if (!parsed.success) {
      // Not the message itself: it may hold a key.
      this.log(
        'error',
        `main sent a message the media process does not know: ${parsed.error.issues[0]?.path.join('.')}`,
      );
      return;
    }
    this.#tail = this.#tail
      .then(() => this.#handle(parsed.data))
      .catch((error: unknown) => this.log('error', toReasonError(error).message));
  }

  async #handle(message: MainToMediaParsed): Promise<void> {
    switch (message.type) {
      case 'start':
        if (this.#engine) await this.#stop();
        this.#start(message);
        return;
      case 'stop': {
        const leftOver = await this.#stop();
        this.#link.send({ type: 'stopped', leftOver });
        return;
      }
      case 'add':
        this.#engine?.add(message.destination);
        return;
      case 'remove':
        this.#engine?.remove(message.id);
        return;
      case 'retry':
        this.#engine?.retry(message.id);
        return;
      case 'audio-offset':
        this.#engine?.setAudioOffset(message.ms);
        return;
      case 'encoders':
        this.#engine?.setEncoders(message.encoders);
        return;
      case 'preset':
        this.#engine?.setPreset(message.preset);
        return;
      case 'save-replay':
        void this.#saveReplay(message.path);
        return;
      case 'try-encoders':
        void this.#tryEncoders(message.ffmpeg, message.encoders);
        return;
      default:
        assertNever(message);
    }
  }

  /** Beside everything else: a file takes its time. */
  async #saveReplay(path: string): Promise<void> {
    let saved: ReplayResult | undefined;
    try {
      saved = await this.#engine?.saveReplay(path);
    } catch (error) {
      this.log('error', `replay: ${toReasonError(error).message}`);
      saved = { seconds: 0, reason: 'record.failed' };
    }
    this.#link.send({ type: 'replay', path, seconds: 0, reason: 'record.no-replay', ...saved });
  }

  async #tryEncoders(ffmpeg: string, encoders: readonly FfmpegEncoder[]): Promise<void> {
    this.#link.send({ type: 'trials', trials: await tryEncoders(ffmpeg, encoders) });
  }

  #packet(packet: MediaPacket): void {
    if (this.#engine) this.#engine.packet(packet);
    else if (packet.kind !== 'pcm' && packet.card) {
      this.#earlyCards = [...this.#earlyCards.slice(1 - EARLY_CARDS), packet];
    }
  }

  #start(start: StartMessage): void {
    const engine = new Engine({
      start,
      onChange: () => this.#changed(),
      needKeyFrame: (rendition) => this.#tellPage({ type: 'key-frame', rendition }),
      setBitrate: (rendition, kbps) => this.#tellPage({ type: 'bitrate', rendition, kbps }),
      onEncodersFailed: (detail) => this.#link.send({ type: 'encoders-failed', detail }),
      connected: () => this.#connected,
      log: (level, text) => this.log(level, text),
    });
    for (const card of this.#earlyCards) engine.packet(card);
    this.#earlyCards = [];
    this.#engine = engine;
    this.#statusTimer = setInterval(() => this.#sendStatus(), STATUS_MS);
    this.#sendStatus();
  }

  async #stop(): Promise<string[]> {
    const engine = this.#engine;
    if (!engine) return [];
    const leftOver = await engine.stop();
    if (this.#statusTimer) clearInterval(this.#statusTimer);
    this.#statusTimer = null;
    this.#sendStatus();
    this.#engine = null;
    return leftOver;
  }

  #tellPage(control: MediaControl): void {
    this.#socket.send(control);
    this.#port.send(control);
  }

  #changed(): void {
    this.#queuedStatus ??= setImmediate(() => this.#sendStatus());
  }

  #sendStatus(): void {
    if (this.#queuedStatus) clearImmediate(this.#queuedStatus);
    this.#queuedStatus = null;
    this.#link.send({ type: 'status', status: this.#engine?.status() ?? this.#idleStatus() });
  }

  #idleStatus(): MediaStatus {
    return {
      destinations: [],
      videoPackets: 0,
      videoBytes: 0,
      cardFrames: 0,
      audioSeconds: 0,
      audioFilledSeconds: 0,
      audioOffsetMs: null,
      memoryMb: Math.round(process.memoryUsage.rss() / 1e5) / 10,
      connected: this.#connected,
      card: false,
      renditions: [],
      encoder: null,
      audioDriftMs: null,
      audioPid: null,
      replaySeconds: 0,
      diskFreeBytes: null,
    };
  }
}
