import { ARKIT_COUNT } from './arkit.ts';
import type { TRACKING_STATES } from './report.ts';

export type TrackingState = (typeof TRACKING_STATES)[number];

/**
 * What the solver hands to a rig: one mutable object, filled anew at every tick.
 * Angles in radians, R = Ry(yaw)·Rx(pitch)·Rz(roll), right-handed, Y up, the face looking to +Z at zero:
 * yaw > 0 turns the face to the right of the picture, pitch > 0 down, roll > 0 counter-clockwise in the picture.
 */
export interface SolvedFace {
  /** The 52 ARKit channels, 0..1, in the order of ARKIT_CHANNELS. Left is the person's left. */
  readonly channels: Float32Array;
  yaw: number;
  pitch: number;
  roll: number;
  /** Head translation against the neutral pose, metres, X right of the picture, Y up, Z towards the camera. */
  x: number;
  y: number;
  z: number;
  /** Gaze against the head, radians; yaw > 0 to the right of the picture, pitch > 0 down. */
  gazeYaw: number;
  gazePitch: number;
  /** Breathing phase of the idle pose, −1..1, always moving. */
  breath: number;
  state: TrackingState;
  /** 1: the camera drives the pose; 0: the idle pose does. Blends between. */
  presence: number;
}

export function createSolvedFace(): SolvedFace {
  return {
    channels: new Float32Array(ARKIT_COUNT),
    yaw: 0,
    pitch: 0,
    roll: 0,
    x: 0,
    y: 0,
    z: 0,
    gazeYaw: 0,
    gazePitch: 0,
    breath: 0,
    state: 'no-camera',
    presence: 0,
  };
}
