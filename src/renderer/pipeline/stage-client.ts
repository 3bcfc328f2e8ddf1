import { NO_MAPPING } from '../../shared/domain/avatar-mapping.ts';
import type { Placement } from '../../shared/domain/scene.ts';
import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import type { TrackingProfile } from '../../shared/domain/tracking-settings.ts';
import type { VmcPose } from '../../shared/ipc/vmc.ts';
import type { MediaPortAddress } from './media-port.ts';
import type { StageChannels, StageCommand, StageEvent, StageLevers, StageMetrics } from './stage/messages.ts';

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
  readonly channels: StageChannels;
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

  constructor({ worker, snapshot, channels, media, preview }: StageClientOptions) {
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
        channels,
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
    const { id, url, family } = avatar;
    const mapping = settings.mappings[id] ?? NO_MAPPING;
    this.postChanged({ type: 'setAvatar', id, url, family, mapping });
    this.postChanged({ type: 'setExpressions', slots: settings.expressions[id] ?? [] });
    const { turn, background, capture, overlay } = scene;
    this.postChanged({
      type: 'setScene',
      scene: { turn, background, capture, avatar: scene.avatar, overlay },
    });
    this.postChanged({ type: 'setMirror', on: settings.mirror });
    const { parts, away, beRightBackAfterS, voice } = settings.tracking;
    const { mode, strength } = voice;
    const tracking = { parts, away, beRightBackAfterS, voice: { mode, strength } };
    this.postChanged({ type: 'setTracking', tracking });
    this.postChanged({ type: 'setIdleMotion', id: settings.idleMotion });
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

  /** @param camera key of the camera that the profile belongs to, or ANY_CAMERA */
  setProfile(profile: TrackingProfile, camera: string): void {
    this.postChanged({ type: 'setProfile', profile, camera });
  }

  /** Says it again although the settings are the same: what the stage has learnt since is not to stay. */
  restoreProfile(profile: TrackingProfile, camera: string): void {
    this.sent.delete('setProfile');
    this.setProfile(profile, camera);
  }

  setCameraSize(width: number, height: number): void {
    this.postChanged({ type: 'setCameraSize', width, height });
  }

  setLevers(levers: StageLevers): void {
    this.postChanged({ type: 'setLevers', levers });
  }

  setInspecting(on: boolean): void {
    this.postChanged({ type: 'setInspecting', on });
  }

  calibrate(kind: 'neutral' | 'fit'): void {
    this.post({ type: 'calibrate', kind });
  }

  cancelCalibration(): void {
    this.post({ type: 'cancelCalibration' });
  }

  pressExpression(id: string, down: boolean): void {
    this.post({ type: 'pressExpression', id, down });
  }

  /** @param file taken over; null: the camera drives the avatar again */
  playMotion(file: ArrayBuffer | null, loop: boolean, inStep = false): void {
    this.post({ type: 'playMotion', file, loop, inStep }, file ? [file] : []);
  }

  recordMotion(on: boolean): void {
    this.post({ type: 'recordMotion', on });
  }

  takeVmc(pose: VmcPose): void {
    this.post({ type: 'vmcPose', pose });
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
