import { ARKIT_CHANNELS } from '../../../../shared/domain/arkit.ts';
import type { AvatarLicence, AvatarReport } from '../../../../shared/domain/avatar-report.ts';
import { guessBones } from '../../../../shared/domain/rig-naming-bones.ts';
import { readMorphName } from '../../../../shared/domain/rig-naming-morphs.ts';
import type { AvatarLimits } from './limits.ts';
import { namedNodes } from './naming.ts';
import {
  asIndex,
  get,
  isObject,
  type JsonObject,
  listAt,
  objectAt,
  objectsAt,
  refuse,
  textAt,
} from './read.ts';
import type { Structure } from './structure.ts';

export type Family = NonNullable<AvatarReport['family']>;

/** Bones without which VRM is no humanoid (VRM 1.0, humanoid.md). */
export const REQUIRED_BONES: readonly string[] = [
  'hips',
  'spine',
  'head',
  'leftUpperLeg',
  'leftLowerLeg',
  'leftFoot',
  'rightUpperLeg',
  'rightLowerLeg',
  'rightFoot',
  'leftUpperArm',
  'leftLowerArm',
  'leftHand',
  'rightUpperArm',
  'rightLowerArm',
  'rightHand',
];

const VRM1_LICENCE = 'https://vrm.dev/licenses/1.0/';

/** VRM 0.x preset → the name VRM 1.0 gives the same expression. */
const VRM0_PRESETS: Readonly<Record<string, string>> = {
  a: 'aa',
  e: 'ee',
  i: 'ih',
  o: 'oh',
  u: 'ou',
  blink: 'blink',
  blink_l: 'blinkLeft',
  blink_r: 'blinkRight',
  joy: 'happy',
  angry: 'angry',
  sorrow: 'sad',
  fun: 'relaxed',
  lookup: 'lookUp',
  lookdown: 'lookDown',
  lookleft: 'lookLeft',
  lookright: 'lookRight',
  neutral: 'neutral',
};

export interface Expression {
  readonly name: string;
  /** It moves or colours something. */
  readonly works: boolean;
}

export interface Humanoid {
  readonly family: Family;
  readonly bones: readonly string[];
  readonly expressions: readonly Expression[];
  readonly springBones: number;
  readonly licence: AvatarLicence | null;
  /** The eyes are turned by expressions, not by bones. */
  readonly looksByExpression: boolean;
}

/** Which reader an avatar needs, by the extensions it holds. */
export function familyOf(root: unknown): Family {
  const extensions = isObject(root) ? get(root, 'extensions') : undefined;
  if (!isObject(extensions)) return 'glb';
  if (isObject(get(extensions, 'VRMC_vrm'))) return 'vrm1';
  return isObject(get(extensions, 'VRM')) ? 'vrm0' : 'glb';
}

/** Bones of {@link REQUIRED_BONES} that are not there; a plain GLB promises none. */
export function missingBones(family: Family, bones: readonly string[]): string[] {
  return family === 'glb' ? [] : REQUIRED_BONES.filter((bone) => !bones.includes(bone));
}

/**
 * Why a file that calls itself a VRM cannot be read as one, null when it can: the VRM reader (three-vrm 3) gives up
 * on each of these, while the model in it can still be shown as a plain GLB.
 */
export function vrmFault(root: JsonObject, { family, bones }: Humanoid): string | null {
  if (family === 'glb') return null;
  const missing = missingBones(family, bones);
  if (missing.length > 0) return `its skeleton lacks ${missing.join(', ')}`;
  const extensions = objectAt(root, 'extensions', 'root');
  const vrm = objectAt(extensions, family === 'vrm1' ? 'VRMC_vrm' : 'VRM', 'extensions');
  const meta = get(vrm, 'meta');
  if (!isObject(meta)) return 'it holds no licence metadata';
  if (family === 'vrm0') return null;
  const version = get(vrm, 'specVersion');
  if (version !== '1.0' && version !== '1.0-beta') return 'its VRM version is unknown';
  if (get(meta, 'licenseUrl') !== VRM1_LICENCE) return `its licenseUrl is not ${VRM1_LICENCE}`;
  const used = get(root, 'extensionsUsed');
  if (Array.isArray(used) && !used.includes('VRMC_vrm')) return 'VRMC_vrm is not among its used extensions';
  return null;
}

/**
 * What a VRM says of itself; of a plain GLB, the bones found by their names.
 * @throws ReasonError `avatar.bad-structure` for bones that are no node, `avatar.too-complex`
 */
