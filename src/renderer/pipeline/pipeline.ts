import { assertNever } from '../../shared/assert-never.ts';
import type { PipelineReport } from '../../shared/domain/report.ts';
import type { Placement } from '../../shared/domain/scene.ts';
import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import type { Reason } from '../../shared/errors.ts';
import { appPageError } from '../../shared/ipc/app.ts';
import { thumbnailUpload } from '../../shared/ipc/library.ts';
import {
  pictureUpload,
  pictureWanted,
  pipelineReport,
  studioMute,
  studioPanic,
  studioSnapshot,
} from '../../shared/ipc/studio.ts';
import type { StudioClient } from '../bridge/client.ts';
import { hostMediaAddress, onMediaPort } from '../bridge/host.ts';
import { type LevelMeter, Microphone } from './audio/microphone.ts';
import { listDevices } from './camera/capture-device.ts';
import { CaptureSource } from './capture/capture-source.ts';
import { sendContactSheetCells } from './contact-sheet-feed.ts';
import { FaceTracking } from './face-tracking.ts';
import { buildPipelineReport } from './pipeline-report.ts';
import { PoseFeed } from './pose-feed.ts';
import type { StageEvent } from './stage/messages.ts';
import { StageClient } from './stage-client.ts';
import { TrackingChannel } from './tracking-channel.ts';

export interface PipelineOptions {
  readonly mode: StudioSnapshot['mode'];
  /** From createStageWorker(); it may have been started before main answered. */
  readonly stageWorker: Worker;
  /** The visible preview; handed to the stage worker, so nobody else may draw on it. */
  readonly previewCanvas?: HTMLCanvasElement;
}

/** What the user interface may do with the pipeline; everything else it asks of main. */
export interface PipelineHandle {
  cameras(): Promise<readonly { deviceId: string; label: string }[]>;
  microphones(): Promise<readonly { deviceId: string; label: string }[]>;
  /** Polled by the meter, once per picture of the screen. */
  readonly meter: LevelMeter;
  /** Hears every report that main gets. @returns ends it */
  onStatus(listener: (report: PipelineReport) => void): () => void;
  /** The present pose becomes the neutral one. */
  calibrate(): void;
  retryCamera(): void;
  /** Resolves with the first picture of the avatar, when it cannot be shown, or after `latestMs`. */
  firstPicture(latestMs: number): Promise<void>;
  /**
   * Lets the user choose a screen or window to capture; to be called in the user's own gesture. What came of it is in
   * the report's `capture`; it resolves when the system's list is closed.
   */
  chooseCapture(): Promise<void>;
  stopCapture(): void;
  /** Shows the avatar at a place that is not saved, while it is dragged; null: back to the scene's. */
  previewPlacement(placement: Placement | null): void;
  /** What is cut by this page alone, because main has not confirmed it yet. */
  readonly cutHere: { readonly panic: boolean; readonly muted: boolean };
  /**
   * Cuts picture and microphone in this very moment, before main answers; until a snapshot agrees it stays so. Off
   * means: as main says.
   */
  setPanic(on: boolean): void;
  /** Mutes the microphone in this very moment; as setPanic. */
  setMuted(on: boolean): void;
  /** The key of push-to-talk is held, or not any more. */
  setTalking(on: boolean): void;
  close(): void;
}

const REPORT_EVERY_MS = 1000;
/** An avatar that takes longer does not hold up the camera. */
const DEVICES_LATEST_MS = 2500;

/** Makes camera, tracker, microphone and stage agree with main's newest `studio.snapshot`, and reports once a second. */
export function createPipeline(client: StudioClient, options: PipelineOptions): PipelineHandle {
  return new Pipeline(client, options);
}

class Pipeline implements PipelineHandle {
  private readonly client: StudioClient;
  private readonly options: PipelineOptions;
  private readonly channel = new TrackingChannel();
  private readonly face = new FaceTracking(
    this.channel,
    () => this.report(),
    (message) => this.tell(message),
  );
  private readonly microphone = new Microphone();
  private readonly listeners = new Set<(report: PipelineReport) => void>();
  private readonly undo: (() => void)[] = [];
  private stage: StageClient | null = null;
  private snapshot: StudioSnapshot | null = null;
  private previewMs: number | null = null;
  private pictures: { background: Reason | null; overlay: Reason | null } = {
    background: null,
    overlay: null,
  };
  /** Cut here at once, not yet by main. */
  private panicNow = false;
  private mutedNow = false;
  private readonly complain = (error: unknown): void => this.tell(`cut: ${String(error)}`);
  private readonly thumbnails = new Set<string>();
  private readonly poses: PoseFeed;
  private readonly capture = new CaptureSource(
    {
      setFrames: (frames) => this.stage?.setCapture(frames),
      hide: () => this.stage?.hideCapture(),
      setSound: (track) => this.microphone.setSystemAudio(track),
    },
    () => this.report(),
  );
  private captureKey = '';
  private devicesBegun = false;
  private readonly awaitingPicture: (() => void)[] = [];
  private readonly devicesTimer: number;

