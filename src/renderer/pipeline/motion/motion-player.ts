import { ARKIT_COUNT, ARKIT_INDEX } from '../../../shared/domain/arkit.ts';
import { type AvatarPose, MAX_EXPRESSIONS } from '../../../shared/domain/avatar-pose.ts';
import { HUMAN_BONE_COUNT, HUMAN_BONE_INDEX } from '../../../shared/domain/human-bones.ts';
import {
  createMotionSample,
  type IdleMotion,
  idleMotionOf,
  MOTION_SCALARS,
  type Motion,
  type MotionSample,
  motionSeconds,
  motionStride,
} from '../../../shared/domain/motion.ts';
import { ramp, smoothstep } from '../../../shared/math/scalar.ts';
import { idleMotion } from './idle-motions.ts';
import { blendRotation } from './rotations.ts';

const IDLE_FADE_MS = 900;
const RECORDING_FADE_MS = 350;

const SCALAR_COUNT = MOTION_SCALARS.length;
const SCALARS_AT = ARKIT_COUNT;
const EXPRESSIONS_AT = SCALARS_AT + SCALAR_COUNT;
const SINGLES = EXPRESSIONS_AT + MAX_EXPRESSIONS;

/**
 * Plays what is not tracked: always an idle motion, and on demand a recording over everything else. Every change is
 * a cross-fade from what was shown last. Allocates nothing per frame.
 */
export class MotionPlayer {
  private idle: IdleMotion = 'calm';
  private readonly idleFrom = createMotionSample();
  private readonly idleShown = createMotionSample();
  private idleFadeAtMs = Number.NEGATIVE_INFINITY;
  private idleChanged = false;

  private motion: Motion | null = null;
  private startMs = 0;
  /** Started or ended since the last frame, whose time is not known before the next. */
  private changed = false;
  private starting = false;
  private fadeAtMs = Number.NEGATIVE_INFINITY;
  /** Row of the recording from which the search for the next time begins. */
  private row = 0;
  private lastAtMs = 0;
  private names: readonly string[] = [];
  /** Place of every single number (channels, scalars, expressions) in a row, −1: not recorded. */
  private readonly singleAt = new Int16Array(SINGLES).fill(-1);
  private readonly boneAt = new Int16Array(HUMAN_BONE_COUNT).fill(-1);
  /** What was shown at the last frame, and at the last change. */
  private readonly shown = new Float32Array(SINGLES);
  private readonly shownRotations = createMotionSample().rotations;
  private remembered = false;
  private readonly from = new Float32Array(SINGLES);
  private readonly fromRotations = createMotionSample().rotations;

  /** @param id of the idle library; one that is not in it means `calm` */
  setIdle(id: string): void {
    const idle = idleMotionOf(id);
    if (idle === this.idle) return;
    this.idle = idle;
    this.idleChanged = true;
  }

  /** Which expressions of the avatar `AvatarPose.expressions` means, by place: recordings name them. */
  setExpressionNames(names: readonly string[]): void {
    this.names = names;
    this.place();
  }

  /**
   * Plays a recording; one that plays gives way. A recording that does not loop ends by itself.
   * @param startMs when it began on the clock of apply(); without it, it begins with the next frame
   */
  play(motion: Motion, loop: boolean = motion.loop, startMs: number | null = null): void {
    this.motion = loop === motion.loop ? motion : { ...motion, loop };
    this.row = 0;
    this.starting = startMs === null;
    if (startMs !== null) this.startMs = startMs;
    this.changed = true;
    this.place();
  }

  /** Back to what the camera and the idle motion say. */
  stop(): void {
    if (!this.motion) return;
    this.motion = null;
    this.changed = true;
    this.place();
  }

  /** A recording drives the avatar. */
  get playing(): boolean {
    return this.motion !== null;
  }

  /** The idle motion at a time, for the body that nobody drives. @param atMs ms on the programme clock */
  sample(atMs: number, out: MotionSample): void {
    const { idleFrom, idleShown } = this;
    if (this.idleChanged) {
      this.idleChanged = false;
      this.idleFadeAtMs = atMs;
      copySample(idleShown, idleFrom);
    }
    idleMotion(this.idle, atMs, out);
    const keep = 1 - smoothstep((atMs - this.idleFadeAtMs) / IDLE_FADE_MS);
    if (keep > 0) {
      for (let i = 0; i < out.rotations.length; i += 4) {
        blendRotation(out.rotations, i, idleFrom.rotations, i, keep);
      }
      out.hipsX += keep * (idleFrom.hipsX - out.hipsX);
      out.hipsY += keep * (idleFrom.hipsY - out.hipsY);
      out.hipsZ += keep * (idleFrom.hipsZ - out.hipsZ);
    }
    copySample(out, idleShown);
  }

