import { type Accessor, componentBytes, type Elements, FLOAT } from './accessors.ts';
import type { AvatarLimits } from './limits.ts';
import { refuse } from './read.ts';
import type { Primitive, Structure } from './structure.ts';

export interface GeometryCounts {
  readonly primitives: number;
  readonly drawCalls: number;
  readonly vertices: number;
  readonly triangles: number;
}

/** Positions beyond this overflow the bounding sphere's single-precision squares. */
const MAX_COORDINATE = 1e12;

/**
 * Counts the geometry by its declarations alone, before any of it is read.
 * @throws ReasonError `avatar.too-big`, `avatar.too-complex`
 */
export function countGeometry(structure: Structure, limits: AvatarLimits): GeometryCounts {
  const uses = new Map<number, number>();
  for (const node of structure.nodes) {
    if (node.mesh !== null) uses.set(node.mesh, (uses.get(node.mesh) ?? 0) + 1);
  }
  const positions = new Set<number>();
  let primitives = 0;
  let drawCalls = 0;
  let vertices = 0;
  let triangles = 0;
  for (const [index, mesh] of structure.meshes.entries()) {
    const shown = uses.get(index) ?? 0;
    primitives += mesh.primitives.length;
    drawCalls += mesh.primitives.length * shown;
    for (const primitive of mesh.primitives) {
      triangles += trianglesOf(primitive) * Math.max(1, shown);
      if (positions.has(primitive.position.index)) continue;
      positions.add(primitive.position.index);
      vertices += primitive.position.count;
    }
  }
  if (vertices > limits.vertices) refuse('avatar.too-big', `${vertices} vertices`);
  if (triangles > limits.triangles) refuse('avatar.too-big', `${triangles} triangles`);
  if (drawCalls > limits.drawCalls) refuse('avatar.too-complex', `${drawCalls} draw calls`);
  return { primitives, drawCalls, vertices, triangles };
}

function trianglesOf(primitive: Primitive): number {
  const count = primitive.indices?.count ?? primitive.position.count;
  if (primitive.mode === 4) return Math.floor(count / 3);
  return primitive.mode > 4 ? Math.max(0, count - 2) : 0;
}

/**
 * Reads the numbers that are drawn: finite positions, morphs, weights and bind matrices, indices and joints that
 * exist. Returns the names of attributes with broken numbers that only spoil the look.
 * @throws ReasonError `avatar.bad-geometry`
 */
export function checkGeometry(structure: Structure): string[] {
  const finite = new Map<Accessor, boolean>();
  const isSound = (accessor: Accessor): boolean => {
    const known = finite.get(accessor);
    if (known !== undefined) return known;
    const result = holdsFiniteNumbers(accessor);
    finite.set(accessor, result);
    return result;
  };
  const cosmetic = new Set<string>();
  const check = (name: string, accessor: Accessor): void => {
    if (isSound(accessor)) return;
    const vital = name === 'POSITION' || name.startsWith('WEIGHTS');
    if (vital) refuse('avatar.bad-geometry', `${name} holds numbers that are none`);
    cosmetic.add(name.slice(0, 40));
  };
  const indexed = new Map<Accessor, number>();
  for (const mesh of structure.meshes) {
    for (const primitive of mesh.primitives) {
      for (const [name, accessor] of primitive.attributes) check(name, accessor);
      for (const target of primitive.targets) for (const [name, accessor] of target) check(name, accessor);
      if (!primitive.indices) continue;
      const highest = indexed.get(primitive.indices) ?? highestIndex(primitive.indices);
      indexed.set(primitive.indices, highest);
      if (highest >= primitive.position.count) {
        refuse('avatar.bad-geometry', `index ${highest} of ${primitive.position.count} vertices`);
      }
    }
  }
  for (const skin of structure.skins) {
    const matrices = skin.inverseBindMatrices;
    if (matrices && !isSound(matrices))
      refuse('avatar.bad-geometry', 'bind matrices hold numbers that are none');
  }
  checkJoints(structure);
  return [...cosmetic];
}

function checkJoints(structure: Structure): void {
  const highest = new Map<string, number>();
  for (const node of structure.nodes) {
    if (node.mesh === null || node.skin === null) continue;
    const joints = structure.skins[node.skin]!.joints.length;
    for (const primitive of structure.meshes[node.mesh]!.primitives) {
      const indices = primitive.attributes.get('JOINTS_0');
      const weights = primitive.attributes.get('WEIGHTS_0');
      if (!indices || !weights) continue;
      const key = `${indices.index}:${weights.index}`;
      const top = highest.get(key) ?? highestJoint(indices, weights);
      highest.set(key, top);
      if (top >= joints) refuse('avatar.bad-geometry', `joint ${top} of ${joints}`);
    }
  }
}

function holdsFiniteNumbers(accessor: Accessor): boolean {
  checkSparse(accessor);
  if (accessor.componentType !== FLOAT) return true;
  const parts = [accessor.elements, accessor.sparse?.values ?? null];
  return parts.every((part) => part === null || every(part, (n) => Math.abs(n) <= MAX_COORDINATE));
}

function checkSparse(accessor: Accessor): void {
  if (accessor.sparse && highestOf(accessor.sparse.indices) >= accessor.count) {
    refuse('avatar.bad-geometry', 'a sparse accessor writes outside itself');
  }
}

function highestIndex(accessor: Accessor): number {
  checkSparse(accessor);
  const overlay = accessor.sparse ? highestOf(accessor.sparse.values) : 0;
  return Math.max(overlay, accessor.elements ? highestOf(accessor.elements) : 0);
}

function highestOf(elements: Elements): number {
  let highest = 0;
  every(elements, (value) => {
    if (value > highest) highest = value;
    return true;
  });
  return highest;
}

/** The highest joint that moves anything: exporters leave any number where the weight is zero. */
function highestJoint(joints: Accessor, weights: Accessor): number {
  // Which sparse joint meets which sparse weight is not worth finding out: all of them count.
  if (joints.sparse || weights.sparse) return highestIndex(joints);
  if (!joints.elements || !weights.elements) return 0;
  const weighted = new Uint8Array(weights.count * 4);
  let seen = 0;
  let highest = 0;
  let at = 0;
  every(weights.elements, (weight) => {
    weighted[seen++] = weight === 0 ? 0 : 1;
    return true;
  });
  every(joints.elements, (joint) => {
    if (weighted[at++] && joint > highest) highest = joint;
    return true;
  });
  return highest;
}

/** Calls `test` with every number, element by element, until it answers false. */
function every(elements: Elements, test: (value: number) => boolean): boolean {
  const { bytes } = elements.view;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const unit = componentBytes(elements.componentType);
  const read = READERS[elements.componentType as keyof typeof READERS];
  for (let element = 0; element < elements.count; element++) {
    const start = elements.offset + element * elements.stride;
    for (let part = 0; part < elements.components; part++) {
      if (!test(read(view, start + part * unit))) return false;
    }
  }
  return true;
}

const READERS = {
  5120: (view: DataView, at: number) => view.getInt8(at),
  5121: (view: DataView, at: number) => view.getUint8(at),
  5122: (view: DataView, at: number) => view.getInt16(at, true),
  5123: (view: DataView, at: number) => view.getUint16(at, true),
  5125: (view: DataView, at: number) => view.getUint32(at, true),
  5126: (view: DataView, at: number) => view.getFloat32(at, true),
};
