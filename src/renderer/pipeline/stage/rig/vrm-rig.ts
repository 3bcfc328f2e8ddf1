import {
  type VRM,
  type VRMExpression,
  type VRMHumanBoneName,
  VRMLookAtBoneApplier,
  type VRMLookAtRangeMap,
  VRMUtils,
} from '@pixiv/three-vrm';
import { Group, MathUtils, type Mesh, type Object3D, type SkinnedMesh } from 'three';
import { ARKIT_COUNT } from '../../../../shared/domain/arkit.ts';
import type { SolvedFace } from '../../../../shared/domain/solved-face.ts';
import { type HeadFrame, unitsPerMetre } from '../framing.ts';
import { SparseMorphs } from '../morphs.ts';
import { channelOf, PRESETS } from './channel-names.ts';
import { measureHead } from './head-frame.ts';
import { aimBone, BodyPose, lowerArm } from './pose.ts';
import { PoseChain } from './pose-chain.ts';
import { PRESET_INDEX, presetWeights } from './preset-weights.ts';
import type { AvatarRig } from './rig.ts';

/** Part of the head's turn that each bone has made, from the hips up. */
const SHARES: readonly (readonly [VRMHumanBoneName, number])[] = [
  ['spine', 0.05],
  ['chest', 0.11],
  ['upperChest', 0.18],
  ['neck', 0.55],
  ['head', 1],
];
const SPRING_STEP = 1 / 60;
const SPRING_STEPS_MAX = 4;
const SETTLE_STEPS = 120;
/** A VRM's range map is made for targets up to 90° aside; eyes of a person at a screen stay within about 35°. */
const GAZE_GAIN = 90 / 35;
/** Below this many matching expressions a model has no perfect sync, only a name by chance. */
const PERFECT_SYNC_MIN = 20;

interface Bound {
  readonly expression: VRMExpression;
  /** Index into the 52 channels, or into PRESETS. */
  readonly source: number;
}

function perfectSync(vrm: VRM): Bound[] {
  const bound: Bound[] = [];
  for (const expression of vrm.expressionManager?.expressions ?? []) {
    const source = channelOf(expression.expressionName);
    if (source >= 0 && expression.binds.length > 0) bound.push({ expression, source });
  }
  return bound.length >= PERFECT_SYNC_MIN ? bound : [];
}

function presetsOf(vrm: VRM): Bound[] {
  const bound: Bound[] = [];
  const find = (name: string): VRMExpression | null => {
    const expression = vrm.expressionManager?.getExpression(name) ?? null;
    return expression && expression.binds.length > 0 ? expression : null;
  };
  const separate = find('blinkLeft') !== null && find('blinkRight') !== null;
  for (const name of PRESETS) {
    if (name === 'blink' && separate) continue;
    if ((name === 'blinkLeft' || name === 'blinkRight') && !separate) continue;
    const expression = find(name);
    if (expression) bound.push({ expression, source: PRESET_INDEX[name] });
  }
  return bound;
}

