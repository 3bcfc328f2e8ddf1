import { HUMAN_BONE_COUNT, HUMAN_BONE_MIRROR } from '../../../../shared/domain/human-bones.ts';
import {
  DEFAULT_TRACKING,
  type TrackingProfile,
  type TrackingSettings,
} from '../../../../shared/domain/tracking-settings.ts';
import { setIdentity } from '../../../../shared/math/quaternion.ts';
import { clamp01 } from '../../../../shared/math/scalar.ts';
import { norm } from '../../../../shared/math/vector.ts';
import type { HandObservation, HandsObservation, PoseObservation } from '../../part-channels.ts';
import type { FaceObservation } from '../../tracking-channel.ts';
import { Arm } from './arm.ts';
import { ArmPoints } from './arm-points.ts';
import { Dials } from './dials.ts';
import { Hand } from './hand.ts';
import { HandGate } from './hand-gate.ts';
import { Legs } from './legs.ts';
import { RATES } from './limits.ts';
import { PartPresence } from './part-presence.ts';
import { Reach } from './reach.ts';
import type { SolvedBody } from './solved-body.ts';
import { Targets } from './targets.ts';
import { TORSO_BONES, Torso } from './torso.ts';

const SHOULDER = 11;
const ELBOW = 13;
const WRIST = 15;
/** A hand farther than this from its own wrist (share of the picture) and this much nearer to the other's is the other's. */
const OTHERS_FROM = 0.12;
const OTHERS_SHARE = 0.4;
/** An arm is the pose's from the first visibility of all its points, down to the second. */
const ARM_ON = 0.6;
const ARM_OFF = 0.35;
const DEFAULT_STEP_MS = 50;
/** After a pause longer than this the filters begin anew instead of chasing the new place. */
const GAP_MS = 800;
/** Points that are hardly seen jump about: the cut-off goes down to this share with their visibility. */
const DOUBTFUL = 0.3;

/** One arm with its hand, and whether they are there. */
class Side {
  readonly arm: Arm;
  readonly hand: Hand;
  readonly gate: HandGate;
  readonly armThere = new PartPresence();
  readonly handThere = new PartPresence();
  /** When the pose, and when a hand, last moved the arm. */
  poseAtMs = Number.NEGATIVE_INFINITY;
  handAtMs = Number.NEGATIVE_INFINITY;
  /** The pose sees the whole arm. */
  byPose = false;
  /** The wrist in the picture, as the pose sees it. */
  wristX = 0;
  wristY = 0;
  readonly left: boolean;

  constructor(left: boolean) {
    this.left = left;
    this.arm = new Arm(left);
    this.hand = new Hand(left);
    this.gate = new HandGate(left);
  }

  reset(): void {
    this.arm.reset();
    this.hand.reset();
    this.gate.reset();
    this.armThere.clear();
    this.handThere.clear();
    this.poseAtMs = Number.NEGATIVE_INFINITY;
    this.handAtMs = Number.NEGATIVE_INFINITY;
  }
}

/**
 * From the landmarks of body and hands to the rotations of the avatar's bones, in the person's own sides, mirrored at
 * the end if asked. observePose(), observeHands() and observeFace() at every new result, solve() at every programme
 * tick. Nothing is allocated after construction.
 */
export class BodySolver {
  private readonly dials = new Dials();
  private parts: TrackingSettings['parts'] = DEFAULT_TRACKING.parts;
  private mirror = false;
  private readonly targets = new Targets();
  private readonly torso = new Torso();
  private readonly legs = new Legs();
  private readonly reach = new Reach();
  private readonly armPoints = new ArmPoints();
  private readonly left = new Side(true);
  private readonly right = new Side(false);
  private readonly torsoThere = new PartPresence();
  private readonly legsThere = new PartPresence();
  private poseSequence = -1;
  private handsSequence = -1;
  private posedAtMs = Number.NEGATIVE_INFINITY;
  private solvedAtMs = 0;
  private readonly noChest = new Float64Array(4);
  /** Directions of an arm's two bones. */
  private readonly along = new Float64Array(6);

  constructor() {
    setIdentity(this.noChest, 0);
  }

  /** The sliders of the camera's profile. */
  setProfile(profile: TrackingProfile): void {
    this.dials.set(profile);
  }

  /** What is switched off eases away. */
  setParts(parts: TrackingSettings['parts']): void {
    this.parts = parts;
    if (parts.body === 'off') {
      this.torsoThere.clear();
      this.torso.reset();
      this.posedAtMs = Number.NEGATIVE_INFINITY;
      this.left.poseAtMs = Number.NEGATIVE_INFINITY;
      this.right.poseAtMs = Number.NEGATIVE_INFINITY;
    }
    if (parts.body !== 'full') {
      this.legsThere.clear();
      this.legs.reset();
    }
    if (parts.body === 'off' && !parts.hands) {
      this.left.reset();
      this.right.reset();
    } else if (!parts.hands) {
      this.left.handThere.clear();
      this.right.handThere.clear();
    }
  }

  /** Mirrored, the avatar moves like a looking glass: its right arm is the person's left. */
  setMirror(on: boolean): void {
    this.mirror = on;
  }

