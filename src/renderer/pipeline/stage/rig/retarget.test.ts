import fc from 'fast-check';
import { Bone, Euler, Group, Quaternion, Vector3 } from 'three';
import { describe, expect, test } from 'vitest';
import { createAvatarPose } from '../../../../shared/domain/avatar-pose.ts';
import {
  HUMAN_BONE_INDEX,
  HUMAN_BONE_PARENT,
  HUMAN_BONES,
  type HumanBone,
} from '../../../../shared/domain/human-bones.ts';
import { GlbRig } from './glb-rig.ts';
import { HumanoidRetarget } from './retarget.ts';
import { bringToTPose, rotationIn } from './t-pose.ts';

const angle = fc.double({ min: -1.2, max: 1.2, noNaN: true });
const euler = fc.tuple(angle, angle, angle);
const rotations = fc.array(euler, { minLength: HUMAN_BONES.length, maxLength: HUMAN_BONES.length });
const quaternion = (x: number, y: number, z: number): Quaternion =>
  new Quaternion().setFromEuler(new Euler(x, y, z, 'YXZ'));

/** World offsets from the parent in the T-pose, of the left side. */
const OFFSETS: Readonly<Record<string, readonly [number, number, number]>> = {
  hips: [0, 1, 0],
  spine: [0, 0.1, 0],
  chest: [0, 0.12, 0],
  upperChest: [0, 0.12, 0],
  neck: [0, 0.12, 0],
  head: [0, 0.08, 0],
  Shoulder: [0.05, 0.05, 0],
  UpperArm: [0.12, 0, 0],
  LowerArm: [0.26, 0, 0],
  Hand: [0.24, 0, 0],
  UpperLeg: [0.09, -0.05, 0],
  LowerLeg: [0, -0.4, 0],
  Foot: [0, -0.4, 0],
  Toes: [0, -0.05, 0.12],
  IndexProximal: [0.09, 0, 0.03],
  MiddleProximal: [0.09, 0, 0.01],
  LittleProximal: [0.09, 0, -0.03],
  IndexIntermediate: [0.04, 0, 0],
  IndexDistal: [0.03, 0, 0],
};

function offsetOf(bone: HumanBone): Vector3 | null {
  const part = bone.replace(/^(left|right)/, '');
  const offset = OFFSETS[bone] ?? OFFSETS[part];
  if (!offset) return null;
  return new Vector3(...offset).multiply(new Vector3(bone.startsWith('right') ? -1 : 1, 1, 1));
}

interface Model {
  readonly root: Group;
  readonly scene: Group;
  readonly nodes: Map<HumanBone, Bone>;
}

/**
 * A model in the T-pose with any rotations of its bones' own frames, and then turned into another pose of rest by
 * world rotations of single bones.
 */
function model(
  frames: (bone: HumanBone) => Quaternion,
  rest: Partial<Record<HumanBone, Quaternion>> = {},
): Model {
  const root = new Group();
  const scene = new Group();
  root.add(scene);
  const nodes = new Map<HumanBone, Bone>();
  for (const [i, name] of HUMAN_BONES.entries()) {
    const offset = offsetOf(name);
    if (!offset) continue;
    const parentName = HUMAN_BONES[HUMAN_BONE_PARENT[i]!];
    const parent = parentName ? nodes.get(parentName)! : scene;
    const bone = new Bone();
    bone.name = name;
    bone.userData['name'] = name;
    const parentWorld = rotationIn(root, parent, new Quaternion());
    bone.position.copy(offset).applyQuaternion(parentWorld.clone().invert());
    bone.quaternion.copy(parentWorld.invert().multiply(frames(name)));
    parent.add(bone);
    nodes.set(name, bone);
  }
  for (const [name, turn] of Object.entries(rest)) {
    const bone = nodes.get(name as HumanBone)!;
    const world = rotationIn(root, bone, new Quaternion()).premultiply(turn);
    bone.quaternion.copy(rotationIn(root, bone.parent!, new Quaternion()).invert().multiply(world));
  }
  root.updateMatrixWorld(true);
  return { root, scene, nodes };
}