  /**
   * Lays the recording over a composed pose: the tracks it holds replace what is there, everything else stays. To be
   * called every frame, also while nothing plays: it remembers what is shown, for the fade into the next recording.
   * @param atMs ms on the programme clock, never going back
   */
  apply(atMs: number, pose: AvatarPose): void {
    if (this.changed) {
      this.changed = false;
      if (this.remembered) this.fadeAtMs = atMs;
      this.from.set(this.shown);
      this.fromRotations.set(this.shownRotations);
      if (this.starting) this.startMs = atMs;
      this.starting = false;
    }
    this.lastAtMs = atMs;
    const ended = this.motion ? this.show(this.motion, pose) : false;
    const keep = 1 - smoothstep((atMs - this.fadeAtMs) / RECORDING_FADE_MS);
    if (keep > 0) this.fade(keep, pose);
    this.remember(pose);
    if (ended) this.stop();
  }

  /** @returns whether this was its last picture */
  private show(motion: Motion, pose: AvatarPose): boolean {
    const length = motionSeconds(motion);
    let t = (this.lastAtMs - this.startMs) / 1000;
    const ended = !motion.loop && t >= length;
    if (motion.loop) t %= length;
    const { times, values } = motion;
    const stride = motionStride(motion);
    const last = times.length - 1;
    if (this.row > last || times[this.row]! > t) this.row = 0;
    while (this.row < last && times[this.row + 1]! <= t) this.row++;
    const next = this.row < last ? this.row + 1 : motion.loop ? 0 : last;
    const begin = times[this.row]!;
    const end = this.row < last ? times[next]! : length;
    const part = end > begin ? ramp(t, begin, end) : 0;
    const a = this.row * stride;
    const b = next * stride;
    for (let i = 0; i < SINGLES; i++) {
      const at = this.singleAt[i]!;
      if (at < 0) continue;
      const value = values[a + at]!;
      setSingle(pose, i, value + part * (values[b + at]! - value));
    }
    for (let bone = 0; bone < HUMAN_BONE_COUNT; bone++) {
      const at = this.boneAt[bone]!;
      if (at < 0) continue;
      const to = bone * 4;
      for (let k = 0; k < 4; k++) pose.rotations[to + k] = values[a + at + k]!;
      blendRotation(pose.rotations, to, values, b + at, part);
    }
    return ended;
  }

  private fade(keep: number, pose: AvatarPose): void {
    for (let i = 0; i < SINGLES; i++) {
      const value = single(pose, i);
      setSingle(pose, i, value + keep * (this.from[i]! - value));
    }
    for (let i = 0; i < pose.rotations.length; i += 4) {
      blendRotation(pose.rotations, i, this.fromRotations, i, keep);
    }
  }

  private remember(pose: AvatarPose): void {
    for (let i = 0; i < SINGLES; i++) this.shown[i] = single(pose, i);
    this.shownRotations.set(pose.rotations);
    this.remembered = true;
  }

  /** Finds the tracks in the rows of the recording that plays. */
  private place(): void {
    this.singleAt.fill(-1);
    this.boneAt.fill(-1);
    const { motion } = this;
    if (!motion) return;
    let at = 0;
    for (const channel of motion.channels) this.singleAt[ARKIT_INDEX[channel]] = at++;
    for (const scalar of motion.scalars) this.singleAt[SCALARS_AT + MOTION_SCALARS.indexOf(scalar)] = at++;
    for (const bone of motion.bones) {
      this.boneAt[HUMAN_BONE_INDEX[bone]] = at;
      at += 4;
    }
    for (const name of motion.expressions) {
      const slot = this.names.indexOf(name);
      if (slot >= 0 && slot < MAX_EXPRESSIONS) this.singleAt[EXPRESSIONS_AT + slot] = at;
      at++;
    }
  }
}

function single(pose: AvatarPose, i: number): number {
  if (i < SCALARS_AT) return pose.channels[i]!;
  if (i < EXPRESSIONS_AT) return pose[MOTION_SCALARS[i - SCALARS_AT]!];
  return pose.expressions[i - EXPRESSIONS_AT]!;
}

function setSingle(pose: AvatarPose, i: number, value: number): void {
  if (i < SCALARS_AT) pose.channels[i] = value;
  else if (i < EXPRESSIONS_AT) pose[MOTION_SCALARS[i - SCALARS_AT]!] = value;
  else pose.expressions[i - EXPRESSIONS_AT] = value;
}

function copySample(from: MotionSample, to: MotionSample): void {
  to.rotations.set(from.rotations);
  to.hipsX = from.hipsX;
  to.hipsY = from.hipsY;
  to.hipsZ = from.hipsZ;
}
