import { HUMAN_BONE_INDEX, type HumanBone } from '../../../../shared/domain/human-bones.ts';
import {
  between,
  copyQuaternion,
  multiply,
  setIdentity,
  unrotate,
} from '../../../../shared/math/quaternion.ts';
import { clamp, clampAbs, ramp, smoothstep } from '../../../../shared/math/scalar.ts';
import { norm, normaliseVector } from '../../../../shared/math/vector.ts';
import type { Dial } from './dials.ts';
import { LIMITS } from './limits.ts';
import { VectorFilters } from './smoothing.ts';

const DEG = Math.PI / 180;
/** Below the first bend the plane of the elbow cannot be seen, above the second it can. */
const PLANE_BLIND = 12 * DEG;
const PLANE_CLEAR = 32 * DEG;
/** How fast an upper arm whose elbow's plane is not seen turns back to its natural one, 1/s. */
const PLANE_REST = 2;
/** Where the sliders count from: an arm that hangs, its elbow a little bent. */
const EASE_DOWN = -0.97;
const EASE_OUT = 0.24;
const EASE_ELBOW = 20 * DEG;
/** The clavicle goes with an arm that is raised above this (from hanging), by this share of what is above. */
const CARRY_FROM = 60 * DEG;
const CARRY_SHARE = 0.22;

/**
 * One arm from the directions of its two bones: the upper arm by direction and by the plane in which the elbow bends
 * (its pole), the elbow as a hinge. Directions are smoothed, so no rotation is ever interpolated across a flip.
 */
export class Arm {
  readonly bones: Int32Array;
  /** World rotation of the forearm without its own twist: what the hand is held against. */
  readonly forearm = new Float64Array(4);
  /** Local rotation of the forearm without its own twist. */
  readonly elbow = new Float64Array(4);
  private readonly shoulderBone: number;
  private readonly upperBone: number;
  private readonly lowerBone: number;
  /** +1 left, −1 right. */
  private readonly side: number;
  /** The arm's direction at rest. */
  private readonly rest: Float64Array;
  /** Turn of the upper arm about itself against the shortest turn out of the T-pose. */
  private twist = 0;
  private readonly raw = new Float64Array(6);
  private readonly filters = new VectorFilters(2, 3, { minCutoff: 1.1, beta: 2.2, derivativeCutoff: 1.5 });
  private readonly frame = new Float64Array(4);
  private readonly turn = new Float64Array(4);
  private readonly upper = new Float64Array(3);
  private readonly lower = new Float64Array(3);
  private readonly hinge = new Float64Array(3);

  constructor(left: boolean) {
    const name = left ? 'left' : 'right';
    this.side = left ? 1 : -1;
    this.rest = Float64Array.of(this.side, 0, 0);
    this.shoulderBone = HUMAN_BONE_INDEX[`${name}Shoulder` as HumanBone] * 4;
    this.upperBone = HUMAN_BONE_INDEX[`${name}UpperArm` as HumanBone] * 4;
    this.lowerBone = HUMAN_BONE_INDEX[`${name}LowerArm` as HumanBone] * 4;
    this.bones = Int32Array.of(this.shoulderBone / 4, this.upperBone / 4, this.lowerBone / 4);
    setIdentity(this.forearm, 0);
    setIdentity(this.elbow, 0);
  }

  /** The next observe() is not smoothed. */
  reset(): void {
    this.filters.reset();
    this.twist = 0;
  }

  /**
   * Writes the local rotations of clavicle, upper arm and forearm (without its twist).
   * @param along directions from shoulder to elbow and, from 3, from elbow to wrist: any length, normalised frame
   * @param chest world rotation of the upper chest
   * @param shrug 0..1, how far the clavicle is raised by itself
   */
  observe(
    along: Float64Array,
    chest: Float64Array,
    shrug: number,
    dtSeconds: number,
    calm: number,
    dial: Dial,
    out: Float64Array,
  ): void {
    const { raw, filters, upper, lower, frame, side } = this;
    const long = norm(along[0]!, along[1]!, along[2]!);
    const short = norm(along[3]!, along[4]!, along[5]!);
    if (!(long > 1e-4 && short > 1e-4)) return;
    raw[0] = along[0]! / long;
    raw[1] = along[1]! / long;
    raw[2] = along[2]! / long;
    raw[3] = along[3]! / short;
    raw[4] = along[4]! / short;
    raw[5] = along[5]! / short;
    filters.step(raw, dtSeconds, calm * dial.scale);
    const { values } = filters;

    const raised = Math.acos(clampAbs(-values[1]!, 1));
    const carried = Math.max(0, raised - CARRY_FROM) * CARRY_SHARE;
    const lift = clamp(carried + shrug * LIMITS.clavicle.up, -LIMITS.clavicle.down, LIMITS.clavicle.up);
    out[this.shoulderBone] = 0;
    out[this.shoulderBone + 1] = 0;
    out[this.shoulderBone + 2] = side * Math.sin(lift / 2);
    out[this.shoulderBone + 3] = Math.cos(lift / 2);
    multiply(frame, 0, chest, 0, out, this.shoulderBone);

    unrotate(upper, 0, frame, 0, values, 0);
    unrotate(lower, 0, frame, 0, values, 3);
    normaliseVector(upper);
    normaliseVector(lower);
    this.solve(dtSeconds, dial, out);
  }

