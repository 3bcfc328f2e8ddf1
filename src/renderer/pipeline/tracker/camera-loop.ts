import { programmeNowMs } from '../clock.ts';
import { createFaceObservation, type TrackingChannel } from '../tracking-channel.ts';
import type { LandmarkBackend } from './backend.ts';
import { BlackPictureSampler } from './black-picture.ts';
import type { TrackerCounters } from './counters.ts';
import { GapCounter } from './gap-counter.ts';
import type { FromTracker } from './messages.ts';
import { MinOffset } from './min-offset.ts';
import { Pacer } from './pacer.ts';

/** A camera that was left has ended by itself within this. */
const DRAIN_MS = 1_000;

/**
 * Camera frames in, results into the tracking channel. The newest frame wins: while one is looked at, at most one
 * waits, and whatever it replaces is closed and counted as dropped.
 */
export class CameraLoop {
  private readonly backend: LandmarkBackend;
  private readonly channel: TrackingChannel;
  private readonly counters: TrackerCounters;
  private readonly post: (message: FromTracker, transfer: Transferable[]) => void;
  private readonly fail: (error: unknown) => void;
  private readonly face = createFaceObservation();
  private readonly pacer: Pacer;
  private readonly black = new BlackPictureSampler();
  private clock = new MinOffset();
  private gaps = new GapCounter();
  private reader: ReadableStreamDefaultReader<VideoFrame> | null = null;
  private waiting: VideoFrame | null = null;
  private waitingCapturedAtMs = 0;
  private wake: (() => void) | null = null;
  private readonly startedAtMs = programmeNowMs();
  private lastTimestampMs = 0;
  private captureWanted = false;

  constructor(options: {
    backend: LandmarkBackend;
    channel: TrackingChannel;
    counters: TrackerCounters;
    fps: number;
    post: (message: FromTracker, transfer: Transferable[]) => void;
    /** The backend threw: it is of no more use. */
    fail: (error: unknown) => void;
  }) {
    this.backend = options.backend;
    this.channel = options.channel;
    this.counters = options.counters;
    this.post = options.post;
    this.fail = options.fail;
    this.pacer = new Pacer(options.fps);
    this.work().catch(this.fail);
  }

  setRate(fps: number): void {
    this.pacer.setRate(fps);
  }

  capture(): void {
    this.captureWanted = true;
  }

  /** Takes the frames of this stream from now on; the stream before is given up. */
  async read(readable: ReadableStream<VideoFrame>): Promise<void> {
    const reader = readable.getReader();
    const before = this.reader;
    this.reader = reader;
    this.clock = new MinOffset();
    this.gaps = new GapCounter();
    // What it still holds is read and closed first: cancelling leaves it to the garbage collector.
    if (before) setTimeout(() => void giveUp(before), DRAIN_MS);
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      if (this.reader === reader) this.arrived(frame);
      else frame.close();
    }
  }

  private arrived(frame: VideoFrame): void {
    const nowMs = programmeNowMs();
    const missed = this.gaps.add(frame.timestamp / 1000);
    this.counters.cameraFrame(nowMs, missed);
    const capturedAtMs = this.clock.map(frame.timestamp / 1000, nowMs);
    if (!this.pacer.take(capturedAtMs)) {
      frame.close();
      return;
    }
    if (this.waiting) {
      this.waiting.close();
      this.counters.dropped++;
    }
    this.waiting = frame;
    this.waitingCapturedAtMs = capturedAtMs;
    this.wake?.();
  }

  private async work(): Promise<never> {
    for (;;) {
      if (!this.waiting) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.wake = null;
      }
      // Frames that came while the last one was looked at are read first, so that only the newest is left.
      await nextTask();
      const frame = this.waiting;
      if (!frame) continue;
      this.waiting = null;
      try {
        await this.track(frame, this.waitingCapturedAtMs);
      } finally {
        frame.close();
      }
    }
  }

  private async track(frame: VideoFrame, capturedAtMs: number): Promise<void> {
    const { face, counters } = this;
    const startMs = programmeNowMs();
    this.black.look(frame, startMs);
    counters.black = this.black.watch.black;
    // MediaPipe never recovers from a timestamp that does not grow.
    const timestampMs = Math.max(this.lastTimestampMs + 1, Math.round(capturedAtMs - this.startedAtMs));
    this.lastTimestampMs = timestampMs;
    this.backend.detect(frame, timestampMs, face);
    const endMs = programmeNowMs();
    face.capturedAtMs = capturedAtMs;
    face.trackedAtMs = endMs;
    this.channel.write(face);
    counters.result(face.found, face.faces, endMs - startMs, endMs);
    if (!this.captureWanted) return;
    this.captureWanted = false;
    const landmarks = face.landmarks.slice();
    const bitmap = await createImageBitmap(frame);
    this.post({ type: 'captured', capturedAtMs, found: face.found, landmarks, bitmap, clipSeconds: 0 }, [
      bitmap,
      landmarks.buffer,
    ]);
  }
}

/** The camera before may be gone already: then there is nothing to cancel. */
async function giveUp(reader: ReadableStreamDefaultReader<VideoFrame>): Promise<void> {
  await reader.cancel().catch(() => undefined);
}

const turn = new MessageChannel();
let resume: (() => void) | null = null;
turn.port1.onmessage = () => resume?.();

/** Resolves in a task of its own, after the microtasks and messages that are due. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    resume = resolve;
    turn.port2.postMessage(null);
  });
}
