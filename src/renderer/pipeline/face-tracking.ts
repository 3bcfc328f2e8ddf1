import { type StudioSnapshot, trackingFps } from '../../shared/domain/studio.ts';
import { createCamera } from './camera/camera.ts';
import type { CaptureDevice } from './camera/capture-device.ts';
import type { DeviceState } from './camera/device-state.ts';
import { Tracker, type TrackerState } from './tracker/tracker.ts';
import type { TrackingChannel } from './tracking-channel.ts';

/** Keeps the camera and what tracks the face on it, or what stands in for both, as the snapshots say. */
export class FaceTracking {
  private readonly channel: TrackingChannel;
  private readonly changed: () => void;
  private readonly tell: (message: string) => void;
  private newest: Tracker | null = null;
  private key = '';
  private camera: CaptureDevice | null = null;
  private fps = 0;
  private lastError: string | null = null;

  /**
   * @param changed hears of every change of the camera
   * @param tell hears what the tracker complains of, once each
   */
  constructor(channel: TrackingChannel, changed: () => void, tell: (message: string) => void) {
    this.channel = channel;
    this.changed = changed;
    this.tell = tell;
  }

  get tracker(): Tracker | null {
    return this.newest;
  }

  /** Null before the first snapshot. */
  get cameraState(): DeviceState | null {
    return this.camera?.state ?? null;
  }

  retryCamera(): void {
    this.camera?.retry();
  }

  apply({ tracking, settings, contactSheet }: StudioSnapshot): void {
    const fps = trackingFps(settings.picture.fps);
    const key = JSON.stringify(tracking);
    if (key !== this.key) {
      this.key = key;
      this.newest?.close();
      this.newest = tracking.source === 'none' ? null : this.open(tracking, fps, contactSheet !== null);
    }
    this.newest?.setRate(fps);
    if (fps !== this.fps) {
      this.fps = fps;
      // A camera that cannot is used as it is; the tracker takes what comes.
      this.camera?.track?.applyConstraints({ frameRate: { ideal: fps } }).catch(() => undefined);
    }
    if (!this.camera) {
      this.camera = createCamera(fps);
      this.camera.onChange((_state, track) => {
        this.newest?.setTrack(track);
        this.changed();
      });
    }
    // Without a tracker nobody looks at the camera, so it stays off.
    this.camera.choose(tracking.source === 'camera' ? settings.camera : 'none');
  }

  close(): void {
    this.newest?.close();
    this.camera?.close();
  }

  private open(
    tracking: Exclude<StudioSnapshot['tracking'], { source: 'none' }>,
    fps: number,
    allowCapture: boolean,
  ): Tracker {
    const tracker = new Tracker({
      source:
        tracking.source === 'camera'
          ? { kind: 'camera', modelUrl: absolute(tracking.modelUrl), wasmUrl: absolute(tracking.wasmUrl) }
          : { kind: 'recorded', performanceUrl: absolute(tracking.performanceUrl) },
      channel: this.channel.buffer,
      fps,
      allowCapture,
      ...(tracking.source === 'recorded' ? { clipUrl: absolute(tracking.clipUrl) } : {}),
    });
    tracker.onState((state) => this.trackerChanged(state));
    tracker.setTrack(this.camera?.track ?? null);
    return tracker;
  }

  private trackerChanged({ metrics, lastError }: TrackerState): void {
    this.camera?.setBlack(metrics.black);
    if (lastError && lastError !== this.lastError) this.tell(`tracker: ${lastError}`);
    this.lastError = lastError;
  }
}

function absolute(path: string): string {
  return new URL(path, location.href).href;
}
