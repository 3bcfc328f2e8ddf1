import { addMetrics, emptyMetrics } from './tracker/metrics-sum.ts';
import { Tracker, type TrackerOptions, type TrackerState } from './tracker/tracker.ts';

const OFF: Omit<TrackerState, 'metrics' | 'restarts' | 'lastError'> = {
  phase: 'starting',
  reason: null,
  delegate: 'none',
};

/** One part of tracking that comes and goes; its counts run on from one time to the next. */
export class PartTracking {
  private readonly changed: (state: TrackerState) => void;
  private current: Tracker | null = null;
  private key = '';
  private past: TrackerState = { ...OFF, metrics: emptyMetrics(), restarts: 0, lastError: null };

  constructor(changed: (state: TrackerState) => void) {
    this.changed = changed;
  }

  /** Null while the part is not tracked. */
  get tracker(): Tracker | null {
    return this.current;
  }

  /** Counts since the page loaded; `delegate` is `none` while the part is not tracked. */
  get state(): TrackerState {
    if (!this.current) return this.past;
    const { state } = this.current;
    return {
      ...state,
      restarts: this.past.restarts + state.restarts,
      metrics: addMetrics(this.past.metrics, state.metrics),
    };
  }

  /** Tracks like this from now on; null: not at all. Only the rate changes without a new worker. */
  want(options: TrackerOptions | null): void {
    const key = options ? JSON.stringify({ ...options, channel: null, frames: null, fps: 0 }) : '';
    if (key !== this.key) {
      this.end();
      this.key = key;
      if (options) {
        this.current = new Tracker(options);
        this.current.onState(this.changed);
      }
    }
    if (options) this.current?.setRate(options.fps);
  }

  /** Tries again what was given up. */
  retry(): void {
    this.current?.retry();
  }

  /** Ends the worker; the counts stay. */
  end(): void {
    if (!this.current) return;
    const { metrics, restarts, lastError } = this.state;
    const counted = { ...metrics, count: 0, fps: 0, cameraFps: 0, p50Ms: null, p95Ms: null, heapMb: 0 };
    this.past = { ...OFF, metrics: counted, restarts, lastError };
    this.current.close();
    this.current = null;
    this.key = '';
  }

  /** Forgets what was counted. */
  reset(): void {
    this.end();
    this.past = { ...OFF, metrics: emptyMetrics(), restarts: 0, lastError: null };
  }
}
