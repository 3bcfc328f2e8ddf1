import { type VRM, VRMSpringBoneJoint, VRMSpringBoneManager } from '@pixiv/three-vrm';
import { Object3D, Vector3 } from 'three';
import { expect, test } from 'vitest';
import { SpringStepper, strideOf, strideSettings } from './springs.ts';

/** A strand that hangs from a node, as much of a VRM as springs need. */
function strand(links: number): { vrm: VRM; root: Object3D; tip: Object3D } {
  const root = new Object3D();
  const manager = new VRMSpringBoneManager();
  let parent = root;
  const nodes: Object3D[] = [];
  for (let i = 0; i <= links; i++) {
    const node = new Object3D();
    node.position.set(0, -0.1, 0);
    parent.add(node);
    nodes.push(node);
    parent = node;
  }
  root.updateMatrixWorld(true);
  for (let i = 0; i < links; i++) {
    manager.addJoint(
      new VRMSpringBoneJoint(nodes[i]!, nodes[i + 1]!, { stiffness: 1, dragForce: 0.4, gravityPower: 0.1 }),
    );
  }
  manager.setInitState();
  return { vrm: { springBoneManager: manager } as unknown as VRM, root, tip: nodes[links]! };
}

function place(tip: Object3D, root: Object3D): Vector3 {
  root.updateMatrixWorld(true);
  return tip.getWorldPosition(new Vector3()).sub(root.position);
}

/** Swings the root aside in a quarter of a second and waits; where the tip is at each picture. */
function swing(
  stepper: SpringStepper,
  root: Object3D,
  tip: Object3D,
  fps: number,
  seconds: number,
): Vector3[] {
  const places: Vector3[] = [];
  for (let i = 0; i < fps * seconds; i++) {
    root.position.x = Math.min(0.5, ((i + 1) / fps) * 2);
    root.updateMatrixWorld(true);
    stepper.step(1 / fps);
    places.push(place(tip, root));
  }
  return places;
}

test('half as many steps swing as far and come to rest at the same place', () => {
  const full = strand(4);
  const half = strand(4);
  const a = swing(new SpringStepper(full.vrm), full.root, full.tip, 30, 3);
  const slow = new SpringStepper(half.vrm);
  slow.level = 1;
  const b = swing(slow, half.root, half.tip, 30, 3);
  const far = (places: Vector3[]): number => Math.min(...places.map(({ x }) => x));
  expect(far(a)).toBeLessThan(-0.02);
  expect(far(b) / far(a)).toBeGreaterThan(0.7);
  expect(far(b) / far(a)).toBeLessThan(1.3);
  expect(a.at(-1)!.distanceTo(b.at(-1)!)).toBeLessThan(0.005);
});

test('the picture rate does not change how hair moves', () => {
  const slow = strand(4);
  const fast = strand(4);
  const a = swing(new SpringStepper(slow.vrm), slow.root, slow.tip, 15, 2);
  const b = swing(new SpringStepper(fast.vrm), fast.root, fast.tip, 60, 2);
  expect(a.at(-1)!.distanceTo(b.at(-1)!)).toBeLessThan(0.005);
});

test('level 2 comes to rest and stays, and back again nothing flies', () => {
  const { vrm, root, tip } = strand(4);
  const stepper = new SpringStepper(vrm);
  const rest = place(tip, root);
  swing(stepper, root, tip, 30, 0.25);
  expect(place(tip, root).distanceTo(rest)).toBeGreaterThan(0.01);
  stepper.level = 2;
  for (let i = 0; i < 40; i++) stepper.step(1 / 30);
  expect(place(tip, root).distanceTo(rest)).toBeLessThan(1e-4);
  root.position.x = 3;
  for (let i = 0; i < 10; i++) stepper.step(1 / 30);
  expect(place(tip, root).distanceTo(rest)).toBeLessThan(1e-4);
  stepper.level = 0;
  for (let i = 0; i < 5; i++) {
    stepper.step(1 / 30);
    expect(place(tip, root).distanceTo(rest)).toBeLessThan(0.02);
  }
});

test('hair that thaws takes no picture longer than a pause does, and moves again after it', () => {
  const { vrm, root, tip } = strand(4);
  const stepper = new SpringStepper(vrm);
  const rest = place(tip, root);
  stepper.level = 2;
  for (let i = 0; i < 40; i++) stepper.step(1 / 30);
  let steps = 0;
  const springs = vrm.springBoneManager!;
  const update = springs.update.bind(springs);
  springs.update = (dt) => {
    steps++;
    update(dt);
  };
  stepper.level = 1;
  expect(steps).toBe(0);
  for (let i = 0; i < 30; i++) {
    steps = 0;
    stepper.step(1 / 30);
    expect(steps).toBeLessThanOrEqual(4);
    expect(place(tip, root).distanceTo(rest)).toBeLessThan(0.02);
  }
  const far = swing(stepper, root, tip, 30, 0.25).map((at) => at.distanceTo(rest));
  expect(Math.max(...far)).toBeGreaterThan(0.01);
});

test('pauses, nonsense and broken joints leave numbers', () => {
  const { vrm, root, tip } = strand(3);
  const stepper = new SpringStepper(vrm);
  for (const dt of [0, -1, Number.NaN, 3600, 1e-9, 1 / 30]) stepper.step(dt);
  expect(Number.isFinite(place(tip, root).length())).toBe(true);
  tip.parent!.quaternion.set(Number.NaN, 0, 0, Number.NaN);
  stepper.step(1 / 30);
  stepper.step(1 / 30);
  expect(Number.isFinite(place(tip, root).length())).toBe(true);
});

test('very many joints are stepped less often, and beyond a number not at all', () => {
  expect([50, 200, 201, 400, 401, 4000].map((joints) => strideOf(0, joints))).toEqual([1, 1, 2, 2, 4, 4]);
  expect(strideOf(1, 50)).toBe(2);
  expect(new SpringStepper(strand(900).vrm).joints).toBe(800);
});

test('a long step keeps the speed of the short ones', () => {
  expect(strideSettings(0.4, 2)).toEqual({
    drag: expect.closeTo(0.64, 10),
    forceScale: expect.closeTo(1.6, 10),
  });
  expect(strideSettings(0, 4)).toEqual({ drag: 0, forceScale: 4 });
  expect(strideSettings(1, 4)).toEqual({ drag: 1, forceScale: 1 });
});