/** Whether the eyeLook shapes move what is skinned to the eye bones: then turning the bones too would double it. */
function morphsTurnEyes(vrm: VRM, bound: readonly Bound[]): boolean {
  const eyes = [vrm.humanoid.getRawBoneNode('leftEye'), vrm.humanoid.getRawBoneNode('rightEye')];
  const look = bound.find(({ expression }) => /look.?out.?left/i.test(expression.expressionName));
  if (!look) return false;
  for (const bind of look.expression.binds) {
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

function isBelow(object: Object3D, ancestor: Object3D): boolean {
  for (let o: Object3D | null = object; o; o = o.parent) if (o === ancestor) return true;
  return false;
}

function gazeGain(vrm: VRM): number {
  const applier = vrm.lookAt?.applier;
  const map = (applier as { rangeMapHorizontalOuter?: VRMLookAtRangeMap } | undefined)
    ?.rangeMapHorizontalOuter;
  if (!map || map.inputMaxValue <= 0) return 1;
  const slope = map.outputScale / map.inputMaxValue;
  const natural = applier instanceof VRMLookAtBoneApplier && slope > 0 ? 1 / slope : GAZE_GAIN;
  return Math.max(1, Math.min(GAZE_GAIN, natural));
}

/** VRM 0.x and 1.0, perfect sync or presets. */
export class VrmRig implements AvatarRig {
  readonly family: 'vrm0' | 'vrm1';
  readonly root = new Group();
  readonly head: HeadFrame;
  readonly headNode: Object3D | null;
  readonly channels: number;
  private readonly vrm: VRM;
  private readonly chain: PoseChain;
  private readonly morphs: SparseMorphs;
  private readonly sync: readonly Bound[];
  private readonly presets: readonly Bound[];
  private readonly eyesByMorph: boolean;
  private readonly presetValues = new Float32Array(PRESETS.length);
  private readonly pose = new BodyPose();
  private readonly units: number;
  private readonly gain: number;
  private springDebt = 0;

  constructor(vrm: VRM) {
    this.vrm = vrm;
    this.family = vrm.meta.metaVersion === '0' ? 'vrm0' : 'vrm1';
    VRMUtils.rotateVRM0(vrm);
    this.root.add(vrm.scene);
    this.root.updateMatrixWorld(true);
    const bone = (name: VRMHumanBoneName): Object3D | null => vrm.humanoid.getNormalizedBoneNode(name);
    const links = SHARES.flatMap(([name, share]) => {
      const node = bone(name);
      return node ? [{ node, share }] : [];
    });
    this.chain = new PoseChain(links);
    for (const side of ['left', 'right'] as const) {
      const upper = bone(`${side}UpperArm`);
      const lower = bone(`${side}LowerArm`);
      if (upper && lower) lowerArm({ upper, lower, hand: bone(`${side}Hand`) });
      this.relaxFingers(side);
    }
    vrm.humanoid.update();
    this.root.updateMatrixWorld(true);

    this.sync = perfectSync(vrm);
    this.presets = this.sync.length > 0 ? [] : presetsOf(vrm);
    this.channels = this.sync.length + this.presets.length;
    this.eyesByMorph = morphsTurnEyes(vrm, this.sync);
    this.gain = gazeGain(vrm);
    this.headNode = vrm.humanoid.getRawBoneNode('head');
    this.head = measureHead(vrm.scene, this.headNode);
    this.units = unitsPerMetre(this.head);
    this.morphs = new SparseMorphs(vrm.scene);
    vrm.scene.traverse((object) => {
      object.frustumCulled = false;
    });
    this.settle();
  }

  apply(face: SolvedFace, dt: number): void {
    const { vrm } = this;
    const pose = this.pose.set(face, this.units);
    this.root.position.copy(pose.shift);
    this.chain.apply(pose.head, pose.lean);
    this.express(face);
    vrm.humanoid.update();
    if (vrm.lookAt) {
      const gain = this.eyesByMorph ? 0 : this.gain * MathUtils.RAD2DEG;
      vrm.lookAt.yaw = face.gazeYaw * gain;
      vrm.lookAt.pitch = face.gazePitch * gain;
      vrm.lookAt.update(dt);
    }
    vrm.expressionManager?.update();
    this.morphs.update();
    vrm.nodeConstraintManager?.update();
    this.spring(dt);
    for (const material of vrm.materials ?? []) {
      (material as { update?: (dt: number) => void }).update?.(dt);
    }
  }

  dispose(): void {
    this.root.removeFromParent();
    VRMUtils.deepDispose(this.root);
  }

  private express(face: SolvedFace): void {
    for (let i = 0; i < this.sync.length; i++) {
      const { expression, source } = this.sync[i]!;
      expression.weight = source < ARKIT_COUNT ? face.channels[source]! : 0;
    }
    if (this.presets.length === 0) return;
    presetWeights(face.channels, this.presetValues);
    for (let i = 0; i < this.presets.length; i++) {
      const { expression, source } = this.presets[i]!;
      expression.weight = this.presetValues[source]!;
    }
  }

  /** Lets hair and cloth come to rest before the first picture instead of in it. */
  private settle(): void {
    const springs = this.vrm.springBoneManager;
    springs?.reset();
    for (let i = 0; springs && i < SETTLE_STEPS; i++) springs.update(SPRING_STEP);
  }

  /** Steps of fixed length, because the spring's stiffness is per step; after a pause only a few are made up. */
  private spring(dt: number): void {
    const springs = this.vrm.springBoneManager;
    if (!springs || springs.joints.size === 0) return;
    this.springDebt = Math.min(this.springDebt + dt, SPRING_STEP * SPRING_STEPS_MAX);
    while (this.springDebt >= SPRING_STEP) {
      springs.update(SPRING_STEP);
      this.springDebt -= SPRING_STEP;
    }
  }

  /** Straight fingers look like a doll's; each joint bends a little towards the palm, which faces the thigh. */
  private relaxFingers(side: 'left' | 'right'): void {
    const node = (name: string): Object3D | null =>
      this.vrm.humanoid.getNormalizedBoneNode(`${side}${name}` as VRMHumanBoneName);
    const inward = side === 'left' ? -1 : 1;
    for (const finger of ['Index', 'Middle', 'Ring', 'Little']) {
      const proximal = node(`${finger}Proximal`);
      const middle = node(`${finger}Intermediate`);
      const tip = node(`${finger}Distal`);
      if (proximal && middle) aimBone(proximal, middle, 0.02 * inward, -0.95, 0.22);
      if (middle && tip) aimBone(middle, tip, 0.3 * inward, -0.95, 0.15);
    }
  }
}
