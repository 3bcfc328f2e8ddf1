import type { AvatarMapping } from '../../../shared/domain/avatar-mapping.ts';
import type { ExpressionSlot } from '../../../shared/domain/expressions.ts';
import type { GovernorState } from '../../../shared/domain/governor.ts';
import type { PipelineReport } from '../../../shared/domain/report.ts';
import type { RigNaming } from '../../../shared/domain/rig-naming.ts';
import type { Placement } from '../../../shared/domain/scene.ts';
import type { TrackingState } from '../../../shared/domain/solved-face.ts';
import type { Picture, StudioSnapshot } from '../../../shared/domain/studio.ts';
import type {
  Neutral,
  Ranges,
  TrackingProfile,
  TrackingSettings,
} from '../../../shared/domain/tracking-settings.ts';
import type { Reason } from '../../../shared/errors.ts';
import type { VmcPose } from '../../../shared/ipc/vmc.ts';
import type { CalibrationEvent } from '../inspection.ts';
import type { MediaPortAddress } from '../media-port.ts';
import type { Quality } from './quality.ts';

/** What the programme shows; everything in it may change within one `turn` without a fade. */
export type StageScene = Omit<StudioSnapshot['scene'], 'id' | 'name'>;
export type AvatarFamily = StudioSnapshot['avatar']['family'];

/** Shared memory between the window and its workers: see tracking-channel.ts, part-channels.ts, inspection.ts. */
export interface StageChannels {
  readonly face: SharedArrayBuffer;
  readonly pose: SharedArrayBuffer;
  readonly hands: SharedArrayBuffer;
  readonly voice: SharedArrayBuffer;
  readonly solved: SharedArrayBuffer;
}

/** What of the tracking's settings the stage acts on. */
export type StageTracking = Pick<TrackingSettings, 'parts' | 'away' | 'beRightBackAfterS'> & {
  readonly voice: Pick<TrackingSettings['voice'], 'mode' | 'strength'>;
};

/** Steps down of what the stage can give up. */
export type StageLevers = Pick<GovernorState, 'springs' | 'level-of-detail' | 'render-scale'>;

/** Window → stage worker. Everything may be sent in any order after `init`; the last word wins. */
export type StageCommand =
  | {
      readonly type: 'init';
      readonly picture: Picture;
      /** Null: solved poses come by `setPose`, from wherever the person is tracked. */
      readonly channels: StageChannels | null;
      /** Null: nothing can be sent (a page that only previews). */
      readonly media: MediaPortAddress | null;
      /** Transferred; the programme is copied to it. Null: headless. */
      readonly preview: OffscreenCanvas | null;
      readonly mode: StudioSnapshot['mode'];
      /** `auto`: by the name of the graphics driver. */
      readonly quality?: Quality | 'auto';
      /** Fetched while the renderer is being made; `setAvatar` follows. */
      readonly avatarUrl?: string;
      /** Benchmarks: draw as fast as the machine can instead of at `picture.fps`. */
      readonly freeRun?: boolean;
    }
  | {
      readonly type: 'setAvatar';
      readonly id: string;
      readonly url: string;
      readonly family: AvatarFamily;
      readonly mapping: AvatarMapping;
    }
  | { readonly type: 'setScene'; readonly scene: StageScene }
  /** A place shown instead of the scene's while somebody drags the avatar; null: the scene's again. */
  | { readonly type: 'previewPlacement'; readonly placement: Placement | null }
  /** Frames of the captured screen or window, transferred; null: there is none (any more). */
  | { readonly type: 'setCapture'; readonly frames: ReadableStream<VideoFrame> | null }
  /** The capture has stopped sending: its last picture goes, and the next one brings it back. */
  | { readonly type: 'hideCapture' }
  | { readonly type: 'setPicture'; readonly picture: Picture }
  | { readonly type: 'setMirror'; readonly on: boolean }
  | { readonly type: 'setBroadcast'; readonly broadcast: StudioSnapshot['broadcast'] }
  | { readonly type: 'setPanic'; readonly on: boolean }
  | { readonly type: 'setMuted'; readonly on: boolean }
  /** Calibration and tuning of the camera in use; another camera's picture has another place for the head. */
  | { readonly type: 'setProfile'; readonly profile: TrackingProfile; readonly camera: string }
  /** Pixels of the camera's picture. */
  | { readonly type: 'setCameraSize'; readonly width: number; readonly height: number }
  | { readonly type: 'setTracking'; readonly tracking: StageTracking }
  /** `neutral`: the pose of the next two seconds becomes the neutral one. `fit`: thirty seconds, guided. */
  | { readonly type: 'calibrate'; readonly kind: 'neutral' | 'fit' }
  | { readonly type: 'cancelCalibration' }
  | { readonly type: 'setIdleMotion'; readonly id: string }
  | { readonly type: 'setExpressions'; readonly slots: readonly ExpressionSlot[] }
  /** For a stage that is driven from elsewhere: what a pose's expressions mean. */
  | { readonly type: 'setExpressionNames'; readonly names: readonly string[] }
  | { readonly type: 'pressExpression'; readonly id: string; readonly down: boolean }
  /** A recording, transferred, instead of the camera; null: the camera again. */
  | {
      readonly type: 'playMotion';
      readonly file: ArrayBuffer | null;
      readonly loop: boolean;
      /** It goes by the programme clock, as the recorded landmarks it was made of; see RecordedPlayer. */
      readonly inStep: boolean;
    }
  /** Off: what was recorded comes back as a `motion` event. */
  | { readonly type: 'recordMotion'; readonly on: boolean }
  /** A pose of another program, laid over ours. */
  | { readonly type: 'vmcPose'; readonly pose: VmcPose }
  /** What the load governor has taken away. */
  | { readonly type: 'setLevers'; readonly levers: StageLevers }
  /** The solved pose of every tick goes into the SolvedChannel. */
  | { readonly type: 'setInspecting'; readonly on: boolean }
  /** A port of the media process, transferred; the one before is of no use any more. */
  | { readonly type: 'mediaPort'; readonly port: MessagePort }
  /** Every tick's solved face is wanted as a `pose` event. */
  | { readonly type: 'setPoseWanted'; readonly on: boolean }
  /** A solved face (writeSolvedFace) from elsewhere, for a stage without a tracking channel. */
  | { readonly type: 'setPose'; readonly values: Float32Array }
  /** The avatar's portrait is wanted as a `thumbnail` event, as soon as it is shown. */
  | { readonly type: 'makeThumbnail'; readonly avatarId: string }
  /** Transferred; PcmBlock messages arrive on it. */
  | { readonly type: 'audioPort'; readonly port: MessagePort }
  | { readonly type: 'takePicture'; readonly id: number }
  /**
   * Begins a contact sheet of that many rows; CameraCell messages arrive on the transferred port. The sheet comes
   * back as `picture` when enough of them have been matched.
   */
  | {
      readonly type: 'contactSheet';
      readonly id: number;
      readonly rows: number;
      /** Rows lie at least this far apart. */
      readonly everyMs: number;
      readonly port: MessagePort;
    }
  | { readonly type: 'close' };

