import type { TrackingState } from '../../../shared/domain/solved-face.ts';

/** What the avatar follows: the face, its last pose, or the idle pose. */
export type Drive = 'live' | 'hold' | 'idle';

export const HOLD_MS = 700;
export const TO_IDLE_MS = 800;
export const TO_LIVE_MS = 400;
/** A face that was gone for a frame or two is caught up with sooner. */
export const TO_LIVE_MIN_MS = 150;
/** Without any result for so long, the tracker or the camera is gone; a tracker that is replaced needs less. */
const STALE_MS = 1500;
const CONFIDENT = 0.5;
const DOUBTFUL = 0.35;

/**
 * Decides what drives the avatar: a lost face is held for 0.7 s, then blended to the idle pose in 0.8 s; a face
 * that is back is blended in within 0.4 s.
 */
export class Presence {
  state: TrackingState = 'no-camera';
  drive: Drive = 'idle';
  /** How long the face had been lost when it came back, ms; for the length of the blend. */
  lostForMs = Number.POSITIVE_INFINITY;
  private lastResultMs = Number.NEGATIVE_INFINITY;
  private pending = false;
  private found = false;
  private doubtful = false;
  private lostAtMs = Number.NEGATIVE_INFINITY;

  /** Notes a result; it counts from the next update() on. */
  observe(found: boolean, confidence: number): void {
    this.pending = true;
    this.found = found;
    this.doubtful = this.doubtful ? confidence < CONFIDENT : confidence < DOUBTFUL;
  }

  /** The landmarks are there but cannot be trusted. */
  get unsure(): boolean {
    return this.doubtful;
  }

  /** @returns true when the drive changed at this call */
  update(nowMs: number): boolean {
    if (this.pending) {
      this.pending = false;
      this.lastResultMs = nowMs;
    }
    const stale = !(nowMs - this.lastResultMs <= STALE_MS);
    this.state = stale
      ? 'no-camera'
      : !this.found
        ? 'no-face'
        : this.doubtful
          ? 'low-confidence'
          : 'tracking';
    const before = this.drive;
    if (!stale && this.found) {
      if (before !== 'live') this.lostForMs = nowMs - this.lostAtMs;
      this.drive = 'live';
    } else if (before === 'live') {
      this.drive = 'hold';
      this.lostAtMs = nowMs;
    } else if (before === 'hold' && nowMs - this.lostAtMs >= HOLD_MS) {
      this.drive = 'idle';
    }
    return this.drive !== before;
  }
}
