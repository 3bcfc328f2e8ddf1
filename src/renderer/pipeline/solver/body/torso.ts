import { HUMAN_BONE_INDEX } from '../../../../shared/domain/human-bones.ts';
import {
  copyQuaternion,
  fromAngles,
  part,
  relative,
  setIdentity,
} from '../../../../shared/math/quaternion.ts';
import { clamp, clamp01, clampAbs, ramp, smoothstep } from '../../../../shared/math/scalar.ts';
import { norm } from '../../../../shared/math/vector.ts';
import type { Dial } from './dials.ts';
import { LIMITS } from './limits.ts';
import { VectorFilters } from './smoothing.ts';

const DEG = Math.PI / 180;
const { hips, spine, chest, upperChest } = HUMAN_BONE_INDEX;
export const TORSO_BONES = Int32Array.of(hips, spine, chest, upperChest);

const EAR_LEFT = 7;
const EAR_RIGHT = 8;
const SHOULDER_LEFT = 11;
const SHOULDER_RIGHT = 12;
const HIP_LEFT = 23;
const HIP_RIGHT = 24;

/** The bend that spine and chest have made of the whole from the hips to the upper chest. */
const SPINE_SHARE = 1 / 3;
const CHEST_SHARE = 2 / 3;
/** The neutral follows within its first so many seconds as a mean, then this slowly. */
const NEUTRAL_FIRST_S = 1.5;
const NEUTRAL_LATER_S = 25;
/** Farther from the neutral than this nobody rests: it is a movement, and the neutral waits. */
const NEUTRAL_REACH = 14 * DEG;
/** How far the neutral may go while the hips cannot be seen, and while they can. */
const NEUTRAL_HIDDEN = { yaw: 15 * DEG, pitch: 40 * DEG, roll: 6 * DEG };
const NEUTRAL_SEEN = { yaw: 0, pitch: 12 * DEG, roll: 0 };
/** Hips that are only guessed say less about the lean. */
const GUESSED_PITCH = 0.6;
/** A shrug: how far ear and shoulder come closer, in shoulder widths, for the clavicle's whole range. */
const SHRUG_WIDTHS = 0.16;
const SHRUG_DEAD = 0.03;

const YAW = 0;
const PITCH = 1;
const ROLL = 2;
const HIP_YAW = 3;
const HIP_ROLL = 4;

/**
 * Spine, chest and the shoulders' lift from the shoulders' line and the line from hips to shoulders.
 *
 * Somebody who sits at a desk looks leaning or turned to a camera that stands low or aside, and the hips under the
 * edge of the picture are a guess. So turn, lean and tilt count against a running neutral: the mean of the first
 * 1.5 s, then a mean over 25 s that waits while the body is more than 14° away from it. With the hips in the picture
 * it may take away 12° of lean (the camera's own tilt) and nothing else.
 */
export class Torso {
  /** World rotation of the upper chest, without what the neutral took away. */
  readonly world = new Float64Array(4);
  readonly hipsWorld = new Float64Array(4);
  /** What the neutral took off the turn: arms are turned back by it too. */
  neutralYaw = 0;
  /** 0..1 of the clavicles' range. */
  leftShrug = 0;
  rightShrug = 0;
  /** 0: the hips are guessed; 1: seen. */
  private hipsSeen = 0;
  private seconds = 0;
  private shrugSeconds = 0;
  private leftEar = 0;
  private rightEar = 0;
  private readonly neutral = new Float64Array(3);
  private readonly raw = new Float64Array(5);
  private readonly filters = new VectorFilters(5, 1, { minCutoff: 0.7, beta: 1.2, derivativeCutoff: 1 });

  constructor() {
    setIdentity(this.world, 0);
    setIdentity(this.hipsWorld, 0);
  }

  /** Nobody is there any more: the next one has a neutral of their own. */
  reset(): void {
    this.filters.reset();
    this.seconds = 0;
    this.shrugSeconds = 0;
    this.neutral.fill(0);
    this.neutralYaw = 0;
    setIdentity(this.world, 0);
    setIdentity(this.hipsWorld, 0);
  }

  /** @param points MediaPipe's world points @param legs the hips turn for themselves only when the legs are seen */
  observe(
    points: Float32Array,
    visibility: Float32Array,
    dtSeconds: number,
    calm: number,
    legs: boolean,
    dial: Dial,
  ): void {
    const { raw, neutral } = this;
    const seen = Math.min(visibility[HIP_LEFT]!, visibility[HIP_RIGHT]!);
    this.hipsSeen += (smoothstep(ramp(seen, 0.4, 0.8)) - this.hipsSeen) * Math.min(1, dtSeconds * 3);
    this.measure(points);

    const first = this.seconds < NEUTRAL_FIRST_S;
    this.seconds += dtSeconds;
    const rate = first ? dtSeconds / this.seconds : Math.min(1, dtSeconds / NEUTRAL_LATER_S);
    const still =
      first ||
      Math.max(
        Math.abs(raw[YAW]! - neutral[YAW]!),
        Math.abs(raw[PITCH]! - neutral[PITCH]!),
        Math.abs(raw[ROLL]! - neutral[ROLL]!),
      ) < NEUTRAL_REACH;
    if (still) for (let i = 0; i < 3; i++) neutral[i] = neutral[i]! + rate * (raw[i]! - neutral[i]!);
    const yaw = this.offset(YAW, NEUTRAL_HIDDEN.yaw, NEUTRAL_SEEN.yaw);
    const pitch = this.offset(PITCH, NEUTRAL_HIDDEN.pitch, NEUTRAL_SEEN.pitch);
    const roll = this.offset(ROLL, NEUTRAL_HIDDEN.roll, NEUTRAL_SEEN.roll);
    this.neutralYaw = yaw;
    raw[YAW] = raw[YAW]! - yaw;
    raw[PITCH] = (raw[PITCH]! - pitch) * (GUESSED_PITCH + (1 - GUESSED_PITCH) * this.hipsSeen);
    raw[ROLL] = raw[ROLL]! - roll;
    raw[HIP_YAW] = raw[HIP_YAW]! - yaw;
    this.filters.step(raw, dtSeconds, calm * dial.scale);
    this.rotate(legs, dial);
    this.shrug(points, dtSeconds);
  }

