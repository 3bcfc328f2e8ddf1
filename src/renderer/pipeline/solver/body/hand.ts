import { HUMAN_BONE_INDEX, HUMAN_BONES, type HumanBone } from '../../../../shared/domain/human-bones.ts';
import {
  between,
  fromColumns,
  multiply,
  part,
  relative,
  setIdentity,
  unrotate,
} from '../../../../shared/math/quaternion.ts';
import { clamp, clampAbs } from '../../../../shared/math/scalar.ts';
import { norm } from '../../../../shared/math/vector.ts';
import type { Dial } from './dials.ts';
import type { HandShape } from './hand-shape.ts';
import { LIMITS } from './limits.ts';
import { VectorFilters } from './smoothing.ts';

/** Of the turn between elbow and knuckles, the forearm's bone makes this much and the hand's the rest. */
const FOREARM_SHARE = 0.6;
const FINGERS = ['Index', 'Middle', 'Ring', 'Little'] as const;
const R = Math.SQRT1_2;

/** One hand: the wrist against the forearm, and the fingers. */
export class Hand {
  /** The bones of the fingers, and the hand's own. */
  readonly fingers: Int32Array;
  readonly wrist: Int32Array;
  private readonly handBone: number;
  private readonly lowerBone: number;
  private readonly fingerBones: Int32Array;
  private readonly thumbBones: Int32Array;
  private readonly side: number;
  /** The direction of the thumb's bones at rest. */
  private readonly thumbRest: Float64Array;
  private readonly palm = new VectorFilters(2, 3, { minCutoff: 1.2, beta: 1.6, derivativeCutoff: 1.5 });
  private readonly bends = new VectorFilters(16, 1, { minCutoff: 1.6, beta: 1.2, derivativeCutoff: 1.5 });
  private readonly thumb = new VectorFilters(3, 3, { minCutoff: 1.4, beta: 1.5, derivativeCutoff: 1.5 });
  private readonly axes = new Float64Array(6);
  private readonly angles = new Float64Array(16);
  private readonly columns = new Float64Array(9);
  /** World rotation of the hand as it is smoothed now. */
  private readonly world = new Float64Array(4);
  private readonly rest = new Float64Array(4);
  private readonly turn = new Float64Array(4);
  private readonly local = new Float64Array(3);
  private readonly chain = new Float64Array(4);
  private twist = 0;

  constructor(left: boolean) {
    const name = left ? 'left' : 'right';
    this.side = left ? 1 : -1;
    this.thumbRest = Float64Array.of(this.side * R, 0, R);
    this.handBone = HUMAN_BONE_INDEX[`${name}Hand` as HumanBone] * 4;
    this.lowerBone = HUMAN_BONE_INDEX[`${name}LowerArm` as HumanBone] * 4;
    const first = (finger: string): number =>
      HUMAN_BONES.indexOf(`${name}${finger}Proximal` as HumanBone) * 4;
    this.fingerBones = Int32Array.from(FINGERS, first);
    const base = HUMAN_BONE_INDEX[`${name}ThumbMetacarpal` as HumanBone];
    this.thumbBones = Int32Array.of(base * 4, base * 4 + 4, base * 4 + 8);
    this.wrist = Int32Array.of(this.handBone / 4);
    this.fingers = Int32Array.from({ length: 15 }, (_, i) => base + i);
    setIdentity(this.world, 0);
  }

  reset(): void {
    this.palm.reset();
    this.bends.reset();
    this.thumb.reset();
    this.twist = 0;
  }

