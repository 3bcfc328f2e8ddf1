import { type Object3D, Quaternion, Vector3 } from 'three';
import type { HumanBone } from '../../../../shared/domain/human-bones.ts';
import { clampAbs } from '../../../../shared/math/scalar.ts';

export type HumanNodes = ReadonlyMap<HumanBone, Object3D>;

const DEG = Math.PI / 180;
/** What a limb may be off the T-pose and still count as one: a model's own knees and elbows are not quite straight. */
const LIMB_SLACK = 2 * DEG;
const SHOULDER_SLACK = 35 * DEG;
const TORSO_SLACK = 20 * DEG;
const FOOT_SLACK = 40 * DEG;
const THUMB_SLACK = 30 * DEG;
/** Fingers may fan out by this. */
const FAN = 15 * DEG;
/** Palms of a model that says where its T-pose is are taken as they are up to this. */
const PALM_SLACK = 12 * DEG;

const SIDES = ['left', 'right'] as const;
type Side = (typeof SIDES)[number];
const FINGERS = ['Index', 'Middle', 'Ring', 'Little'] as const;

const a = new Vector3();
const b = new Vector3();
const axis = new Vector3();
const turn = new Quaternion();
const world = new Quaternion();
const parentWorld = new Quaternion();

/** Rotation against the root, without what scales and mirrors would make of a matrix. */
export function rotationIn(root: Object3D, node: Object3D, out: Quaternion): Quaternion {
  out.identity();
  for (let at: Object3D | null = node; at && at !== root; at = at.parent) out.premultiply(at.quaternion);
  return out;
}

function place(node: Object3D, out: Vector3): Vector3 {
  node.updateWorldMatrix(true, false);
  return out.setFromMatrixPosition(node.matrixWorld);
}

/** Turns a node about its own place by a rotation given in the root's frame. */
function turnNode(root: Object3D, node: Object3D, by: Quaternion): void {
  rotationIn(root, node, world).premultiply(by);
  setRotation(root, node, world);
}

function setRotation(root: Object3D, node: Object3D, wanted: Quaternion): void {
  if (node.parent && node.parent !== root) rotationIn(root, node.parent, parentWorld);
  else parentWorld.identity();
  node.quaternion.copy(parentWorld.invert()).multiply(wanted).normalize();
  node.updateWorldMatrix(false, true);
}

/** Turns a bone by the shortest way so that its tip lies within `slack` radians of a direction. */
function aim(root: Object3D, node: Object3D, tip: Vector3, wanted: Vector3, slack: number): void {
  a.copy(tip).sub(place(node, b));
  if (a.lengthSq() < 1e-12) return;
  a.normalize();
  b.copy(wanted).normalize();
  const angle = a.angleTo(b);
  if (angle <= slack) return;
  turn.setFromUnitVectors(a, b);
  if (slack > 0) turn.slerp(IDENTITY, slack / angle);
  turnNode(root, node, turn);
}
const IDENTITY = new Quaternion();

/**
 * Where a bone that has no next one ends: at its only child with a length, or between its children.
 * @returns null where there is nothing to tell
 */
function ownEnd(node: Object3D): Vector3 | null {
  const here = place(node, new Vector3());
  const sum = new Vector3();
  let count = 0;
  for (const child of node.children) {
    if ((child as { isMesh?: boolean }).isMesh) continue;
    const at = place(child, new Vector3());
    if (at.distanceToSquared(here) < 1e-12) continue;
    sum.add(at);
    count++;
  }
  return count > 0 ? sum.divideScalar(count) : null;
}

function middleOf(nodes: readonly (Object3D | undefined)[]): Vector3 | null {
  const sum = new Vector3();
  let count = 0;
  for (const node of nodes) {
    if (!node) continue;
    sum.add(place(node, a));
    count++;
  }
  return count > 0 ? sum.divideScalar(count) : null;
}

/**
 * Brings a model that looks to +Z into the T-pose, whatever pose it rests in: arms out to the sides with the palms
 * down, legs down, fingers straight, thumbs at 45° to the front. Bones are turned by the shortest way, so that an
 * A-pose keeps its elbows and knees the right way round; the roll of a hand is measured at its knuckles.
 * @param declared the file says that its rest pose is the T-pose (VRM): hands and feet are then left as they are
 */
export function bringToTPose(root: Object3D, nodes: HumanNodes, declared: boolean): void {
  root.updateMatrixWorld(true);
  const feet = new Map<Side, Quaternion>();
  for (const side of SIDES) {
    const foot = nodes.get(`${side}Foot`);
    if (foot) feet.set(side, rotationIn(root, foot, new Quaternion()));
  }
  const base = nodes.get('hips') ?? nodes.get('spine') ?? nodes.get('chest');
  const top = nodes.get('neck') ?? nodes.get('head');
  if (base && top && base !== top && !declared) {
    const head = nodes.get('head');
    const kept = head ? rotationIn(root, head, new Quaternion()) : null;
    aim(root, base, place(top, new Vector3()), UP, TORSO_SLACK);
    if (head && kept) setRotation(root, head, kept);
  }
  for (const side of SIDES) {
    arm(root, nodes, side, declared);
    leg(root, nodes, side, feet.get(side) ?? null);
  }
}
const UP = new Vector3(0, 1, 0);
const DOWN = new Vector3(0, -1, 0);

