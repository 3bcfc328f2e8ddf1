import { HUMAN_BONE_INDEX, type HumanBone } from '../../../../shared/domain/human-bones.ts';
import { between, fromAngles, multiply, rotate, unrotate } from '../../../../shared/math/quaternion.ts';
import { clamp, clampAbs, ramp, smoothstep } from '../../../../shared/math/scalar.ts';
import { norm, normaliseVector } from '../../../../shared/math/vector.ts';
import type { Dial } from './dials.ts';
import { LIMITS } from './limits.ts';
import { VectorFilters } from './smoothing.ts';

const DEG = Math.PI / 180;
/** MediaPipe's points of the left leg; the right one's are one higher. */
const HIP = 23;
const KNEE = 25;
const ANKLE = 27;
const HEEL = 29;
const TOES = 31;
/** Below the first bend the knee's plane cannot be seen, above the second it can. */
const PLANE_BLIND = 15 * DEG;
const PLANE_CLEAR = 40 * DEG;
/** Thighs and shins of a grown person, metres: how far bent knees lower the hips. */
const THIGH = 0.43;
const SHIN = 0.42;
/** Thighs raised more than this from hanging, both: somebody sits. */
const SITS = 62 * DEG;
const STANDS = 52 * DEG;
const HIPS_MOST = 0.3;
/** A thigh at rest, and thigh and shin in metres. */
const DOWN = Float64Array.of(0, -1, 0);
const THIGH_DOWN = Float64Array.of(0, -THIGH, 0);
const SHIN_DOWN = Float64Array.of(0, -SHIN, 0);

class Leg {
  readonly bones: Int32Array;
  /** Ankle against hip, metres of a grown person, in the hips' frame turned to the world. */
  readonly ankle = new Float64Array(3);
  raised = 0;
  private readonly offset: number;
  private readonly thighBone: number;
  private readonly shinBone: number;
  private readonly footBone: number;
  private readonly raw = new Float64Array(9);
  private readonly filters = new VectorFilters(3, 3, { minCutoff: 1, beta: 1.6, derivativeCutoff: 1.2 });
  private readonly thigh = new Float64Array(3);
  private readonly shin = new Float64Array(3);
  private readonly foot = new Float64Array(3);
  private readonly turn = new Float64Array(4);
  private readonly world = new Float64Array(4);

  constructor(left: boolean) {
    const name = left ? 'left' : 'right';
    this.offset = left ? 0 : 1;
    this.thighBone = HUMAN_BONE_INDEX[`${name}UpperLeg` as HumanBone] * 4;
    this.shinBone = HUMAN_BONE_INDEX[`${name}LowerLeg` as HumanBone] * 4;
    this.footBone = HUMAN_BONE_INDEX[`${name}Foot` as HumanBone] * 4;
    this.bones = Int32Array.of(this.thighBone / 4, this.shinBone / 4, this.footBone / 4);
  }

  reset(): void {
    this.filters.reset();
  }

  observe(
    points: Float32Array,
    hips: Float64Array,
    dtSeconds: number,
    calm: number,
    dial: Dial,
    out: Float64Array,
  ): void {
    const { raw, offset } = this;
    direction(raw, 0, points, HIP + offset, KNEE + offset);
    direction(raw, 3, points, KNEE + offset, ANKLE + offset);
    direction(raw, 6, points, HEEL + offset, TOES + offset);
    this.filters.step(raw, dtSeconds, calm * dial.scale);
    const { values } = this.filters;
    unrotate(this.thigh, 0, hips, 0, values, 0);
    unrotate(this.shin, 0, hips, 0, values, 3);
    unrotate(this.foot, 0, hips, 0, values, 6);
    normaliseVector(this.thigh);
    normaliseVector(this.shin);
    normaliseVector(this.foot);
    this.raised = Math.acos(clampAbs(-this.thigh[1]!, 1));
    this.solve(dial, out);
    // Where the ankle is, of what is shown and not of what was seen.
    multiply(this.world, 0, hips, 0, out, this.thighBone);
    rotate(this.ankle, 0, this.world, 0, THIGH_DOWN, 0);
    const x = this.ankle[0]!;
    const y = this.ankle[1]!;
    const z = this.ankle[2]!;
    multiply(this.world, 0, this.world, 0, out, this.shinBone);
    rotate(this.ankle, 0, this.world, 0, SHIN_DOWN, 0);
    this.ankle[0] = this.ankle[0]! + x;
    this.ankle[1] = this.ankle[1]! + y;
    this.ankle[2] = this.ankle[2]! + z;
  }

