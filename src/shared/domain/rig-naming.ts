import type { ArkitChannel } from './arkit.ts';
import type { HumanBone } from './human-bones.ts';

/** How the bones of a model are called; `vrm`: the file itself says which is which, or uses VRM's names. */
export const BONE_FAMILIES = [
  'vrm',
  'mixamo',
  'ready-player-me',
  'rigify',
  'vroid',
  'unreal',
  'character-creator',
  'biped',
  'cesium',
  'mmd',
  'blender',
  'generic',
  'none',
] as const;
export type BoneFamily = (typeof BONE_FAMILIES)[number];

/** How the morph targets (or expressions) of a model are called. */
export const MORPH_FAMILIES = [
  'vrm',
  'perfect-sync',
  'arkit',
  'vroid',
  'oculus',
  'mmd',
  'character-creator',
  'generic',
  'none',
] as const;
export type MorphFamily = (typeof MORPH_FAMILIES)[number];

/** What a model lacks and what is done instead: stable names; the words are in `locale/en/rig.json`. */
export const DEGRADE_CODES = [
  'head-by-node',
  'no-neck',
  'no-chest',
  'no-spine',
  'no-arms',
  'no-hands',
  'no-fingers',
  'no-legs',
  'feet-apart',
  'no-eyes',
  'eyes-by-morph',
  'jaw-bone-only',
  'no-mouth',
  'no-blink',
  'no-morphs',
] as const;
export type DegradeCode = (typeof DEGRADE_CODES)[number];

/** One guess by name: what was found and how sure that is, 0..1. */
export interface NamedGuess {
  readonly name: string;
  readonly confidence: number;
}

/** What was made of a model's names; what the mapping editor shows and an AvatarMapping overrides. */
export interface RigNaming {
  readonly boneFamily: BoneFamily;
  readonly boneConfidence: number;
  readonly morphFamily: MorphFamily;
  readonly morphConfidence: number;
  /** Bone → node, the user's mapping already in it (with confidence 1). */
  readonly bones: Readonly<Partial<Record<HumanBone, NamedGuess>>>;
  /** Channel → morph target or expression, the user's mapping already in it. */
  readonly channels: Readonly<Partial<Record<ArkitChannel, NamedGuess>>>;
  /** Expressions (VRM) or morph targets (GLB) that can be put on a key. */
  readonly expressions: readonly string[];
  /** Names that may be chosen for a bone, as the file has them. */
  readonly nodes: readonly string[];
  /** Names that may be chosen for a channel. */
  readonly morphs: readonly string[];
  readonly degraded: readonly DegradeCode[];
}
