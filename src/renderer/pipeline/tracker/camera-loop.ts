import { programmeNowMs } from '../clock.ts';
import type { LandmarkBackend, Observation } from './backend.ts';
import { BlackPictureSampler } from './black-picture.ts';
import type { TrackerCounters } from './counters.ts';
import { GapCounter } from './gap-counter.ts';
import type { FromTracker } from './messages.ts';
import { MinOffset } from './min-offset.ts';
import { Pacer } from './pacer.ts';
import type { TrackedPart } from './part.ts';

/**
 * Camera frames in, results of one part into its channel. The newest frame wins: the pump is asked for
 * one when the last has been looked at, and whatever went by meanwhile is counted as dropped.
 */
export class CameraLoop<O extends Observation> {
  private readonly part: TrackedPart<O>;
  private readonly backend: LandmarkBackend<O>;
  private readonly channel: { write(result: O): void } | null;
  private readonly counters: TrackerCounters;
  private readonly post: (message: FromTracker, transfer: Transferable[]) => void;
  private readonly fail: (error: unknown) => void;
  private readonly result: O;
  private readonly pacer: Pacer;
  /** One part that looks is enough. */
  private readonly black: BlackPictureSampler | null;
  private clock = new MinOffset();
  private gaps = new GapCounter();
  private port: MessagePort | null = null;
  private readonly startedAtMs = programmeNowMs();
  private lastTimestampMs = 0;
  private lastCapturedAtMs = 0;
  private captureWanted = false;

  constructor(options: {
    part: TrackedPart<O>;
    backend: LandmarkBackend<O>;
    channel: SharedArrayBuffer | null;
    counters: TrackerCounters;
    fps: number;
    post: (message: FromTracker, transfer: Transferable[]) => void;
    /** The backend threw: it is of no more use. */
    fail: (error: unknown) => void;
  }) {
    const { part } = options;
    this.part = part;
    this.result = part.observation();
    this.black = part.name === 'face' ? new BlackPictureSampler() : null;
    this.backend = options.backend;
    this.channel = options.channel && part.writer(options.channel);
    this.counters = options.counters;
    this.post = options.post;
    this.fail = options.fail;
    this.pacer = new Pacer(options.fps);
  }

  setRate(fps: number): void {
    this.pacer.setRate(fps);
  }

  capture(): void {
    this.captureWanted = true;
  }

  /** Takes the frames of this port from now on. */
  read(port: MessagePort): void {
    this.port?.close();
    this.port = port;
    this.clock = new MinOffset();
    this.gaps = new GapCounter();
    port.onmessage = ({ data: frame }: MessageEvent<VideoFrame>) => {
      this.look(frame).then(() => port.postMessage(null), this.fail);
    };
    port.postMessage(null);
  }

  private async look(frame: VideoFrame): Promise<void> {
    try {
      const capturedAtMs = this.arrived(frame);
      if (capturedAtMs !== null) await this.track(frame, capturedAtMs);
    } finally {
      frame.close();
    }
  }

  /** @returns when the frame was taken, ms on the programme clock; null when it is above the wanted rate */
  private arrived(frame: VideoFrame): number | null {
    const nowMs = programmeNowMs();
    const missed = this.gaps.add(frame.timestamp / 1000);
    const capturedAtMs = this.clock.map(frame.timestamp / 1000, nowMs);
    // Those that went by unseen count where one of them was wanted; the newest is then looked at in its place.
    let due = 0;
    const step = (capturedAtMs - this.lastCapturedAtMs) / (missed + 1);
    for (let i = 1; i <= missed + 1; i++) if (this.pacer.take(capturedAtMs - (missed + 1 - i) * step)) due++;
    this.lastCapturedAtMs = capturedAtMs;
    this.counters.cameraFrame(nowMs, missed, Math.max(0, due - 1));
    return due > 0 ? capturedAtMs : null;
  }

  private async track(frame: VideoFrame, capturedAtMs: number): Promise<void> {
    const { part, result, counters } = this;
    const startMs = programmeNowMs();
    if (this.black) {
      this.black.look(frame, startMs);
      counters.black = this.black.watch.black;
    }
    // MediaPipe never recovers from a timestamp that does not grow.
    const timestampMs = Math.max(this.lastTimestampMs + 1, Math.round(capturedAtMs - this.startedAtMs));
    this.lastTimestampMs = timestampMs;
    this.backend.detect(frame, timestampMs, result);
    const endMs = programmeNowMs();
    result.capturedAtMs = capturedAtMs;
    result.trackedAtMs = endMs;
    this.channel?.write(result);
    const count = part.count(result);
    counters.result(count, endMs - startMs, endMs);
    if (!this.captureWanted) return;
    this.captureWanted = false;
    const landmarks = part.landmarks(result).slice();
    const bitmap = await createImageBitmap(frame);
    this.post({ type: 'captured', capturedAtMs, found: count > 0, landmarks, bitmap, clipSeconds: 0 }, [
      bitmap,
      landmarks.buffer,
    ]);
  }
}
