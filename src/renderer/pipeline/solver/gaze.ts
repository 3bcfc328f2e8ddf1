import { ARKIT_INDEX } from '../../../shared/domain/arkit.ts';
import { clampAbs, ramp, smoothstep } from '../../../shared/math/scalar.ts';

const I = ARKIT_INDEX;
/** What a full eyeLook score means, radians. */
export const GAZE_YAW_RANGE = 0.6;
export const GAZE_PITCH_RANGE = 0.45;
/** Lids closed further than this hide the iris; the direction is held until they open again. */
const HOLD_ABOVE = 0.4;
const RELEASE_BELOW = 0.3;
/** Lids that close as fast as this, per second, begin a blink: the reading of the iris already sinks with them. */
const CLOSING = 2.5;
const CLOSING_FROM = 0.08;
/** Between these head yaws (16° to 24°) the far eye loses its say: its landmarks are guessed. */
const LINK_FROM = 0.28;
const LINK_TO = 0.42;
/** An eye as far shut as this says nothing. */
const SILENT = 0.05;

/** −1..1: how much the eye on the far side of a turned head is to be ignored; positive: the person's left eye. */
export function farEye(yaw: number): number {
  return Math.sign(yaw) * smoothstep(ramp(Math.abs(yaw), LINK_FROM, LINK_TO));
}

/** Gaze from MediaPipe's eyeLook scores; keeps the last direction while an eye cannot be seen. */
export class GazeSolver {
  /** Radians against the head, of both eyes together; > 0 to the right of the picture. */
  yaw = 0;
  /** Radians against the head; > 0 down. */
  pitch = 0;
  /** How far the left eye looks beyond the mean, radians; 0 while the eyes are linked. */
  vergeYaw = 0;
  vergePitch = 0;
  private holding = false;
  private lastClosed = 0;

  /**
   * @param looks channels in ARKit order of which the eyeLook ones are read
   * @param lids channels of which the blinks are read, as fresh as there are
   * @param headYaw radians, for the choice of the eye that is seen
   * @param linked one direction for both eyes; else each keeps its own while it is open
   * @param seconds since the call before
   */
  update(looks: Float64Array, lids: Float64Array, headYaw: number, linked: boolean, seconds: number): void {
    const far = linked ? farEye(headYaw) : 0;
    const leftWeight = 0.5 * (1 - Math.max(0, far)) + 0.5 * Math.max(0, -far);
    const rightWeight = 1 - leftWeight;
    const closed = leftWeight * lids[I.eyeBlinkLeft]! + rightWeight * lids[I.eyeBlinkRight]!;
    const closing = closed > CLOSING_FROM && closed - this.lastClosed > CLOSING * seconds;
    this.lastClosed = closed;
    this.holding = this.holding ? closed > RELEASE_BELOW : closed > HOLD_ABOVE;
    if (this.holding || closing) return;
    // An eye that winks says nothing about the direction; the open one speaks for both.
    const leftOpen = openness(lids[I.eyeBlinkLeft]!);
    const rightOpen = openness(lids[I.eyeBlinkRight]!);
    const left = leftWeight * leftOpen;
    const right = rightWeight * rightOpen;
    const sum = left + right;
    if (sum < SILENT) return;
    const yawLeft = GAZE_YAW_RANGE * (looks[I.eyeLookOutLeft]! - looks[I.eyeLookInLeft]!);
    const yawRight = GAZE_YAW_RANGE * (looks[I.eyeLookInRight]! - looks[I.eyeLookOutRight]!);
    const pitchLeft = GAZE_PITCH_RANGE * (looks[I.eyeLookDownLeft]! - looks[I.eyeLookUpLeft]!);
    const pitchRight = GAZE_PITCH_RANGE * (looks[I.eyeLookDownRight]! - looks[I.eyeLookUpRight]!);
    if (linked) {
      this.yaw = (left * yawLeft + right * yawRight) / sum;
      this.pitch = (left * pitchLeft + right * pitchRight) / sum;
      this.vergeYaw = this.vergePitch = 0;
      return;
    }
    // Each for itself, but one that is shut goes with the other.
    const l = leftOpen < SILENT ? 0 : 1;
    const r = rightOpen < SILENT ? 0 : 1;
    const ownYawLeft = l ? yawLeft : yawRight;
    const ownYawRight = r ? yawRight : yawLeft;
    const ownPitchLeft = l ? pitchLeft : pitchRight;
    const ownPitchRight = r ? pitchRight : pitchLeft;
    this.yaw = (ownYawLeft + ownYawRight) / 2;
    this.pitch = (ownPitchLeft + ownPitchRight) / 2;
    this.vergeYaw = (ownYawLeft - ownYawRight) / 2;
    this.vergePitch = (ownPitchLeft - ownPitchRight) / 2;
  }
}

function openness(blink: number): number {
  return Math.max(0, 1 - 1.6 * blink);
}

/**
 * Writes the eight eyeLook channels that mean the given direction.
 * @param vergeYaw, vergePitch what the left eye looks further and the right one less, radians
 */
export function writeEyeLook(
  channels: Float32Array,
  gazeYaw: number,
  gazePitch: number,
  vergeYaw = 0,
  vergePitch = 0,
): void {
  const yawLeft = share(gazeYaw + vergeYaw, GAZE_YAW_RANGE);
  const yawRight = share(gazeYaw - vergeYaw, GAZE_YAW_RANGE);
  const pitchLeft = share(gazePitch + vergePitch, GAZE_PITCH_RANGE);
  const pitchRight = share(gazePitch - vergePitch, GAZE_PITCH_RANGE);
  channels[I.eyeLookOutLeft] = Math.max(0, yawLeft);
  channels[I.eyeLookInLeft] = Math.max(0, -yawLeft);
  channels[I.eyeLookInRight] = Math.max(0, yawRight);
  channels[I.eyeLookOutRight] = Math.max(0, -yawRight);
  channels[I.eyeLookDownLeft] = Math.max(0, pitchLeft);
  channels[I.eyeLookUpLeft] = Math.max(0, -pitchLeft);
  channels[I.eyeLookDownRight] = Math.max(0, pitchRight);
  channels[I.eyeLookUpRight] = Math.max(0, -pitchRight);
}

function share(radians: number, range: number): number {
  return clampAbs(radians / range, 1);
}
