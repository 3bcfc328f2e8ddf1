import type { Placement } from '../../shared/domain/scene.ts';
import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import type { MediaPortAddress } from './media-port.ts';
import type { StageCommand, StageEvent, StageMetrics } from './stage/messages.ts';

/**
 * Starts a stage worker ahead of what it will show: while main is asked, three.js is loaded and, by a worker of its
 * own, the graphics driver woken, which is most of what the first picture waits for.
 */
export function createStageWorker(): Worker {
  new Worker(new URL('./stage/graphics-worker.ts', import.meta.url), { type: 'module', name: 'graphics' });
  return new Worker(new URL('./stage/stage-worker.ts', import.meta.url), { type: 'module', name: 'stage' });
}

export interface StageClientOptions {
  readonly worker: Worker;
  readonly snapshot: StudioSnapshot;
  readonly channel: SharedArrayBuffer;
  readonly media: MediaPortAddress;
  readonly preview: OffscreenCanvas | null;
}

/** The window's side of the stage worker: turns snapshots into commands, and sends only what changed. */
export class StageClient {
  private readonly worker: Worker;
  private readonly listeners = new Set<(event: StageEvent) => void>();
  private readonly sent = new Map<string, string>();
  private newest: StageMetrics | null = null;
  private newestAvatar: Extract<StageEvent, { type: 'avatar' }> | null = null;
  /** Where the microphone's blocks go. */
  readonly audioPort: MessagePort;

  constructor({ worker, snapshot, channel, media, preview }: StageClientOptions) {
    this.worker = worker;
    this.worker.onmessage = (event: MessageEvent<StageEvent>) => {
      if (event.data.type === 'metrics') this.newest = event.data.metrics;
      if (event.data.type === 'avatar') this.newestAvatar = event.data;
      // Chosen again, one that failed is tried again.
      if (event.data.type === 'avatar' && event.data.state === 'failed') this.sent.delete('setAvatar');
      for (const listener of this.listeners) listener(event.data);
    };
    this.worker.onerror = (event) => {
      // A stage that cannot even start (no WebGL, a file missing) will show nothing.
      if (!this.newest) {
        this.newestAvatar = {
          type: 'avatar',
          id: snapshot.avatar.id,
          state: 'failed',
          reason: 'avatar.load-failed',
        };
      }
      const error: StageEvent = { type: 'error', reason: 'internal.unexpected', detail: event.message };
      for (const listener of this.listeners) listener(error);
    };
    this.post(
      {
        type: 'init',
        picture: snapshot.settings.picture,
        channel,
        media,
        preview,
        mode: snapshot.mode,
        avatarUrl: snapshot.avatar.url,
      },
      preview ? [preview] : [],
    );
    const audio = new MessageChannel();
    this.audioPort = audio.port1;
    this.post({ type: 'audioPort', port: audio.port2 }, [audio.port2]);
  }

  get metrics(): StageMetrics | null {
    return this.newest;
  }

  /** State of the avatar asked for last. */
  get avatar(): Extract<StageEvent, { type: 'avatar' }> | null {
    return this.newestAvatar;
  }

  onEvent(listener: (event: StageEvent) => void): void {
    this.listeners.add(listener);
  }

  apply({ settings, avatar, scene, broadcast, poseWanted }: StudioSnapshot): void {
    this.postChanged({ type: 'setPicture', picture: settings.picture });
    this.postChanged({ type: 'setAvatar', id: avatar.id, url: avatar.url, family: avatar.family });
    const { turn, background, capture, overlay } = scene;
    this.postChanged({
      type: 'setScene',
      scene: { turn, background, capture, avatar: scene.avatar, overlay },
    });
    this.postChanged({ type: 'setMirror', on: settings.mirror });
    this.postChanged({ type: 'setBroadcast', broadcast });
    this.postChanged({ type: 'setPoseWanted', on: poseWanted });
  }

  /** Picture and sound are cut apart from the snapshots: the page need not wait for main to do it. */
  cut(panic: boolean, muted: boolean): void {
    this.postChanged({ type: 'setPanic', on: panic });
    this.postChanged({ type: 'setMuted', on: muted });
  }

  previewPlacement(placement: Placement | null): void {
    this.post({ type: 'previewPlacement', placement });
  }

  /** Takes the stream over. */
  setCapture(frames: ReadableStream<VideoFrame> | null): void {
    this.post({ type: 'setCapture', frames }, frames ? [frames] : []);
  }

  hideCapture(): void {
    this.post({ type: 'hideCapture' });
  }

  /** Takes the port over. */
  attachMediaPort(port: MessagePort): void {
    this.post({ type: 'mediaPort', port }, [port]);
  }

  makeThumbnail(avatarId: string): void {
    this.post({ type: 'makeThumbnail', avatarId });
  }

  calibrate(): void {
    this.post({ type: 'calibrate' });
  }

  takePicture(id: number): void {
    this.post({ type: 'takePicture', id });
  }

  /** Begins a contact sheet. @returns the port on which the stage expects its CameraCells */
  contactSheet(id: number, rows: number, everyMs: number): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.post({ type: 'contactSheet', id, rows, everyMs, port: port2 }, [port2]);
    return port1;
  }

  close(): void {
    this.post({ type: 'close' });
    this.listeners.clear();
  }

  private postChanged(command: StageCommand): void {
    const text = JSON.stringify(command);
    if (this.sent.get(command.type) === text) return;
    this.sent.set(command.type, text);
    this.post(command);
  }

  private post(command: StageCommand, transfer: Transferable[] = []): void {
    this.worker.postMessage(command, transfer);
  }
}
