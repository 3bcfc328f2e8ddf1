import { smoothstep } from '../../../../shared/math/scalar.ts';

/** A part comes in at this certainty, stays down to the other, and is shown so fast, ms. */
const ON = 0.6;
const OFF = 0.35;
const IN_MS = 280;
const OUT_MS = 450;
/**
 * A part that is not seen stays as it was for so long before it eases away; of a slow tracker, whose results are old
 * when they come, longer by some of its intervals.
 */
const HOLD_MS = 350;
const HOLD_INTERVALS = 2.5;
const INTERVAL_MAX_MS = 500;
/** As many results in a row make a part present: one alone may be a phantom. */
const STREAK = 2;

/** Whether one part of the body drives the avatar, and how far it is blended in. */
export class PartPresence {
  private on = false;
  private streak = 0;
  private seenAtMs = Number.NEGATIVE_INFINITY;
  private level = 0;
  private resultAtMs = Number.NaN;
  private intervalMs = 0;

  /** 0..1, smooth at both ends. */
  get value(): number {
    return smoothstep(this.level);
  }

  /** The part drives, or is held. */
  isHeld(nowMs: number): boolean {
    return nowMs - this.seenAtMs < HOLD_MS + HOLD_INTERVALS * this.intervalMs;
  }

  /** A result came: `certainty` 0..1 of this part. @returns true when it is to be believed */
  see(certainty: number, atMs: number): boolean {
    const passedMs = atMs - this.resultAtMs;
    this.resultAtMs = atMs;
    if (passedMs > 0) this.intervalMs += 0.3 * (Math.min(INTERVAL_MAX_MS, passedMs) - this.intervalMs);
    const good = certainty > (this.on ? OFF : ON);
    this.streak = good ? this.streak + 1 : 0;
    this.on = good && this.streak >= STREAK;
    if (this.on) this.seenAtMs = atMs;
    return this.on;
  }

  step(nowMs: number, dtMs: number): void {
    if (this.isHeld(nowMs)) this.level = Math.min(1, this.level + dtMs / IN_MS);
    else this.level = Math.max(0, this.level - dtMs / OUT_MS);
  }

  clear(): void {
    this.on = false;
    this.streak = 0;
    this.seenAtMs = Number.NEGATIVE_INFINITY;
  }
}