  /** Local rotations of {@link TORSO_BONES}. */
  write(out: Float64Array): void {
    const { world, hipsWorld } = this;
    copyQuaternion(out, hips * 4, hipsWorld, 0);
    relative(out, upperChest * 4, hipsWorld, 0, world, 0);
    part(out, spine * 4, out, upperChest * 4, SPINE_SHARE);
    copyQuaternion(out, chest * 4, out, spine * 4);
    part(out, upperChest * 4, out, upperChest * 4, 1 - CHEST_SHARE);
  }

  private offset(axis: number, hidden: number, seen: number): number {
    const most = hidden + (seen - hidden) * this.hipsSeen;
    return clampAbs(this.neutral[axis]!, most);
  }

  /** Yaw, pitch and roll of the trunk (R = Ry·Rx·Rz) and of the hips. */
  private measure(points: Float32Array): void {
    const { raw } = this;
    const l = SHOULDER_LEFT * 3;
    const r = SHOULDER_RIGHT * 3;
    const hl = HIP_LEFT * 3;
    const hr = HIP_RIGHT * 3;
    const sx = points[l]! - points[r]!;
    const sy = points[r + 1]! - points[l + 1]!;
    const sz = points[r + 2]! - points[l + 2]!;
    const ux = (points[l]! + points[r]! - points[hl]! - points[hr]!) / 2;
    const uy = (points[hl + 1]! + points[hr + 1]! - points[l + 1]! - points[r + 1]!) / 2;
    const uz = (points[hl + 2]! + points[hr + 2]! - points[l + 2]! - points[r + 2]!) / 2;
    const yaw = Math.atan2(-sz, sx);
    // In the frame that the shoulders' turn gives: how far the trunk leans to the front and to the side.
    const c = Math.cos(yaw);
    const s = Math.sin(yaw);
    const forward = ux * s + uz * c;
    const aside = ux * c - uz * s;
    raw[YAW] = yaw;
    raw[PITCH] = Math.atan2(forward, uy);
    // The trunk's tilt and the shoulders' own, half each: a lean has both.
    const trunk = Math.atan2(-aside, uy);
    const shoulders = Math.atan2(sy, norm(sx, sz));
    raw[ROLL] = trunk + (shoulders - trunk) * (1 - 0.5 * this.hipsSeen);
    const hx = points[hl]! - points[hr]!;
    const hy = points[hr + 1]! - points[hl + 1]!;
    const hz = points[hr + 2]! - points[hl + 2]!;
    raw[HIP_YAW] = Math.atan2(-hz, hx);
    raw[HIP_ROLL] = Math.atan2(hy, norm(hx, hz));
    for (let i = 0; i < raw.length; i++) if (!Number.isFinite(raw[i]!)) raw[i] = 0;
  }

  private rotate(legs: boolean, dial: Dial): void {
    const { values } = this.filters;
    const limit = LIMITS.torso;
    const turn = legs ? values[HIP_YAW]! : 0;
    const tilt = legs ? values[HIP_ROLL]! : 0;
    fromAngles(this.hipsWorld, 0, turn, 0, clampAbs(tilt, limit.roll));
    fromAngles(
      this.world,
      0,
      turn + clampAbs(dial.apply(values[YAW]! - turn), limit.yaw),
      clamp(dial.apply(values[PITCH]!), limit.pitchMin, limit.pitchMax),
      clampAbs(dial.apply(values[ROLL]!), limit.roll),
    );
  }

  /** Shoulders that come up to the ears, against their running mean. */
  private shrug(points: Float32Array, dtSeconds: number): void {
    const l = SHOULDER_LEFT * 3;
    const r = SHOULDER_RIGHT * 3;
    const width = norm(
      points[l]! - points[r]!,
      points[l + 1]! - points[r + 1]!,
      points[l + 2]! - points[r + 2]!,
    );
    if (!(width > 0.05)) return;
    const ears = (points[EAR_LEFT * 3 + 1]! + points[EAR_RIGHT * 3 + 1]!) / 2;
    const left = (points[l + 1]! - ears) / width;
    const right = (points[r + 1]! - ears) / width;
    this.shrugSeconds += dtSeconds;
    const rate = this.shrugSeconds < NEUTRAL_FIRST_S ? dtSeconds / this.shrugSeconds : dtSeconds / 10;
    this.leftEar += Math.min(1, rate) * (left - this.leftEar);
    this.rightEar += Math.min(1, rate) * (right - this.rightEar);
    const follow = Math.min(1, dtSeconds * 6);
    this.leftShrug += follow * (lift(this.leftEar - left) - this.leftShrug);
    this.rightShrug += follow * (lift(this.rightEar - right) - this.rightShrug);
  }
}

const lift = (closer: number): number => clamp01((closer - SHRUG_DEAD) / SHRUG_WIDTHS);