  /** Takes a measured hand; writes the fingers' local rotations. @param neutralYaw what the torso's neutral took away */
  observe(
    shape: HandShape,
    neutralYaw: number,
    dtSeconds: number,
    calm: number,
    wrists: Dial,
    fingers: Dial,
    out: Float64Array,
  ): void {
    const { axes, angles, columns, palm } = this;
    const c = Math.cos(-neutralYaw);
    const s = Math.sin(-neutralYaw);
    for (let i = 0; i < 6; i += 3) {
      const from = i === 0 ? 0 : 6;
      const x = shape.frame[from]!;
      const z = shape.frame[from + 2]!;
      axes[i] = c * x + s * z;
      axes[i + 1] = shape.frame[from + 1]!;
      axes[i + 2] = c * z - s * x;
    }
    palm.step(axes, dtSeconds, calm * wrists.scale);
    orthonormal(palm.values, columns);
    fromColumns(this.world, 0, columns, 0);

    for (let i = 0; i < 12; i++) angles[i] = shape.bends[i]!;
    for (let i = 0; i < 4; i++) angles[12 + i] = shape.spreads[i]!;
    this.bends.step(angles, dtSeconds, calm * fingers.scale);
    this.thumb.step(shape.thumb, dtSeconds, calm * fingers.scale);
    this.bendFingers(fingers, out);
    this.bendThumb(fingers, out);
  }

  /**
   * The wrist against a forearm: what turns about the forearm's length goes into the forearm and the hand, what bends
   * stays at the wrist. Call after the arm wrote its forearm, and after observe().
   * @param forearm world rotation of the forearm without twist
   * @param elbow local rotation of the forearm without twist
   */
  hold(forearm: Float64Array, elbow: Float64Array, dial: Dial, out: Float64Array): void {
    const { rest, side, handBone, lowerBone, turn } = this;
    relative(rest, 0, forearm, 0, this.world, 0);
    let w = rest[3]!;
    let x = rest[0]!;
    if (w < 0) {
      w = -w;
      x = -x;
    }
    // Twist about X, then what is left: q = T·S (swing–twist decomposition). Of a turn and its opposite at half a
    // circle, the one nearer to the last.
    let twist = 2 * Math.atan2(x, w);
    if (twist - this.twist > Math.PI) twist -= 2 * Math.PI;
    else if (twist - this.twist < -Math.PI) twist += 2 * Math.PI;
    const most = LIMITS.forearmTwist;
    const taken = clampAbs(twist, most);
    this.twist = taken;
    const length = norm(rest[0]!, rest[3]!);
    // S = T⁻¹·q: about X nothing is left.
    const ty = length > 1e-6 ? (rest[3]! * rest[1]! + rest[0]! * rest[2]!) / length : 0;
    const tz = length > 1e-6 ? (rest[3]! * rest[2]! - rest[0]! * rest[1]!) / length : 0;
    const sine = norm(ty, tz);
    const angle = 2 * Math.atan2(sine, length);
    const scale = sine > 1e-6 ? angle / sine : 2;
    // About −side·Z the hand bends to the palm; about Y it goes to the thumb or away from it.
    let bend = dial.apply(-side * tz * scale);
    let deviation = dial.apply(ty * scale);
    const limit = bend > 0 ? LIMITS.wrist.flexion : LIMITS.wrist.extension;
    // A palm that is seen askew is mostly deviation: that goes first, then both back to the edge of the ellipse.
    deviation = clampAbs(deviation, LIMITS.wrist.deviation);
    const over = norm(bend / limit, deviation / LIMITS.wrist.deviation);
    if (over > 1) {
      bend /= over;
      deviation /= over;
    }
    const total = norm(bend, deviation);
    const half = total > 1e-6 ? Math.sin(total / 2) / total : 0.5;
    const turned = clampAbs(dial.apply(taken), most);
    const inHand = (turned * (1 - FOREARM_SHARE)) / 2;
    setTwist(turn, inHand);
    out[handBone] = 0;
    out[handBone + 1] = deviation * half;
    out[handBone + 2] = -side * bend * half;
    out[handBone + 3] = Math.cos(total / 2);
    multiply(out, handBone, turn, 0, out, handBone);
    setTwist(turn, (turned * FOREARM_SHARE) / 2);
    multiply(out, lowerBone, elbow, 0, turn, 0);
  }

