import {
  type Bone,
  BufferAttribute,
  BufferGeometry,
  Matrix4,
  type Mesh,
  type Object3D,
  Skeleton,
  SkinnedMesh,
} from 'three';
import { mergeGeometries } from 'three/addons/utils/BufferGeometryUtils.js';
import { copyGroups, drawBatches, hide, MAX_BONES, materialsOf } from './draw-batches.ts';

/** What a vertex has beside its bones. */
const LOOKS = ['position', 'normal', 'tangent', 'color', 'uv', 'uv1', 'uv2', 'uv3'] as const;

/** Meshes of one key have the same vertex data; null: better left as it is. */
function keyOf(mesh: Mesh): string | null {
  const { attributes, index, userData } = mesh.geometry;
  // The face: its vertices are rewritten at every picture, which should stay few.
  if (userData['moved']) return null;
  // They are sorted among each other, each by its own place.
  if (materialsOf(mesh).some(({ transparent }) => transparent)) return null;
  const looks = LOOKS.map((name) => attributes[name]?.itemSize ?? 0);
  return [mesh.layers.mask, index ? 1 : 0, ...looks].join(' ');
}

function floats(attribute: BufferGeometry['attributes'][string]): BufferAttribute {
  const { count, itemSize } = attribute;
  const out = new Float32Array(count * itemSize);
  for (let v = 0; v < count; v++) {
    for (let k = 0; k < itemSize; k++) out[v * itemSize + k] = attribute.getComponent(v, k);
  }
  return new BufferAttribute(out, itemSize);
}

/** The bones of several meshes in one list; a rigid mesh is a bone itself. */
class Bones {
  readonly nodes: Object3D[] = [];
  /** From the model's vertices to each node at rest. */
  readonly inverses: Matrix4[] = [];
  private readonly places = new Map<string, number>();

  /** Where the bones of a mesh begin. */
  add(mesh: Mesh): number {
    const skinned = mesh as SkinnedMesh;
    const rigid = !skinned.isSkinnedMesh;
    const key = rigid ? mesh.uuid : [skinned.skeleton.uuid, ...skinned.bindMatrix.elements].join(' ');
    const known = this.places.get(key);
    if (known !== undefined) return known;
    const place = this.nodes.length;
    this.places.set(key, place);
    if (rigid) {
      this.nodes.push(mesh);
      this.inverses.push(new Matrix4());
    } else {
      const { bones, boneInverses } = skinned.skeleton;
      this.nodes.push(...bones);
      for (const inverse of boneInverses) this.inverses.push(inverse.clone().multiply(skinned.bindMatrix));
    }
    return place;
  }

  /** Only their world matrices are asked for, which every node has. */
  skeleton(): Skeleton {
    return new Skeleton(this.nodes as Bone[], this.inverses);
  }
}

/** The geometry of one mesh with the bones of the whole. */
function partOf(mesh: Mesh, place: number): BufferGeometry {
  const { attributes, index } = mesh.geometry;
  const part = new BufferGeometry();
  for (const name of LOOKS) if (attributes[name]) part.setAttribute(name, floats(attributes[name]));
  const { count } = attributes['position']!;
  const joints = new Uint16Array(count * 4);
  const weights = new Float32Array(count * 4);
  const { skinIndex, skinWeight } = attributes;
  const skinned = (mesh as SkinnedMesh).isSkinnedMesh && skinIndex && skinWeight;
  for (let v = 0; v < count; v++) {
    for (let k = 0; k < 4; k++) {
      const weight = skinned ? skinWeight.getComponent(v, k) : k === 0 ? 1 : 0;
      weights[v * 4 + k] = weight;
      if (weight !== 0) joints[v * 4 + k] = place + (skinned ? skinIndex.getComponent(v, k) : 0);
    }
  }
  part.setAttribute('skinIndex', new BufferAttribute(joints, 4));
  part.setAttribute('skinWeight', new BufferAttribute(weights, 4));
  if (index) {
    const own = new Uint32Array(index.count);
    for (let i = 0; i < own.length; i++) own[i] = index.getX(i);
    part.setIndex(new BufferAttribute(own, 1));
  }
  return part;
}

function merged(meshes: readonly Mesh[]): SkinnedMesh | null {
  const bones = new Bones();
  const places = meshes.map((mesh) => bones.add(mesh));
  if (bones.nodes.length > MAX_BONES) return null;
  const parts = meshes.map((mesh, i) => partOf(mesh, places[i]!));
  const geometry = mergeGeometries(parts);
  const first = meshes[0]!;
  copyGroups(first.geometry, geometry);
  const mesh = new SkinnedMesh(geometry, first.material);
  mesh.name = first.name;
  mesh.renderOrder = first.renderOrder;
  mesh.layers.mask = first.layers.mask;
  mesh.frustumCulled = false;
  mesh.bind(bones.skeleton(), new Matrix4());
  return mesh;
}

/**
 * Draws all of one material at once, moved by the graphics card: rigid parts become parts of a skin, several skins one.
 * Stays apart: what morphs, what is transparent, what is alone. Below a finished rig's root; world matrices must be
 * current.
 */
export function mergeDraws(root: Object3D): void {
  for (const meshes of drawBatches(root, keyOf)) {
    if (meshes.length < 2) continue;
    const whole = merged(meshes);
    if (!whole) continue;
    root.add(whole);
    for (const mesh of meshes) hide(mesh);
  }
}
