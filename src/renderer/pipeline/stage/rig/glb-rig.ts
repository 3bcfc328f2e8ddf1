import { VRMUtils } from '@pixiv/three-vrm';
import { Group, type Object3D } from 'three';
import { type AvatarMapping, NO_MAPPING } from '../../../../shared/domain/avatar-mapping.ts';
import type { AvatarPose } from '../../../../shared/domain/avatar-pose.ts';
import { degradeRules, looksByMorph } from '../../../../shared/domain/rig-degrade.ts';
import type { RigNaming } from '../../../../shared/domain/rig-naming.ts';
import { guessMorphs, PRESETS } from '../../../../shared/domain/rig-naming-morphs.ts';
import { type HeadFrame, unitsPerMetre } from '../framing.ts';
import { LevelOfDetail } from '../lod.ts';
import { SparseMorphs } from '../morphs.ts';
import { FaceTurns } from './face-turns.ts';
import { measureHead } from './head-frame.ts';
import { faceFront, fileName, findBones, nodesOf } from './model-bones.ts';
import { MorphDrives, MorphTable } from './morph-drives.ts';
import { presetWeights } from './preset-weights.ts';
import { HumanoidRetarget } from './retarget.ts';
import type { AvatarRig } from './rig.ts';
import { bringToTPose } from './t-pose.ts';

/** GLB: bones and morph targets under any usual name, or neither. */
export class GlbRig implements AvatarRig {
  readonly family = 'glb' as const;
  readonly root = new Group();
  readonly head: HeadFrame;
  readonly headNode: Object3D | null;
  readonly channels: number;
  readonly naming: RigNaming;
  readonly expressionNames: readonly string[];
  private readonly retarget: HumanoidRetarget;
  private readonly turns: FaceTurns;
  private readonly drives: MorphDrives;
  private readonly morphs: SparseMorphs;
  private readonly detail = new LevelOfDetail(this.root);
  private readonly presets = new Float32Array(PRESETS.length);
  private readonly units: number;

  constructor(scene: Object3D, mapping: AvatarMapping = NO_MAPPING) {
    this.root.add(scene);
    this.root.updateMatrixWorld(true);
    const { nodes, guesses, naming } = findBones(scene, mapping.bones);
    const names = nodesOf(scene).map(fileName);
    faceFront(scene, nodes, guesses);
    const headBone = nodes.get('head') ?? null;
    if (headBone) {
      bringToTPose(this.root, nodes, false);
      this.head = measureHead(scene, headBone);
      this.headNode = headBone;
      this.retarget = new HumanoidRetarget(this.root, nodes);
    } else {
      this.head = measureHead(scene, null);
      const pivot = new Group();
      pivot.position.set(this.head.centerX, this.head.bottom, this.head.centerZ);
      this.root.add(pivot);
      pivot.attach(scene);
      this.root.updateMatrixWorld(true);
      this.headNode = pivot;
      this.retarget = new HumanoidRetarget(this.root, new Map([['head', pivot]]));
    }
    this.units = unitsPerMetre(this.head);

    const table = new MorphTable(scene);
    const morphs = guessMorphs(table.names, mapping.channels);
    this.drives = new MorphDrives(table, morphs.drives);
    this.channels = this.drives.count;
    const driven = new Set(morphs.drives.filter(({ channel }) => channel >= 0).map(({ name }) => name));
    this.expressionNames = table.names.filter((name) => !driven.has(name));
    const degraded = degradeRules({
      bones: new Set(nodes.keys()),
      feetApart: naming.feetApart,
      drives: morphs.drives,
      looksByExpression: false,
    });
    this.turns = new FaceTurns(this.retarget, {
      gaze: looksByMorph(morphs.drives) ? 'none' : degraded.includes('no-eyes') ? 'head' : 'bones',
      jaw: degraded.includes('jaw-bone-only'),
    });
    this.naming = {
      boneFamily: naming.family,
      boneConfidence: naming.confidence,
      morphFamily: morphs.family,
      morphConfidence: morphs.confidence,
      bones: guesses,
      channels: morphs.channels,
      expressions: this.expressionNames,
      nodes: names.filter((name) => name !== ''),
      morphs: table.names,
      degraded,
    };
    this.morphs = new SparseMorphs(scene);
    scene.traverse((object) => {
      object.frustumCulled = false;
    });
  }

  setExpressionSlots(names: readonly string[]): void {
    this.drives.setSlots(names);
  }

  readonly springs = 0;

  setSpringLevel(_level: number): void {
    // A GLB has no springs.
  }

  setDetailLevel(level: number): void {
    this.detail.level = level;
  }

  apply(pose: AvatarPose, _dt: number): void {
    const { units } = this;
    this.root.position.set(pose.hipsX * units, pose.hipsY * units, pose.hipsZ * units);
    this.retarget.apply(pose.rotations);
    this.turns.apply(pose);
    presetWeights(pose.channels, this.presets);
    this.drives.apply(pose.channels, this.presets, pose.expressions);
    this.morphs.update();
  }

  dispose(): void {
    this.root.removeFromParent();
    VRMUtils.deepDispose(this.root);
  }
}