export function readHumanoid(root: JsonObject, structure: Structure, limits: AvatarLimits): Humanoid {
  const family = familyOf(root);
  const extensions = objectAt(root, 'extensions', 'root');
  if (family === 'vrm1') {
    const vrm = objectAt(extensions, 'VRMC_vrm', 'extensions');
    const springBones = countSpringJoints(
      objectAt(extensions, 'VRMC_springBone', 'extensions'),
      structure,
      limits,
    );
    return {
      family,
      bones: readBones1(vrm, structure.nodes.length),
      expressions: readExpressions1(vrm, limits),
      springBones,
      licence: readLicence1(objectAt(vrm, 'meta', 'VRMC_vrm')),
      looksByExpression: textAt(objectAt(vrm, 'lookAt', 'VRMC_vrm'), 'type') === 'expression',
    };
  }
  if (family === 'vrm0') {
    const vrm = objectAt(extensions, 'VRM', 'extensions');
    return {
      family,
      bones: readBones0(vrm, structure.nodes.length),
      expressions: readExpressions0(vrm, limits),
      springBones: countSpringSubtrees(objectAt(vrm, 'secondaryAnimation', 'VRM'), structure, limits),
      licence: readLicence0(objectAt(vrm, 'meta', 'VRM')),
      looksByExpression:
        textAt(objectAt(vrm, 'firstPerson', 'VRM'), 'lookAtTypeName')?.toLowerCase() === 'blendshape',
    };
  }
  const copyright = textAt(objectAt(root, 'asset', 'root'), 'copyright');
  return {
    family,
    bones: Object.keys(guessBones(namedNodes(structure)).bones),
    expressions: [],
    springBones: 0,
    licence: copyright === null ? null : { ...UNKNOWN_LICENCE, name: copyright },
    looksByExpression: false,
  };
}

function readBones1(vrm: JsonObject, nodes: number): string[] {
  const bones = objectAt(objectAt(vrm, 'humanoid', 'VRMC_vrm'), 'humanBones', 'humanoid');
  return Object.keys(bones)
    .slice(0, 256)
    .map((name) => {
      asIndex(get(objectAt(bones, name, 'humanBones'), 'node'), nodes, `bone ${name.slice(0, 40)}`);
      return name.slice(0, 40);
    });
}

function readBones0(vrm: JsonObject, nodes: number): string[] {
  const bones = objectsAt(objectAt(vrm, 'humanoid', 'VRM'), 'humanBones', 'humanoid.', 256);
  return bones.flatMap((bone) => {
    const name = textAt(bone, 'bone', 40) ?? refuse('avatar.bad-structure', 'a bone without a name');
    if (get(bone, 'node') === -1) return []; // UniVRM writes -1 for an empty slot.
    asIndex(get(bone, 'node'), nodes, `bone ${name}`);
    return [name];
  });
}

function readExpressions1(vrm: JsonObject, limits: AvatarLimits): Expression[] {
  const expressions = objectAt(vrm, 'expressions', 'VRMC_vrm');
  const found: Expression[] = [];
  for (const group of ['preset', 'custom']) {
    const members = objectAt(expressions, group, 'expressions');
    for (const name of Object.keys(members)) {
      if (found.length >= limits.expressions)
        refuse('avatar.too-complex', `over ${limits.expressions} expressions`);
      const json = objectAt(members, name, group);
      const binds = ['morphTargetBinds', 'materialColorBinds', 'textureTransformBinds'];
      const works = binds.some((key) => listAt(json, key, `${name}.`, 65_536).length > 0);
      found.push({ name: name.slice(0, 120), works });
    }
  }
  return found;
}

function readExpressions0(vrm: JsonObject, limits: AvatarLimits): Expression[] {
  const master = objectAt(vrm, 'blendShapeMaster', 'VRM');
  return objectsAt(master, 'blendShapeGroups', 'blendShapeMaster.', limits.expressions).map(
    (group, index) => {
      const preset = textAt(group, 'presetName', 40)?.toLowerCase() ?? 'unknown';
      const known = Object.hasOwn(VRM0_PRESETS, preset) ? VRM0_PRESETS[preset] : undefined;
      const works = ['binds', 'materialValues'].some(
        (key) => listAt(group, key, 'group.', 65_536).length > 0,
      );
      return { name: known ?? textAt(group, 'name', 120) ?? `#${index}`, works };
    },
  );
}

