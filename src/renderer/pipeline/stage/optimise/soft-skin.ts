import {
  BufferAttribute,
  BufferGeometry,
  DynamicDrawUsage,
  Mesh,
  Object3D,
  type SkinnedMesh,
  Sphere,
  Vector3,
} from 'three';
import { copyGroups, drawBatches, hide, isUnlit, materialsOf, numbering } from './draw-batches.ts';
import { nodeMatrices, type SkinSource, skinSource, skinVertices, sourceKey } from './skin-source.ts';

/** One draw call to be: everything of one material. */
type Batch = readonly { readonly mesh: Mesh; readonly source: SkinSource }[];

const COPIED = ['uv', 'uv1', 'color'] as const;

function batchesOf(root: Object3D): { batches: Batch[]; sources: SkinSource[]; count: number } {
  const id = numbering();
  const sources = new Map<string, SkinSource>();
  const batches: Batch[] = [];
  let count = 0;
  for (const meshes of drawBatches(root, () => '')) {
    // A single rigid part costs the graphics driver nothing but its matrix.
    if (meshes.length === 1 && !(meshes[0] as SkinnedMesh).isSkinnedMesh) continue;
    batches.push(
      meshes.map((mesh) => {
        const key = sourceKey(mesh, id);
        let source = sources.get(key);
        if (!source) {
          source = skinSource(mesh, count);
          count += source.count;
          sources.set(key, source);
        }
        return { mesh, source };
      }),
    );
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

function indexOf(batch: Batch, count: number): BufferAttribute {
  const size = batch.reduce(
    (sum, { mesh: { geometry }, source }) => sum + (geometry.index?.count ?? source.count),
    0,
  );
  const out = count > 65_535 ? new Uint32Array(size) : new Uint16Array(size);
  let at = 0;
  for (const { mesh, source } of batch) {
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
    const lit = batches.some((batch) => batch.some(({ mesh }) => !materialsOf(mesh).every(isUnlit)));
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
      const first = batch[0]!.mesh;
      copyGroups(first.geometry, geometry);
      geometry.boundingSphere = this.sphereOf(index);
      geometry.userData['moved'] = moved;
      const mesh = new Mesh(geometry, first.material);
      mesh.name = first.name;
      mesh.renderOrder = first.renderOrder;
      mesh.frustumCulled = false;
      mesh.matrixAutoUpdate = false;
      mesh.matrixWorldAutoUpdate = false;
      this.add(mesh);
      for (const { mesh: before } of batch) hide(before);
    }
    root.add(this);
  }

  /** Takes over what it can below a rig's root; world matrices must be current. @returns null when that is nothing */
  static of(root: Object3D): SoftSkin | null {
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
