import { ARKIT_COUNT } from '../../../shared/domain/arkit.ts';
import { type AvatarPose, MAX_EXPRESSIONS } from '../../../shared/domain/avatar-pose.ts';
import { HUMAN_BONE_COUNT, HUMAN_BONE_INDEX, HUMAN_BONE_PARENT } from '../../../shared/domain/human-bones.ts';
import type { VmcPose } from '../../../shared/ipc/vmc.ts';
import { multiply, setIdentity } from '../../../shared/math/quaternion.ts';
import { clamp, clampAbs, smoothstep } from '../../../shared/math/scalar.ts';
import { blendRotation } from './rotations.ts';

/** Without a packet for this long the tracking takes over again. */
const SILENT_MS = 1000;
const FADE_IN_MS = 300;
const FADE_OUT_MS = 700;
/** Packets come at another rate than pictures are drawn: their steps are smoothed with this time constant. */
const FOLLOW_MS = 25;

const { head: HEAD, neck: NECK, leftEye: LEFT_EYE, rightEye: RIGHT_EYE } = HUMAN_BONE_INDEX;

/**
 * Lays the pose of another program over ours: the bones, channels and expressions it names override, with a weight
 * that fades in with its first packet and out a second after its last. Allocates nothing per frame.
 */
export class VmcMerge {
  private readonly hasBone = new Uint8Array(HUMAN_BONE_COUNT);
  private readonly hasChannel = new Uint8Array(ARKIT_COUNT);
  private readonly hasExpression = new Uint8Array(MAX_EXPRESSIONS);
  private hasHips = false;
  private readonly rotations = identities();
  private readonly channels = new Float32Array(ARKIT_COUNT);
  private readonly expressions = new Float32Array(MAX_EXPRESSIONS);
  private readonly hips = new Float32Array(3);
  /** What follows those, smoothly. */
  private readonly shown = identities();
  private readonly shownChannels = new Float32Array(ARKIT_COUNT);
  private readonly shownExpressions = new Float32Array(MAX_EXPRESSIONS);
  private readonly shownHips = new Float32Array(3);
  /** World rotation of the head, and one bone's own on the way to it. */
  private readonly turn = new Float64Array(4);
  private readonly own = new Float64Array(4);
  private names: readonly string[] = [];
  private heardAtMs = Number.NEGATIVE_INFINITY;
  private lastMs = Number.NEGATIVE_INFINITY;
  /** 0..1, before it is eased. */
  private progress = 0;

  /** 0: tracking drives everything; 1: the other program drives what it names. */
  get weight(): number {
    return smoothstep(this.progress);
  }

  /** Which expressions of the avatar `AvatarPose.expressions` means, by place: the sender names them. */
  setExpressionNames(names: readonly string[]): void {
    this.names = names;
    this.hasExpression.fill(0);
  }

  /** Takes a pose as main received it; what an earlier one named and this one does not, is driven no more. */
  take(pose: VmcPose, atMs: number): void {
    this.hasBone.fill(0);
    for (let i = 0; i + 4 < pose.bones.length; i += 5) {
      const bone = pose.bones[i]!;
      if (!(bone >= 0 && bone < HUMAN_BONE_COUNT)) continue;
      this.hasBone[bone] = 1;
      for (let k = 0; k < 4; k++) this.rotations[bone * 4 + k] = pose.bones[i + 1 + k]!;
    }
    this.hasHips = pose.hips !== null;
    if (pose.hips) this.hips.set(pose.hips);
    this.hasChannel.fill(0);
    for (let i = 0; i + 1 < pose.channels.length; i += 2) {
      const channel = pose.channels[i]!;
      if (!(channel >= 0 && channel < ARKIT_COUNT)) continue;
      this.hasChannel[channel] = 1;
      this.channels[channel] = pose.channels[i + 1]!;
    }
    this.hasExpression.fill(0);
    for (let i = 0; i < this.names.length && i < MAX_EXPRESSIONS; i++) {
      const name = this.names[i]!;
      if (!Object.hasOwn(pose.expressions, name)) continue;
      this.hasExpression[i] = 1;
      // Places of one name add up on the avatar: the first of them speaks for it.
      this.expressions[i] = this.names.indexOf(name) === i ? pose.expressions[name]! : 0;
    }
    // Its first picture is not reached from where the one before the silence ended.
    if (this.progress === 0) this.jump();
    this.heardAtMs = atMs;
  }

