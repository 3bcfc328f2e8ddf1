import {
  Bone,
  BoxGeometry,
  Float32BufferAttribute,
  Group,
  type Material,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  MeshStandardMaterial,
  type Object3D,
  Skeleton,
  SkinnedMesh,
  Uint16BufferAttribute,
  Vector3,
} from 'three';
import { describe, expect, test } from 'vitest';
import { mergeDraws } from './merged-draws.ts';

function drawn(root: Object3D): Mesh[] {
  const found: Mesh[] = [];
  root.traverse((object) => {
    const mesh = object as Mesh;
    if (mesh.isMesh && mesh.layers.mask !== 0) found.push(mesh);
  });
  return found;
}

/** Every drawn vertex in world space, sorted: merging may change the order. */
function vertices(root: Object3D): number[][] {
  root.updateMatrixWorld(true);
  const point = new Vector3();
  return drawn(root)
    .flatMap((mesh) =>
      Array.from({ length: mesh.geometry.attributes['position']!.count }, (_, v) =>
        mesh
          .getVertexPosition(v, point)
          .applyMatrix4(mesh.matrixWorld)
          .toArray()
          .map((x) => Math.round(x * 1e4) / 1e4 + 0),
      ),
    )
    .sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!);
}

function rigid(material: Material | Material[], x: number): Mesh {
  const mesh = new Mesh(new BoxGeometry(0.1, 0.2, 0.3), material);
  // A box would have a group, and so a draw call, for each side.
  mesh.geometry.clearGroups();
  mesh.position.x = x;
  return mesh;
}

/** A box of which the upper half hangs on a second bone. */
function skinned(material: Material, bones: readonly [Bone, Bone]): SkinnedMesh {
  const geometry = new BoxGeometry(0.2, 1, 0.2);
  geometry.clearGroups();
  const { count } = geometry.attributes['position']!;
  const upper = (v: number): number => (geometry.attributes['position']!.getY(v) > 0 ? 0.75 : 0);
  const each = <T>(of: (v: number) => T[]): T[] => Array.from({ length: count }, (_, v) => of(v)).flat();
  geometry.setAttribute(
    'skinIndex',
    new Uint16BufferAttribute(
      each(() => [0, 1, 0, 0]),
      4,
    ),
  );
  geometry.setAttribute(
    'skinWeight',
    new Float32BufferAttribute(
      each((v) => [1 - upper(v), upper(v), 0, 0]),
      4,
    ),
  );
  const mesh = new SkinnedMesh(geometry, material);
  mesh.bind(new Skeleton([...bones]), new Matrix4().makeTranslation(0, 0.25, 0));
  return mesh;
}

function bonesOn(root: Object3D): [Bone, Bone] {
  const lower = new Bone();
  const upper = new Bone();
  lower.position.set(0.3, 0, 0);
  upper.position.set(0, 0.4, 0);
  lower.add(upper);
  root.add(lower);
  root.updateMatrixWorld(true);
  return [lower, upper];
}

describe('draw calls of one material', () => {
  const material = new MeshStandardMaterial();
  interface Model {
    readonly root: Group;
    pose(): void;
  }
  /** Two skins, and a chain of two rigid parts on a bone of one. */
  function model(): Model {
    const root = new Group();
    const bones = bonesOn(root);
    const arm = rigid(material, 0.4);
    bones[1].add(arm);
    arm.add(rigid(material, 0.2));
    root.add(skinned(material, bones), skinned(material, bonesOn(root)));
    root.updateMatrixWorld(true);
    const pose = (): void => {
      root.position.set(0.1, -0.2, 0.3);
      bones[0].rotation.z = 0.6;
      bones[1].rotation.x = -0.9;
      arm.rotation.y = 0.5;
    };
    return { root, pose };
  }

  test('become one, and every vertex is where it was, at rest and moved', () => {
    const plain = model();
    const merged = model();
    mergeDraws(merged.root);
    expect(drawn(plain.root)).toHaveLength(4);
    expect(drawn(merged.root)).toHaveLength(1);
    const rest = vertices(plain.root);
    expect(vertices(merged.root)).toEqual(rest);
    for (const { pose } of [plain, merged]) pose();
    const moved = vertices(merged.root);
    expect(moved).not.toEqual(rest);
    expect(moved).toEqual(vertices(plain.root));
  });

  test('keep their outline: a second material over everything', () => {
    const root = new Group();
    const materials = [new MeshStandardMaterial(), new MeshBasicMaterial()];
    for (const x of [0, 1]) {
      const mesh = rigid(materials, x);
      for (const i of [0, 1]) mesh.geometry.addGroup(0, Number.POSITIVE_INFINITY, i);
      root.add(mesh);
    }
    root.updateMatrixWorld(true);
    mergeDraws(root);
    const [whole, ...others] = drawn(root);
    expect(others).toEqual([]);
    expect(whole!.material).toEqual(materials);
    expect(whole!.geometry.groups.map(({ count, materialIndex }) => [count, materialIndex])).toEqual([
      [Number.POSITIVE_INFINITY, 0],
      [Number.POSITIVE_INFINITY, 1],
    ]);
  });

  const glass = new MeshStandardMaterial({ transparent: true });
  const plain = new MeshStandardMaterial();
  const apart: [string, () => Mesh[]][] = [
    ['transparent parts, which are sorted', () => [rigid(glass, 0), rigid(glass, 1)]],
    ['two materials', () => [rigid(plain, 0), rigid(new MeshStandardMaterial(), 1)]],
    [
      'what morphs',
      () => {
        const face = rigid(plain, 0);
        face.geometry.userData['moved'] = new Uint8Array(24);
        return [face, rigid(plain, 1)];
      },
    ],
    [
      'a mirrored part, whose triangles turn the other way',
      () => {
        const mirrored = rigid(plain, 0);
        mirrored.scale.x = -1;
        return [mirrored, rigid(plain, 1)];
      },
    ],
    [
      'other vertex data',
      () => {
        const bare = rigid(plain, 0);
        bare.geometry.deleteAttribute('uv');
        return [bare, rigid(plain, 1)];
      },
    ],
    [
      'a hidden part',
      () => {
        const hidden = rigid(plain, 0);
        hidden.visible = false;
        return [hidden, rigid(plain, 1)];
      },
    ],
  ];
  test.each(apart)('stay apart: %s', (_, make) => {
    const root = new Group();
    const meshes = make();
    root.add(...meshes);
    root.updateMatrixWorld(true);
    mergeDraws(root);
    expect(drawn(root)).toEqual(meshes);
  });
});
