import { type VRM, VRMLookAtExpressionApplier, VRMUtils } from '@pixiv/three-vrm';
import { Group, type Object3D } from 'three';
import { ARKIT_INDEX, type ArkitChannel } from '../../../../shared/domain/arkit.ts';
import { type AvatarMapping, NO_MAPPING } from '../../../../shared/domain/avatar-mapping.ts';
import { type AvatarPose, createAvatarPose } from '../../../../shared/domain/avatar-pose.ts';
import { HUMAN_BONES, type HumanBone } from '../../../../shared/domain/human-bones.ts';
import { degradeRules } from '../../../../shared/domain/rig-degrade.ts';
import type { NamedGuess, RigNaming } from '../../../../shared/domain/rig-naming.ts';
import { type MorphDrive, PRESETS } from '../../../../shared/domain/rig-naming-morphs.ts';
import { easeRotations } from '../../solver/compose/ease.ts';
import { type HeadFrame, unitsPerMetre } from '../framing.ts';
import { LevelOfDetail } from '../lod.ts';
import { SparseMorphs } from '../morphs.ts';
import { SpringStepper } from '../springs.ts';
import { FaceTurns } from './face-turns.ts';
import { measureHead } from './head-frame.ts';
import { applyMapping, fileName, nodesOf } from './model-bones.ts';
import { MorphDrives, MorphTable } from './morph-drives.ts';
import { presetWeights } from './preset-weights.ts';
import { HumanoidRetarget } from './retarget.ts';
import type { AvatarRig } from './rig.ts';
import { bringToTPose } from './t-pose.ts';
import { VrmExpressions } from './vrm-expressions.ts';
import { VrmEyes } from './vrm-eyes.ts';

interface Animated {
  update(dt: number): void;
}

/** VRM 0.x and 1.0: bones as the file names them, perfect sync or presets, custom expressions, its own gaze rule. */
export class VrmRig implements AvatarRig {
  readonly family: 'vrm0' | 'vrm1';
  readonly root = new Group();
  readonly head: HeadFrame;
  readonly headNode: Object3D | null;
  readonly channels: number;
  readonly naming: RigNaming;
  readonly expressionNames: readonly string[];
  private readonly vrm: VRM;
  private readonly retarget: HumanoidRetarget;
  private readonly turns: FaceTurns;
  private readonly eyes: VrmEyes;
  private readonly expressions: VrmExpressions;
  /** Morph targets without an expression that the user has put on a channel. */
  private readonly drives: MorphDrives;
  private readonly morphs: SparseMorphs;
  private readonly detail = new LevelOfDetail(this.root);
  private readonly hair: SpringStepper;
  private readonly animated: readonly Animated[];
  private readonly presets = new Float32Array(PRESETS.length);
  private readonly units: number;

  constructor(vrm: VRM, mapping: AvatarMapping = NO_MAPPING) {
    this.vrm = vrm;
    this.family = vrm.meta.metaVersion === '0' ? 'vrm0' : 'vrm1';
    VRMUtils.rotateVRM0(vrm);
    this.root.add(vrm.scene);
    // The bones are set directly; three-vrm's second skeleton would only be walked through at every frame.
    vrm.humanoid.normalizedHumanBonesRoot.removeFromParent();
    this.root.updateMatrixWorld(true);
    const names = nodesOf(vrm.scene);
    const { nodes, guesses } = bonesOf(vrm, names, mapping);
    bringToTPose(this.root, nodes, true);

    this.expressions = new VrmExpressions(vrm, mapping.channels);
    this.expressionNames = this.expressions.names;
    const table = new MorphTable(vrm.scene);
    const extra = extraDrives(mapping, this.expressions, table);
    this.drives = new MorphDrives(table, extra);
    const drives = [...this.expressions.drives, ...extra];
    this.channels = drives.length;
    this.eyes = new VrmEyes(this.root, vrm, this.expressions.lookOut);
    const byExpression =
      vrm.lookAt?.applier instanceof VRMLookAtExpressionApplier && this.expressions.has('lookLeft');
    const degraded = degradeRules({
      bones: new Set(nodes.keys()),
      feetApart: false,
      drives,
      looksByExpression: byExpression,
    });
    this.naming = {
      boneFamily: 'vrm',
      boneConfidence: 1,
      morphFamily: this.expressions.perfectSync ? 'perfect-sync' : drives.length > 0 ? 'vrm' : 'none',
      morphConfidence: drives.length > 0 ? 1 : 0,
      bones: guesses,
      channels: { ...this.expressions.channels, ...namedChannels(extra) },
      expressions: this.expressionNames,
      nodes: names.map(fileName).filter((name) => name !== ''),
      morphs: [...new Set([...this.expressions.all, ...table.names])],
      degraded,
    };

    this.headNode = nodes.get('head') ?? null;
    this.head = measureHead(vrm.scene, this.headNode);
    this.units = unitsPerMetre(this.head);
    // The eyes are lookAt's where there is one.
    if (vrm.lookAt) for (const eye of ['leftEye', 'rightEye'] as const) nodes.delete(eye);
    this.retarget = new HumanoidRetarget(this.root, nodes);
    this.turns = new FaceTurns(this.retarget, {
      gaze: degraded.includes('no-eyes') ? 'head' : vrm.lookAt ? 'none' : 'bones',
      jaw: degraded.includes('jaw-bone-only'),
    });
    // Another mapping makes another rig, so nothing else will ever be set.
    this.morphs = new SparseMorphs(vrm.scene, [...this.expressions.cells, ...this.drives.driven]);
    vrm.scene.traverse((object) => {
      object.frustumCulled = false;
    });
    this.animated = (vrm.materials ?? []).filter(
      (material): material is typeof material & Animated =>
        typeof (material as Partial<Animated>).update === 'function',
    );
    // Hair comes to rest before the first picture instead of in it.
    const ease = createAvatarPose();
    easeRotations(ease.rotations);
    this.pose(ease, 0);
    this.root.updateMatrixWorld(true);
    this.hair = new SpringStepper(vrm);
  }

