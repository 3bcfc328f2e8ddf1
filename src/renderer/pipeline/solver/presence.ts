import type { TrackingState } from '../../../shared/domain/solved-face.ts';
import {
  type Away,
  type AwayPose,
  DEFAULT_TRACKING,
  type TrackingSettings,
} from '../../../shared/domain/tracking-settings.ts';
import { clamp, ramp } from '../../../shared/math/scalar.ts';

/** What the avatar follows: the face, its last pose, or a pose of its own. */
export type Drive = 'live' | AwayPose;

const TO_LIVE_MS = 400;
/** A face that was gone for a frame or two is caught up with sooner. */
const TO_LIVE_MIN_MS = 150;
/** Without any result for so long, the tracker or the camera is gone; a tracker that is replaced needs less. */
const STALE_MS = 1500;
/** Below LOST a face is named as not to be trusted and stops driving; it drives again above FOUND. */
const LOST = 0.1;
const FOUND = 0.18;
/** From here down the landmarks are trusted less and less. */
const SURE = 0.35;

/**
 * Decides what drives the avatar. Each state without a face to follow has its own pose, the time for which the last
 * pose is held before it, and the time it is blended in; a face that is back is blended in within 0.4 s.
 */
export class Presence {
  state: TrackingState = 'no-camera';
  drive: Drive = 'idle';
  /** How long the change that update() told of is blended, ms. */
  blendMs = 0;
  /** 0..1, how little the newest landmarks are to be trusted. */
  doubt = 0;
  /** How long no face has been driving, ms; 0 while one does. */
  awayForMs = 0;
  private away: TrackingSettings['away'] = DEFAULT_TRACKING.away;
  private lastResultMs = Number.NEGATIVE_INFINITY;
  private pending = false;
  private found = false;
  private doubtful = false;
  private everLive = false;
  private lostAtMs = Number.NaN;

  setAway(away: TrackingSettings['away']): void {
    this.away = away;
  }

  /** Notes a result; it counts from the next update() on. */
  observe(found: boolean, confidence: number): void {
    this.pending = true;
    this.found = found;
    this.doubtful = confidence < (this.doubtful ? FOUND : LOST);
    this.doubt = found ? ramp(confidence, SURE, LOST) : 1;
  }

  /** @returns true when the drive changed at this call */
  update(nowMs: number): boolean {
    if (this.pending) {
      this.pending = false;
      this.lastResultMs = nowMs;
    }
    const first = Number.isNaN(this.lostAtMs);
    if (!(this.lostAtMs <= nowMs)) this.lostAtMs = nowMs;
    this.state = this.stateAt(nowMs);
    const before = this.drive;
    if (this.state === 'tracking') {
      if (before !== 'live') {
        // At the very first picture there is nothing on screen to blend from.
        this.blendMs = first ? 0 : clamp(this.awayForMs, TO_LIVE_MIN_MS, TO_LIVE_MS);
      }
      this.drive = 'live';
      this.awayForMs = 0;
      this.everLive = true;
      this.lostAtMs = nowMs;
      return before !== 'live';
    }
    const away = this.awayOf();
    this.awayForMs = nowMs - this.lostAtMs;
    if (!this.everLive) {
      // There is no last pose to hold yet.
      this.drive = away.pose === 'hold' ? 'idle' : away.pose;
    } else this.drive = this.awayForMs < away.holdMs ? 'hold' : away.pose;
    if (this.drive !== before) this.blendMs = this.drive === 'hold' ? 0 : away.blendMs;
    return this.drive !== before;
  }

  private stateAt(nowMs: number): TrackingState {
    if (!(nowMs - this.lastResultMs <= STALE_MS)) return 'no-camera';
    if (!this.found) return 'no-face';
    return this.doubtful ? 'low-confidence' : 'tracking';
  }

  private awayOf(): Away {
    if (this.state === 'no-camera') return this.away.noCamera;
    return this.state === 'no-face' ? this.away.noFace : this.away.lowConfidence;
  }
}
