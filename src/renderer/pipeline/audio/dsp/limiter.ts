import { dbToGain, keptPerSample } from './decibel.ts';

/** 5 ms at 48 kHz: what the sound is delayed by, and how long the gain takes to fall. */
export const LOOK_AHEAD_FRAMES = 240;
const RELEASE_S = 0.08;

export interface LimiterSettings {
  readonly on: boolean;
  readonly ceilingDb: number;
}

/**
 * Look-ahead limiter of both sides together. The least gain that any frame of the look-ahead needs, let go slowly,
 * then averaged over the look-ahead: each value of the average is at or under what the frame leaving now needs, so
 * nothing passes the ceiling (a lowered one: 5 ms later), and the gain never jumps. Off, the delay stays and the gain
 * returns to 1.
 */
export class Limiter {
  /** The frame that `next` let out. */
  left = 0;
  right = 0;
  private readonly release: number;
  private readonly delayed = new Float32Array(LOOK_AHEAD_FRAMES * 2);
  private readonly averaged = new Float64Array(LOOK_AHEAD_FRAMES).fill(1);
  /** Frames that may still become the least, their needs rising: a queue in a ring. */
  private readonly needs = new Float64Array(LOOK_AHEAD_FRAMES + 1);
  private readonly needFrames = new Float64Array(LOOK_AHEAD_FRAMES + 1);
  private first = 0;
  private count = 0;
  private frame = 0;
  private slot = 0;
  private sum = LOOK_AHEAD_FRAMES;
  private eased = 1;
  private ceiling = Number.POSITIVE_INFINITY;
  private present = 1;
  /** Where samples are cut; a lowered ceiling is that only when the gain has come down to it. */
  private hard = Number.POSITIVE_INFINITY;
  private hardIn = 0;

  constructor(sampleRate: number) {
    this.release = keptPerSample(RELEASE_S, sampleRate);
  }

  configure({ on, ceilingDb }: LimiterSettings): void {
    this.ceiling = on ? dbToGain(ceilingDb) : Number.POSITIVE_INFINITY;
    this.hardIn = this.ceiling < this.hard ? LOOK_AHEAD_FRAMES : 0;
  }

  /** The gain of the frame that left last, 0..1. */
  get gain(): number {
    return this.present;
  }

  next(left: number, right: number): void {
    const loudest = Math.max(Math.abs(left), Math.abs(right));
    const least = this.leastNeed(loudest > this.ceiling ? this.ceiling / loudest : 1);
    this.eased = Math.min(least, 1 - (1 - this.eased) * this.release);
    if (this.eased > 0.999999) this.eased = least;
    this.average();
    const at = this.slot * 2;
    const outLeft = this.delayed[at]! * this.present;
    const outRight = this.delayed[at + 1]! * this.present;
    this.delayed[at] = left;
    this.delayed[at + 1] = right;
    if (++this.slot === LOOK_AHEAD_FRAMES) this.slot = 0;
    this.frame++;
    if (this.hardIn > 0) this.hardIn--;
    else this.hard = this.ceiling;
    // The last bit of the sum.
    this.left = Math.max(-this.hard, Math.min(this.hard, outLeft));
    this.right = Math.max(-this.hard, Math.min(this.hard, outRight));
  }

  private leastNeed(need: number): number {
    const size = this.needs.length;
    while (this.count > 0 && this.needs[(this.first + this.count - 1) % size]! >= need) this.count--;
    if (this.count > 0 && this.needFrames[this.first]! < this.frame - LOOK_AHEAD_FRAMES) {
      this.first = (this.first + 1) % size;
      this.count--;
    }
    const last = (this.first + this.count) % size;
    this.needs[last] = need;
    this.needFrames[last] = this.frame;
    this.count++;
    return this.needs[this.first]!;
  }

  private average(): void {
    this.sum += this.eased - this.averaged[this.slot]!;
    this.averaged[this.slot] = this.eased;
    if (this.slot === 0) {
      // Rounding errors must not add up over hours.
      this.sum = 0;
      for (let i = 0; i < LOOK_AHEAD_FRAMES; i++) this.sum += this.averaged[i]!;
    }
    this.present = Math.min(1, this.sum / LOOK_AHEAD_FRAMES);
  }
}