function direction({ root, nodes }: Model, from: HumanBone, to: HumanBone): Vector3 {
  root.updateMatrixWorld(true);
  return nodes
    .get(to)!
    .getWorldPosition(new Vector3())
    .sub(nodes.get(from)!.getWorldPosition(new Vector3()))
    .normalize();
}

const LIMBS = [
  ['leftUpperArm', 'leftLowerArm', [1, 0, 0]],
  ['leftLowerArm', 'leftHand', [1, 0, 0]],
  ['rightUpperArm', 'rightLowerArm', [-1, 0, 0]],
  ['rightLowerArm', 'rightHand', [-1, 0, 0]],
  ['leftUpperLeg', 'leftLowerLeg', [0, -1, 0]],
  ['rightLowerLeg', 'rightFoot', [0, -1, 0]],
  ['leftIndexProximal', 'leftIndexIntermediate', [1, 0, 0]],
] as const;

function worlds(local: readonly (readonly [number, number, number])[]): Quaternion[] {
  const found: Quaternion[] = [];
  local.forEach(([x, y, z], i) => {
    const parent = found[HUMAN_BONE_PARENT[i]!];
    found.push(parent ? parent.clone().multiply(quaternion(x, y, z)) : quaternion(x, y, z));
  });
  return found;
}

function poseOf(local: readonly (readonly [number, number, number])[]): Float32Array {
  const pose = createAvatarPose();
  local.forEach(([x, y, z], i) => {
    quaternion(x, y, z).toArray(pose.rotations, i * 4);
  });
  return pose.rotations;
}

