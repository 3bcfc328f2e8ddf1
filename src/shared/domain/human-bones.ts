/**
 * The bones of a humanoid by their VRM 1.0 names, parents before children. Every rotation that this program solves,
 * records, sends and receives is of these bones in the normalised pose: T-pose, every bone's own frame parallel to
 * the world's at rest, the avatar looking to +Z, Y up, its left hand at +X.
 */
export const HUMAN_BONES = [
  'hips',
  'spine',
  'chest',
  'upperChest',
  'neck',
  'head',
  'leftEye',
  'rightEye',
  'jaw',
  'leftUpperLeg',
  'leftLowerLeg',
  'leftFoot',
  'leftToes',
  'rightUpperLeg',
  'rightLowerLeg',
  'rightFoot',
  'rightToes',
  'leftShoulder',
  'leftUpperArm',
  'leftLowerArm',
  'leftHand',
  'rightShoulder',
  'rightUpperArm',
  'rightLowerArm',
  'rightHand',
  'leftThumbMetacarpal',
  'leftThumbProximal',
  'leftThumbDistal',
  'leftIndexProximal',
  'leftIndexIntermediate',
  'leftIndexDistal',
  'leftMiddleProximal',
  'leftMiddleIntermediate',
  'leftMiddleDistal',
  'leftRingProximal',
  'leftRingIntermediate',
  'leftRingDistal',
  'leftLittleProximal',
  'leftLittleIntermediate',
  'leftLittleDistal',
  'rightThumbMetacarpal',
  'rightThumbProximal',
  'rightThumbDistal',
  'rightIndexProximal',
  'rightIndexIntermediate',
  'rightIndexDistal',
  'rightMiddleProximal',
  'rightMiddleIntermediate',
  'rightMiddleDistal',
  'rightRingProximal',
  'rightRingIntermediate',
  'rightRingDistal',
  'rightLittleProximal',
  'rightLittleIntermediate',
  'rightLittleDistal',
] as const;
export type HumanBone = (typeof HUMAN_BONES)[number];

export const HUMAN_BONE_COUNT = HUMAN_BONES.length;

/** Bone name → index in {@link HUMAN_BONES}. */
export const HUMAN_BONE_INDEX = Object.fromEntries(
  HUMAN_BONES.map((name, index) => [name, index]),
) as Readonly<Record<HumanBone, number>>;

const PARENTS: Readonly<Record<string, HumanBone>> = {
  spine: 'hips',
  chest: 'spine',
  upperChest: 'chest',
  neck: 'upperChest',
  head: 'neck',
  leftEye: 'head',
  rightEye: 'head',
  jaw: 'head',
  UpperLeg: 'hips',
  Shoulder: 'upperChest',
};

const SIDED_PARENTS: Readonly<Record<string, string>> = {
  LowerLeg: 'UpperLeg',
  Foot: 'LowerLeg',
  Toes: 'Foot',
  UpperArm: 'Shoulder',
  LowerArm: 'UpperArm',
  Hand: 'LowerArm',
  ThumbMetacarpal: 'Hand',
  ThumbProximal: 'ThumbMetacarpal',
  ThumbDistal: 'ThumbProximal',
};

function parentOf(bone: HumanBone): HumanBone | null {
  const direct = PARENTS[bone];
  if (direct) return direct;
  const [, side, part] = /^(left|right)(.+)$/.exec(bone) ?? [];
  if (!side || !part) return null;
  const central = PARENTS[part];
  if (central) return central;
  const sided =
    SIDED_PARENTS[part] ??
    part
      .replace(/Proximal$/, 'Hand!')
      .replace(/Intermediate$/, 'Proximal')
      .replace(/Distal$/, 'Intermediate')
      .replace(/^.*Hand!$/, 'Hand');
  return `${side}${sided}` as HumanBone;
}

/** For each bone the index of its parent, −1 for the hips. A model may lack any of them. */
export const HUMAN_BONE_PARENT: Int32Array = Int32Array.from(HUMAN_BONES, (bone) => {
  const parent = parentOf(bone);
  return parent === null ? -1 : HUMAN_BONE_INDEX[parent];
});

/** For each bone the index of its twin on the other side; itself for those in the middle. */
export const HUMAN_BONE_MIRROR: Int32Array = Int32Array.from(HUMAN_BONES, (bone) => {
  const twin = bone.startsWith('left')
    ? bone.replace('left', 'right')
    : bone.startsWith('right')
      ? bone.replace('right', 'left')
      : bone;
  return HUMAN_BONE_INDEX[twin as HumanBone];
});
