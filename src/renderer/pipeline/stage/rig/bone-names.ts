import type { Bone, Object3D } from 'three';

export const BONE_ROLES = [
  'spine',
  'chest',
  'upperChest',
  'neck',
  'head',
  'leftUpperArm',
  'leftLowerArm',
  'leftHand',
  'rightUpperArm',
  'rightLowerArm',
  'rightHand',
] as const;
export type BoneRole = (typeof BONE_ROLES)[number];

const bare = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^(mixamorig\d*|armature|def|org|valvebiped|bip\d*|jbip|cc_?base|character)[\s_:.|-]*/, '')
    .replace(/^bip\d*/, '')
    .replace(/^j_?bip_?/, '')
    .replace(/[^a-z0-9]/g, '');

const SIDED: readonly [BoneRole, BoneRole, readonly string[]][] = [
  ['leftUpperArm', 'rightUpperArm', ['upperarm', 'arm', 'uparm', 'armupper']],
  ['leftLowerArm', 'rightLowerArm', ['lowerarm', 'forearm', 'elbow', 'armlower']],
  ['leftHand', 'rightHand', ['hand', 'wrist', 'palm']],
];

const names = new Map<string, BoneRole>([
  ['spine', 'spine'],
  ['spine01', 'spine'],
  ['spine001', 'chest'],
  ['abdomen', 'spine'],
  ['waist', 'spine'],
  ['cspine', 'spine'],
  ['spine1', 'chest'],
  ['spine02', 'chest'],
  ['chest', 'chest'],
  ['torso', 'chest'],
  ['cchest', 'chest'],
  ['spine2', 'upperChest'],
  ['spine03', 'upperChest'],
  ['upperchest', 'upperChest'],
  ['cupperchest', 'upperChest'],
  ['neck', 'neck'],
  ['neck01', 'neck'],
  ['neck1', 'neck'],
  ['necktwist01', 'neck'],
  ['cneck', 'neck'],
  ['head', 'head'],
  ['headbone', 'head'],
  ['headjoint', 'head'],
  ['chead', 'head'],
]);
for (const [left, right, words] of SIDED) {
  for (const word of words) {
    for (const [role, side, letter] of [
      [left, 'left', 'l'],
      [right, 'right', 'r'],
    ] as const) {
      names.set(`${side}${word}`, role);
      names.set(`${word}${side}`, role);
      names.set(`${letter}${word}`, role);
      names.set(`${word}${letter}`, role);
    }
  }
}

/** @returns the part a bone plays, by the naming of Mixamo, Ready Player Me, Rigify, VRoid, Blender; or null. */
export function boneRole(name: string): BoneRole | null {
  return names.get(bare(name)) ?? null;
}

/** Finds the bones of a model by name; true bones before plain nodes of the same name, parents before children. */
export function findBones(root: Object3D): Map<BoneRole, Object3D> {
  const found = new Map<BoneRole, Object3D>();
  root.traverse((object) => {
    if ((object as { isMesh?: boolean }).isMesh) return;
    const role = boneRole(object.name);
    if (!role) return;
    const known = found.get(role);
    if (!known || (!(known as Bone).isBone && (object as Bone).isBone)) found.set(role, object);
  });
  return found;
}
