import { ARKIT_COUNT } from '../../../shared/domain/arkit.ts';
import type { Neutral } from '../../../shared/domain/tracking-settings.ts';
import { clampAbs } from '../../../shared/math/scalar.ts';
import type { HeadPose } from './head-pose.ts';

export const NEUTRAL_MS = 2000;
/** No face for so long ends the capture: there is nobody to learn from. */
const NOBODY_MS = 3000;
const FRAMES_MIN = 8;
const FRAMES_MAX = 160;
/** This share of the values at either end is left out of a mean: blinks and leaps of the tracker. */
const TRIM = 0.25;
const YAW = ARKIT_COUNT;
const COLUMNS = ARKIT_COUNT + 3;
const ANGLE_MAX = 2;

/** Collects two seconds of a resting face. Memory is taken once; only the result allocates. */
export class NeutralCapture {
  private readonly columns = Array.from({ length: COLUMNS }, () => new Float64Array(FRAMES_MAX));
  private count = 0;
  private firstMs = Number.NaN;
  private lastSeenMs = Number.NaN;
  private last = 0;
  busy = false;

  begin(): void {
    this.busy = true;
    this.count = 0;
    this.firstMs = Number.NaN;
    this.lastSeenMs = Number.NaN;
    this.last = 0;
  }

  cancel(): void {
    this.busy = false;
  }

  /** 0..1 */
  get share(): number {
    return this.last;
  }

  /** Takes a found frame that can be trusted; `raw` and `pose` finite. */
  add(raw: Float64Array, pose: HeadPose, atMs: number): void {
    if (!this.busy) return;
    if (!(this.firstMs <= atMs)) {
      this.firstMs = atMs;
      this.count = 0;
    }
    this.lastSeenMs = Number.NaN;
    this.last = Math.min(1, (atMs - this.firstMs) / NEUTRAL_MS);
    if (this.count === FRAMES_MAX) return;
    const { columns, count } = this;
    for (let i = 0; i < ARKIT_COUNT; i++) columns[i]![count] = raw[i]!;
    columns[YAW]![count] = pose.yaw;
    columns[YAW + 1]![count] = pose.pitch;
    columns[YAW + 2]![count] = pose.roll;
    this.count++;
  }

  /** @returns whether the capture goes on, has enough, or has waited for a face in vain */
  look(nowMs: number): 'running' | 'complete' | 'failed' {
    // add() forgets the time, so that this clock alone is asked how long nobody has been seen.
    if (Number.isNaN(this.lastSeenMs)) this.lastSeenMs = nowMs;
    if (this.last >= 1) return this.count >= FRAMES_MIN ? 'complete' : 'failed';
    return nowMs - this.lastSeenMs > NOBODY_MS ? 'failed' : 'running';
  }

  /** The trimmed mean of what was seen. */
  result(): Neutral {
    this.busy = false;
    const { columns } = this;
    const angle = (i: number) => clampAbs(this.mean(columns[i]!), ANGLE_MAX);
    return {
      scores: Array.from({ length: ARKIT_COUNT }, (_, i) => this.mean(columns[i]!)),
      yaw: angle(YAW),
      pitch: angle(YAW + 1),
      roll: angle(YAW + 2),
    };
  }

  private mean(column: Float64Array): number {
    const seen = column.subarray(0, this.count).sort();
    const cut = Math.floor(seen.length * TRIM);
    const kept = seen.subarray(cut, seen.length - cut);
    return kept.reduce((sum, value) => sum + value, 0) / kept.length;
  }
}