  /** Size of the camera's picture in pixels. Without it its shape is guessed from the landmarks. */
  setPicture(width: number, height: number): void {
    if (!(width > 0 && height > 0)) return;
    this.armPoints.setAspect(width / height);
    this.reach.setAspect(width / height);
  }

  /** Where the face is: hands without a pose are placed by it. */
  observeFace(face: FaceObservation): void {
    this.reach.face(face);
  }

  /** Takes a result of the pose landmarker. */
  observePose(pose: PoseObservation): void {
    if (pose.sequence !== 0 && pose.sequence === this.poseSequence) return;
    this.poseSequence = pose.sequence;
    if (this.parts.body === 'off') return;
    const { visibility, world } = pose;
    const atMs = pose.capturedAtMs;
    if (!pose.found || !Number.isFinite(atMs) || !finite(world)) return;
    const stepMs = atMs - this.posedAtMs;
    const steady = stepMs > 0 && stepMs < GAP_MS;
    if (!steady) this.forgetPose();
    this.posedAtMs = atMs;
    const dt = (steady ? stepMs : DEFAULT_STEP_MS) / 1000;
    const heardMs = Math.max(atMs, this.solvedAtMs);

    const shoulders = Math.min(visibility[SHOULDER]!, visibility[SHOULDER + 1]!);
    const full = this.parts.body === 'full';
    const legs =
      full && this.legsThere.see(this.legs.certainty(visibility), heardMs) && this.torsoThere.isHeld(heardMs);
    if (this.torsoThere.see(shoulders, heardMs)) {
      this.torso.observe(world, visibility, dt, calmOf(shoulders), legs, this.dials.torso);
      this.torso.write(this.targets.wanted);
      this.reach.shoulders(pose.points, world, atMs);
    }
    if (full) {
      const calm = calmOf(Math.max(0.3, this.legs.certainty(visibility)));
      this.legs.observe(world, this.torso.hipsWorld, dt, calm, this.dials.legs, this.targets.wanted);
    }
    if (!this.armPoints.begin(pose)) return;
    this.poseArm(this.left, pose, 0, dt, heardMs);
    this.poseArm(this.right, pose, 1, dt, heardMs);
  }

  /** Takes a result of the hand landmarker. */
  observeHands(hands: HandsObservation): void {
    if (hands.sequence !== 0 && hands.sequence === this.handsSequence) return;
    this.handsSequence = hands.sequence;
    if (!this.parts.hands || !Number.isFinite(hands.capturedAtMs)) return;
    this.observeHand(this.left, hands.left, hands.capturedAtMs);
    this.observeHand(this.right, hands.right, hands.capturedAtMs);
  }

  /** @param atMs programme clock; expected to grow from call to call */
  solve(atMs: number, out: SolvedBody): void {
    const nowMs = Number.isFinite(atMs) ? Math.max(this.solvedAtMs, atMs) : this.solvedAtMs;
    const stepMs = Math.min(200, nowMs - this.solvedAtMs);
    this.solvedAtMs = nowMs;
    const seconds = stepMs / 1000;
    const { targets, left, right, torsoThere, legsThere } = this;
    this.move(torsoThere, TORSO_BONES, RATES.torso, nowMs, stepMs);
    this.move(legsThere, this.legs.bones, RATES.leg, nowMs, stepMs);
    this.move(left.armThere, left.arm.bones, RATES.arm, nowMs, stepMs);
    this.move(right.armThere, right.arm.bones, RATES.arm, nowMs, stepMs);
    this.move(left.handThere, left.hand.wrist, RATES.wrist, nowMs, stepMs);
    this.move(right.handThere, right.hand.wrist, RATES.wrist, nowMs, stepMs);
    if (left.handThere.value > 0) targets.follow(left.hand.fingers, RATES.finger, seconds);
    else targets.jump(left.hand.fingers);
    if (right.handThere.value > 0) targets.follow(right.hand.fingers, RATES.finger, seconds);
    else targets.jump(right.hand.fingers);
    this.write(out);
  }

  private move(there: PartPresence, bones: Int32Array, rate: number, nowMs: number, stepMs: number): void {
    // What is not in the picture yet is where it will be seen.
    if (there.value <= 0) this.targets.jump(bones);
    else this.targets.follow(bones, rate, stepMs / 1000);
    there.step(nowMs, stepMs);
  }

  private poseArm(side: Side, pose: PoseObservation, offset: number, dt: number, heardMs: number): void {
    const { visibility } = pose;
    const { armPoints } = this;
    const elbow = visibility[ELBOW + offset]!;
    const wrist = visibility[WRIST + offset]!;
    const certainty = Math.min(visibility[SHOULDER + offset]!, elbow, wrist);
    side.byPose = certainty > (side.byPose ? ARM_OFF : ARM_ON);
    if (!side.byPose) {
      // Its hand may still be seen, and place it.
      if (pose.capturedAtMs - side.handAtMs > GAP_MS / 2) side.armThere.see(0, heardMs);
      return;
    }
    if (!side.armThere.see(1, heardMs)) return;
    side.poseAtMs = pose.capturedAtMs;
    side.wristX = pose.points[(WRIST + offset) * 3]!;
    side.wristY = pose.points[(WRIST + offset) * 3 + 1]!;
    armPoints.measure(pose, offset);
    this.moveArm(side, armPoints.upper, armPoints.lower, dt, calmOf(certainty));
  }

