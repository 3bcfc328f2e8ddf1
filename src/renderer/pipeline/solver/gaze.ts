import { ARKIT_INDEX } from '../../../shared/domain/arkit.ts';

const I = ARKIT_INDEX;
/** What a full eyeLook score means, radians. */
export const GAZE_YAW_RANGE = 0.6;
export const GAZE_PITCH_RANGE = 0.45;
/** Lids closed further than this hide the iris; the direction is held until they open again. */
const HOLD_ABOVE = 0.4;
const RELEASE_BELOW = 0.3;
/** Between these head yaws (15° to 30°) the far eye loses its say: its landmarks are guessed. */
const LINK_FROM = 0.26;
const LINK_TO = 0.52;

/** −1..1: how much the eye on the far side of a turned head is to be ignored; positive: the person's left eye. */
export function farEye(yaw: number): number {
  const t = Math.min(1, Math.max(0, (Math.abs(yaw) - LINK_FROM) / (LINK_TO - LINK_FROM)));
  return Math.sign(yaw) * t * t * (3 - 2 * t);
}

/** Gaze from MediaPipe's eyeLook scores; keeps the last direction while an eye cannot be seen. */
export class GazeSolver {
  /** Radians against the head; > 0 to the right of the picture. */
  yaw = 0;
  /** Radians against the head; > 0 down. */
  pitch = 0;
  private holding = false;

  /**
   * @param scores calibrated channels in ARKit order
   * @param headYaw radians, for the choice of the eye that is seen
   */
  update(scores: ArrayLike<number>, headYaw: number): void {
    const far = farEye(headYaw);
    const leftWeight = 0.5 * (1 - Math.max(0, far)) + 0.5 * Math.max(0, -far);
    const rightWeight = 1 - leftWeight;
    const closed = leftWeight * scores[I.eyeBlinkLeft]! + rightWeight * scores[I.eyeBlinkRight]!;
    this.holding = this.holding ? closed > RELEASE_BELOW : closed > HOLD_ABOVE;
    if (this.holding) return;
    // An eye that winks says nothing about the direction; the open one speaks for both.
    const left = leftWeight * openness(scores[I.eyeBlinkLeft]!);
    const right = rightWeight * openness(scores[I.eyeBlinkRight]!);
    const sum = left + right;
    if (sum < 0.05) return;
    const yawLeft = scores[I.eyeLookOutLeft]! - scores[I.eyeLookInLeft]!;
    const yawRight = scores[I.eyeLookInRight]! - scores[I.eyeLookOutRight]!;
    const pitchLeft = scores[I.eyeLookDownLeft]! - scores[I.eyeLookUpLeft]!;
    const pitchRight = scores[I.eyeLookDownRight]! - scores[I.eyeLookUpRight]!;
    this.yaw = (GAZE_YAW_RANGE * (left * yawLeft + right * yawRight)) / sum;
    this.pitch = (GAZE_PITCH_RANGE * (left * pitchLeft + right * pitchRight)) / sum;
  }
}

function openness(blink: number): number {
  return Math.max(0, 1 - 1.6 * blink);
}

/** Writes the eight eyeLook channels that mean the given direction, both eyes alike. */
export function writeEyeLook(channels: Float32Array, gazeYaw: number, gazePitch: number): void {
  const yaw = Math.min(1, Math.max(-1, gazeYaw / GAZE_YAW_RANGE));
  const pitch = Math.min(1, Math.max(-1, gazePitch / GAZE_PITCH_RANGE));
  channels[I.eyeLookOutLeft] = channels[I.eyeLookInRight] = Math.max(0, yaw);
  channels[I.eyeLookInLeft] = channels[I.eyeLookOutRight] = Math.max(0, -yaw);
  channels[I.eyeLookDownLeft] = channels[I.eyeLookDownRight] = Math.max(0, pitch);
  channels[I.eyeLookUpLeft] = channels[I.eyeLookUpRight] = Math.max(0, -pitch);
}
