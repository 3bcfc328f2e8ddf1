import {
  BufferAttribute,
  BufferGeometry,
  DynamicDrawUsage,
  type Material,
  Mesh,
  Object3D,
  type SkinnedMesh,
  Sphere,
  Vector3,
} from 'three';
import { nodeMatrices, type SkinSource, skinSource, skinVertices, sourceKey } from './skin-source.ts';

/** One draw call to be: everything of one material. */
interface Batch {
  readonly material: Material | Material[];
  readonly renderOrder: number;
  readonly groups: BufferGeometry['groups'];
  readonly meshes: { readonly mesh: Mesh; readonly source: SkinSource }[];
}

const COPIED = ['uv', 'uv1', 'color'] as const;
const MAX_BONES = 1024;

function materialsOf(mesh: Mesh): Material[] {
  return Array.isArray(mesh.material) ? mesh.material : [mesh.material];
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

function isUnlit(material: Material): boolean {
  return (material as { isMeshBasicMaterial?: boolean }).isMeshBasicMaterial === true;
}

function batchesOf(root: Object3D): { batches: Batch[]; sources: SkinSource[]; count: number } {
  const ids = new Map<object, number>();
  const id = (object: object): number => {
    const known = ids.get(object) ?? ids.size + 1;
    ids.set(object, known);
    return known;
  };
  const found = new Map<string, Mesh[]>();
  root.traverse((object) => {
    const mesh = object as Mesh;
    if (!mesh.isMesh || !fits(mesh)) return;
    const key = [...materialsOf(mesh).map(id), mesh.renderOrder, mesh.geometry.groups.length].join(' ');
    const same = found.get(key);
    if (same) same.push(mesh);
    else found.set(key, [mesh]);
  });
  const sources = new Map<string, SkinSource>();
  const batches: Batch[] = [];
  let count = 0;
  for (const meshes of found.values()) {
    // A single rigid part costs the graphics driver nothing but its matrix.
    if (meshes.length === 1 && !(meshes[0] as SkinnedMesh).isSkinnedMesh) continue;
    const { material, renderOrder, geometry } = meshes[0]!;
    batches.push({
      material,
      renderOrder,
      groups: geometry.groups,
      meshes: meshes.map((mesh) => {
        const key = sourceKey(mesh, id);
        let source = sources.get(key);
        if (!source) {
          source = skinSource(mesh, count);
          count += source.count;
          sources.set(key, source);
        }
        return { mesh, source };
      }),
    });
  }
  return { batches, sources: [...sources.values()], count };
}

/** Colours, texture places and so on of all sources behind one another; null where no source has them. */
function gather(name: string, sources: readonly SkinSource[], count: number): BufferAttribute | null {
  const given = sources.map(({ geometry }) => geometry.attributes[name]);
  const size = Math.max(0, ...given.map((attribute) => attribute?.itemSize ?? 0));
  if (size === 0) return null;
  // What a source lacks is as if it were not there: white, or the corner of the texture.
  const out = new Float32Array(count * size).fill(name === 'color' ? 1 : 0);
  sources.forEach(({ offset, count: own }, s) => {
    const attribute = given[s];
    if (!attribute) return;
    for (let v = 0; v < own; v++) {
      for (let k = 0; k < attribute.itemSize; k++)
        out[(offset + v) * size + k] = attribute.getComponent(v, k);
    }
  });
  return new BufferAttribute(out, size);
}

function indexOf({ meshes }: Batch, count: number): BufferAttribute {
  const size = meshes.reduce(
    (sum, { mesh: { geometry }, source }) => sum + (geometry.index?.count ?? source.count),
    0,
  );
  const out = count > 65_535 ? new Uint32Array(size) : new Uint16Array(size);
  let at = 0;
  for (const { mesh, source } of meshes) {
    const { index } = mesh.geometry;
    const own = index?.count ?? source.count;
    for (let i = 0; i < own; i++) out[at++] = source.offset + (index ? index.getX(i) : i);
  }
  return new BufferAttribute(out, 1);
}

/**
 * Moves the vertices of a model on the processor and draws all of one material at once. A software renderer works a
 * vertex out for every triangle that uses it, bones and all: there this is about twice as fast, and dozens of draw
 * calls become a few. It stands behind everything else below the rig's root, so that every bone has its place when
 * its turn comes.
 */
export class SoftSkin extends Object3D {
  private readonly sources: readonly SkinSource[];
  private readonly matrices: Float32Array;
  private readonly positions: BufferAttribute;
  private readonly normals: BufferAttribute | null;

  private constructor(
    root: Object3D,
    batches: readonly Batch[],
    sources: readonly SkinSource[],
    count: number,
  ) {
    super();
    this.name = 'drawn';
    this.sources = sources;
    this.matrices = new Float32Array(Math.max(...sources.map(({ nodes }) => nodes.length)) * 12);
    this.positions = new BufferAttribute(new Float32Array(count * 3), 3).setUsage(DynamicDrawUsage);
    const lit = batches.some(({ meshes }) => meshes.some(({ mesh }) => !materialsOf(mesh).every(isUnlit)));
    this.normals = lit
      ? new BufferAttribute(new Float32Array(count * 3), 3).setUsage(DynamicDrawUsage)
      : null;
    const copied = COPIED.map((name) => [name, gather(name, sources, count)] as const);
    const moved = gatherMoved(sources, count);
    this.skin();
    for (const batch of batches) {
      const geometry = new BufferGeometry();
      geometry.setAttribute('position', this.positions);
      if (this.normals) geometry.setAttribute('normal', this.normals);
      for (const [name, attribute] of copied) if (attribute) geometry.setAttribute(name, attribute);
      const index = indexOf(batch, count);
      geometry.setIndex(index);
      for (const { start, count: length, materialIndex } of batch.groups)
        geometry.addGroup(start, length, materialIndex);
      geometry.boundingSphere = this.sphereOf(index);
      geometry.userData['moved'] = moved;
      const mesh = new Mesh(geometry, batch.material);
      mesh.name = batch.meshes[0]!.mesh.name;
      mesh.renderOrder = batch.renderOrder;
      mesh.frustumCulled = false;
      mesh.matrixAutoUpdate = false;
      mesh.matrixWorldAutoUpdate = false;
      this.add(mesh);
      for (const { mesh: before } of batch.meshes) hide(before);
    }
    root.add(this);
  }

  /** Takes over what it can below a rig's root; world matrices must be current. @returns null when that is nothing */
  static of(root: Object3D): SoftSkin | null {
    root.updateMatrixWorld(true);
    const { batches, sources, count } = batchesOf(root);
    return batches.length > 0 ? new SoftSkin(root, batches, sources, count) : null;
  }

  override updateMatrixWorld(force?: boolean): void {
    super.updateMatrixWorld(force);
    this.skin();
  }

  private skin(): void {
    const positions = this.positions.array as Float32Array;
    const normals = this.normals ? (this.normals.array as Float32Array) : null;
    for (let i = 0; i < this.sources.length; i++) {
      const source = this.sources[i]!;
      nodeMatrices(source, this.matrices);
      skinVertices(source, this.matrices, positions, normals);
    }
    this.positions.needsUpdate = true;
    if (this.normals) this.normals.needsUpdate = true;
  }

  /** Where transparent parts are sorted by. */
  private sphereOf(index: BufferAttribute): Sphere {
    const centre = new Vector3();
    const point = new Vector3();
    for (let i = 0; i < index.count; i++)
      centre.add(point.fromBufferAttribute(this.positions, index.getX(i)));
    return new Sphere(centre.divideScalar(Math.max(1, index.count)), 1);
  }
}

/** Vertices that a morph target moves, of all sources behind one another. */
function gatherMoved(sources: readonly SkinSource[], count: number): Uint8Array {
  const out = new Uint8Array(count);
  for (const { geometry, offset } of sources) {
    const moved: unknown = geometry.userData['moved'];
    if (moved instanceof Uint8Array) out.set(moved, offset);
  }
  return out;
}

function hide(mesh: Mesh): void {
  // A rigid part goes on saying where its vertices are, and may carry others.
  if ((mesh as SkinnedMesh).isSkinnedMesh && mesh.children.length === 0) mesh.removeFromParent();
  else mesh.layers.disableAll();
}
