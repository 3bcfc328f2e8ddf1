import type { Reason } from '../../../shared/errors.ts';
import { programmeNowMs } from '../clock.ts';
import { ClipPictures } from './clip-pictures.ts';
import { delegateChoices, rememberDelegate } from './delegate-memory.ts';
import type { FramePump } from './frame-pump.ts';
import type { FromTracker, ToTracker, TrackerMetrics, TrackerSource } from './messages.ts';
import { addMetrics, emptyMetrics } from './metrics-sum.ts';
import type { TrackerPart } from './part.ts';
import { grown, nextStart, recycleDue, SILENT_AFTER_MS, START_TIMEOUT_MS } from './watchdog.ts';

export interface TrackerOptions {
  readonly part: TrackerPart;
  /** Only the face can be a recorded one. */
  readonly source: TrackerSource;
  /** Of the part's channel, which the stage reads; null: only the metrics are wanted. */
  readonly channel: SharedArrayBuffer | null;
  /** Where the camera's frames come from; null with a recorded source. */
  readonly frames: FramePump | null;
  /** Results a second at most. */
  readonly fps: number;
  /** Named exception to «no camera picture leaves the tracker» (the demo's contact sheet); off by default. */
  readonly allowCapture?: boolean;
  /** The clip a recorded performance was made from: the picture of its contact sheet. */
  readonly clipUrl?: string;
}

/** A tracked picture for the contact sheet: picture and landmarks are of the same instant. Close the bitmap. */
export interface TrackedPicture {
  readonly capturedAtMs: number;
  readonly found: boolean;
  /** x, y, z of the part's points, 478 of the face, normalised to the picture. */
  readonly landmarks: Float32Array;
  readonly bitmap: ImageBitmap;
}

export interface TrackerState {
  readonly phase: 'starting' | 'running' | 'failed';
  /** `tracker.crashed` while a worker is replaced, `tracker.start-failed` when it was given up. */
  readonly reason: Reason | null;
  readonly delegate: 'CPU' | 'GPU' | 'recorded' | 'none';
  /** Workers replaced because they threw, hung or grew. */
  readonly restarts: number;
  /** Counts over all workers of this tracker. */
  readonly metrics: TrackerMetrics;
  /** What the last worker said when it failed; for the log. */
  readonly lastError: string | null;
}

const WATCH_EVERY_MS = 1000;
const CAPTURE_TIMEOUT_MS = 5000;

/**
 * The window's side of tracking one part: keeps its worker alive. A worker that throws, says nothing for five seconds
 * or grows beyond all measure is replaced; three failures to start in a row end it with `tracker.start-failed`.
 */
export class Tracker {
  private readonly options: TrackerOptions;
  private fps: number;
  private readonly listeners = new Set<(state: TrackerState) => void>();
  private worker: Worker | null = null;
  private readonly unlisten: () => void;
  private current: TrackerState;
  /** Counts of the workers before. */
  private base: TrackerMetrics = emptyMetrics();
  private heardAtMs = 0;
  private readyAtMs = 0;
  private startFailures = 0;
  private readonly watch: number;
  private restartTimer = 0;
  private readonly captures: ((picture: TrackedPicture | null) => void)[] = [];
  private readonly clip: ClipPictures | null;
  private closed = false;

  constructor(options: TrackerOptions) {
    this.options = options;
    this.fps = options.fps;
    this.clip = options.allowCapture && options.clipUrl ? new ClipPictures(options.clipUrl) : null;
    this.current = {
      phase: 'starting',
      reason: null,
      delegate: 'none',
      restarts: 0,
      metrics: emptyMetrics(),
      lastError: null,
    };
    this.unlisten = options.frames?.onRenewed(() => this.sendFrames()) ?? (() => undefined);
    this.watch = window.setInterval(() => this.look(), WATCH_EVERY_MS);
    this.start();
  }

  get state(): TrackerState {
    return this.current;
  }

