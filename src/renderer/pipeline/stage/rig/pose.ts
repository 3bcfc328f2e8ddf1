import { Euler, type Object3D, Quaternion, Vector3 } from 'three';
import type { SolvedFace } from '../../../../shared/domain/solved-face.ts';

const DEG = Math.PI / 180;
const MAX_SHIFT_METRES = 0.18;
const SIDE_LEAN = 14 * DEG;
const FORWARD_LEAN = 9 * DEG;
const BREATH_PITCH = 0.5 * DEG;
const BREATH_METRES = 0.0025;

const clamp = (value: number, limit: number): number => Math.min(limit, Math.max(-limit, value));

/** What a solved face asks of a body: rotations to set and the place of the root. Filled anew, never replaced. */
export class BodyPose {
  readonly head = new Quaternion();
  readonly lean = new Quaternion();
  readonly shift = new Vector3();
  private readonly euler = new Euler();

  /** @param units world units per metre of this avatar. */
  set(face: SolvedFace, units: number): this {
    // R = Ry·Rx·Rz is three's order 'YXZ'.
    this.head.setFromEuler(this.euler.set(face.pitch, face.yaw, face.roll, 'YXZ'));
    const x = clamp(face.x, MAX_SHIFT_METRES);
    const y = clamp(face.y, MAX_SHIFT_METRES);
    const z = clamp(face.z, MAX_SHIFT_METRES);
    const pitch = (z / MAX_SHIFT_METRES) * FORWARD_LEAN - face.breath * BREATH_PITCH;
    const roll = (-x / MAX_SHIFT_METRES) * SIDE_LEAN;
    this.lean.setFromEuler(this.euler.set(pitch, 0, roll, 'YXZ'));
    this.shift.set(x * 0.45, y * 0.5 + face.breath * BREATH_METRES, z * 0.3).multiplyScalar(units);
    return this;
  }
}

const from = new Vector3();
const to = new Vector3();
const turn = new Quaternion();
const world = new Quaternion();
const parentWorld = new Quaternion();

/**
 * Turns a bone so that it points to a world direction, by the shortest way. Used once, at load.
 * @param tip a point of the bone that should lie in that direction (its child).
 */
export function aimBone(bone: Object3D, tip: Object3D, x: number, y: number, z: number): void {
  bone.updateWorldMatrix(true, true);
  bone.getWorldPosition(from);
  tip.getWorldPosition(to).sub(from);
  if (to.lengthSq() < 1e-12) return;
  turn.setFromUnitVectors(to.normalize(), from.set(x, y, z).normalize());
  bone.getWorldQuaternion(world).premultiply(turn);
  if (bone.parent) bone.parent.getWorldQuaternion(parentWorld);
  else parentWorld.identity();
  bone.quaternion.copy(parentWorld.invert().multiply(world));
  bone.updateWorldMatrix(false, true);
}

export interface Arm {
  readonly upper: Object3D;
  readonly lower: Object3D;
  readonly hand: Object3D | null;
}

/** Brings an arm from a T- or A-pose to hanging at ease: a little off the body, the elbow a little bent. */
export function lowerArm(arm: Arm): void {
  arm.upper.updateWorldMatrix(true, true);
  const shoulder = arm.upper.getWorldPosition(new Vector3());
  const elbow = arm.lower.getWorldPosition(new Vector3());
  const side = Math.sign(elbow.x - shoulder.x) || 1;
  // An arm that hangs already (a model with its own stance) keeps its stance.
  if (elbow.sub(shoulder).normalize().y < -0.8) return;
  aimBone(arm.upper, arm.lower, 0.24 * side, -0.95, -0.06);
  if (arm.hand) aimBone(arm.lower, arm.hand, 0.12 * side, -0.95, 0.26);
}
