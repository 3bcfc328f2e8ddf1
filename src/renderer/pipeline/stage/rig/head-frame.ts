import { Box3, type Mesh, type Object3D, type SkinnedMesh, Vector3 } from 'three';
import type { HeadFrame } from '../framing.ts';

const vertex = new Vector3();

function addVertices(box: Box3, mesh: Mesh, weigh: ((index: number) => boolean) | null): void {
  const position = mesh.geometry.attributes['position'];
  if (!position) return;
  const index = mesh.geometry.index;
  // A primitive may share one big vertex buffer with others: only what it indexes is its own.
  const count = index ? index.count : position.count;
  const step = Math.max(1, Math.floor(count / 30_000));
  for (let i = 0; i < count; i += step) {
    const at = index ? index.getX(i) : i;
    if (weigh && !weigh(at)) continue;
    mesh.getVertexPosition(at, vertex);
    box.expandByPoint(vertex.applyMatrix4(mesh.matrixWorld));
  }
}

function isVisible(object: Object3D): boolean {
  for (let o: Object3D | null = object; o; o = o.parent) if (!o.visible) return false;
  return true;
}

function boxOf(root: Object3D, bones: ReadonlySet<Object3D> | null): Box3 {
  const box = new Box3();
  root.traverse((object) => {
    const mesh = object as Mesh;
    if (!mesh.isMesh || !isVisible(mesh)) return;
    const skinned = mesh as SkinnedMesh;
    if (!bones) {
      addVertices(box, mesh, null);
    } else if (skinned.isSkinnedMesh) {
      const inSet = skinned.skeleton.bones.map((bone) => bones.has(bone));
      if (!inSet.includes(true)) return;
      const joints = skinned.geometry.attributes['skinIndex']!;
      const weights = skinned.geometry.attributes['skinWeight']!;
      addVertices(box, mesh, (at) => {
        let sum = 0;
        for (let k = 0; k < 4; k++) if (inSet[joints.getComponent(at, k)]) sum += weights.getComponent(at, k);
        return sum > 0.5;
      });
    } else {
      for (let o: Object3D | null = mesh; o; o = o.parent) {
        if (bones.has(o)) {
          addVertices(box, mesh, null);
          return;
        }
      }
    }
  });
  return box;
}

function headOf(kind: HeadFrame['kind'], box: Box3, bottom: number, top: number): HeadFrame {
  return {
    kind,
    centerX: (box.min.x + box.max.x) / 2,
    centerZ: (box.min.z + box.max.z) / 2,
    top,
    bottom,
    width: box.max.x - box.min.x,
    depth: box.max.z - box.min.z,
  };
}

/**
 * Measures the head of a posed model with current world matrices.
 * @param headBone null: the model has no head bone and is framed whole.
 */
export function measureHead(root: Object3D, headBone: Object3D | null): HeadFrame {
  root.updateMatrixWorld(true);
  const whole = boxOf(root, null);
  if (whole.isEmpty()) whole.set(new Vector3(-0.1, 0, -0.1), new Vector3(0.1, 0.24, 0.1));
  if (!headBone) return headOf('head', whole, whole.min.y, whole.max.y);

  const bone = headBone.getWorldPosition(new Vector3());
  const own = new Set<Object3D>([headBone]);
  for (const child of headBone.children) if (/eye|jaw|tongue|teeth/i.test(child.name)) own.add(child);
  const all = new Set<Object3D>();
  headBone.traverse((object) => all.add(object));
  const face = boxOf(root, own);
  const hair = boxOf(root, all);
  const core = face.isEmpty() ? hair : face;
  if (core.isEmpty() || core.max.y <= bone.y) {
    const top = Math.max(whole.max.y, bone.y + 1e-3);
    const size = top - bone.y;
    const guess = new Box3(
      new Vector3(bone.x - size * 0.4, bone.y, bone.z - size * 0.5),
      new Vector3(bone.x + size * 0.4, top, bone.z + size * 0.5),
    );
    return headOf('bust', guess, bone.y - size * 0.1, top);
  }
  // Hair that hangs below the chin or a collar skinned to the head must not make the head longer; ears and
  // crests count, but not a flag pole.
  const skull = core.max.y - bone.y;
  const top = Math.min(
    Math.max(core.max.y, hair.isEmpty() ? core.max.y : hair.max.y),
    core.max.y + skull * 1.2,
  );
  const bottom = Math.max(core.min.y, bone.y - skull * 0.4);
  const wide = new Box3(
    new Vector3(Math.max(core.min.x, bone.x - skull * 2), bottom, Math.max(core.min.z, bone.z - skull * 1.5)),
    new Vector3(Math.min(core.max.x, bone.x + skull * 2), top, Math.min(core.max.z, bone.z + skull * 1.5)),
  );
  return headOf('bust', wide, bottom, top);
}