  private observeHand(side: Side, hand: HandObservation, atMs: number): void {
    const { dials, targets, torso } = this;
    const heardMs = Math.max(atMs, this.solvedAtMs);
    if (this.belongsToOther(side, hand, atMs) || !side.gate.observe(hand, atMs)) {
      side.handThere.see(0, heardMs);
      return;
    }
    const stepMs = atMs - side.handAtMs;
    const steady = stepMs > 0 && stepMs < GAP_MS;
    if (!steady) side.hand.reset();
    side.handAtMs = atMs;
    const dt = (steady ? stepMs : DEFAULT_STEP_MS) / 1000;
    side.handThere.see(1, heardMs);
    side.hand.observe(
      side.gate.shape,
      torso.neutralYaw,
      dt,
      calmOf(hand.score),
      dials.wrists,
      dials.fingers,
      targets.wanted,
    );
    const seenByPose = atMs - side.poseAtMs < GAP_MS / 2;
    if (!seenByPose && this.reach.solve(hand.points, hand.world, side.left, atMs)) {
      if (!side.armThere.isHeld(heardMs)) side.arm.reset();
      side.armThere.see(1, heardMs);
      this.moveArm(side, this.reach.upper, this.reach.lower, dt, DOUBTFUL * 2);
    } else this.holdHand(side);
  }

  /** The body's wrists say whose hand it is: one that lies at the other's was named wrongly. */
  private belongsToOther(side: Side, hand: HandObservation, atMs: number): boolean {
    const other = side.left ? this.right : this.left;
    if (!hand.found || atMs - Math.min(side.poseAtMs, other.poseAtMs) > GAP_MS / 2) return false;
    const own = norm(hand.points[0]! - side.wristX, hand.points[1]! - side.wristY);
    const others = norm(hand.points[0]! - other.wristX, hand.points[1]! - other.wristY);
    return own > OTHERS_FROM && others < own * OTHERS_SHARE;
  }

  private moveArm(side: Side, upper: Float64Array, lower: Float64Array, dt: number, calm: number): void {
    const { torso, dials, targets, along } = this;
    const c = Math.cos(-torso.neutralYaw);
    const s = Math.sin(-torso.neutralYaw);
    const chest = this.torsoThere.value > 0 ? torso.world : this.noChest;
    along[0] = c * upper[0]! + s * upper[2]!;
    along[1] = upper[1]!;
    along[2] = c * upper[2]! - s * upper[0]!;
    along[3] = c * lower[0]! + s * lower[2]!;
    along[4] = lower[1]!;
    along[5] = c * lower[2]! - s * lower[0]!;
    side.arm.observe(
      along,
      chest,
      side.left ? torso.leftShrug : torso.rightShrug,
      dt,
      calm,
      dials.arms,
      targets.wanted,
    );
    this.holdHand(side);
  }

  /** A hand keeps its own direction in the world while the arm moves under it. */
  private holdHand(side: Side): void {
    if (side.handThere.isHeld(Math.max(side.handAtMs, this.solvedAtMs)))
      side.hand.hold(side.arm.forearm, side.arm.elbow, this.dials.wrists, this.targets.wanted);
  }

  private forgetPose(): void {
    this.torso.reset();
    this.legs.reset();
    this.left.arm.reset();
    this.right.arm.reset();
  }

  private write(out: SolvedBody): void {
    const { shown } = this.targets;
    const { rotations, presence } = out;
    const { left, right, legs, legsThere, torsoThere } = this;
    presence.torso = torsoThere.value;
    presence.legs = legsThere.value;
    out.hipsY = legs.hips[1]!;
    out.hipsZ = legs.hips[2]!;
    if (this.mirror) {
      for (let bone = 0; bone < HUMAN_BONE_COUNT; bone++) {
        const from = HUMAN_BONE_MIRROR[bone]! * 4;
        const at = bone * 4;
        rotations[at] = shown[from]!;
        rotations[at + 1] = -shown[from + 1]!;
        rotations[at + 2] = -shown[from + 2]!;
        rotations[at + 3] = shown[from + 3]!;
      }
      out.hipsX = -legs.hips[0]!;
      presence.leftArm = right.armThere.value;
      presence.rightArm = left.armThere.value;
      presence.leftHand = right.handThere.value;
      presence.rightHand = left.handThere.value;
      return;
    }
    rotations.set(shown);
    out.hipsX = legs.hips[0]!;
    presence.leftArm = left.armThere.value;
    presence.rightArm = right.armThere.value;
    presence.leftHand = left.handThere.value;
    presence.rightHand = right.handThere.value;
  }
}

const calmOf = (certainty: number): number => DOUBTFUL + (1 - DOUBTFUL) * clamp01(certainty);

function finite(points: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < points.length; i++) sum += points[i]!;
  return Number.isFinite(sum);
}
