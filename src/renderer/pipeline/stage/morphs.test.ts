import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  BufferAttribute,
  BufferGeometry,
  Group,
  Mesh,
  MeshBasicMaterial,
  type Object3D,
  Vector3,
} from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { expect, test } from 'vitest';
import { SparseMorphs } from './morphs.ts';

const shared =
  process.env['VIDA3_FIXTURES_DIR'] ??
  path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../../../shared');
const ictHead = path.join(shared, 'avatars/ict_head.glb');

function meshesOf(root: Object3D): Mesh[] {
  const meshes: Mesh[] = [];
  root.traverse((object) => {
    if ((object as Mesh).isMesh) meshes.push(object as Mesh);
  });
  return meshes;
}

async function loadHead(): Promise<Object3D> {
  const bytes = readFileSync(ictHead);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return (await new GLTFLoader().parseAsync(buffer, '')).scene;
}

function setWeights(meshes: readonly Mesh[], weights: Readonly<Record<number, number>>): void {
  for (const mesh of meshes) {
    mesh.morphTargetInfluences!.fill(0);
    for (const [index, weight] of Object.entries(weights))
      mesh.morphTargetInfluences![Number(index)] = weight;
  }
}

/** Largest distance between three's own morphing (kept in `dense`) and the sparse one. */
function worst(dense: readonly Mesh[], sparse: readonly Mesh[]): number {
  const a = new Vector3();
  const b = new Vector3();
  let max = 0;
  dense.forEach((mesh, m) => {
    const index = mesh.geometry.index!;
    for (let i = 0; i < index.count; i += 7) {
      mesh.getVertexPosition(index.getX(i), a);
      sparse[m]!.getVertexPosition(index.getX(i), b);
      max = Math.max(max, a.distanceTo(b));
    }
  });
  return max;
}

test.skipIf(!existsSync(ictHead))(
  'ict_head.glb: the same vertices as three’s own morphing, shared buffers included',
  async () => {
    const dense = meshesOf(await loadHead());
    const root = await loadHead();
    const sparse = meshesOf(root);
    const morphs = new SparseMorphs(root);
    expect(sparse.length).toBeGreaterThan(1);
    for (const mesh of sparse) expect(mesh.geometry.morphAttributes.position).toBeUndefined();
    expect(new Set(sparse.map((mesh) => mesh.geometry.attributes['position'])).size).toBe(
      new Set(dense.map((mesh) => mesh.geometry.attributes['position'])).size,
    );

    expect(morphs.update()).toBe(false);
    const cases: Readonly<Record<number, number>>[] = [
      { 24: 1 },
      { 24: 0.4, 8: 1, 9: 0.3, 43: 0.7 },
      { 2: 0.5 },
      {},
    ];
    for (const weights of cases) {
      setWeights(dense, weights);
      setWeights(sparse, weights);
      expect(morphs.update()).toBe(true);
      expect(worst(dense, sparse)).toBeLessThan(1e-5);
      expect(morphs.update(), 'nothing is uploaded when no weight changed').toBe(false);
    }
  },
);

function triangle(relative: boolean): BufferGeometry {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]), 3));
  geometry.setAttribute('normal', new BufferAttribute(new Float32Array([0, 0, 1, 0, 0, 1, 0, 0, 1]), 3));
  geometry.setIndex([0, 1, 2]);
  const delta = [0, 0, 0, 0, 0, 2, 0, 0, 0];
  const base = geometry.attributes['position']!.array;
  const target = relative ? delta : delta.map((value, i) => value + base[i]!);
  geometry.morphAttributes.position = [new BufferAttribute(new Float32Array(target), 3)];
  geometry.morphTargetsRelative = relative;
  return geometry;
}

test.each([true, false])('a target given as %s offsets moves by weight', (relative) => {
  const mesh = new Mesh(triangle(relative), new MeshBasicMaterial());
  const morphs = new SparseMorphs(mesh);
  mesh.morphTargetInfluences![0] = 0.5;
  morphs.update();
  expect([...mesh.geometry.attributes['position']!.array]).toEqual([0, 0, 0, 1, 0, 1, 0, 1, 0]);
});

test('two nodes of one geometry keep faces of their own', () => {
  const geometry = triangle(true);
  const root = new Group();
  const nodes = [new Group(), new Group()];
  const meshes = nodes.map((node) => {
    const mesh = new Mesh(geometry, new MeshBasicMaterial());
    node.add(mesh);
    root.add(node);
    return mesh;
  });
  const morphs = new SparseMorphs(root);
  meshes[1]!.morphTargetInfluences![0] = 1;
  morphs.update();
  expect(meshes[0]!.geometry.attributes['position']!.getZ(1)).toBe(0);
  expect(meshes[1]!.geometry.attributes['position']!.getZ(1)).toBe(2);
});

test('only targets that something can set are kept, and those that the file has on', () => {
  const geometry = triangle(true);
  const [target] = geometry.morphAttributes.position!;
  const lifted = (z: number): BufferAttribute =>
    new BufferAttribute(new Float32Array([0, 0, z, 0, 0, 0, 0, 0, 0]), 3);
  geometry.morphAttributes.position = [target!, lifted(4), lifted(8)];
  const mesh = new Mesh(geometry, new MeshBasicMaterial());
  const influences = mesh.morphTargetInfluences!;
  influences[1] = 0.5;
  const morphs = new SparseMorphs(mesh, [{ influences, index: 0 }]);
  expect(mesh.geometry.userData['moved']).toEqual(new Uint8Array([1, 1, 0]));
  influences.fill(1, 2);
  morphs.update();
  const heights = (): number[] => [0, 1, 2].map((v) => mesh.geometry.attributes['position']!.getZ(v));
  expect(heights()).toEqual([2, 0, 0]);
  influences[0] = 1;
  morphs.update();
  expect(heights()).toEqual([2, 2, 0]);
});