  /** Thigh by direction and by the knee's plane, the knee as a hinge that bends backwards only, the foot by its sole. */
  private solve(dial: Dial, out: Float64Array): void {
    const { thigh, shin, foot, turn, world } = this;
    const limit = LIMITS.thigh;
    // The thigh as flexion to the front and lift to the side, each with its own end.
    const flexion = clamp(dial.apply(Math.atan2(thigh[2]!, -thigh[1]!)), -limit.extension, limit.flexion);
    const aside = clampAbs(dial.apply(Math.asin(clampAbs(thigh[0]!, 1))), limit.side);
    thigh[0] = Math.sin(aside);
    thigh[1] = -Math.cos(aside) * Math.cos(flexion);
    thigh[2] = Math.cos(aside) * Math.sin(flexion);

    between(turn, 0, DOWN, 0, thigh, 0);
    const dot = thigh[0]! * shin[0]! + thigh[1]! * shin[1]! + thigh[2]! * shin[2]!;
    const hx = thigh[1]! * shin[2]! - thigh[2]! * shin[1]!;
    const hy = thigh[2]! * shin[0]! - thigh[0]! * shin[2]!;
    const hz = thigh[0]! * shin[1]! - thigh[1]! * shin[0]!;
    const sine = norm(hx, hy, hz);
    const bend = Math.atan2(sine, dot);
    let twist = 0;
    let forward = 1;
    if (sine > 1e-6) {
      // The hinge at rest is X; what is seen of it about the thigh, Y.
      world[0] = hx / sine;
      world[1] = hy / sine;
      world[2] = hz / sine;
      unrotate(world, 0, turn, 0, world, 0);
      const seen = Math.atan2(-world[2]!, world[0]!);
      // A shin before the thigh is a misread depth: the knee counts as straight.
      forward = smoothstep(ramp(Math.cos(seen), -0.2, 0.4));
      twist = clampAbs(seen, limit.twist) * smoothstep(ramp(bend, PLANE_BLIND, PLANE_CLEAR)) * forward;
    }
    fromAngles(world, 0, twist, 0, 0);
    multiply(out, this.thighBone, turn, 0, world, 0);
    const knee = clamp(dial.apply(bend) * forward, 0, LIMITS.knee);
    fromAngles(out, this.shinBone, 0, knee, 0);

    multiply(world, 0, out, this.thighBone, out, this.shinBone);
    unrotate(foot, 0, world, 0, foot, 0);
    // Nose of the sole down is positive pitch.
    const pitch = clamp(Math.atan2(-foot[1]!, Math.max(0.05, foot[2]!)), -LIMITS.foot.up, LIMITS.foot.down);
    const yaw = clampAbs(Math.atan2(foot[0]!, Math.max(0.05, foot[2]!)), LIMITS.foot.turn);
    fromAngles(out, this.footBone, yaw, pitch, 0);
  }
}

/** Both legs, and where the hips are for the feet to stay on the ground. */
export class Legs {
  readonly bones: Int32Array;
  /** Hips against their place at rest, metres of a grown person. */
  readonly hips = new Float64Array(3);
  private sits = false;
  private readonly left = new Leg(true);
  private readonly right = new Leg(false);

  constructor() {
    this.bones = Int32Array.of(...this.left.bones, ...this.right.bones);
  }

  reset(): void {
    this.left.reset();
    this.right.reset();
    this.sits = false;
  }

  /** How surely the legs are seen, 0..1; 0 for somebody who sits. */
  certainty(visibility: Float32Array): number {
    if (this.sits) return 0;
    let least = 1;
    for (let point = HIP; point < HEEL; point++) {
      const seen = visibility[point]!;
      if (seen < least) least = seen;
    }
    return least;
  }

  observe(
    points: Float32Array,
    hips: Float64Array,
    dtSeconds: number,
    calm: number,
    dial: Dial,
    out: Float64Array,
  ): void {
    const { left, right } = this;
    left.observe(points, hips, dtSeconds, calm, dial, out);
    right.observe(points, hips, dtSeconds, calm, dial, out);
    const lower = Math.min(left.raised, right.raised);
    this.sits = lower > (this.sits ? STANDS : SITS);
    // The leg that reaches lower stands.
    const extent = Math.max(-left.ankle[1]!, -right.ankle[1]!);
    this.hips[0] = clampAbs(-(left.ankle[0]! + right.ankle[0]!) / 2, HIPS_MOST);
    this.hips[1] = clamp(extent - THIGH - SHIN, -2 * HIPS_MOST, 0);
    this.hips[2] = clampAbs(-(left.ankle[2]! + right.ankle[2]!) / 2, HIPS_MOST);
  }
}

function direction(out: Float64Array, at: number, points: Float32Array, from: number, to: number): void {
  const x = points[to * 3]! - points[from * 3]!;
  const y = points[from * 3 + 1]! - points[to * 3 + 1]!;
  const z = points[from * 3 + 2]! - points[to * 3 + 2]!;
  const length = norm(x, y, z);
  if (!(length > 1e-4)) return;
  out[at] = x / length;
  out[at + 1] = y / length;
  out[at + 2] = z / length;
}