  /** Merges into the composed pose, after the user's own expressions. @param atMs ms on the programme clock */
  apply(atMs: number, pose: AvatarPose): void {
    const passedMs = clamp(atMs - this.lastMs, 0, 250);
    this.lastMs = atMs;
    const fresh = atMs - this.heardAtMs < SILENT_MS;
    this.progress = fresh
      ? Math.min(1, this.progress + passedMs / FADE_IN_MS)
      : Math.max(0, this.progress - passedMs / FADE_OUT_MS);
    if (this.progress === 0) return;
    this.follow(1 - Math.exp(-passedMs / FOLLOW_MS));
    const weight = smoothstep(this.progress);
    for (let bone = 0; bone < HUMAN_BONE_COUNT; bone++) {
      if (this.hasBone[bone]) blendRotation(pose.rotations, bone * 4, this.shown, bone * 4, weight);
    }
    if (this.hasHips) {
      pose.hipsX += weight * (this.shownHips[0]! - pose.hipsX);
      pose.hipsY += weight * (this.shownHips[1]! - pose.hipsY);
      pose.hipsZ += weight * (this.shownHips[2]! - pose.hipsZ);
    }
    for (let i = 0; i < ARKIT_COUNT; i++) {
      if (this.hasChannel[i]) pose.channels[i]! += weight * (this.shownChannels[i]! - pose.channels[i]!);
    }
    for (let i = 0; i < MAX_EXPRESSIONS; i++) {
      if (!this.hasExpression[i]) continue;
      pose.expressions[i]! += weight * (this.shownExpressions[i]! - pose.expressions[i]!);
    }
    this.angles(pose, weight);
  }

  private jump(): void {
    this.shown.set(this.rotations);
    this.shownChannels.set(this.channels);
    this.shownExpressions.set(this.expressions);
    this.shownHips.set(this.hips);
  }

  private follow(share: number): void {
    for (let i = 0; i < this.shown.length; i += 4) blendRotation(this.shown, i, this.rotations, i, share);
    approach(this.shownChannels, this.channels, share);
    approach(this.shownExpressions, this.expressions, share);
    approach(this.shownHips, this.hips, share);
  }

  /** Models without bones turn by the angles: those of the received head and eyes. */
  private angles(pose: AvatarPose, weight: number): void {
    if (this.hasBone[HEAD] || this.hasBone[NECK]) {
      const { turn, own } = this;
      setIdentity(turn, 0);
      for (let bone = HEAD; bone >= 0; bone = HUMAN_BONE_PARENT[bone]!) {
        for (let k = 0; k < 4; k++) own[k] = pose.rotations[bone * 4 + k]!;
        multiply(turn, 0, own, 0, turn, 0);
      }
      const x = turn[0]!;
      const y = turn[1]!;
      const z = turn[2]!;
      const w = turn[3]!;
      // R = Ry·Rx·Rz: its third column is where the face looks, the second row has the roll.
      pose.pitch = Math.asin(clampAbs(2 * (w * x - y * z), 1));
      pose.yaw = Math.atan2(2 * (x * z + w * y), 1 - 2 * (x * x + y * y));
      pose.roll = Math.atan2(2 * (x * y + w * z), 1 - 2 * (x * x + z * z));
    }
    if (this.hasBone[LEFT_EYE] || this.hasBone[RIGHT_EYE]) {
      const eye = (this.hasBone[LEFT_EYE] ? LEFT_EYE : RIGHT_EYE) * 4;
      const x = this.shown[eye]!;
      const y = this.shown[eye + 1]!;
      const w = this.shown[eye + 3]!;
      pose.gazeYaw += weight * (2 * Math.atan2(y, w) - pose.gazeYaw);
      pose.gazePitch += weight * (2 * Math.atan2(x, w) - pose.gazePitch);
    }
  }
}

function identities(): Float32Array {
  const rotations = new Float32Array(HUMAN_BONE_COUNT * 4);
  for (let i = 3; i < rotations.length; i += 4) rotations[i] = 1;
  return rotations;
}

function approach(shown: Float32Array, target: Float32Array, share: number): void {
  for (let i = 0; i < shown.length; i++) shown[i]! += share * (target[i]! - shown[i]!);
}