  setExpressionSlots(names: readonly string[]): void {
    this.expressions.setSlots(names);
  }

  get springs(): number {
    return this.hair.joints;
  }

  setSpringLevel(level: number): void {
    this.hair.level = level;
  }

  setDetailLevel(level: number): void {
    this.detail.level = level;
  }

  apply(pose: AvatarPose, dt: number): void {
    this.pose(pose, dt);
    this.hair.step(dt);
    for (let i = 0; i < this.animated.length; i++) this.animated[i]!.update(dt);
  }

  dispose(): void {
    this.root.removeFromParent();
    VRMUtils.deepDispose(this.root);
  }

  private pose(pose: AvatarPose, dt: number): void {
    const { vrm, units, presets } = this;
    this.root.position.set(pose.hipsX * units, pose.hipsY * units, pose.hipsZ * units);
    this.retarget.apply(pose.rotations);
    this.turns.apply(pose);
    this.eyes.apply(pose, dt);
    presetWeights(pose.channels, presets);
    this.expressions.apply(pose.channels, presets, pose.expressions);
    this.drives.apply(pose.channels, presets, pose.expressions);
    this.morphs.update();
    const constraints = vrm.nodeConstraintManager;
    if (constraints && constraints.constraints.size > 0) constraints.update();
  }
}

function bonesOf(
  vrm: VRM,
  names: readonly Object3D[],
  mapping: AvatarMapping,
): { nodes: Map<HumanBone, Object3D>; guesses: Partial<Record<HumanBone, NamedGuess>> } {
  const nodes = new Map<HumanBone, Object3D>();
  const guesses: Partial<Record<HumanBone, NamedGuess>> = {};
  for (const bone of HUMAN_BONES) {
    const node = vrm.humanoid.getRawBoneNode(bone);
    if (!node) continue;
    nodes.set(bone, node);
    guesses[bone] = { name: fileName(node), confidence: 1 };
  }
  applyMapping(names, mapping.bones, nodes, guesses);
  return { nodes, guesses };
}

function extraDrives(mapping: AvatarMapping, expressions: VrmExpressions, table: MorphTable): MorphDrive[] {
  return Object.entries(mapping.channels).flatMap(([channel, name]) =>
    name && !expressions.has(name) && table.of(name).length > 0
      ? [{ name, channel: ARKIT_INDEX[channel as ArkitChannel], preset: null }]
      : [],
  );
}

function namedChannels(drives: readonly MorphDrive[]): Partial<Record<ArkitChannel, NamedGuess>> {
  const channels: Partial<Record<ArkitChannel, NamedGuess>> = {};
  for (const [key, index] of Object.entries(ARKIT_INDEX)) {
    const drive = drives.find(({ channel }) => channel === index);
    if (drive) channels[key as ArkitChannel] = { name: drive.name, confidence: 1 };
  }
  return channels;
}
