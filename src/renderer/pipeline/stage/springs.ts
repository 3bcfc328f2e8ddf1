import type { VRM, VRMSpringBoneJoint, VRMSpringBoneManager } from '@pixiv/three-vrm';
import type { Object3D, Quaternion } from 'three';

/** Steps are this long at full quality: the spring's settings in a file are meant per step of this length. */
const BASE_STEP = 1 / 60;
/** What a picture after a pause makes up for at most, s. */
const DEBT_MAX = 4 * BASE_STEP;
const SETTLE_STEPS = 120;
/** Of them, in one picture: as many as one after a pause may take. */
const SETTLE_AT_ONCE = 4;
/** Joints stepped 60 times a second; a model with more is stepped less often, not longer. */
const JOINTS_AT_FULL_RATE = 200;
/** Joints beyond this never move: some models hang a chain on every strand of hair. */
const JOINTS_MAX = 800;
/** Time constant of hair coming to rest when it is frozen, s. */
const FREEZE_S = 0.12;
const FREEZE_FOR_S = 0.8;

interface Tuned {
  readonly joint: VRMSpringBoneJoint;
  readonly stiffness: number;
  readonly gravityPower: number;
  readonly dragForce: number;
  readonly rest: Quaternion;
}

/**
 * What a step `stride` times as long must use so that hair moves as it would in `stride` short steps: a short step
 * keeps `1 − drag` of the speed and adds `force × length`, so a long one keeps `(1 − drag)^stride` and adds the sum
 * of that series. Pure.
 */
export function strideSettings(drag: number, stride: number): { drag: number; forceScale: number } {
  const kept = (1 - drag) ** stride;
  return { drag: 1 - kept, forceScale: drag > 1e-6 ? (1 - kept) / drag : stride };
}

/** How many base steps one step covers, by level and number of joints. Pure. */
export function strideOf(level: number, joints: number): number {
  let stride = level >= 1 ? 2 : 1;
  for (let n = joints; n > JOINTS_AT_FULL_RATE && stride < 4; n /= 2) stride *= 2;
  return stride;
}

function depthOf(object: Object3D): number {
  let depth = 0;
  for (let o = object.parent; o; o = o.parent) depth++;
  return depth;
}

/** The joints nearest the body stay; the ends of chains become rigid. */
function capJoints(springs: VRMSpringBoneManager): void {
  if (springs.joints.size <= JOINTS_MAX) return;
  const byDepth = [...springs.joints].map((joint) => ({ joint, depth: depthOf(joint.bone) }));
  byDepth.sort((a, b) => a.depth - b.depth);
  for (const { joint } of byDepth.slice(JOINTS_MAX)) {
    springs.deleteJoint(joint);
    joint.bone.updateMatrix();
  }
}

/**
 * Hair and cloth of a VRM at a fixed rate, whatever the picture rate: level 0 is 60 steps a second, 1 is 30, 2 is
 * rigid. Models with very many joints are stepped less often.
 */
export class SpringStepper {
  private readonly springs: VRMSpringBoneManager | null;
  private readonly tuned: readonly Tuned[];
  private stride = 1;
  private levelNow = 0;
  private debt = 0;
  private freezing = 0;
  /** Steps still to come before hair that was frozen moves again. */
  private settling = 0;

  /** The model stands at rest when this is called: its hair is let hang before the first picture. */
  constructor(vrm: VRM) {
    const springs = vrm.springBoneManager ?? null;
    if (springs) capJoints(springs);
    this.springs = springs && springs.joints.size > 0 ? springs : null;
    const joints = this.springs ? [...this.springs.joints] : [];
    this.springs?.reset();
    this.settle(SETTLE_STEPS);
    this.tuned = joints.map((joint) => ({
      joint,
      stiffness: joint.settings.stiffness,
      gravityPower: joint.settings.gravityPower,
      dragForce: joint.settings.dragForce,
      rest: joint.bone.quaternion.clone(),
    }));
    this.retune();
  }

  /** Number of joints that move. */
  get joints(): number {
    return this.tuned.length;
  }

  get level(): number {
    return this.levelNow;
  }

  set level(level: number) {
    if (level === this.levelNow) return;
    const frozen = this.levelNow >= 2;
    this.levelNow = level;
    if (level >= 2) {
      this.freezing = FREEZE_FOR_S;
      this.settling = 0;
      return;
    }
    this.retune();
    if (!frozen) return;
    this.debt = 0;
    // The tails are where they were when they were frozen; hair would fly in from there.
    this.springs?.reset();
    this.settling = SETTLE_STEPS / this.stride;
    this.rest(1);
  }

  /** Allocates nothing of its own. @param dt seconds since the last call; what is no time does nothing. */
  step(dt: number): void {
    const { springs } = this;
    if (!springs || !(dt > 0)) return;
    if (this.levelNow >= 2) {
      if (this.freezing > 0) this.freeze(dt);
      return;
    }
    if (this.settling > 0) {
      this.thaw();
      return;
    }
    const length = BASE_STEP * this.stride;
    this.debt = Math.min(this.debt + dt, Math.max(DEBT_MAX, length));
    if (this.debt < length) {
      this.follow();
      return;
    }
    while (this.debt >= length) {
      springs.update(length);
      this.debt -= length;
    }
    if (this.broken()) springs.reset();
  }

  private settle(steps: number): void {
    for (let i = 0; this.springs && i < steps; i++) this.springs.update(BASE_STEP * this.stride);
  }

  /** Hair hangs out unseen, a few steps a picture: the picture shows it at rest until it does. */
  private thaw(): void {
    const steps = Math.min(this.settling, SETTLE_AT_ONCE);
    this.settle(steps);
    this.settling -= steps;
    if (this.broken()) this.springs?.reset();
    if (this.settling > 0) this.rest(1);
  }

  /** Between two steps hair turns with what it hangs on; its matrices are made by the picture. */
  private follow(): void {
    for (let i = 0; i < this.tuned.length; i++) this.tuned[i]!.joint.bone.updateMatrix();
  }

  private freeze(dt: number): void {
    this.freezing -= dt;
    this.rest(this.freezing > 0 ? 1 - Math.exp(-dt / FREEZE_S) : 1);
  }

  /** @param share how much nearer to rest, 1: all the way */
  private rest(share: number): void {
    for (let i = 0; i < this.tuned.length; i++) {
      const { joint, rest } = this.tuned[i]!;
      joint.bone.quaternion.slerp(rest, share);
      joint.bone.updateMatrix();
    }
  }

  private retune(): void {
    this.stride = strideOf(this.levelNow, this.tuned.length);
    for (const { joint, stiffness, gravityPower, dragForce } of this.tuned) {
      const { drag, forceScale } = strideSettings(dragForce, this.stride);
      joint.settings.dragForce = drag;
      joint.settings.stiffness = stiffness * forceScale;
      joint.settings.gravityPower = gravityPower * forceScale;
    }
  }

  /** A joint inside a collider of its own length divides by zero, and what is not a number stays so for ever. */
  private broken(): boolean {
    for (let i = 0; i < this.tuned.length; i++) {
      if (Number.isNaN(this.tuned[i]!.joint.bone.quaternion.w)) return true;
    }
    return false;
  }
}
