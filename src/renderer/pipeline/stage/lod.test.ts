import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import { Group, Mesh, SphereGeometry } from 'three';
import { expect, onTestFinished, test, vi } from 'vitest';
import { LevelOfDetail } from './lod.ts';

function ball(): { root: Group; mesh: Mesh; triangles: () => number } {
  const mesh = new Mesh(new SphereGeometry(1, 48, 32));
  const root = new Group().add(mesh);
  return { root, mesh, triangles: () => mesh.geometry.index!.count / 3 };
}

test('a simplifier that cannot be loaded leaves the file’s own; the next level tries again', async () => {
  const rejected = vi.fn();
  process.on('unhandledRejection', rejected);
  onTestFinished(() => {
    process.off('unhandledRejection', rejected);
  });
  const { root, triangles } = ball();
  const all = triangles();
  let asked = 0;
  const detail = new LevelOfDetail(root, async () => {
    if (++asked === 1) throw new Error('offline');
    return MeshoptSimplifier;
  });
  detail.level = 1;
  await new Promise((done) => setTimeout(done, 0));
  expect(asked).toBe(1);
  expect(rejected).not.toHaveBeenCalled();
  expect(triangles()).toBe(all);

  detail.level = 2;
  await detail.ready();
  expect(asked).toBe(2);
  expect(triangles()).toBeLessThan(all / 2);
  detail.level = 0;
  expect(triangles()).toBe(all);
});

test('between two meshes the thread is let go', async () => {
  const { root, mesh } = ball();
  root.add(new Mesh(mesh.geometry.clone()));
  let made = 0;
  let inOneGo = 0;
  let most = 0;
  const counting = Object.create(MeshoptSimplifier) as typeof MeshoptSimplifier;
  counting.simplifyWithAttributes = (...args) => {
    made++;
    most = Math.max(most, ++inOneGo);
    setTimeout(() => {
      inOneGo = 0;
    }, 0);
    return MeshoptSimplifier.simplifyWithAttributes(...args);
  };
  const detail = new LevelOfDetail(root, async () => counting);
  await detail.ready();
  expect(made).toBe(4);
  expect(most).toBe(1);
});
