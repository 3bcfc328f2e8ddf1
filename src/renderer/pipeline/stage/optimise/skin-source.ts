import { type BufferGeometry, Matrix4, type Mesh, type Object3D, type SkinnedMesh } from 'three';

/** One vertex buffer that moves with bones: read once per picture however many draw calls share it. */
export interface SkinSource {
  readonly geometry: BufferGeometry;
  readonly count: number;
  /** Live arrays: morphs are in them already. */
  readonly position: ArrayLike<number>;
  readonly normal: ArrayLike<number> | null;
  readonly nodes: readonly Object3D[];
  /** From the mesh to each node at rest: columns of a 4 × 4 matrix, 16 numbers each. */
  readonly inverses: Float32Array;
  /** Influences of vertex v: entries from `first[v]` up to `first[v + 1]`; `slot` is 12 × the place of the node. */
  readonly first: Uint32Array;
  readonly slot: Uint32Array;
  readonly weight: Float32Array;
  /** Place of its first vertex in the whole model. */
  readonly offset: number;
}

type Attribute = BufferGeometry['attributes'][string];

function flat(attribute: Attribute | undefined, count: number): ArrayLike<number> | null {
  if (!attribute) return null;
  const plain = attribute as { isInterleavedBufferAttribute?: boolean; normalized: boolean };
  if (!plain.isInterleavedBufferAttribute && !plain.normalized && attribute.itemSize === 3) {
    return attribute.array as unknown as ArrayLike<number>;
  }
  const out = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    out[i * 3] = attribute.getX(i);
    out[i * 3 + 1] = attribute.getY(i);
    out[i * 3 + 2] = attribute.getZ(i);
  }
  return out;
}

/** What decides whether two meshes read the same moving vertices. */
export function sourceKey(mesh: Mesh, ids: (object: object) => number): string {
  const { position, normal, skinIndex, skinWeight } = mesh.geometry.attributes;
  const owner = (mesh as SkinnedMesh).isSkinnedMesh ? (mesh as SkinnedMesh).skeleton : mesh;
  return [position!, normal, skinIndex, skinWeight, owner].map((one) => (one ? ids(one) : 0)).join(' ');
}

/** Reads the bones and weights of a mesh; a mesh without bones hangs on itself. */
export function skinSource(mesh: Mesh, offset: number): SkinSource {
  const { geometry } = mesh;
  const { position, normal, skinIndex, skinWeight } = geometry.attributes;
  const { count } = position!;
  const base = {
    geometry,
    count,
    offset,
    position: flat(position, count)!,
    normal: flat(normal, count),
  };
  const skinned = mesh as SkinnedMesh;
  const first = new Uint32Array(count + 1);
  if (!skinned.isSkinnedMesh) {
    for (let i = 0; i <= count; i++) first[i] = i;
    return {
      ...base,
      nodes: [mesh],
      inverses: flatten([new Matrix4()]),
      first,
      slot: new Uint32Array(count),
      weight: new Float32Array(count).fill(1),
    };
  }
  const slot: number[] = [];
  const weight: number[] = [];
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 4; k++) {
      const share = skinWeight!.getComponent(i, k);
      if (share === 0) continue;
      slot.push(skinIndex!.getComponent(i, k) * 12);
      weight.push(share);
    }
    first[i + 1] = slot.length;
  }
  const { bones, boneInverses } = skinned.skeleton;
  return {
    ...base,
    nodes: bones,
    inverses: flatten(boneInverses.map((inverse) => inverse.clone().multiply(skinned.bindMatrix))),
    first,
    slot: new Uint32Array(slot),
    weight: new Float32Array(weight),
  };
}

function flatten(matrices: readonly Matrix4[]): Float32Array {
  const out = new Float32Array(matrices.length * 16);
  for (const [i, matrix] of matrices.entries()) out.set(matrix.elements, i * 16);
  return out;
}

/**
 * World matrices of the source's nodes against rest, three rows of four each. By hand, because the elements of three's
 * own product are numbers on the heap.
 */
export function nodeMatrices(source: SkinSource, out: Float32Array): void {
  const { nodes, inverses } = source;
  for (let i = 0; i < nodes.length; i++) {
    const m = nodes[i]!.matrixWorld.elements;
    for (let row = 0; row < 3; row++) {
      const a = m[row]!;
      const b = m[row + 4]!;
      const c = m[row + 8]!;
      const d = m[row + 12]!;
      const to = i * 12 + row * 4;
      for (let column = 0; column < 4; column++) {
        const at = i * 16 + column * 4;
        out[to + column] =
          a * inverses[at]! + b * inverses[at + 1]! + c * inverses[at + 2]! + d * inverses[at + 3]!;
      }
    }
  }
}

/**
 * Writes the vertices of a source in world space. Allocates nothing.
 * @param matrices of {@link nodeMatrices}
 */
export function skinVertices(
  source: SkinSource,
  matrices: Float32Array,
  positions: Float32Array,
  normals: Float32Array | null,
): void {
  const { count, position, normal, first, slot, weight, offset } = source;
  const bend = normals !== null && normal !== null;
  let to = offset * 3;
  for (let v = 0, from = 0; v < count; v++, from += 3, to += 3) {
    let k = first[v]!;
    const end = first[v + 1]!;
    let at = slot[k]!;
    let w = weight[k]!;
    let a = matrices[at]! * w;
    let b = matrices[at + 1]! * w;
    let c = matrices[at + 2]! * w;
    let d = matrices[at + 3]! * w;
    let e = matrices[at + 4]! * w;
    let f = matrices[at + 5]! * w;
    let g = matrices[at + 6]! * w;
    let h = matrices[at + 7]! * w;
    let i = matrices[at + 8]! * w;
    let j = matrices[at + 9]! * w;
    let l = matrices[at + 10]! * w;
    let m = matrices[at + 11]! * w;
    for (k++; k < end; k++) {
      at = slot[k]!;
      w = weight[k]!;
      a += matrices[at]! * w;
      b += matrices[at + 1]! * w;
      c += matrices[at + 2]! * w;
      d += matrices[at + 3]! * w;
      e += matrices[at + 4]! * w;
      f += matrices[at + 5]! * w;
      g += matrices[at + 6]! * w;
      h += matrices[at + 7]! * w;
      i += matrices[at + 8]! * w;
      j += matrices[at + 9]! * w;
      l += matrices[at + 10]! * w;
      m += matrices[at + 11]! * w;
    }
    const x = position[from]!;
    const y = position[from + 1]!;
    const z = position[from + 2]!;
    positions[to] = a * x + b * y + c * z + d;
    positions[to + 1] = e * x + f * y + g * z + h;
    positions[to + 2] = i * x + j * y + l * z + m;
    if (!bend) continue;
    const p = normal[from]!;
    const q = normal[from + 1]!;
    const r = normal[from + 2]!;
    normals[to] = a * p + b * q + c * r;
    normals[to + 1] = e * p + f * q + g * r;
    normals[to + 2] = i * p + j * q + l * r;
  }
}
