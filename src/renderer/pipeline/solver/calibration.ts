import { ARKIT_CHANNELS, ARKIT_COUNT } from '../../../shared/domain/arkit.ts';
import { rangeOf } from './channels.ts';
import type { HeadPose } from './head-pose.ts';

const CAPTURE_MS = 2000;
/** A neutral may take away at most this much of a channel: more would be an expression, not a rest. */
const NEUTRAL_MAX = 0.85;
/** Channels whose rest is a property of the face; the others rest at 0 whatever the person looks like. */
const RESTS = ARKIT_CHANNELS.map((name) => /^(brow|eye|mouth|jawOpen|cheek|nose)/.test(name));

/** The neutral of a person, as it is kept between runs. */
export interface CalibrationData {
  readonly neutral: readonly number[];
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

/**
 * Per-channel neutral, dead zone, gain and range. Until calibrate() the neutral is 0 and fixed ranges apply; a
 * calibration takes the mean of two seconds of found frames. The place of the head is neutral where it was seen
 * during the first half second, and again at each calibration.
 */
export class Calibration {
  readonly neutral = new Float64Array(ARKIT_COUNT);
  private readonly from = Float64Array.from(ARKIT_CHANNELS, (name) => rangeOf(name).from);
  private readonly to = Float64Array.from(ARKIT_CHANNELS, (name) => rangeOf(name).to);
  private readonly curve = Float64Array.from(ARKIT_CHANNELS, (name) => rangeOf(name).curve ?? 1);
  private readonly sums = new Float64Array(ARKIT_COUNT);
  private readonly pose = new Float64Array(6);
  private readonly poseSums = new Float64Array(6);
  private count = 0;
  private startedAtMs = -1;
  private capturing = false;
  private placed = 0;
  private placedSinceMs = 0;
  private calibratedOnce = false;

  /** True while frames are being collected. */
  get busy(): boolean {
    return this.capturing;
  }

  get calibrated(): boolean {
    return this.calibratedOnce;
  }

  begin(): void {
    this.capturing = true;
    this.startedAtMs = -1;
    this.count = 0;
    this.sums.fill(0);
    this.poseSums.fill(0);
  }

  /** One found frame; `raw` and `pose` finite. */
  add(raw: Float64Array, pose: HeadPose, atMs: number): void {
    this.place(pose, atMs);
    if (!this.capturing) return;
    if (this.startedAtMs < 0 || atMs < this.startedAtMs) this.startedAtMs = atMs;
    for (let i = 0; i < ARKIT_COUNT; i++) this.sums[i] = this.sums[i]! + raw[i]!;
    addPose(this.poseSums, pose);
    this.count++;
    if (atMs - this.startedAtMs < CAPTURE_MS) return;
    this.capturing = false;
    this.calibratedOnce = true;
    for (let i = 0; i < ARKIT_COUNT; i++) {
      this.neutral[i] = RESTS[i] ? Math.min(NEUTRAL_MAX, this.sums[i]! / this.count) : 0;
    }
    for (let i = 0; i < 6; i++) this.pose[i] = this.poseSums[i]! / this.count;
  }

  /** Applies neutral, dead zone, gain, range and curve to the channels, 0..1 each. */
  apply(raw: Float64Array, out: Float64Array): void {
    for (let i = 0; i < ARKIT_COUNT; i++) {
      const neutral = this.neutral[i]!;
      // A calibrated rest needs only a small dead zone; what is left above it is stretched to the full range.
      const from = neutral > 0 ? neutral + 0.03 : this.from[i]!;
      const to = Math.max(this.to[i]!, from + 0.15);
      const linear = Math.min(1, Math.max(0, (raw[i]! - from) / (to - from)));
      out[i] = this.curve[i] === 1 ? linear : linear ** this.curve[i]!;
    }
  }

  /** Subtracts the neutral pose in place. */
  applyPose(pose: HeadPose): void {
    const neutral = this.pose;
    pose.yaw -= neutral[0]!;
    pose.pitch -= neutral[1]!;
    pose.roll -= neutral[2]!;
    pose.x -= neutral[3]!;
    pose.y -= neutral[4]!;
    pose.z -= neutral[5]!;
  }

  /** @returns what a later run needs, null before the first calibration */
  save(): CalibrationData | null {
    if (!this.calibratedOnce) return null;
    return {
      neutral: Array.from(this.neutral),
      yaw: this.pose[0]!,
      pitch: this.pose[1]!,
      roll: this.pose[2]!,
    };
  }

  /** Takes over a saved neutral; the place of the head is found anew. */
  load(data: CalibrationData): void {
    for (let i = 0; i < ARKIT_COUNT; i++) this.neutral[i] = data.neutral[i] ?? 0;
    this.pose[0] = data.yaw;
    this.pose[1] = data.pitch;
    this.pose[2] = data.roll;
    this.calibratedOnce = true;
  }

  private place(pose: HeadPose, atMs: number): void {
    if (this.placed === 0) this.placedSinceMs = atMs;
    if (this.calibratedOnce && this.placed > 0) return;
    if (this.placed > 0 && atMs - this.placedSinceMs > 500) return;
    this.placed++;
    const n = this.placed;
    this.pose[3] = this.pose[3]! + (pose.x - this.pose[3]!) / n;
    this.pose[4] = this.pose[4]! + (pose.y - this.pose[4]!) / n;
    this.pose[5] = this.pose[5]! + (pose.z - this.pose[5]!) / n;
  }
}

function addPose(sums: Float64Array, pose: HeadPose): void {
  sums[0] = sums[0]! + pose.yaw;
  sums[1] = sums[1]! + pose.pitch;
  sums[2] = sums[2]! + pose.roll;
  sums[3] = sums[3]! + pose.x;
  sums[4] = sums[4]! + pose.y;
  sums[5] = sums[5]! + pose.z;
}