  private solve(dtSeconds: number, dial: Dial, out: Float64Array): void {
    const { upper, lower, hinge, turn, frame, rest, side } = this;
    cross(hinge, upper, lower);
    const sine = norm(hinge[0]!, hinge[1]!, hinge[2]!);
    const bend = Math.atan2(sine, upper[0]! * lower[0]! + upper[1]! * lower[1]! + upper[2]! * lower[2]!);
    // What is almost folded shows no more of the plane than what is almost straight.
    const clear = smoothstep(ramp(Math.min(bend, Math.PI - bend), PLANE_BLIND, PLANE_CLEAR));

    // Where the hinge lies by the shortest turn, and how far about the arm the one that is seen lies from it.
    between(turn, 0, rest, 0, upper, 0);
    if (sine > 1e-6) {
      normaliseVector(hinge);
      unrotate(hinge, 0, turn, 0, hinge, 0);
      let seen = Math.atan2(-side * hinge[2]!, -side * hinge[1]!);
      if (seen - this.twist > Math.PI) seen -= 2 * Math.PI;
      else if (seen - this.twist < -Math.PI) seen += 2 * Math.PI;
      const most = LIMITS.upperArm.twist;
      this.twist += clear * (clampAbs(seen, most) - this.twist);
    }
    this.twist -= this.twist * (1 - clear) * Math.min(1, PLANE_REST * dtSeconds);

    this.tune(dial);
    this.confine();
    between(turn, 0, rest, 0, upper, 0);
    // The turn about the bone's own axis, X, comes first.
    const half = this.twist / 2;
    twistThenTurn(out, this.upperBone, Math.sin(half), Math.cos(half), turn);
    const elbow = clamp(EASE_ELBOW + dial.apply(bend - EASE_ELBOW), 0, LIMITS.elbow);
    this.elbow[1] = -side * Math.sin(elbow / 2);
    this.elbow[3] = Math.cos(elbow / 2);
    copyQuaternion(out, this.lowerBone, this.elbow, 0);
    multiply(this.forearm, 0, frame, 0, out, this.upperBone);
    multiply(this.forearm, 0, this.forearm, 0, out, this.lowerBone);
  }

  /** The sliders move the upper arm along the arc from hanging to where it is. */
  private tune(dial: Dial): void {
    const { upper, side } = this;
    const ex = EASE_OUT * side;
    const angle = Math.acos(clampAbs(ex * upper[0]! + EASE_DOWN * upper[1]!, 1));
    const wanted = clamp(dial.apply(angle), 0, Math.PI);
    if (angle < 1e-3 || Math.abs(wanted - angle) < 1e-6) return;
    arc(upper, ex, EASE_DOWN, 0, angle, wanted);
  }

  /** Out of the cone of what a shoulder can, back onto its edge. */
  private confine(): void {
    const { upper, side } = this;
    const [x, y, z] = LIMITS.upperArm.axis;
    const angle = Math.acos(clampAbs(side * x * upper[0]! + y * upper[1]! + z * upper[2]!, 1));
    if (angle > LIMITS.upperArm.cone) arc(upper, side * x, y, z, angle, LIMITS.upperArm.cone);
  }
}

/** out = turn · (rotation about X by a half angle's sine and cosine). */
function twistThenTurn(
  out: Float64Array,
  at: number,
  sine: number,
  cosine: number,
  turn: Float64Array,
): void {
  const x = turn[0]!;
  const y = turn[1]!;
  const z = turn[2]!;
  const w = turn[3]!;
  out[at] = w * sine + x * cosine;
  out[at + 1] = y * cosine + z * sine;
  out[at + 2] = z * cosine - y * sine;
  out[at + 3] = w * cosine - x * sine;
}

/** Moves the unit vector v, `angle` away from the unit vector (x, y, z), along that arc to `wanted`. */
function arc(v: Float64Array, x: number, y: number, z: number, angle: number, wanted: number): void {
  const sine = Math.sin(angle);
  if (sine < 1e-4) return;
  const a = Math.sin(angle - wanted) / sine;
  const b = Math.sin(wanted) / sine;
  v[0] = x * a + v[0]! * b;
  v[1] = y * a + v[1]! * b;
  v[2] = z * a + v[2]! * b;
  normaliseVector(v);
}

function cross(out: Float64Array, a: Float64Array, b: Float64Array): void {
  out[0] = a[1]! * b[2]! - a[2]! * b[1]!;
  out[1] = a[2]! * b[0]! - a[0]! * b[2]!;
  out[2] = a[0]! * b[1]! - a[1]! * b[0]!;
}
