import { type Object3D, Quaternion } from 'three';
import {
  HUMAN_BONE_COUNT,
  HUMAN_BONE_INDEX,
  HUMAN_BONE_PARENT,
  HUMAN_BONES,
  type HumanBone,
} from '../../../../shared/domain/human-bones.ts';
import { copyQuaternion, multiply, setIdentity } from '../../../../shared/math/quaternion.ts';
import { type HumanNodes, rotationIn } from './t-pose.ts';

interface Link {
  readonly node: Object3D;
  readonly bone: number;
  /** The nearest bone above it in the model, −1: none. */
  readonly above: number;
  /** Inverse rotation of its actual parent in the T-pose. */
  readonly parent: Quaternion;
  /** Its own rotation in the T-pose. */
  readonly rest: Quaternion;
}

/** Where such a bone is missing its own turn is left out; any other missing bone's turn goes to what hangs on it. */
const LEFT_OUT: ReadonlySet<HumanBone> = new Set(['leftHand', 'rightHand', 'leftFoot', 'rightFoot']);

/**
 * Puts the normalised pose on a model of any bones. The pose's rotations are summed up along the human skeleton, and
 * every bone of the model gets the rotation in the world that its human bone has, times its own in the T-pose; what
 * it takes for that is worked out against its actual parent. So the directions of all bones are those of the pose
 * whatever the model's rest rotations are, whatever bones are missing and whatever nodes lie between, which do not move.
 * The root's frame is that of the pose (+Z front, Y up, left at +X). Allocates nothing after the construction.
 */
export class HumanoidRetarget {
  private readonly links: Link[] = [];
  /** World rotation of each human bone, (x, y, z, w). */
  private readonly world = new Float64Array(HUMAN_BONE_COUNT * 4);
  /** What the pose says of each, in numbers as wide. */
  private readonly local = new Float64Array(HUMAN_BONE_COUNT * 4);
  private readonly skipped: Uint8Array;
  private readonly way = new Quaternion();

  /** @param nodes the model's bones, standing in the T-pose (see bringToTPose) below `root`. */
  constructor(root: Object3D, nodes: HumanNodes) {
    const boneOf = new Map<Object3D, number>();
    for (const [bone, node] of nodes) boneOf.set(node, HUMAN_BONE_INDEX[bone]);
    this.skipped = Uint8Array.from(HUMAN_BONES, (bone) => (LEFT_OUT.has(bone) && !nodes.has(bone) ? 1 : 0));
    for (const [node, bone] of boneOf) {
      let above = -1;
      for (let at = node.parent; at && at !== root && above < 0; at = at.parent) above = boneOf.get(at) ?? -1;
      const parent = new Quaternion();
      if (node.parent && node.parent !== root) rotationIn(root, node.parent, parent).invert();
      const rest = rotationIn(root, node, new Quaternion());
      this.links.push({ node, bone, above, parent, rest });
    }
    this.spread(null);
  }

  /** @param rotations 55 quaternions as {@link AvatarPose} has them. */
  apply(rotations: Float32Array): void {
    this.spread(rotations);
    for (let i = 0; i < this.links.length; i++) this.place(this.links[i]!);
  }

  /** Turns one bone further, by a rotation in its human parent's frame that the pose does not hold (gaze, jaw). */
  turn(bone: number, by: Quaternion): void {
    for (let i = 0; i < this.links.length; i++) {
      const link = this.links[i]!;
      if (link.bone !== bone) continue;
      multiplyAt(this.world, bone, by);
      this.place(link);
    }
  }

  private place(link: Link): void {
    const { quaternion } = link.node;
    quaternion.copy(link.parent);
    if (link.above >= 0) quaternion.multiply(read(this.world, link.above, this.way).invert());
    quaternion.multiply(read(this.world, link.bone, this.way)).multiply(link.rest);
  }

  private spread(rotations: Float32Array | null): void {
    const { world, local } = this;
    if (rotations) local.set(rotations);
    for (let i = 0; i < HUMAN_BONE_COUNT; i++) {
      const at = i * 4;
      const parent = HUMAN_BONE_PARENT[i]! * 4;
      if (!rotations || this.skipped[i] === 1) setIdentity(local, at);
      if (parent < 0) copyQuaternion(world, at, local, at);
      else multiply(world, at, world, parent, local, at);
    }
  }
}

function read(world: Float64Array, bone: number, out: Quaternion): Quaternion {
  const at = bone * 4;
  return out.set(world[at]!, world[at + 1]!, world[at + 2]!, world[at + 3]!);
}

const scratch = new Quaternion();
function multiplyAt(world: Float64Array, bone: number, by: Quaternion): void {
  read(world, bone, scratch).multiply(by);
  const at = bone * 4;
  world[at] = scratch.x;
  world[at + 1] = scratch.y;
  world[at + 2] = scratch.z;
  world[at + 3] = scratch.w;
}
