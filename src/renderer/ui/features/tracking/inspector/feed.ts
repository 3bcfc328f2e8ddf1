import { createAvatarPose } from '../../../../../shared/domain/avatar-pose.ts';
import { createStageTimes, type Inspection, SolvedChannel } from '../../../../pipeline/inspection.ts';
import {
  createHandsObservation,
  createPoseObservation,
  HandsChannel,
  PoseChannel,
} from '../../../../pipeline/part-channels.ts';
import { createFaceObservation, TrackingChannel } from '../../../../pipeline/tracking-channel.ts';
import { History } from './history.ts';
import { Latency } from './latency.ts';
import { TRACE_COUNT, writeRaw, writeSolved } from './traces.ts';

/** Reads what tracker and stage leave in shared memory and keeps the last seconds of it. */
export class InspectorFeed {
  readonly face = createFaceObservation();
  readonly pose = createPoseObservation();
  readonly hands = createHandsObservation();
  readonly solved = createAvatarPose();
  readonly times = createStageTimes();
  readonly raw = new History(TRACE_COUNT);
  readonly smooth = new History(TRACE_COUNT);
  readonly latency = new Latency();
  /** The avatar moves mirrored: what was solved is turned back. */
  mirrored = false;
  private readonly faces: TrackingChannel;
  private readonly poses: PoseChannel;
  private readonly handPairs: HandsChannel;
  private readonly solutions: SolvedChannel;
  private solvedSequence = 0;
  private lastTrackedMs = 0;

  constructor(inspection: Inspection) {
    this.faces = new TrackingChannel(inspection.face);
    this.poses = new PoseChannel(inspection.pose);
    this.handPairs = new HandsChannel(inspection.hands);
    this.solutions = new SolvedChannel(inspection.solved);
  }

  /** Reads everything that is new. Allocates nothing. */
  poll(): void {
    const { face, raw, latency } = this;
    while (this.faces.read(face)) {
      writeRaw(face, raw.values, raw.begin(face.capturedAtMs));
      latency.add(0, face.trackedAtMs - face.capturedAtMs);
    }
    // Of body and hands only the newest is drawn.
    while (this.poses.read(this.pose));
    while (this.handPairs.read(this.hands));
    for (;;) {
      const sequence = this.solutions.read(this.solvedSequence, this.solved, this.times);
      if (sequence === 0) return;
      this.solvedSequence = sequence;
      this.keepSolved();
    }
  }

  private keepSolved(): void {
    const { times, smooth, latency } = this;
    writeSolved(this.solved, this.mirrored, smooth.values, smooth.begin(times.solvedAtMs));
    latency.add(2, times.solveMs);
    latency.add(3, times.drawMs);
    // Only the first picture that shows a result tells how long it took to get there.
    if (times.trackedAtMs === 0 || times.trackedAtMs === this.lastTrackedMs) return;
    this.lastTrackedMs = times.trackedAtMs;
    latency.add(1, times.solvedAtMs - times.trackedAtMs);
    latency.add(4, times.solvedAtMs + times.drawMs - times.capturedAtMs);
  }
}
