import type { Neutral, Ranges } from '../../../shared/domain/tracking-settings.ts';
import type { CalibrationEvent } from '../inspection.ts';
import { ExpressionFit } from './expression-fit.ts';
import type { HeadPose } from './head-pose.ts';
import { NeutralCapture } from './neutral-capture.ts';

export interface GuidedEvents {
  /** A neutral was captured: to be kept in the camera's profile. */
  readonly onNeutral?: (neutral: Neutral) => void;
  /** Ranges were learnt: to be kept in the camera's profile. */
  readonly onFitted?: (ranges: Ranges) => void;
  readonly onCalibration?: (event: CalibrationEvent) => void;
}

/** How often the progress is told, ms. */
const TELL_MS = 100;

/** The two calibrations of the face, one at a time, and what is told about them. */
export class GuidedCalibration {
  private readonly neutral = new NeutralCapture();
  private readonly fit = new ExpressionFit();
  private readonly events: GuidedEvents;
  private toldMs = Number.NEGATIVE_INFINITY;

  constructor(events: GuidedEvents) {
    this.events = events;
  }

  get busy(): boolean {
    return this.neutral.busy || this.fit.busy;
  }

  beginNeutral(): void {
    this.cancel();
    this.toldMs = Number.NEGATIVE_INFINITY;
    this.neutral.begin();
  }

  beginFit(): void {
    this.cancel();
    this.toldMs = Number.NEGATIVE_INFINITY;
    this.fit.begin();
  }

  cancel(): void {
    if (this.neutral.busy) this.end('neutral', 'cancelled');
    if (this.fit.busy) this.end('fit', 'cancelled');
  }

  /** Takes a found frame that can be trusted. */
  add(raw: Float64Array, pose: HeadPose, atMs: number): void {
    if (this.neutral.busy) this.neutral.add(raw, pose, atMs);
    else if (this.fit.busy) this.fit.add(raw);
  }

  /** Moves on with the programme's clock. @returns what has just been learnt, null at most ticks */
  look(nowMs: number): { readonly neutral?: Neutral; readonly ranges?: Ranges } | null {
    if (this.neutral.busy) {
      const state = this.neutral.look(nowMs);
      if (state === 'failed') this.end('neutral', 'failed');
      else if (state === 'running') this.tell(nowMs);
      else {
        const neutral = this.neutral.result();
        this.events.onNeutral?.(neutral);
        this.end('neutral', 'done');
        return { neutral };
      }
    } else if (this.fit.busy) {
      const state = this.fit.look(nowMs);
      if (state === 'failed') this.end('fit', 'failed');
      else if (state === 'running') this.tell(nowMs);
      else {
        const ranges = this.fit.result();
        this.events.onFitted?.(ranges);
        this.end('fit', 'done');
        return { ranges };
      }
    }
    return null;
  }

  private tell(nowMs: number): void {
    if (Math.abs(nowMs - this.toldMs) < TELL_MS) return;
    this.toldMs = nowMs;
    const { neutral, fit } = this;
    this.events.onCalibration?.(
      neutral.busy
        ? { kind: 'neutral', state: 'running', share: neutral.share }
        : { kind: 'fit', state: 'running', step: fit.step, share: fit.share },
    );
  }

  private end(kind: 'neutral' | 'fit', state: 'done' | 'cancelled' | 'failed'): void {
    if (kind === 'neutral') this.neutral.cancel();
    else this.fit.cancel();
    this.events.onCalibration?.({ kind, state });
  }
}
