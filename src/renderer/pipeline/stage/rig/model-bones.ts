import { type Mesh, type Object3D, Quaternion, type SkinnedMesh, Vector3 } from 'three';
import type { AvatarMapping } from '../../../../shared/domain/avatar-mapping.ts';
import type { HumanBone } from '../../../../shared/domain/human-bones.ts';
import type { NamedGuess } from '../../../../shared/domain/rig-naming.ts';
import { type BoneNaming, guessBones } from '../../../../shared/domain/rig-naming-bones.ts';

/** The name that the file gives a node; the loader's own is made unique and loses dots and spaces. */
export function fileName(node: Object3D): string {
  const kept: unknown = node.userData['name'];
  return typeof kept === 'string' ? kept : node.name;
}

/** Nodes that could be bones: those of the file but for skinned meshes. */
export function nodesOf(root: Object3D): Object3D[] {
  const nodes: Object3D[] = [];
  root.traverse((object) => {
    const part = (object as Mesh).isMesh && typeof object.userData['name'] !== 'string';
    if (!part && !(object as SkinnedMesh).isSkinnedMesh) nodes.push(object);
  });
  return nodes;
}

export function isBelow(node: Object3D, ancestor: Object3D): boolean {
  for (let at: Object3D | null = node; at; at = at.parent) if (at === ancestor) return true;
  return false;
}

function holdsEverything(node: Object3D, root: Object3D): boolean {
  let all = true;
  root.traverse((object) => {
    if ((object as Mesh).isMesh && !isBelow(object, node)) all = false;
  });
  return all;
}

export interface ModelBones {
  readonly nodes: Map<HumanBone, Object3D>;
  readonly guesses: Partial<Record<HumanBone, NamedGuess>>;
  readonly naming: BoneNaming;
}

/** Puts the user's choice over what is known; a name that the model does not have changes nothing. */
export function applyMapping(
  all: readonly Object3D[],
  mapping: AvatarMapping['bones'],
  nodes: Map<HumanBone, Object3D>,
  guesses: Partial<Record<HumanBone, NamedGuess>>,
): void {
  for (const [key, name] of Object.entries(mapping)) {
    const bone = key as HumanBone;
    if (name === null || name === undefined) {
      nodes.delete(bone);
      delete guesses[bone];
      continue;
    }
    const node = all.find((one) => fileName(one) === name);
    if (!node) continue;
    nodes.set(bone, node);
    guesses[bone] = { name, confidence: 1 };
  }
}

/** The bones of a plain model by name, hierarchy and the user's mapping. */
export function findBones(root: Object3D, mapping: AvatarMapping['bones']): ModelBones {
  const all = nodesOf(root);
  const placeOf = new Map(all.map((node, place) => [node, place]));
  const naming = guessBones(
    all.map((node) => ({
      name: fileName(node),
      parent: node.parent ? (placeOf.get(node.parent) ?? -1) : -1,
      joint: (node as { isBone?: boolean }).isBone === true,
    })),
  );
  const nodes = new Map<HumanBone, Object3D>();
  const guesses: Partial<Record<HumanBone, NamedGuess>> = {};
  for (const [key, { node, confidence }] of Object.entries(naming.bones)) {
    const found = all[node]!;
    nodes.set(key as HumanBone, found);
    guesses[key as HumanBone] = { name: fileName(found), confidence };
  }
  const head = nodes.get('head');
  // A node called «head» around the whole model is a name, not a joint.
  if (head && !(head as { isBone?: boolean }).isBone && holdsEverything(head, root)) {
    nodes.delete('head');
    delete guesses.head;
  }
  applyMapping(all, mapping, nodes, guesses);
  return { nodes, guesses, naming };
}

const PAIRS = ['UpperLeg', 'UpperArm', 'Shoulder', 'Eye', 'IndexProximal'] as const;

function sideways(nodes: ReadonlyMap<HumanBone, Object3D>): Vector3 | null {
  for (const part of PAIRS) {
    const left = nodes.get(`left${part}`);
    const right = nodes.get(`right${part}`);
    if (!left || !right) continue;
    const way = left.getWorldPosition(new Vector3()).sub(right.getWorldPosition(new Vector3()));
    way.y = 0;
    if (way.lengthSq() > 1e-10) return way.normalize();
  }
  return null;
}

function forwards(nodes: ReadonlyMap<HumanBone, Object3D>): Vector3 | null {
  const sum = new Vector3();
  for (const side of ['left', 'right'] as const) {
    const foot = nodes.get(`${side}Foot`);
    const toes = nodes.get(`${side}Toes`);
    if (!foot || !toes) continue;
    sum.add(toes.getWorldPosition(new Vector3())).sub(foot.getWorldPosition(new Vector3()));
  }
  sum.y = 0;
  return sum.lengthSq() > 1e-10 ? sum.normalize() : null;
}

/**
 * Turns a model that looks elsewhere to +Z, by quarter turns: toes tell where it looks, else its left and right. Where
 * the names' left is the model's right, the sides are exchanged.
 */
export function faceFront(
  scene: Object3D,
  nodes: Map<HumanBone, Object3D>,
  guesses: Partial<Record<HumanBone, NamedGuess>>,
): void {
  scene.updateMatrixWorld(true);
  const left = sideways(nodes);
  const ahead = forwards(nodes) ?? (left ? new Vector3(-left.z, 0, left.x) : null);
  if (!ahead) return;
  const quarters = Math.round(Math.atan2(ahead.x, ahead.z) / (Math.PI / 2));
  if (quarters !== 0) {
    const turn = new Quaternion().setFromAxisAngle(new Vector3(0, 1, 0), (-quarters * Math.PI) / 2);
    scene.quaternion.premultiply(turn);
    scene.position.applyQuaternion(turn);
    scene.updateMatrixWorld(true);
  }
  const after = sideways(nodes);
  if (!after || after.x > -0.5) return;
  const pairs = [...nodes.keys()].filter((bone) => bone.startsWith('left'));
  for (const bone of new Set([...pairs, ...[...nodes.keys()].flatMap(twinOnLeft)])) {
    const twin = bone.replace('left', 'right') as HumanBone;
    swap(nodes, bone, twin);
    const one = guesses[bone];
    const other = guesses[twin];
    delete guesses[bone];
    delete guesses[twin];
    if (one) guesses[twin] = one;
    if (other) guesses[bone] = other;
  }
}

const twinOnLeft = (bone: HumanBone): HumanBone[] =>
  bone.startsWith('right') ? [bone.replace('right', 'left') as HumanBone] : [];

function swap(nodes: Map<HumanBone, Object3D>, a: HumanBone, b: HumanBone): void {
  const one = nodes.get(a);
  const other = nodes.get(b);
  nodes.delete(a);
  nodes.delete(b);
  if (one) nodes.set(b, one);
  if (other) nodes.set(a, other);
}