/** AudioWorklet → stage worker: interleaved stereo at 48 kHz, time of the first sample on the programme clock. */
export interface PcmBlock {
  readonly timestampUs: number;
  readonly samples: Int16Array<ArrayBuffer>;
}

/** One tracked camera picture, only while a contact sheet is being made. The bitmap is transferred; the stage closes it. */
export interface CameraCell {
  readonly capturedAtMs: number;
  /** Null: there is no picture (a recorded track); the landmarks are drawn alone. */
  readonly bitmap: ImageBitmap | null;
  /** x, y, z of 478 landmarks, normalised to the picture. */
  readonly landmarks: Float32Array;
  readonly found: boolean;
}

/** Once a second. Fields have the meaning of PipelineReport. */
export interface StageMetrics {
  readonly render: PipelineReport['render'];
  readonly encode: PipelineReport['encode'];
  readonly live: PipelineReport['live'];
  readonly latency: PipelineReport['latency'];
  readonly avatar: PipelineReport['avatar'];
  readonly tracking: { readonly state: TrackingState; readonly presence: number };
  readonly media: { readonly open: boolean; readonly queuedBytes: number };
  readonly quality: Quality;
  /** Joints of hair and cloth of the shown avatar. */
  readonly springs: number;
  /** Size and rate of the frames that the captured screen sends; 0 while it sends none. */
  readonly capture: { readonly width: number; readonly height: number; readonly fps: number };
  /** Name of the graphics driver, for the report of a run. */
  readonly renderer: string;
}

/** Stage worker → window. */
export type StageEvent =
  | { readonly type: 'metrics'; readonly metrics: StageMetrics }
  /** `shown` is sent after the first programme picture with that avatar on it. */
  | {
      readonly type: 'avatar';
      readonly id: string;
      readonly state: 'loading' | 'shown' | 'failed';
      readonly reason: Reason | null;
    }
  | {
      readonly type: 'picture';
      readonly id: number;
      readonly kind: 'snapshot' | 'contact-sheet';
      readonly png: ArrayBuffer;
    }
  | { readonly type: 'thumbnail'; readonly avatarId: string; readonly png: ArrayBuffer }
  /** Which pictures of the newest scene are missing, and why; null: it is there or none is asked for. */
  | { readonly type: 'scene'; readonly background: Reason | null; readonly overlay: Reason | null }
  /** How a calibration gets on; its result goes into the camera's profile. */
  | { readonly type: 'calibration'; readonly event: CalibrationEvent }
  | { readonly type: 'calibrated'; readonly neutral: Neutral }
  | { readonly type: 'fitted'; readonly ranges: Ranges }
  /** What the shown avatar calls its bones, morph targets and expressions, and how they were understood. */
  | { readonly type: 'naming'; readonly avatarId: string; readonly naming: RigNaming }
  /** The recording that drove the avatar has ended by itself. */
  | { readonly type: 'motionEnded' }
  /** A finished recording. */
  | { readonly type: 'motion'; readonly file: Uint8Array<ArrayBuffer> }
  /** At most 30 a second, and none while the panic key is on. */
  | { readonly type: 'pose'; readonly values: Float32Array }
  | { readonly type: 'error'; readonly reason: Reason; readonly detail: string };