describe('HumanoidRetarget', () => {
  test('every bone has the pose’s rotation in the world, whatever its own frame, and whichever are missing', () => {
    fc.assert(
      fc.property(
        rotations,
        rotations,
        fc.uint8Array({ minLength: 55, maxLength: 55 }),
        (frames, local, drop) => {
          const made = model((bone) => quaternion(...frames[HUMAN_BONE_INDEX[bone]]!));
          const rest = new Map(
            [...made.nodes].map(([bone, node]) => [bone, rotationIn(made.root, node, new Quaternion())]),
          );
          // Hands and feet that are missing leave their own turn out; those are another rule's.
          const kept = new Map(
            [...made.nodes].filter(([bone]) => drop[HUMAN_BONE_INDEX[bone]]! > 80 || /Hand|Foot/.test(bone)),
          );
          const retarget = new HumanoidRetarget(made.root, kept);
          retarget.apply(poseOf(local));
          const wanted = worlds(local);
          for (const [bone, node] of kept) {
            const turned = rotationIn(made.root, node, new Quaternion()).multiply(
              rest.get(bone)!.clone().invert(),
            );
            expect(turned.angleTo(wanted[HUMAN_BONE_INDEX[bone]]!), bone).toBeLessThan(4e-3);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('the T-pose of a model that rests otherwise', () => {
  const straight = (): Quaternion => new Quaternion();
  const rolled = (bone: HumanBone): Quaternion =>
    quaternion(bone.length * 0.3, bone.length * 0.7, bone.length);
  const z = (degrees: number): Quaternion => quaternion(0, 0, (degrees * Math.PI) / 180);
  const y = (degrees: number): Quaternion => quaternion(0, (degrees * Math.PI) / 180, 0);
  const x = (degrees: number): Quaternion => quaternion((degrees * Math.PI) / 180, 0, 0);
  const RESTS: Record<string, Partial<Record<HumanBone, Quaternion>>> = {
    'the T-pose': {},
    'an A-pose': { leftUpperArm: z(-45), rightUpperArm: z(45), leftUpperLeg: z(8), rightUpperLeg: z(-8) },
    'hanging arms': { leftUpperArm: z(-88), rightUpperArm: z(88) },
    'arms to the front': { leftUpperArm: y(-85), rightUpperArm: y(85) },
    'bent elbows, knees and fingers': {
      leftUpperArm: z(-60),
      leftLowerArm: x(-70),
      rightUpperArm: z(50),
      leftUpperLeg: x(-40),
      leftLowerLeg: x(60),
      leftIndexProximal: z(-50),
    },
    'palms to the front': { leftHand: x(-80), rightHand: x(-80) },
  };

  for (const [name, rest] of Object.entries(RESTS)) {
    for (const frames of [straight, rolled]) {
      test(`${name}, bones’ frames ${frames.name}`, () => {
        const made = model(frames, rest);
        bringToTPose(made.root, made.nodes, false);
        for (const [from, to, wanted] of LIMBS) {
          const apart = direction(made, from, to).angleTo(new Vector3(...wanted));
          // Fingers may fan out, but not hang.
          const finger = from === 'leftIndexProximal';
          expect((apart * 180) / Math.PI, from).toBeLessThan(finger ? 18 : 3);
          if (finger) expect(Math.abs(direction(made, from, to).y)).toBeLessThan(0.05);
        }
        // Palms look down: the index finger is in front of the little one.
        for (const side of ['left', 'right'] as const) {
          const across = direction(made, `${side}LittleProximal`, `${side}IndexProximal`);
          expect((across.angleTo(new Vector3(0, 0, 1)) * 180) / Math.PI, side).toBeLessThan(4);
          expect(direction(made, `${side}Foot`, `${side}Toes`).z, `${side} toes`).toBeGreaterThan(0.7);
        }
      });
    }
  }
});

describe('GlbRig', () => {
  test('a model that looks to −Z is turned to the front, its left at +X', () => {
    const made = model(() => new Quaternion());
    made.scene.rotation.y = Math.PI;
    const scene = new Group();
    scene.add(made.scene);
    const rig = new GlbRig(scene);
    rig.root.updateMatrixWorld(true);
    expect(
      direction({ ...made, root: rig.root as Group }, 'rightUpperArm', 'leftUpperArm').x,
    ).toBeGreaterThan(0.99);
    expect(direction({ ...made, root: rig.root as Group }, 'leftFoot', 'leftToes').z).toBeGreaterThan(0.7);
  });

  test('names that mean the other side are exchanged, not the model turned round', () => {
    const made = model(() => new Quaternion());
    for (const node of made.nodes.values()) {
      const name = node.name.replace(/^left|^right/, (side) => (side === 'left' ? 'right' : 'left'));
      node.userData['name'] = name;
    }
    const rig = new GlbRig(made.scene);
    rig.root.updateMatrixWorld(true);
    expect(rig.naming.bones.leftUpperArm?.name).toBe('rightUpperArm');
    expect(made.nodes.get('leftHand')!.getWorldPosition(new Vector3()).x).toBeGreaterThan(0.5);
    expect(direction({ ...made, root: rig.root as Group }, 'leftFoot', 'leftToes').z).toBeGreaterThan(0.7);
  });

  test('the user’s mapping goes before the names', () => {
    const made = model(() => new Quaternion());
    const rig = new GlbRig(made.scene, {
      bones: { head: 'neck', neck: null, leftHand: 'no such node' },
      channels: {},
    });
    expect(rig.naming.bones.head).toEqual({ name: 'neck', confidence: 1 });
    expect(rig.naming.bones.neck).toBeUndefined();
    expect(rig.naming.bones.leftHand?.name).toBe('leftHand');
    expect(rig.naming.degraded).toContain('no-neck');
    expect(rig.headNode).toBe(made.nodes.get('neck'));
  });

  test('without eyes the head follows the gaze a little', () => {
    const made = model(() => new Quaternion());
    const rig = new GlbRig(made.scene);
    const pose = createAvatarPose();
    pose.gazeYaw = 0.4;
    rig.apply(pose, 0);
    const head = rotationIn(rig.root, rig.headNode!, new Quaternion());
    const forward = new Vector3(0, 0, 1).applyQuaternion(head);
    expect(Math.atan2(forward.x, forward.z)).toBeCloseTo(0.06, 3);
  });
});
