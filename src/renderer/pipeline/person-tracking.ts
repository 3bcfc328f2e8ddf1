import { FULL_QUALITY, type GovernorState } from '../../shared/domain/governor.ts';
import { type StudioSnapshot, trackingFps } from '../../shared/domain/studio.ts';
import { createCamera } from './camera/camera.ts';
import type { CaptureDevice } from './camera/capture-device.ts';
import type { DeviceState } from './camera/device-state.ts';
import type { HandsChannel, PoseChannel } from './part-channels.ts';
import { PartTracking } from './part-tracking.ts';
import { FramePump } from './tracker/frame-pump.ts';
import type { TrackerPart } from './tracker/part.ts';
import type { Tracker, TrackerState } from './tracker/tracker.ts';
import type { TrackingChannel } from './tracking-channel.ts';
import { type PartPlan, planTracking } from './tracking-plan.ts';

/** Where the results of the parts go. */
export interface PersonChannels {
  readonly face: TrackingChannel;
  readonly pose: PoseChannel;
  readonly hands: HandsChannel;
}

/** How every part gets on; `face` is null while nothing drives the avatar. */
export interface PersonState {
  readonly face: TrackerState | null;
  readonly pose: TrackerState;
  readonly hands: TrackerState;
  /** Faces in the picture, counted every five seconds; `metrics.count`. */
  readonly faces: TrackerState;
}

/** The others in the picture are looked for only after the one that is followed has been there for a while. */
const COUNT_AFTER_FRAMES = 400;

/** Keeps the camera and what tracks the person on it, or what stands in for both, as the snapshots say. */
export class PersonTracking {
  private readonly channels: PersonChannels;
  private readonly changed: () => void;
  private readonly tell: (message: string) => void;
  private readonly parts: Readonly<Record<TrackerPart, PartTracking>>;
  private readonly frames = new FramePump();
  private readonly complaints = new Map<TrackerPart, string>();
  private device: CaptureDevice | null = null;
  private snapshot: StudioSnapshot | null = null;
  private levers: GovernorState = FULL_QUALITY;
  private source = '';
  private fps = 0;
  private counting = false;
  /** The user has come to where the camera is asked for. */
  private asked = false;

  /**
   * @param changed hears of every change of the camera
   * @param tell hears what the trackers complain of, once each
   */
  constructor(channels: PersonChannels, changed: () => void, tell: (message: string) => void) {
    this.channels = channels;
    this.changed = changed;
    this.tell = tell;
    this.parts = {
      face: new PartTracking((state) => this.faceChanged(state)),
      pose: new PartTracking((state) => this.complain('pose', state)),
      hands: new PartTracking((state) => this.complain('hands', state)),
      faces: new PartTracking((state) => this.complain('faces', state)),
    };
  }

  /** The face's; null while nothing drives the avatar. */
  get tracker(): Tracker | null {
    return this.parts.face.tracker;
  }

  get state(): PersonState {
    const { face, pose, hands, faces } = this.parts;
    return { face: face.tracker && face.state, pose: pose.state, hands: hands.state, faces: faces.state };
  }

  /** The camera's own; null while there is none. It stays the camera's. */
  get cameraTrack(): MediaStreamTrack | null {
    return this.device?.track ?? null;
  }

  /** Null before the first snapshot. */
  get cameraState(): DeviceState | null {
    return this.device?.state ?? null;
  }

  /** Tries again, or for the first time while the introduction goes on; so do the parts that were given up. */
  retryCamera(): void {
    const first = !this.asked;
    this.asked = true;
    if (first && this.snapshot) this.apply(this.snapshot);
    this.device?.retry();
    for (const part of Object.values(this.parts)) part.retry();
  }

  /** What the load governor leaves of tracking. */
  setLevers(levers: GovernorState): void {
    this.levers = levers;
    if (this.snapshot) this.trackParts(this.snapshot);
  }

  apply(snapshot: StudioSnapshot): void {
    this.snapshot = snapshot;
    const { tracking, settings } = snapshot;
    this.trackParts(snapshot);
    const fps = trackingFps(settings.picture.fps);
    if (fps !== this.fps) {
      this.fps = fps;
      // A camera that cannot is used as it is; the tracker takes what comes.
      this.device?.track?.applyConstraints({ frameRate: { ideal: fps } }).catch(() => undefined);
    }
    if (!this.device) {
      this.device = createCamera(fps);
      this.device.onChange((_state, track) => {
        this.frames.setTrack(track);
        this.changed();
      });
    }
    // Without a tracker nobody looks at the camera, so it stays off.
    // Nobody is asked for the camera before the introduction has said what it is for.
    const held = snapshot.mode === 'studio' && !settings.onboarded && !this.asked;
    this.device.choose(tracking.source === 'camera' && !held ? settings.camera : 'none');
  }

  close(): void {
    for (const part of Object.values(this.parts)) part.end();
    this.frames.close();
    this.device?.close();
  }

  private trackParts(snapshot: StudioSnapshot): void {
    const { tracking, settings, contactSheet } = snapshot;
    // What was counted of another source is not of this one.
    if (tracking.source !== this.source) {
      this.source = tracking.source;
      this.counting = false;
      this.parts.face.reset();
    }
    const allowCapture = contactSheet !== null;
    if (tracking.source === 'recorded') {
      this.parts.face.want({
        part: 'face',
        source: { kind: 'recorded', performanceUrl: absolute(tracking.performanceUrl) },
        channel: this.channels.face.buffer,
        frames: null,
        fps: trackingFps(settings.picture.fps),
        allowCapture,
        clipUrl: absolute(tracking.clipUrl),
      });
    }
    const wasmUrl = tracking.source === 'camera' ? absolute(tracking.wasmUrl) : '';
    const plan = planTracking(snapshot, this.levers);
    const want = (part: TrackerPart, planned: PartPlan | null, channel: SharedArrayBuffer | null) =>
      this.parts[part].want(
        planned && {
          part,
          source: { kind: 'camera', modelUrl: absolute(planned.modelUrl), wasmUrl },
          channel,
          frames: this.frames,
          fps: planned.fps,
          allowCapture: part === 'face' && allowCapture,
        },
      );
    const { face, pose, hands } = this.channels;
    if (tracking.source !== 'recorded') want('face', plan.face, face.buffer);
    want('pose', plan.pose, pose.buffer);
    want('hands', plan.hands, hands.buffer);
    want('faces', this.counting ? plan.faces : null, null);
  }

  private faceChanged(state: TrackerState): void {
    this.device?.setBlack(state.metrics.black);
    this.complain('face', state);
    if (this.counting || this.source !== 'camera' || state.metrics.found < COUNT_AFTER_FRAMES) return;
    this.counting = true;
    if (this.snapshot) this.trackParts(this.snapshot);
  }

  private complain(part: TrackerPart, { lastError }: TrackerState): void {
    if (lastError && lastError !== this.complaints.get(part)) this.tell(`tracker of ${part}: ${lastError}`);
    this.complaints.set(part, lastError ?? '');
  }
}

function absolute(path: string): string {
  return new URL(path, location.href).href;
}