  constructor(client: StudioClient, options: PipelineOptions) {
    this.client = client;
    this.options = options;
    this.poses = new PoseFeed(client);
    this.undo.push(
      client.on(studioSnapshot, (snapshot) => this.apply(snapshot)),
      client.connection.subscribe(() => this.repeatCut()),
      client.on(pictureWanted, ({ id, kind }) => {
        if (kind === 'snapshot') this.stage?.takePicture(id);
        else this.takeContactSheet(id);
      }),
    );
    this.devicesTimer = window.setTimeout(() => this.beginDevices(), DEVICES_LATEST_MS);
    this.undo.push(() => window.clearTimeout(this.devicesTimer));
    const timer = window.setInterval(() => this.report(), REPORT_EVERY_MS);
    this.undo.push(() => window.clearInterval(timer));
  }

  get meter(): LevelMeter {
    return this.microphone.meter;
  }

  cameras() {
    return listed('camera');
  }

  microphones() {
    return listed('microphone');
  }

  onStatus(listener: (report: PipelineReport) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  calibrate(): void {
    this.stage?.calibrate();
  }

  retryCamera(): void {
    this.face.retryCamera();
  }

  async chooseCapture(): Promise<void> {
    if (!this.snapshot) return;
    const { picture, secondSource } = this.snapshot.settings;
    await this.capture.choose(picture, secondSource.source === 'system');
  }

  stopCapture(): void {
    this.capture.stop();
  }

  previewPlacement(placement: Placement | null): void {
    this.stage?.previewPlacement(placement);
  }

  setPanic(on: boolean): void {
    this.panicNow = on;
    this.applyCut();
  }

  setMuted(on: boolean): void {
    this.mutedNow = on;
    this.applyCut();
  }

  setTalking(on: boolean): void {
    this.microphone.setTalking(on);
  }

  close(): void {
    for (const each of this.undo) each();
    this.capture.stop();
    this.face.close();
    this.microphone.close();
    this.stage?.close();
  }

  private apply(snapshot: StudioSnapshot): void {
    this.snapshot = snapshot;
    if (snapshot.panic) this.panicNow = false;
    if (snapshot.muted) this.mutedNow = false;
    this.stage ??= this.startStage(snapshot);
    this.stage.apply(snapshot);
    if (this.devicesBegun) this.applyDevices(snapshot);
    this.applyCut();
    this.applyCapture(snapshot);
    this.applyThumbnail(snapshot);
  }

  get cutHere(): { readonly panic: boolean; readonly muted: boolean } {
    return { panic: this.panicNow, muted: this.mutedNow };
  }

  /** What was cut here while main could not be reached is said again: the tray and other pages must hear of it. */
  private repeatCut(): void {
    if (this.client.connection.state !== 'open') return;
    if (this.panicNow) this.client.call(studioPanic, { on: true }).catch(this.complain);
    if (this.mutedNow) this.client.call(studioMute, { on: true }).catch(this.complain);
  }

  private applyCut(): void {
    const panic = this.panicNow || (this.snapshot?.panic ?? false);
    const muted = this.mutedNow || (this.snapshot?.muted ?? false);
    // Muted is the microphone alone: what is mixed to it goes on, so the chain mutes, not the stage.
    const alone = (this.snapshot?.settings.secondSource.source ?? 'none') === 'none';
    this.stage?.cut(panic, muted && alone);
    this.microphone.setMuted(muted);
    this.microphone.setPanic(panic);
  }

  private applyCapture({ settings: { picture } }: StudioSnapshot): void {
    const key = `${picture.width}x${picture.height}@${picture.fps}`;
    if (key === this.captureKey) return;
    this.captureKey = key;
    this.capture.setPicture(picture);
  }

  /** One portrait of every avatar that lacks one, once per page: a refused upload is not tried for ever. */
  private applyThumbnail({ avatar }: StudioSnapshot): void {
    if (!avatar.wantsThumbnail || this.thumbnails.has(avatar.id)) return;
    this.thumbnails.add(avatar.id);
    this.stage?.makeThumbnail(avatar.id);
  }

  private startStage(snapshot: StudioSnapshot): StageClient {
    const stage = new StageClient({
      worker: this.options.stageWorker,
      snapshot,
      channel: this.channel.buffer,
      media: hostMediaAddress(),
      preview: this.options.previewCanvas?.transferControlToOffscreen() ?? null,
    });
    stage.onEvent((event) => this.heard(event));
    this.undo.push(onMediaPort((port) => stage.attachMediaPort(port)));
    this.microphone.connect(stage.audioPort);
    return stage;
  }

  private heard(event: StageEvent): void {
    switch (event.type) {
      case 'metrics':
        this.report();
        return;
      case 'avatar':
        if (event.state === 'shown') this.previewMs ??= performance.now();
        if (event.state !== 'loading') this.beginDevices();
        return;
      case 'scene':
        this.pictures = event;
        return;
      case 'pose':
        this.poses.send(event.values);
        return;
      case 'picture':
        this.upload(event.id, event.png).catch((error: unknown) => this.tell(`picture: ${String(error)}`));
        return;
      case 'thumbnail':
        this.uploadThumbnail(event.avatarId, event.png).catch((error: unknown) =>
          this.tell(`thumbnail: ${String(error)}`),
        );
        return;
      case 'error':
        this.tell(`stage: ${event.reason} ${event.detail}`);
        return;
      default:
        assertNever(event);
    }
  }

  firstPicture(latestMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.awaitingPicture.push(resolve);
      window.setTimeout(resolve, latestMs);
      if (this.devicesBegun) resolve();
    });
  }

  /** The first picture has the machine to itself: tracker and devices, which need it as well, come after. */
  private beginDevices(): void {
    if (this.devicesBegun) return;
    this.devicesBegun = true;
    for (const resolve of this.awaitingPicture.splice(0)) resolve();
    window.clearTimeout(this.devicesTimer);
    if (this.snapshot) this.applyDevices(this.snapshot);
  }

  private applyDevices(snapshot: StudioSnapshot): void {
    this.face.apply(snapshot);
    const { microphone, audio, secondSource } = snapshot.settings;
    this.microphone.setChain(audio);
    this.microphone.setSecondSource(secondSource, snapshot.secondSourceUrl);
    this.microphone.choose(microphone);
  }

  private takeContactSheet(id: number): void {
    const wanted = this.snapshot?.contactSheet;
    const { tracker } = this.face;
    if (!wanted || !tracker || !this.stage) return;
    const port = this.stage.contactSheet(id, wanted.rows, wanted.everyMs);
    sendContactSheetCells(tracker, port, wanted.rows, wanted.everyMs).catch((error: unknown) =>
      this.tell(`contact sheet: ${String(error)}`),
    );
  }

  private async upload(id: number, png: ArrayBuffer): Promise<void> {
    await this.client.upload(pictureUpload, { id }, new Blob([png], { type: 'image/png' }));
  }

  private async uploadThumbnail(avatarId: string, png: ArrayBuffer): Promise<void> {
    await this.client.upload(thumbnailUpload, { avatarId }, new Blob([png], { type: 'image/png' }));
  }

  private report(): void {
    const camera = this.face.cameraState;
    if (!this.stage || !this.snapshot || !camera || this.client.connection.state !== 'open') return;
    const report = buildPipelineReport({
      snapshot: this.snapshot,
      stage: this.stage.metrics,
      avatar: this.stage.avatar,
      tracker: this.face.tracker?.state ?? null,
      camera,
      microphone: this.microphone.state,
      sound: this.microphone.secondState,
      previewMs: this.previewMs,
      capture: this.capture.state,
      pictures: this.pictures,
    });
    for (const listener of this.listeners) listener(report);
    this.client.call(pipelineReport, report).catch((error: unknown) => {
      // Main went away between the look and the call: the next report follows when it is back.
      if (this.client.connection.state === 'open') this.tell(`report: ${String(error)}`);
    });
  }

  private tell(message: string): void {
    this.client.call(appPageError, { message: message.slice(0, 4000) }).catch(() => {
      // Main is gone, and with it the log; the connection overlay tells the user.
    });
  }
}

async function listed(kind: 'camera' | 'microphone') {
  return (await listDevices(kind)).map(({ id, label }) => ({ deviceId: id, label }));
}
