import { ARKIT_INDEX } from '../../../shared/domain/arkit.ts';
import { clampAbs, ramp } from '../../../shared/math/scalar.ts';
import { farEye } from './gaze.ts';
import { idleBlinkAt } from './idle.ts';

const LEFT = ARKIT_INDEX.eyeBlinkLeft;
const RIGHT = ARKIT_INDEX.eyeBlinkRight;
/** Lids that differ by less than this close together; more is a wink. Frames of glasses cover one lid more easily. */
const WINK = 0.3;
const WINK_GLASSES = 0.55;
/** With glasses a lid that reads less than this is a reflection. */
const GLASSES_FROM = 0.12;

/** The eye that is seen speaks for the hidden one of a turned head, and two lids that nearly agree move alike. */
export function linkLids(row: Float64Array, headYaw: number, linked: boolean, glasses: boolean): void {
  if (glasses) {
    row[LEFT] = Math.max(0, (row[LEFT]! - GLASSES_FROM) / (1 - GLASSES_FROM));
    row[RIGHT] = Math.max(0, (row[RIGHT]! - GLASSES_FROM) / (1 - GLASSES_FROM));
  }
  if (!linked) return;
  const far = farEye(headYaw);
  let left = row[LEFT]!;
  let right = row[RIGHT]!;
  if (far > 0) left += far * (right - left);
  else right += -far * (left - right);
  const apart = Math.min(1, Math.abs(left - right) / (glasses ? WINK_GLASSES : WINK));
  const pull = 0.5 * (1 - apart * apart);
  row[LEFT] = left + pull * (right - left);
  row[RIGHT] = right + pull * (left - right);
}

/** Between these head yaws, radians (38° to 48°), even the near eye stops being read. */
const TURNED_FROM = 0.66;
const TURNED_TO = 0.84;
/** Nobody keeps both lids this still for so long without a blink: behind glasses they are frozen. */
const FROZEN_BAND = 0.04;
const FROZEN_MS = 6000;
/** How fast the lids go over to blinking by themselves and back, per second. */
const SLEW = 4;

/** Natural blinks while the lids cannot be read. */
export class AutoBlink {
  private low = 0;
  private high = 0;
  private stillSinceMs = 0;
  private frozen = false;
  private wanted = 0;
  private weight = 0;

  /**
   * Notes a result.
   * @param left, right raw scores of the lids, 0..1
   * @param headYaw radians
   * @param doubt 0..1, how little the landmarks are to be trusted
   */
  observe(left: number, right: number, headYaw: number, doubt: number, glasses: boolean, atMs: number): void {
    const lid = (left + right) / 2;
    this.low = Math.min(this.low, lid);
    this.high = Math.max(this.high, lid);
    if (this.high - this.low > FROZEN_BAND || atMs < this.stillSinceMs) {
      this.low = this.high = lid;
      this.stillSinceMs = atMs;
    }
    this.frozen = glasses && atMs - this.stillSinceMs > FROZEN_MS;
    const turned = ramp(Math.abs(headYaw), TURNED_FROM, TURNED_TO);
    this.wanted = Math.max(turned, doubt, this.frozen ? 1 : 0);
  }

  /**
   * Replaces both lids of the channels as far as they cannot be read.
   * @param lost no face drives, and the last one is held
   * @param seconds since the call before
   */
  apply(channels: Float32Array, nowMs: number, seconds: number, on: boolean, lost: boolean): void {
    const target = !on ? 0 : lost ? 1 : this.wanted;
    const most = SLEW * seconds;
    this.weight += clampAbs(target - this.weight, most);
    if (this.weight <= 0) return;
    const blink = idleBlinkAt(nowMs);
    channels[LEFT] = channels[LEFT]! + this.weight * (blink - channels[LEFT]!);
    channels[RIGHT] = channels[RIGHT]! + this.weight * (blink - channels[RIGHT]!);
  }
}
