import {
  AVATAR_POSE_WIRE_VALUES,
  type AvatarPose,
  readAvatarPose,
  writeAvatarPose,
} from '../../shared/domain/avatar-pose.ts';
import type { Vowel } from '../../shared/domain/tracking-settings.ts';
import type { Reason } from '../../shared/errors.ts';
import { ResultRing } from './result-ring.ts';

/** When the stage did what with the newest picture of the camera, ms on the programme clock; 0: nothing yet. */
export interface StageTimes {
  capturedAtMs: number;
  trackedAtMs: number;
  solvedAtMs: number;
  /** How long solving and drawing took, ms. */
  solveMs: number;
  drawMs: number;
}

export function createStageTimes(): StageTimes {
  return { capturedAtMs: 0, trackedAtMs: 0, solvedAtMs: 0, solveMs: 0, drawMs: 0 };
}

/** What the stage solved, tick by tick, for the inspector of the same window; it is written only while one looks. */
export class SolvedChannel {
  private readonly ring: ResultRing;
  private readonly head = new Float64Array(5);
  private readonly values = new Float32Array(AVATAR_POSE_WIRE_VALUES);

  constructor(buffer?: SharedArrayBuffer) {
    this.ring = new ResultRing(5, AVATAR_POSE_WIRE_VALUES, buffer);
  }

  get buffer(): SharedArrayBuffer {
    return this.ring.buffer;
  }

  write(pose: AvatarPose, times: StageTimes): void {
    const { head } = this;
    head[0] = times.capturedAtMs;
    head[1] = times.trackedAtMs;
    head[2] = times.solvedAtMs;
    head[3] = times.solveMs;
    head[4] = times.drawMs;
    writeAvatarPose(pose, this.values);
    this.ring.write(head, this.values);
  }

  /** Copies the next result after the one of number `after`. @returns its number, 0 when there is none */
  read(after: number, pose: AvatarPose, times: StageTimes): number {
    const { head } = this;
    const sequence = this.ring.read(after, head, this.values);
    if (sequence === 0) return 0;
    readAvatarPose(this.values, pose);
    times.capturedAtMs = head[0]!;
    times.trackedAtMs = head[1]!;
    times.solvedAtMs = head[2]!;
    times.solveMs = head[3]!;
    times.drawMs = head[4]!;
    return sequence;
  }
}

/** What the inspector looks at, all of it in this window and sent nowhere. */
export interface Inspection {
  /** The camera's own track; null while there is none. Whoever shows it must not keep it. */
  readonly camera: MediaStreamTrack | null;
  /** Buffers of TrackingChannel, PoseChannel, HandsChannel and SolvedChannel. */
  readonly face: SharedArrayBuffer;
  readonly pose: SharedArrayBuffer;
  readonly hands: SharedArrayBuffer;
  readonly solved: SharedArrayBuffer;
}

/** What a person is asked to do during the expression fit, five seconds each. */
export const FIT_STEPS = ['rest', 'smile', 'open', 'pucker', 'brows', 'eyes'] as const;
export type FitStep = (typeof FIT_STEPS)[number];
export const FIT_STEP_MS = 5000;
/** What a person says during the calibration of the voice, two seconds each. */
export const VOICE_STEP_MS = 2000;

/** How a calibration gets on. Results come with `done` and are saved into the camera's profile by the pipeline. */
export type CalibrationEvent =
  | { readonly kind: 'neutral'; readonly state: 'running'; readonly share: number }
  | { readonly kind: 'fit'; readonly state: 'running'; readonly step: FitStep; readonly share: number }
  | { readonly kind: 'voice'; readonly state: 'running'; readonly step: Vowel; readonly share: number }
  | { readonly kind: 'neutral' | 'fit' | 'voice'; readonly state: 'done' | 'cancelled' }
  /** Nothing was learnt: no face was seen, nothing was said. */
  | { readonly kind: 'neutral' | 'fit' | 'voice'; readonly state: 'failed' }
  /** It was learnt, and main would not keep it: everything is as before. */
  | { readonly kind: 'neutral' | 'fit' | 'voice'; readonly state: 'refused'; readonly reason: Reason };