function countSpringJoints(json: JsonObject, structure: Structure, limits: AvatarLimits): number {
  let joints = 0;
  for (const spring of objectsAt(json, 'springs', 'springs.', limits.springBones)) {
    const list = objectsAt(spring, 'joints', 'joints.', limits.springBones);
    for (const joint of list) asIndex(get(joint, 'node'), structure.nodes.length, 'a spring bone');
    joints += list.length;
    if (joints > limits.springBones) refuse('avatar.too-complex', `${joints} spring bones`);
  }
  for (const collider of objectsAt(json, 'colliders', 'colliders.', limits.springBones)) {
    asIndex(get(collider, 'node'), structure.nodes.length, 'a collider');
  }
  return joints;
}

/** A VRM 0.x group names the roots; everything below them swings. */
function countSpringSubtrees(json: JsonObject, structure: Structure, limits: AvatarLimits): number {
  let joints = 0;
  for (const group of objectsAt(json, 'boneGroups', 'boneGroups.', limits.springBones)) {
    for (const bone of listAt(group, 'bones', 'bones.', limits.springBones)) {
      if (bone === -1) continue; // An empty slot again.
      joints += structure.subtree[asIndex(bone, structure.nodes.length, 'a spring bone')]!;
      if (joints > limits.springBones) refuse('avatar.too-complex', `${joints} spring bones`);
    }
  }
  return joints;
}

const UNKNOWN_LICENCE: AvatarLicence = {
  name: null,
  author: null,
  url: null,
  commercial: null,
  redistribution: null,
  modification: null,
  creditRequired: null,
  allowedUser: null,
};

/** VRM 1.0, meta.md: what is not said is not allowed. */
function readLicence1(meta: JsonObject): AvatarLicence | null {
  if (Object.keys(meta).length === 0) return null;
  const url = textAt(meta, 'licenseUrl', 500);
  const authors = listAt(meta, 'authors', 'meta.', 64).filter((author) => typeof author === 'string');
  const usage = textAt(meta, 'commercialUsage') ?? 'personalNonProfit';
  const modification = textAt(meta, 'modification') ?? 'prohibited';
  return {
    name: url?.startsWith('https://vrm.dev/licenses/1.0') ? 'VRM Public License 1.0' : url,
    author: authors.join(', ').slice(0, 200) || null,
    url: textAt(meta, 'otherLicenseUrl', 500) ?? url,
    commercial: usage !== 'personalNonProfit',
    redistribution: get(meta, 'allowRedistribution') === true,
    modification: modification !== 'prohibited',
    creditRequired: (textAt(meta, 'creditNotation') ?? 'required') === 'required',
    allowedUser: textAt(meta, 'avatarPermission') ?? 'onlyAuthor',
  };
}

/** VRM 0.x: a named licence, and for «Other» the answers in the address that VRoid Hub writes. */
function readLicence0(meta: JsonObject): AvatarLicence | null {
  if (Object.keys(meta).length === 0) return null;
  const name = textAt(meta, 'licenseName');
  const url = textAt(meta, 'otherLicenseUrl', 1000) ?? textAt(meta, 'otherPermissionUrl', 1000);
  const answers = new URLSearchParams(url?.split('?')[1] ?? '');
  const open = name !== null && /^CC/i.test(name);
  const answer = (key: string, no: string): boolean | null =>
    answers.has(key) ? answers.get(key) !== no : null;
  const usage = textAt(meta, 'commercialUssageName');
  return {
    name,
    author: textAt(meta, 'author'),
    url,
    commercial: usage === null ? null : usage.toLowerCase() === 'allow',
    redistribution:
      name === 'Redistribution_Prohibited' ? false : open ? true : answer('redistribution', 'disallow'),
    modification: open ? !/ND/.test(name) : answer('modification', 'disallow'),
    creditRequired: open ? name !== 'CC0' : answer('credit', 'unnecessary'),
    allowedUser: textAt(meta, 'allowedUserName'),
  };
}

/** Which of the 52 ARKit channels the avatar can show, by the names of its expressions and morph targets. */
export function findArkit(names: Iterable<string>): AvatarReport['arkit'] {
  const present = new Set([...names].map((name) => readMorphName(name)?.channel ?? -1));
  const missing = ARKIT_CHANNELS.filter((_, index) => !present.has(index));
  return { found: ARKIT_CHANNELS.length - missing.length, missing };
}
