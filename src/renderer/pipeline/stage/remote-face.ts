import {
  AVATAR_POSE_WIRE_VALUES,
  type AvatarPose,
  createAvatarPose,
  readAvatarPose,
  writeAvatarPose,
} from '../../../shared/domain/avatar-pose.ts';
import { idlePose } from '../solver/idle.ts';

/** Without a pose for this long, the avatar idles. */
const IDLE_AFTER_MS = 10_000;
/** Time constants: what comes every tick is only freed of the network's jitter; the way into the idle pose is gentle. */
const FOLLOW_MS = 25;
const RELAX_MS = 400;
const RELAX_FOR_MS = 1500;

/** The newest pose that came from elsewhere, followed smoothly; after a while without one, the idle pose. */
export class RemoteFace {
  private readonly target = new Float32Array(AVATAR_POSE_WIRE_VALUES);
  private readonly shown = new Float32Array(AVATAR_POSE_WIRE_VALUES);
  private readonly idleFace = createAvatarPose();
  private readonly idle = new Float32Array(AVATAR_POSE_WIRE_VALUES);
  private heardAtMs = Number.NEGATIVE_INFINITY;
  private solvedAtMs = 0;

  /** @param values as written by writeAvatarPose; of another length they are ignored */
  take(values: Float32Array, nowMs: number): void {
    if (values.length !== AVATAR_POSE_WIRE_VALUES) return;
    this.target.set(values);
    this.heardAtMs = nowMs;
  }

  /** The pose to show now. Allocates nothing. */
  solve(nowMs: number, out: AvatarPose): void {
    const staleMs = nowMs - this.heardAtMs - IDLE_AFTER_MS;
    const fresh = staleMs < 0;
    idlePose(nowMs, this.idleFace);
    writeAvatarPose(this.idleFace, this.idle);
    const target = fresh ? this.target : this.idle;
    const passedMs = Math.max(0, nowMs - this.solvedAtMs);
    this.solvedAtMs = nowMs;
    const relaxing = !fresh && staleMs < RELAX_FOR_MS;
    const weight = 1 - Math.exp(-passedMs / (relaxing ? RELAX_MS : FOLLOW_MS));
    for (let i = 0; i < AVATAR_POSE_WIRE_VALUES; i++) {
      const value = target[i]!;
      if (Number.isFinite(value)) this.shown[i]! += weight * (value - this.shown[i]!);
    }
    readAvatarPose(this.shown, out);
    out.state = fresh ? 'tracking' : 'no-camera';
  }
}
