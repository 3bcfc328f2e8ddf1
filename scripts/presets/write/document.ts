import type { Rgb } from '../model/looks.ts';
import { sub } from '../model/maths.ts';
import type { Bone } from '../model/skeleton.ts';
import { type BinaryBuilder, type Obj, round } from './glb.ts';

/** sRGB byte → linear byte, as glTF wants vertex colours. */
export const linear = (c: Rgb): [number, number, number] =>
  c.map((v) => {
    const s = Math.min(255, Math.max(0, v)) / 255;
    return Math.round((s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4) * 255);
  }) as [number, number, number];

/** Nodes of a document, filled with its bones; more may be added and attached before `withChildren` is called. */
interface BoneNodes {
  readonly nodes: Obj[];
  readonly nodeOf: (name: string) => number;
  readonly attach: (parent: number, child: number) => void;
  /** Writes the children into their parents. */
  readonly withChildren: () => void;
}

export const boneNodes = (bones: readonly Bone[]): BoneNodes => {
  const nodes: Obj[] = [];
  const index = new Map<string, number>();
  for (const bone of bones) {
    index.set(bone.name, nodes.length);
    const parent = bone.parent === null ? undefined : bones.find((b) => b.name === bone.parent);
    const local = parent === undefined ? bone.at : sub(bone.at, parent.at);
    nodes.push({ name: bone.name, translation: round(local) });
  }
  const nodeOf = (name: string): number => {
    const i = index.get(name);
    if (i === undefined) throw new Error(`no node named ${name}`);
    return i;
  };
  const children = new Map<number, number[]>();
  const attach = (parent: number, child: number): void => {
    children.set(parent, [...(children.get(parent) ?? []), child]);
  };
  for (const bone of bones) {
    if (bone.parent !== null) attach(nodeOf(bone.parent), nodeOf(bone.name));
  }
  const withChildren = (): void => {
    for (const [parent, list] of children) (nodes[parent] as Obj).children = list;
  };
  return { nodes, nodeOf, attach, withChildren };
};

/** One skin over all bones. */
export const skinJson = (
  bones: readonly Bone[],
  nodeOf: (name: string) => number,
  bin: BinaryBuilder,
): Obj => {
  const inverse = bones.map((b) => [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, -b.at[0], -b.at[1], -b.at[2], 1]);
  return {
    joints: bones.map((b) => nodeOf(b.name)),
    skeleton: nodeOf('hips'),
    inverseBindMatrices: bin.floats(inverse, 'MAT4'),
  };
};

/** Free for everybody to use, change and pass on. */
export const metaJson = (name: string): Obj => ({
  name,
  version: '1.0',
  authors: ['VIDA³ Studio'],
  copyrightInformation: 'VIDA³ Studio',
  licenseUrl: 'https://vrm.dev/licenses/1.0/',
  avatarPermission: 'everyone',
  allowExcessivelyViolentUsage: false,
  allowExcessivelySexualUsage: false,
  commercialUsage: 'corporation',
  allowPoliticalOrReligiousUsage: false,
  allowAntisocialOrHateUsage: false,
  creditNotation: 'unnecessary',
  allowRedistribution: true,
  modification: 'allowModificationRedistribution',
});

export const humanoidJson = (bones: readonly Bone[], nodeOf: (name: string) => number): Obj => ({
  humanBones: Object.fromEntries(
    bones
      .filter((b) => b.humanoid !== undefined)
      .map((b) => [b.humanoid as string, { node: nodeOf(b.name) }]),
  ),
});