  /** The listener hears of every change, and of new metrics once a second. @returns ends it */
  onState(listener: (state: TrackerState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  setRate(fps: number): void {
    if (fps === this.fps) return;
    this.fps = fps;
    this.send({ type: 'rate', fps });
  }

  /** Starts anew what was given up; does nothing otherwise. */
  retry(): void {
    if (this.closed || this.current.phase !== 'failed') return;
    this.startFailures = 0;
    this.update({ phase: 'starting', reason: null });
    this.start();
  }

  /**
   * The next tracked picture with its landmarks; only with `allowCapture`.
   * @returns null when none came within five seconds
   */
  async capture(): Promise<TrackedPicture | null> {
    if (!this.options.allowCapture || !this.worker || this.closed) return null;
    const picture = new Promise<TrackedPicture | null>((resolve) => {
      this.captures.push(resolve);
      window.setTimeout(() => {
        const at = this.captures.indexOf(resolve);
        if (at >= 0) this.captures.splice(at, 1);
        resolve(null);
      }, CAPTURE_TIMEOUT_MS);
    });
    this.send({ type: 'capture' });
    return picture;
  }

  close(): void {
    this.closed = true;
    window.clearInterval(this.watch);
    window.clearTimeout(this.restartTimer);
    this.unlisten();
    this.options.frames?.drop(this.options.part);
    this.worker?.terminate();
    this.worker = null;
    this.clip?.close();
    this.listeners.clear();
    for (const resolve of this.captures.splice(0)) resolve(null);
  }

  private start(): void {
    const worker = new Worker(new URL('./tracker-worker.ts', import.meta.url), {
      type: 'module',
      name: `tracker-${this.options.part}`,
    });
    this.worker = worker;
    this.heardAtMs = programmeNowMs();
    worker.onmessage = (event: MessageEvent<FromTracker>) => {
      if (this.worker === worker) this.heard(event.data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.worker === worker) this.lost(event.message || 'the tracker worker could not be loaded');
    };
    const { part, source, channel, allowCapture } = this.options;
    this.send({
      type: 'init',
      part,
      channel,
      source,
      fps: this.fps,
      delegates: delegateChoices(part),
      allowCapture: allowCapture ?? false,
    });
  }

  /** Not before the worker is ready: frames that wait for the model to load would be a second old. */
  private sendFrames(): void {
    const { frames, part } = this.options;
    if (!frames || this.current.phase !== 'running') return;
    const port = frames.open(part);
    this.send({ type: 'frames', port }, [port]);
  }

  private send(message: ToTracker, transfer: Transferable[] = []): void {
    this.worker?.postMessage(message, transfer);
  }

  private heard(message: FromTracker): void {
    this.heardAtMs = programmeNowMs();
    switch (message.type) {
      case 'ready':
        this.startFailures = 0;
        this.readyAtMs = this.heardAtMs;
        if (message.measured && message.renderer && message.delegate !== 'recorded') {
          rememberDelegate(this.options.part, message.renderer, message.delegate);
        }
        this.update({ phase: 'running', reason: null, delegate: message.delegate });
        this.sendFrames();
        break;
      case 'metrics':
        this.update({ metrics: addMetrics(this.base, message.metrics) });
        break;
      case 'captured':
        this.captured(message).catch((error: unknown) => this.update({ lastError: String(error) }));
        break;
      case 'failed':
        this.lost(message.message);
        break;
    }
  }

  private async captured(message: Extract<FromTracker, { type: 'captured' }>): Promise<void> {
    const resolve = this.captures.shift();
    const bitmap = message.bitmap ?? (await this.clip?.at(message.clipSeconds)) ?? null;
    const { capturedAtMs, found, landmarks } = message;
    if (!resolve) bitmap?.close();
    else resolve(bitmap && { capturedAtMs, found, landmarks, bitmap });
  }

  private look(): void {
    if (!this.worker) return;
    const nowMs = programmeNowMs();
    const { phase, delegate, metrics } = this.current;
    if (phase === 'running' && recycleDue(delegate, nowMs - this.readyAtMs, metrics.count)) {
      this.worker.terminate();
      this.base = metrics;
      this.update({ phase: 'starting' });
      this.start();
      return;
    }
    if (phase === 'running' && grown(metrics.heapMb)) {
      this.lost(`the tracker worker grew to ${Math.round(metrics.heapMb)} MB`);
      return;
    }
    const silentMs = nowMs - this.heardAtMs;
    const limit = phase === 'running' ? SILENT_AFTER_MS : START_TIMEOUT_MS;
    if (silentMs > limit) this.lost(`the tracker worker said nothing for ${Math.round(silentMs / 1000)} s`);
  }

  private lost(message: string): void {
    const started = this.current.phase === 'running';
    this.worker?.terminate();
    this.worker = null;
    // The memory went with the worker.
    this.base = { ...this.current.metrics, heapMb: 0 };
    this.current = { ...this.current, metrics: this.base };
    if (!started) this.startFailures++;
    const next = nextStart(started ? 0 : this.startFailures);
    if (next === null) {
      this.update({ phase: 'failed', reason: 'tracker.start-failed', delegate: 'none', lastError: message });
      return;
    }
    this.update({
      phase: 'starting',
      reason: 'tracker.crashed',
      restarts: this.current.restarts + (started ? 1 : 0),
      lastError: message,
    });
    this.restartTimer = window.setTimeout(() => this.start(), next);
  }

  private update(change: Partial<TrackerState>): void {
    if (this.closed) return;
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener(this.current);
  }
}
