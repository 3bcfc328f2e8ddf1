import {
  AVATAR_POSE_WIRE_VALUES,
  type AvatarPose,
  writeAvatarPose,
} from '../../../shared/domain/avatar-pose.ts';
import type { StageEvent } from './messages.ts';

/** At most 30 a second; the slack keeps a tick that is a little early from losing its pose. */
const EVERY_MS = 1000 / 30 - 8;

/** Tells the solved face while somebody wants it. Sending copies, so one event serves them all. */
export class PoseOutput {
  private readonly post: (event: StageEvent) => void;
  private readonly values = new Float32Array(AVATAR_POSE_WIRE_VALUES);
  private readonly event: StageEvent = { type: 'pose', values: this.values };
  private atMs = 0;
  wanted = false;

  constructor(post: (event: StageEvent) => void) {
    this.post = post;
  }

  tick(face: AvatarPose, dueMs: number): void {
    if (!this.wanted || dueMs - this.atMs < EVERY_MS) return;
    this.atMs = dueMs;
    writeAvatarPose(face, this.values);
    this.post(this.event);
  }
}
