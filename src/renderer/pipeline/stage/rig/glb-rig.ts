import { VRMUtils } from '@pixiv/three-vrm';
import { Group, type Mesh, type Object3D } from 'three';
import type { SolvedFace } from '../../../../shared/domain/solved-face.ts';
import { type HeadFrame, unitsPerMetre } from '../framing.ts';
import { SparseMorphs } from '../morphs.ts';
import { findBones } from './bone-names.ts';
import { channelOf, PRESETS, presetOf } from './channel-names.ts';
import { measureHead } from './head-frame.ts';
import { BodyPose, lowerArm } from './pose.ts';
import { type ChainLink, PoseChain } from './pose-chain.ts';
import { PRESET_INDEX, presetWeights } from './preset-weights.ts';
import type { AvatarRig } from './rig.ts';

const SHARES = [
  ['spine', 0.05],
  ['chest', 0.11],
  ['upperChest', 0.18],
  ['neck', 0.55],
  ['head', 1],
] as const;

/** One morph target and what drives it: a channel (index) or a preset (index + 1, negative). */
interface Drive {
  readonly influences: number[];
  readonly index: number;
  readonly channel: number;
  readonly preset: number;
}

function drivesOf(root: Object3D): Drive[] {
  const drives: Drive[] = [];
  const seen = new Set<number[]>();
  root.traverse((object) => {
    const { morphTargetDictionary: names, morphTargetInfluences: influences } = object as Mesh;
    if (!names || !influences || seen.has(influences)) return;
    seen.add(influences);
    const entries = Object.entries(names);
    const separate =
      entries.some(([name]) => presetOf(name) === 'blinkLeft') &&
      entries.some(([name]) => presetOf(name) === 'blinkRight');
    const hasChannels = entries.some(([name]) => channelOf(name) >= 0);
    for (const [name, index] of entries) {
      const channel = channelOf(name);
      const preset = hasChannels ? null : presetOf(name);
      if (channel >= 0) drives.push({ influences, index, channel, preset: -1 });
      else if (preset && !(preset === 'blink' && separate)) {
        drives.push({ influences, index, channel: -1, preset: PRESET_INDEX[preset] });
      }
    }
  });
  return drives;
}

function holdsEverything(node: Object3D, root: Object3D): boolean {
  let outside = false;
  root.traverse((object) => {
    if (!(object as Mesh).isMesh || outside) return;
    let inside = false;
    for (let o: Object3D | null = object; o && !inside; o = o.parent) inside = o === node;
    outside = !inside;
  });
  return !outside;
}

/** GLB: ARKit morphs under any usual spelling, bones under any usual name, or neither. */
export class GlbRig implements AvatarRig {
  readonly family = 'glb' as const;
  readonly root = new Group();
  readonly head: HeadFrame;
  readonly headNode: Object3D | null;
  readonly channels: number;
  private readonly chain: PoseChain;
  private readonly morphs: SparseMorphs;
  private readonly drives: readonly Drive[];
  private readonly presetValues = new Float32Array(PRESETS.length);
  private readonly pose = new BodyPose();
  private readonly units: number;

  constructor(scene: Object3D) {
    this.root.add(scene);
    this.root.updateMatrixWorld(true);
    const bones = findBones(scene);
    const named = bones.get('head') ?? null;
    // A node called «head» around the whole model is a name, not a joint.
    const headBone =
      named && ((named as { isBone?: boolean }).isBone || !holdsEverything(named, scene)) ? named : null;
    if (headBone) {
      const links: ChainLink[] = [];
      for (const [role, share] of SHARES) {
        const node = bones.get(role);
        if (node && (role === 'head' || isAncestor(node, headBone))) links.push({ node, share });
      }
      links.sort((a, b) => (isAncestor(a.node, b.node) ? -1 : 1));
      this.chain = new PoseChain(links);
      for (const side of ['left', 'right'] as const) {
        const upper = bones.get(`${side}UpperArm`);
        const lower = bones.get(`${side}LowerArm`);
        if (upper && lower && isAncestor(upper, lower)) {
          lowerArm({ upper, lower, hand: bones.get(`${side}Hand`) ?? null });
        }
      }
      this.headNode = headBone;
      this.head = measureHead(scene, headBone);
    } else {
      this.head = measureHead(scene, null);
      const pivot = new Group();
      pivot.position.set(this.head.centerX, this.head.bottom, this.head.centerZ);
      this.root.add(pivot);
      pivot.attach(scene);
      this.root.updateMatrixWorld(true);
      this.chain = new PoseChain([{ node: pivot, share: 1 }]);
      this.headNode = pivot;
    }
    this.units = unitsPerMetre(this.head);
    this.drives = drivesOf(scene);
    this.channels = this.drives.length;
    this.morphs = new SparseMorphs(scene);
    scene.traverse((object) => {
      object.frustumCulled = false;
    });
  }

  apply(face: SolvedFace, _dt: number): void {
    const pose = this.pose.set(face, this.units);
    this.root.position.copy(pose.shift);
    this.chain.apply(pose.head, pose.lean);
    presetWeights(face.channels, this.presetValues);
    for (let i = 0; i < this.drives.length; i++) {
      const drive = this.drives[i]!;
      drive.influences[drive.index] =
        drive.channel >= 0 ? face.channels[drive.channel]! : this.presetValues[drive.preset]!;
    }
    this.morphs.update();
  }

  dispose(): void {
    this.root.removeFromParent();
    VRMUtils.deepDispose(this.root);
  }
}

function isAncestor(ancestor: Object3D, node: Object3D): boolean {
  for (let o: Object3D | null = node; o; o = o.parent) if (o === ancestor) return true;
  return false;
}
