import type { PipelineReport } from '../../shared/domain/report.ts';
import { type StudioSnapshot, trackingFps } from '../../shared/domain/studio.ts';
import type { Reason } from '../../shared/errors.ts';
import { appPageError } from '../../shared/ipc/app.ts';
import { pictureUpload, pictureWanted, pipelineReport, studioSnapshot } from '../../shared/ipc/studio.ts';
import type { StudioClient } from '../bridge/client.ts';
import { mediaSocketAddress } from '../bridge/media-socket.ts';
import { type LevelMeter, Microphone } from './audio/microphone.ts';
import { createCamera } from './camera/camera.ts';
import { type CaptureDevice, listDevices } from './camera/capture-device.ts';
import { sendContactSheetCells } from './contact-sheet-feed.ts';
import { buildPipelineReport } from './pipeline-report.ts';
import { StageClient } from './stage-client.ts';
import { Tracker, type TrackerState } from './tracker/tracker.ts';
import { TrackingChannel } from './tracking-channel.ts';

export interface PipelineOptions {
  readonly mode: StudioSnapshot['mode'];
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
  close(): void;
}

const REPORT_EVERY_MS = 1000;

/** Makes camera, tracker, microphone and stage agree with main's newest `studio.snapshot`, and reports once a second. */
export function createPipeline(client: StudioClient, options: PipelineOptions): PipelineHandle {
  return new Pipeline(client, options);
}

class Pipeline implements PipelineHandle {
  private readonly client: StudioClient;
  private readonly options: PipelineOptions;
  private readonly channel = new TrackingChannel();
  private readonly microphone = new Microphone();
  private readonly listeners = new Set<(report: PipelineReport) => void>();
  private readonly undo: (() => void)[] = [];
  private stage: StageClient | null = null;
  private tracker: Tracker | null = null;
  private trackerKey = '';
  private camera: CaptureDevice | null = null;
  private snapshot: StudioSnapshot | null = null;
  private previewMs: number | null = null;
  private backgroundReason: Reason | null = null;
  private cameraFps = 0;
  private lastTrackerError: string | null = null;

  constructor(client: StudioClient, options: PipelineOptions) {
    this.client = client;
    this.options = options;
    this.undo.push(
      client.on(studioSnapshot, (snapshot) => this.apply(snapshot)),
      client.on(pictureWanted, ({ id, kind }) => {
        if (kind === 'snapshot') this.stage?.takePicture(id);
        else this.takeContactSheet(id);
      }),
    );
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
    this.camera?.retry();
  }

  close(): void {
    for (const each of this.undo) each();
    this.tracker?.close();
    this.camera?.close();
    this.microphone.close();
    this.stage?.close();
  }

  private apply(snapshot: StudioSnapshot): void {
    if (JSON.stringify(snapshot.background) !== JSON.stringify(this.snapshot?.background))
      this.backgroundReason = null;
    this.snapshot = snapshot;
    this.stage ??= this.startStage(snapshot);
    this.stage.apply(snapshot);
    this.applyTracking(snapshot);
    this.microphone.choose(snapshot.settings.microphone);
    this.microphone.setMuted(snapshot.muted || snapshot.panic);
  }

  private startStage(snapshot: StudioSnapshot): StageClient {
    const stage = new StageClient({
      snapshot,
      channel: this.channel.buffer,
      media: mediaSocketAddress(),
      preview: this.options.previewCanvas?.transferControlToOffscreen() ?? null,
    });
    stage.onEvent((event) => {
      if (event.type === 'metrics') this.report();
      else if (event.type === 'picture') {
        this.upload(event.id, event.png).catch((error: unknown) => this.tell(`picture: ${String(error)}`));
      } else if (event.type === 'error') {
        if (event.reason.startsWith('background.')) this.backgroundReason = event.reason;
        this.tell(`stage: ${event.reason} ${event.detail}`);
      } else if (event.state === 'shown') this.previewMs ??= performance.now();
    });
    this.microphone.connect(stage.audioPort);
    return stage;
  }

  private applyTracking({ tracking, settings, contactSheet }: StudioSnapshot): void {
    const fps = trackingFps(settings.picture.fps);
    const key = JSON.stringify(tracking);
    if (key !== this.trackerKey) {
      this.trackerKey = key;
      this.tracker?.close();
      this.tracker = null;
      if (tracking.source !== 'none') {
        this.tracker = new Tracker({
          source:
            tracking.source === 'camera'
              ? { kind: 'camera', modelUrl: absolute(tracking.modelUrl), wasmUrl: absolute(tracking.wasmUrl) }
              : { kind: 'recorded', performanceUrl: absolute(tracking.performanceUrl) },
          channel: this.channel.buffer,
          fps,
          allowCapture: contactSheet !== null,
          ...(tracking.source === 'recorded' ? { clipUrl: absolute(tracking.clipUrl) } : {}),
        });
        this.tracker.onState((state) => this.trackerChanged(state));
        this.tracker.setTrack(this.camera?.track ?? null);
      }
    }
    this.tracker?.setRate(fps);
    if (fps !== this.cameraFps) {
      this.cameraFps = fps;
      // A camera that cannot is used as it is; the tracker takes what comes.
      this.camera?.track?.applyConstraints({ frameRate: { ideal: fps } }).catch(() => undefined);
    }
    if (!this.camera) {
      this.camera = createCamera(fps);
      this.camera.onChange((_state, track) => {
        this.tracker?.setTrack(track);
        this.report();
      });
    }
    // Without a tracker nobody looks at the camera, so it stays off.
    this.camera.choose(tracking.source === 'camera' ? settings.camera : 'none');
  }

  private trackerChanged(state: TrackerState): void {
    this.camera?.setBlack(state.metrics.black);
    if (state.lastError && state.lastError !== this.lastTrackerError)
      this.tell(`tracker: ${state.lastError}`);
    this.lastTrackerError = state.lastError;
  }

  private takeContactSheet(id: number): void {
    const wanted = this.snapshot?.contactSheet;
    if (!wanted || !this.tracker || !this.stage) return;
    const port = this.stage.contactSheet(id, wanted.rows, wanted.everyMs);
    sendContactSheetCells(this.tracker, port, wanted.rows, wanted.everyMs).catch((error: unknown) =>
      this.tell(`contact sheet: ${String(error)}`),
    );
  }

  private async upload(id: number, png: ArrayBuffer): Promise<void> {
    await this.client.upload(pictureUpload, { id }, new Blob([png], { type: 'image/png' }));
  }

  private report(): void {
    if (!this.stage || !this.snapshot || !this.camera || this.client.connection.state !== 'open') return;
    const report = buildPipelineReport({
      snapshot: this.snapshot,
      stage: this.stage.metrics,
      avatar: this.stage.avatar,
      tracker: this.tracker?.state ?? null,
      camera: this.camera.state,
      microphone: this.microphone.state,
      previewMs: this.previewMs,
      backgroundReason: this.backgroundReason,
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

function absolute(path: string): string {
  return new URL(path, location.href).href;
}
