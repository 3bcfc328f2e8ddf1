import {
  AVATAR_POSE_WIRE_VALUES,
  type AvatarPose,
  createAvatarPose,
  readAvatarPose,
  writeAvatarPose,
} from '../../../shared/domain/avatar-pose.ts';
import { HUMAN_BONE_COUNT } from '../../../shared/domain/human-bones.ts';
import { createMotionSample } from '../../../shared/domain/motion.ts';
import { createSolvedFace } from '../../../shared/domain/solved-face.ts';
import { MotionPlayer } from '../motion/motion-player.ts';
import { createSolvedBody } from '../solver/body/solved-body.ts';
import { PoseComposer } from '../solver/compose/pose-composer.ts';
import { idlePose } from '../solver/idle.ts';

/** Without a pose for this long, the avatar idles. */
const IDLE_AFTER_MS = 10_000;
/** Time constants: what comes every tick is only freed of the network's jitter; the way into the idle pose is gentle. */
const FOLLOW_MS = 25;
const RELAX_MS = 400;
const RELAX_FOR_MS = 1500;
const ROTATIONS_FROM = AVATAR_POSE_WIRE_VALUES - createAvatarPose().expressions.length - HUMAN_BONE_COUNT * 4;
const ROTATIONS_TO = ROTATIONS_FROM + HUMAN_BONE_COUNT * 4;

/** The newest pose that came from elsewhere, followed smoothly; after a while without one, the idle pose. */
export class RemotePose {
  private readonly target = new Float32Array(AVATAR_POSE_WIRE_VALUES);
  private readonly shown = new Float32Array(AVATAR_POSE_WIRE_VALUES);
  private readonly idle = new Float32Array(AVATAR_POSE_WIRE_VALUES);
  private readonly idleFace = createSolvedFace();
  private readonly idlePose = createAvatarPose();
  private readonly nobody = createSolvedBody();
  private readonly motion = createMotionSample();
  private readonly player = new MotionPlayer();
  private readonly composer = new PoseComposer();
  private heardAtMs = Number.NEGATIVE_INFINITY;
  private solvedAtMs = Number.NaN;

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
    if (!fresh || Number.isNaN(this.solvedAtMs)) this.idleAt(nowMs);
    if (Number.isNaN(this.solvedAtMs)) {
      this.shown.set(this.idle);
      this.solvedAtMs = nowMs;
    }
    const target = fresh ? this.target : this.idle;
    const passedMs = Math.max(0, nowMs - this.solvedAtMs);
    this.solvedAtMs = nowMs;
    const relaxing = !fresh && staleMs < RELAX_FOR_MS;
    const weight = 1 - Math.exp(-passedMs / (relaxing ? RELAX_MS : FOLLOW_MS));
    const { shown } = this;
    for (let i = 0; i < ROTATIONS_FROM; i++) follow(shown, target, i, weight, 1);
    for (let i = ROTATIONS_FROM; i < ROTATIONS_TO; i += 4) {
      // A quaternion and its negative are the same turn: the nearer one is followed.
      const dot =
        shown[i]! * target[i]! +
        shown[i + 1]! * target[i + 1]! +
        shown[i + 2]! * target[i + 2]! +
        shown[i + 3]! * target[i + 3]!;
      const sign = dot < 0 ? -1 : 1;
      for (let k = i; k < i + 4; k++) follow(shown, target, k, weight, sign);
    }
    for (let i = ROTATIONS_TO; i < AVATAR_POSE_WIRE_VALUES; i++) follow(shown, target, i, weight, 1);
    readAvatarPose(shown, out);
    out.state = fresh ? 'tracking' : 'no-camera';
  }

  private idleAt(nowMs: number): void {
    idlePose(nowMs, this.idleFace);
    this.player.sample(nowMs, this.motion);
    this.composer.compose(this.idleFace, this.nobody, this.motion, this.idlePose);
    writeAvatarPose(this.idlePose, this.idle);
  }
}

function follow(shown: Float32Array, target: Float32Array, i: number, weight: number, sign: number): void {
  const value = target[i]!;
  if (Number.isFinite(value)) shown[i]! += weight * (sign * value - shown[i]!);
}
