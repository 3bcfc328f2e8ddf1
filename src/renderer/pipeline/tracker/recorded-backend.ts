import { ARKIT_INDEX, type ArkitChannel } from '../../../shared/domain/arkit.ts';
import type { Performance } from '../../../shared/domain/performance.ts';
import { programmeNowMs } from '../clock.ts';
import { createHeadPose, readHeadPose } from '../solver/head-pose.ts';
import { createFaceObservation, type FaceObservation, type TrackingChannel } from '../tracking-channel.ts';
import { confidenceOf } from './confidence.ts';
import type { TrackerCounters } from './counters.ts';
import type { FromTracker } from './messages.ts';

/** Frame of a looping performance at a time since its start. */
export function recordedFrameAt(elapsedMs: number, fps: number, count: number): number {
  return ((Math.floor((elapsedMs * fps) / 1000) % count) + count) % count;
}

/**
 * Plays a recorded performance by the programme clock itself, in a loop, into the tracking channel, so that the motion
 * file made of it is in step without a word between them: the avatar moves on a machine
 * without models or a camera. No picture is looked at.
 */
export class RecordedPlayer {
  private readonly performance: Performance;
  private readonly channel: TrackingChannel;
  private readonly counters: TrackerCounters;
  private readonly post: (message: FromTracker, transfer: Transferable[]) => void;
  private readonly face = createFaceObservation();
  private readonly pose = createHeadPose();
  private readonly places: Int32Array;
  private timer: ReturnType<typeof setInterval> | undefined;
  private shown = -1;
  private captureWanted = false;

  constructor(options: {
    performance: Performance;
    channel: TrackingChannel;
    counters: TrackerCounters;
    fps: number;
    post: (message: FromTracker, transfer: Transferable[]) => void;
  }) {
    this.performance = options.performance;
    this.channel = options.channel;
    this.counters = options.counters;
    this.post = options.post;
    this.places = Int32Array.from(
      options.performance.names,
      (name) => ARKIT_INDEX[name as ArkitChannel] ?? -1,
    );
    this.setRate(options.fps);
  }

  setRate(fps: number): void {
    clearInterval(this.timer);
    this.timer = setInterval(() => this.tick(), 1000 / Math.min(fps, this.performance.fps));
  }

  capture(): void {
    this.captureWanted = true;
  }

  private tick(): void {
    const startMs = programmeNowMs();
    const { fps, frames } = this.performance;
    const index = recordedFrameAt(startMs, fps, frames.length);
    if (index === this.shown) return;
    this.shown = index;
    const { face, counters } = this;
    this.fill(index, face);
    face.capturedAtMs = startMs;
    face.trackedAtMs = programmeNowMs();
    this.channel.write(face);
    counters.result(face.faces, face.trackedAtMs - startMs, face.trackedAtMs);
    if (!this.captureWanted) return;
    this.captureWanted = false;
    const landmarks = face.landmarks.slice();
    this.post(
      {
        type: 'captured',
        capturedAtMs: startMs,
        found: face.found,
        landmarks,
        bitmap: null,
        clipSeconds: frames[index]!.t,
      },
      [landmarks.buffer],
    );
  }

  private fill(index: number, face: FaceObservation): void {
    const frame = this.performance.frames[index]!;
    face.found = frame.found && readHeadPose(frame.matrix, this.pose);
    face.faces = face.found ? 1 : 0;
    face.confidence = 0;
    if (!face.found) return;
    face.matrix.set(frame.matrix);
    face.landmarks.set(frame.landmarks);
    face.scores.fill(0);
    for (let i = 0; i < this.places.length; i++) {
      const place = this.places[i]!;
      if (place >= 0) face.scores[place] = frame.scores[i]!;
    }
    face.confidence = confidenceOf(face.landmarks, this.pose.yaw);
  }
}