function arm(root: Object3D, nodes: HumanNodes, side: Side, declared: boolean): void {
  const out = new Vector3(side === 'left' ? 1 : -1, 0, 0);
  const shoulder = nodes.get(`${side}Shoulder`);
  const upper = nodes.get(`${side}UpperArm`);
  const lower = nodes.get(`${side}LowerArm`);
  const hand = nodes.get(`${side}Hand`);
  const knuckles = FINGERS.map((finger) => nodes.get(`${side}${finger}Proximal`));
  const palm = middleOf(knuckles);
  if (shoulder && upper) aim(root, shoulder, place(upper, new Vector3()), out, SHOULDER_SLACK);
  if (upper) {
    const elbow = lower ? place(lower, new Vector3()) : ownEnd(upper);
    if (elbow) aim(root, upper, elbow, out, LIMB_SLACK);
  }
  if (lower) {
    const wrist = hand ? place(hand, new Vector3()) : (middleOf(knuckles) ?? ownEnd(lower));
    if (wrist) aim(root, lower, wrist, out, LIMB_SLACK);
  }
  if (hand && palm) {
    aim(root, hand, middleOf(knuckles)!, out, declared ? PALM_SLACK : LIMB_SLACK);
    level(root, nodes, side, out, declared);
  }
  for (const finger of FINGERS) straighten(root, nodes, side, finger, out);
  thumb(root, nodes, side, out);
}

/** Rolls a hand until its palm looks down; half of it in the forearm, as a person does. */
function level(root: Object3D, nodes: HumanNodes, side: Side, out: Vector3, declared: boolean): void {
  const hand = nodes.get(`${side}Hand`)!;
  const front = nodes.get(`${side}IndexProximal`) ?? nodes.get(`${side}MiddleProximal`);
  const back = nodes.get(`${side}LittleProximal`) ?? nodes.get(`${side}RingProximal`);
  if (!front || !back || front === back) return;
  const across = place(front, new Vector3()).sub(place(back, new Vector3()));
  across.x = 0;
  if (across.lengthSq() < 1e-12) return;
  const roll = Math.atan2(across.y, across.z);
  if (Math.abs(roll) <= (declared ? PALM_SLACK : LIMB_SLACK)) return;
  // A turn about +X by r takes (0, sin r, cos r) to +Z.
  const lower = nodes.get(`${side}LowerArm`);
  axis.set(1, 0, 0);
  if (lower) turnNode(root, lower, turn.setFromAxisAngle(axis, roll / 2));
  turnNode(root, hand, turn.setFromAxisAngle(axis, lower ? roll / 2 : roll));
  aim(root, hand, middleOf(FINGERS.map((finger) => nodes.get(`${side}${finger}Proximal`)))!, out, LIMB_SLACK);
}

function straighten(
  root: Object3D,
  nodes: HumanNodes,
  side: Side,
  finger: (typeof FINGERS)[number],
  out: Vector3,
): void {
  const joints = (['Proximal', 'Intermediate', 'Distal'] as const).flatMap(
    (part) => nodes.get(`${side}${finger}${part}`) ?? [],
  );
  const wanted = out.clone();
  joints.forEach((joint, i) => {
    const next = joints[i + 1];
    const tip = next ? place(next, new Vector3()) : ownEnd(joint);
    if (!tip) return;
    if (i === 0) {
      const way = tip.clone().sub(place(joint, b));
      const fan = clampAbs(Math.atan2(way.z, way.x * out.x), FAN);
      wanted.set(out.x * Math.cos(fan), 0, Math.sin(fan));
    }
    aim(root, joint, tip, wanted, LIMB_SLACK);
  });
}

function thumb(root: Object3D, nodes: HumanNodes, side: Side, out: Vector3): void {
  const joints = (['Metacarpal', 'Proximal', 'Distal'] as const).flatMap(
    (part) => nodes.get(`${side}Thumb${part}`) ?? [],
  );
  const wanted = new Vector3(out.x, 0, 1);
  joints.forEach((joint, i) => {
    const next = joints[i + 1];
    const tip = next ? place(next, new Vector3()) : ownEnd(joint);
    if (tip) aim(root, joint, tip, wanted, THUMB_SLACK);
  });
}

function leg(root: Object3D, nodes: HumanNodes, side: Side, rest: Quaternion | null): void {
  const upper = nodes.get(`${side}UpperLeg`);
  const lower = nodes.get(`${side}LowerLeg`);
  const foot = nodes.get(`${side}Foot`);
  const toes = nodes.get(`${side}Toes`);
  if (upper && lower) aim(root, upper, place(lower, new Vector3()), DOWN, LIMB_SLACK);
  if (lower) {
    const ankle = foot ? place(foot, new Vector3()) : ownEnd(lower);
    if (ankle) aim(root, lower, ankle, DOWN, LIMB_SLACK);
  }
  if (!foot || !rest) return;
  // The sole stays as flat as it was; only a foot that points somewhere else is turned to the front.
  setRotation(root, foot, rest);
  if (toes) aim(root, foot, place(toes, new Vector3()), new Vector3(0, -0.4, 1), FOOT_SLACK);
}
