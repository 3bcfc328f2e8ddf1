import { type VRM, type VRMExpression, VRMLookAtBoneApplier, type VRMLookAtRangeMap } from '@pixiv/three-vrm';
import { MathUtils, type Mesh, type Object3D, Quaternion, type SkinnedMesh } from 'three';
import type { AvatarPose } from '../../../../shared/domain/avatar-pose.ts';
import { HUMAN_BONE_INDEX } from '../../../../shared/domain/human-bones.ts';
import { clamp } from '../../../../shared/math/scalar.ts';
import { isBelow } from './model-bones.ts';
import { rotationIn } from './t-pose.ts';

/** A VRM's range map is made for targets up to 90° aside; eyes of a person at a screen stay within about 35°. */
const GAZE_GAIN = 90 / 35;

function gazeGain(vrm: VRM): number {
  const applier = vrm.lookAt?.applier;
  const map = (applier as { rangeMapHorizontalOuter?: VRMLookAtRangeMap } | undefined)
    ?.rangeMapHorizontalOuter;
  if (!map || map.inputMaxValue <= 0) return 1;
  const slope = map.outputScale / map.inputMaxValue;
  const natural = applier instanceof VRMLookAtBoneApplier && slope > 0 ? 1 / slope : GAZE_GAIN;
  return clamp(natural, 1, GAZE_GAIN);
}

/** Whether an eyeLook shape moves what is skinned to the eye bones: then turning the bones too would double it. */
function movesEyes(look: VRMExpression, eyes: readonly (Object3D | null)[]): boolean {
  for (const bind of look.binds) {
    const { primitives, index } = bind as { primitives?: Mesh[]; index?: number };
    for (const mesh of primitives ?? []) {
      const target = index === undefined ? undefined : mesh.geometry.morphAttributes.position?.[index];
      const skinned = mesh as SkinnedMesh;
      if (!target) continue;
      if (!skinned.isSkinnedMesh) {
        if (eyes.some((eye) => eye && isBelow(mesh, eye))) return true;
        continue;
      }
      const bones = skinned.skeleton.bones.map((bone) => eyes.includes(bone));
      const joints = skinned.geometry.attributes['skinIndex']!;
      const weights = skinned.geometry.attributes['skinWeight']!;
      for (let i = 0; i < target.count; i++) {
        if (Math.abs(target.getX(i)) + Math.abs(target.getY(i)) + Math.abs(target.getZ(i)) < 1e-5) continue;
        for (let k = 0; k < 4; k++) {
          if (bones[joints.getComponent(i, k)] && weights.getComponent(i, k) > 0.5) return true;
        }
      }
    }
  }
  return false;
}

interface Eye {
  readonly node: Object3D;
  readonly bone: number;
  readonly rest: Quaternion;
  readonly parent: Quaternion;
  readonly inverse: Quaternion;
}

/** The gaze of a VRM by its own lookAt rule, and on top of it what the pose turns the eye bones by. */
export class VrmEyes {
  private readonly vrm: VRM;
  private readonly gain: number;
  private readonly eyes: Eye[] = [];
  private readonly turn = new Quaternion();

  /** @param lookOut perfect sync's expression that turns an eye; null: there is none */
  constructor(root: Object3D, vrm: VRM, lookOut: VRMExpression | null) {
    this.vrm = vrm;
    for (const name of ['leftEye', 'rightEye'] as const) {
      const node = vrm.humanoid.getRawBoneNode(name);
      if (!node?.parent) continue;
      const parent = rotationIn(root, node.parent, new Quaternion());
      const rest = node.quaternion.clone();
      this.eyes.push({ node, bone: HUMAN_BONE_INDEX[name], rest, parent, inverse: parent.clone().invert() });
    }
    const byBone = vrm.lookAt?.applier instanceof VRMLookAtBoneApplier;
    const doubled =
      lookOut !== null &&
      (!byBone ||
        movesEyes(
          lookOut,
          this.eyes.map(({ node }) => node),
        ));
    this.gain = doubled ? 0 : gazeGain(vrm) * MathUtils.RAD2DEG;
  }

  /** After the bones were set. Allocates nothing. */
  apply(pose: AvatarPose, dt: number): void {
    const { lookAt } = this.vrm;
    if (!lookAt) return;
    // A lookAt by expression leaves the bones where the last frame turned them.
    for (let i = 0; i < this.eyes.length; i++) this.eyes[i]!.node.quaternion.copy(this.eyes[i]!.rest);
    lookAt.yaw = pose.gazeYaw * this.gain;
    lookAt.pitch = pose.gazePitch * this.gain;
    lookAt.update(dt);
    const { rotations } = pose;
    for (let i = 0; i < this.eyes.length; i++) {
      const { node, bone, parent, inverse } = this.eyes[i]!;
      const at = bone * 4;
      const turned = Math.abs(rotations[at]!) + Math.abs(rotations[at + 1]!) + Math.abs(rotations[at + 2]!);
      if (turned < 1e-5) continue;
      this.turn.set(rotations[at]!, rotations[at + 1]!, rotations[at + 2]!, rotations[at + 3]!);
      node.quaternion.premultiply(parent).premultiply(this.turn).premultiply(inverse);
    }
  }
}
