import {
  type BufferGeometry,
  type Material,
  type Mesh,
  type Object3D,
  type SkinnedMesh,
  Vector3,
} from 'three';

export const MAX_BONES = 1024;

export function materialsOf(mesh: Mesh): Material[] {
  return Array.isArray(mesh.material) ? mesh.material : [mesh.material];
}

export function isUnlit(material: Material): boolean {
  return (material as { isMeshBasicMaterial?: boolean }).isMeshBasicMaterial === true;
}

function shown(object: Object3D): boolean {
  for (let o: Object3D | null = object; o; o = o.parent) if (!o.visible) return false;
  return true;
}

/** Whether a mesh can be drawn from vertices in world space without a visible difference. */
function fits(mesh: Mesh): boolean {
  const { geometry } = mesh;
  if (!geometry.attributes['position'] || (geometry.morphAttributes.position?.length ?? 0) > 0) return false;
  if (geometry.drawRange.start !== 0 || geometry.drawRange.count !== Number.POSITIVE_INFINITY) return false;
  if ((mesh as { isInstancedMesh?: boolean }).isInstancedMesh || !shown(mesh)) return false;
  // An outline is a second material over the same whole geometry; other groups stay as they are.
  if (geometry.groups.some(({ start, count }) => start !== 0 || count !== Number.POSITIVE_INFINITY))
    return false;
  const skinned = mesh as SkinnedMesh;
  if (skinned.isSkinnedMesh) {
    const weights = geometry.attributes['skinWeight'];
    const joints = geometry.attributes['skinIndex'];
    if (!weights || !joints || skinned.skeleton.bones.length > MAX_BONES) return false;
    if (skinned.bindMode !== 'attached') return false;
    for (let i = 0; i < weights.count; i++) {
      // A vertex that hangs on nothing has no place in the world.
      if (weights.getX(i) === 0 && weights.getY(i) === 0 && weights.getZ(i) === 0 && weights.getW(i) === 0)
        return false;
    }
    return true;
  }
  // Normals of a model stretched in one direction need more than its matrix.
  const scale = mesh.getWorldScale(new Vector3());
  const size = Math.max(Math.abs(scale.x), Math.abs(scale.y), Math.abs(scale.z));
  const uneven =
    Math.abs(Math.abs(scale.x) - size) +
    Math.abs(Math.abs(scale.y) - size) +
    Math.abs(Math.abs(scale.z) - size);
  if (mesh.matrixWorld.determinant() <= 0) return false;
  return uneven < size * 0.01 || materialsOf(mesh).every(isUnlit);
}

/** Numbers objects by identity, from 1 on. */
export function numbering(): (object: object) => number {
  const ids = new Map<object, number>();
  return (object) => {
    const known = ids.get(object) ?? ids.size + 1;
    ids.set(object, known);
    return known;
  };
}

/** Meshes below a node that one draw call can show: same materials, same place in the order, same key. */
export function drawBatches(root: Object3D, keyOf: (mesh: Mesh) => string | null): Mesh[][] {
  const id = numbering();
  const found = new Map<string, Mesh[]>();
  root.traverse((object) => {
    const mesh = object as Mesh;
    if (!mesh.isMesh || !fits(mesh)) return;
    const own = keyOf(mesh);
    if (own === null) return;
    const key = [...materialsOf(mesh).map(id), mesh.renderOrder, mesh.geometry.groups.length, own].join(' ');
    const same = found.get(key);
    if (same) same.push(mesh);
    else found.set(key, [mesh]);
  });
  return [...found.values()];
}

/** Draws a batch's groups (its materials, each over everything) with another geometry. */
export function copyGroups(from: BufferGeometry, to: BufferGeometry): void {
  for (const { start, count, materialIndex } of from.groups) to.addGroup(start, count, materialIndex);
}

/** Takes a mesh that something else draws now out of the picture. */
export function hide(mesh: Mesh): void {
  // A rigid part goes on saying where its vertices are, and may carry others.
  if ((mesh as SkinnedMesh).isSkinnedMesh && mesh.children.length === 0) mesh.removeFromParent();
  else mesh.layers.disableAll();
}
