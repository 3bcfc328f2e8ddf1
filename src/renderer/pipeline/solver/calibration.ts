import { ARKIT_CHANNELS, ARKIT_COUNT } from '../../../shared/domain/arkit.ts';
import type { Neutral, Ranges } from '../../../shared/domain/tracking-settings.ts';
import { ramp } from '../../../shared/math/scalar.ts';
import { rangeOf } from './channels.ts';
import type { HeadPose } from './head-pose.ts';

/** A neutral may take away at most this much of a channel: more would be an expression, not a rest. */
const NEUTRAL_MAX = 0.85;
/** Channels whose rest is a property of the face; the others rest at 0 whatever the person looks like. */
const RESTS = ARKIT_CHANNELS.map((name) => /^(brow|eye|mouth|jawOpen|cheek|nose)/.test(name));
/** A calibrated rest needs only a small dead zone; what is left above it is stretched to the full range. */
const REST_MARGIN = 0.03;
/** A range narrower than this would show noise as an expression. */
const SPAN_MIN = 0.15;
/** The place of the head is neutral where it was seen during its first half second. */
const PLACE_MS = 500;

/**
 * From raw scores and pose to what a face does beyond its rest: neutral and range per channel. Without a neutral it
 * is 0 and fixed ranges apply; see {@link NeutralCapture} and {@link ExpressionFit} for where both come from.
 */
export class Calibration {
  private readonly neutral = new Float64Array(ARKIT_COUNT);
  private readonly from = new Float64Array(ARKIT_COUNT);
  private readonly to = new Float64Array(ARKIT_COUNT);
  private readonly curve = Float64Array.from(ARKIT_CHANNELS, (name) => rangeOf(name).curve ?? 1);
  private readonly top = new Float64Array(ARKIT_COUNT).fill(1);
  private yaw = 0;
  private pitch = 0;
  private roll = 0;
  private x = 0;
  private y = 0;
  private z = 0;
  private placed = 0;
  private placedSinceMs = 0;

  constructor() {
    this.derive();
  }

  /** @param neutral null: the rest is not known */
  setNeutral(neutral: Neutral | null): void {
    for (let i = 0; i < ARKIT_COUNT; i++) {
      this.neutral[i] = neutral && RESTS[i] ? Math.min(NEUTRAL_MAX, neutral.scores[i] ?? 0) : 0;
    }
    this.yaw = neutral?.yaw ?? 0;
    this.pitch = neutral?.pitch ?? 0;
    this.roll = neutral?.roll ?? 0;
    this.derive();
  }

  /** @param ranges null: the fixed ranges */
  setRanges(ranges: Ranges | null): void {
    for (let i = 0; i < ARKIT_COUNT; i++) this.top[i] = ranges?.top[i] ?? 1;
    this.derive();
  }

  /** The place where the head is seen next becomes its neutral one. */
  placeAnew(): void {
    this.placed = 0;
  }

  /** Takes a found frame for the neutral place. */
  place(pose: HeadPose, atMs: number): void {
    if (this.placed === 0) this.placedSinceMs = atMs;
    else if (atMs - this.placedSinceMs > PLACE_MS) return;
    const n = ++this.placed;
    this.x = n === 1 ? pose.x : this.x + (pose.x - this.x) / n;
    this.y = n === 1 ? pose.y : this.y + (pose.y - this.y) / n;
    this.z = n === 1 ? pose.z : this.z + (pose.z - this.z) / n;
  }

  /** Applies neutral, range and curve to the channels, 0..1 each. */
  apply(raw: Float64Array, out: Float64Array): void {
    const { from, to, curve } = this;
    for (let i = 0; i < ARKIT_COUNT; i++) {
      const linear = ramp(raw[i]!, from[i]!, to[i]!);
      out[i] = curve[i] === 1 ? linear : linear ** curve[i]!;
    }
  }

  /** Subtracts the neutral pose in place. */
  applyPose(pose: HeadPose): void {
    pose.yaw -= this.yaw;
    pose.pitch -= this.pitch;
    pose.roll -= this.roll;
    pose.x -= this.x;
    pose.y -= this.y;
    pose.z -= this.z;
  }

  private derive(): void {
    ARKIT_CHANNELS.forEach((name, i) => {
      const fixed = rangeOf(name);
      const neutral = this.neutral[i]!;
      const top = this.top[i]!;
      this.from[i] = neutral > 0 ? neutral + REST_MARGIN : fixed.from;
      this.to[i] = Math.max(top < 1 ? top : fixed.to, this.from[i]! + SPAN_MIN);
    });
  }
}