  private bendFingers(dial: Dial, out: Float64Array): void {
    const { values } = this.bends;
    const { side, fingerBones } = this;
    const limit = LIMITS.finger;
    for (let finger = 0; finger < 4; finger++) {
      const at = fingerBones[finger]!;
      const first = clamp(dial.apply(values[finger * 3]!), limit.proximalMin, limit.proximal) / 2;
      const spread = clampAbs(dial.apply(values[12 + finger]!), limit.spread) / 2;
      const ys = -side * Math.sin(spread);
      const yc = Math.cos(spread);
      const zs = -side * Math.sin(first);
      const zc = Math.cos(first);
      out[at] = ys * zs;
      out[at + 1] = ys * zc;
      out[at + 2] = yc * zs;
      out[at + 3] = yc * zc;
      bendJoint(out, at + 4, side, clamp(dial.apply(values[finger * 3 + 1]!), 0, limit.intermediate));
      bendJoint(out, at + 8, side, clamp(dial.apply(values[finger * 3 + 2]!), 0, limit.distal));
    }
  }

  /** Each bone of the thumb by the shortest turn from the one before: two axes at its base, and no twist anywhere. */
  private bendThumb(dial: Dial, out: Float64Array): void {
    const { values } = this.thumb;
    const { thumbBones, thumbRest, chain, local } = this;
    setIdentity(chain, 0);
    for (let bone = 0; bone < 3; bone++) {
      const at = thumbBones[bone]!;
      unrotate(local, 0, chain, 0, values, bone * 3);
      const length = norm(local[0]!, local[1]!, local[2]!);
      if (!(length > 1e-6)) continue;
      local[0] = local[0]! / length;
      local[1] = local[1]! / length;
      local[2] = local[2]! / length;
      between(out, at, thumbRest, 0, local, 0);
      const angle = 2 * Math.acos(clampAbs(out[at + 3]!, 1));
      const limit = THUMB_LIMITS[bone]!;
      const wanted = Math.min(limit, dial.apply(angle));
      if (angle > 1e-3 && Math.abs(wanted - angle) > 1e-6) part(out, at, out, at, wanted / angle);
      multiply(chain, 0, chain, 0, out, at);
    }
  }
}

const THUMB_LIMITS = Float64Array.of(LIMITS.thumb.metacarpal, LIMITS.thumb.proximal, LIMITS.thumb.distal);

function bendJoint(out: Float64Array, at: number, side: number, angle: number): void {
  out[at] = 0;
  out[at + 1] = 0;
  out[at + 2] = -side * Math.sin(angle / 2);
  out[at + 3] = Math.cos(angle / 2);
}

function setTwist(out: Float64Array, halfAngle: number): void {
  out[0] = Math.sin(halfAngle);
  out[1] = 0;
  out[2] = 0;
  out[3] = Math.cos(halfAngle);
}

/** Columns X, Y, Z from the smoothed X and Z: X is kept, Z made square to it, Y = Z × X. */
function orthonormal(axes: Float64Array, out: Float64Array): void {
  const length = norm(axes[0]!, axes[1]!, axes[2]!) || 1;
  const x = axes[0]! / length;
  const y = axes[1]! / length;
  const z = axes[2]! / length;
  const along = axes[3]! * x + axes[4]! * y + axes[5]! * z;
  let zx = axes[3]! - along * x;
  let zy = axes[4]! - along * y;
  let zz = axes[5]! - along * z;
  const across = norm(zx, zy, zz) || 1;
  zx /= across;
  zy /= across;
  zz /= across;
  out[0] = x;
  out[1] = y;
  out[2] = z;
  out[3] = zy * z - zz * y;
  out[4] = zz * x - zx * z;
  out[5] = zx * y - zy * x;
  out[6] = zx;
  out[7] = zy;
  out[8] = zz;
}
