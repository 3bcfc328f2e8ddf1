import { Socket } from 'node:net';
import { assertNever } from '../../shared/assert-never.ts';
import type { MediaStatus } from '../../shared/domain/stream-state.ts';
import { toReasonError } from '../../shared/errors.ts';
import { Engine, type LogLevel, type StartMessage } from './engine.ts';
import { killAllFfmpeg } from './ffmpeg/child.ts';
import { socketHandoverSchema } from './handover.ts';
import { MediaSocket } from './media-socket.ts';
import { type MainToMedia, type MediaToMain, mainToMediaSchema } from './protocol.ts';

const STATUS_MS = 500;

/** Entry of the media process: main's messages on the channel of the fork, the page's packets on a socket. */
class MediaHost {
  #engine: Engine | null = null;
  #statusTimer: NodeJS.Timeout | null = null;
  #queuedStatus: NodeJS.Immediate | null = null;
  /** Start and stop happen one after the other. */
  #tail: Promise<void> = Promise.resolve();
  readonly #socket = new MediaSocket({
    onPacket: (packet) => this.#engine?.packet(packet),
    onChange: () => this.#changed(),
    log: (level, message) => this.#log(level, message),
  });

  run(): void {
    process.on('message', (message, handle) => this.#receive(message, handle));
    // Without main there is no stream; nothing may stay behind.
    process.on('disconnect', () => this.#die(0));
    process.on('SIGTERM', () => this.#die(0));
    // An interrupt typed in the terminal reaches main as well, which ends the stream in order.
    process.on('SIGINT', () => undefined);
    process.on('uncaughtException', (error) => {
      this.#log('error', `media process: ${error.stack ?? error.message}`);
      this.#die(70);
    });
    process.on('exit', () => killAllFfmpeg());
    this.#send({ type: 'ready' });
  }

  #receive(message: unknown, handle: unknown): void {
    const handover = socketHandoverSchema.safeParse(message);
    if (handover.success) {
      if (handle instanceof Socket) this.#socket.accept(handle, handover.data);
      else this.#log('warn', 'a media socket was closed before it arrived');
      return;
    }
    const parsed = mainToMediaSchema.safeParse(message);
    if (!parsed.success) {
      // Not the message itself: it may hold a key.
      this.#log(
        'error',
        `main sent a message the media process does not know: ${parsed.error.issues[0]?.path.join('.')}`,
      );
      return;
    }
    this.#tail = this.#tail
      .then(() => this.#handle(parsed.data))
      .catch((error: unknown) => this.#log('error', toReasonError(error).message));
  }

  async #handle(message: MainToMedia): Promise<void> {
    switch (message.type) {
      case 'start':
        if (this.#engine) await this.#stop();
        this.#start(message);
        return;
      case 'stop': {
        const leftOver = await this.#stop();
        this.#send({ type: 'stopped', leftOver });
        return;
      }
      default:
        assertNever(message);
    }
  }

  #start(start: StartMessage): void {
    this.#engine = new Engine({
      start,
      onChange: () => this.#changed(),
      needKeyFrame: () => this.#socket.send({ type: 'key-frame' }),
      log: (level, text) => this.#log(level, text),
    });
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

  #changed(): void {
    this.#queuedStatus ??= setImmediate(() => this.#sendStatus());
  }

  #sendStatus(): void {
    if (this.#queuedStatus) clearImmediate(this.#queuedStatus);
    this.#queuedStatus = null;
    this.#send({
      type: 'status',
      status: this.#engine?.status(this.#socket.connected) ?? this.#idleStatus(),
    });
  }

  #idleStatus(): MediaStatus {
    return {
      destinations: [],
      videoPackets: 0,
      videoBytes: 0,
      audioSeconds: 0,
      audioFilledSeconds: 0,
      audioOffsetMs: null,
      memoryMb: Math.round(process.memoryUsage.rss() / 1e5) / 10,
      connected: this.#socket.connected,
    };
  }

  #log(level: LogLevel, message: string): void {
    this.#send({ type: 'log', level, message });
  }

  #send(message: MediaToMain): void {
    if (process.connected) process.send?.(message);
  }

  #die(code: number): void {
    killAllFfmpeg();
    this.#socket.close();
    process.exit(code);
  }
}

new MediaHost().run();
