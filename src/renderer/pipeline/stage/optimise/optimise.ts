import { type VRM, VRMUtils } from '@pixiv/three-vrm';
import type { Material, Mesh, Object3D, SkinnedMesh } from 'three';
import type { Quality } from '../quality.ts';
import { mergeDraws } from './merged-draws.ts';
import { SoftSkin } from './soft-skin.ts';

/** Textures by the set of texture coordinates they are laid out with. */
function usesSet(material: Material, set: number): boolean {
  return Object.values(material).some((value) => {
    const texture = value as { isTexture?: boolean; channel?: number } | null;
    return texture?.isTexture === true && (texture.channel ?? 0) === set;
  });
}

/** Vertex data that no material of the mesh looks at is neither kept nor sent to the graphics card. */
function dropUnused(mesh: Mesh): void {
  const materials = Array.isArray(mesh.material) ? mesh.material : [mesh.material];
  const { geometry } = mesh;
  const bumpy = materials.some((material) => (material as { normalMap?: unknown }).normalMap);
  if (!bumpy) geometry.deleteAttribute('tangent');
  if (!materials.some(({ vertexColors }) => vertexColors)) geometry.deleteAttribute('color');
  for (const [name, set] of [
    ['uv1', 1],
    ['uv2', 2],
    ['uv3', 3],
  ] as const) {
    if (!materials.some((material) => usesSet(material, set))) geometry.deleteAttribute(name);
  }
}

function isWhole(mesh: Mesh): boolean {
  if (!(mesh as SkinnedMesh).isSkinnedMesh) return true;
  const { skinIndex, skinWeight } = mesh.geometry.attributes;
  if (!skinIndex || !skinWeight) return false;
  const bones = (mesh as SkinnedMesh).skeleton.bones.length;
  for (let i = 0; i < skinIndex.count; i++) {
    for (let k = 0; k < 4; k++) if (skinIndex.getComponent(i, k) >= bones) return false;
  }
  return true;
}

/**
 * Takes out of a freshly parsed model what can never be seen: joints without weight (one skeleton where there were
 * several), vertex data without a use. Before the rig is built.
 */
export function optimiseModel(scene: Object3D, vrm: VRM | null): void {
  const meshes: Mesh[] = [];
  const users = new Map<object, number>();
  scene.traverse((object) => {
    const mesh = object as Mesh;
    if (!mesh.isMesh) return;
    meshes.push(mesh);
    users.set(mesh.geometry, (users.get(mesh.geometry) ?? 0) + 1);
  });
  // Several materials may look at one geometry, each at something else.
  for (const mesh of meshes) if (users.get(mesh.geometry) === 1) dropUnused(mesh);
  // It takes for granted what a file need not have.
  if (vrm && meshes.every(isWhole)) VRMUtils.combineSkeletons(scene);
}

/** Chooses how a finished rig is drawn: on a software renderer its vertices move on the processor. */
export function optimiseDrawing(root: Object3D, quality: Quality): void {
  root.updateMatrixWorld(true);
  if (quality === 'light') SoftSkin.of(root);
  else mergeDraws(root);
}
