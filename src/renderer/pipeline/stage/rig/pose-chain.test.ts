import fc from 'fast-check';
import { Euler, Group, Object3D, Quaternion } from 'three';
import { expect, test } from 'vitest';
import { createSolvedFace } from '../../../../shared/domain/solved-face.ts';
import { aimBone, BodyPose, lowerArm } from './pose.ts';
import { PoseChain } from './pose-chain.ts';

const angle = fc.double({ min: -1.2, max: 1.2, noNaN: true });
const euler = fc.tuple(angle, angle, angle);

test('the head’s world rotation is the wanted one, whatever the bones’ rest rotations', () => {
  fc.assert(
    fc.property(fc.array(euler, { minLength: 6, maxLength: 6 }), euler, euler, (rests, head, lean) => {
      const root = new Group();
      let parent: Object3D = root;
      const bones = rests.map(([x, y, z]) => {
        const bone = new Object3D();
        bone.rotation.set(x, y, z);
        bone.position.set(0, 0.1, 0);
        parent.add(bone);
        parent = bone;
        return bone;
      });
      root.updateMatrixWorld(true);
      const rest = bones[5]!.getWorldQuaternion(new Quaternion());
      // Bones 1 and 4 lie between the links and stay as they are.
      const chain = new PoseChain([
        { node: bones[0]!, share: 0.1 },
        { node: bones[2]!, share: 0.3 },
        { node: bones[3]!, share: 0.6 },
        { node: bones[5]!, share: 1 },
      ]);
      const wanted = new Quaternion().setFromEuler(new Euler(...head, 'YXZ'));
      for (let i = 0; i < 2; i++) {
        chain.apply(wanted, new Quaternion().setFromEuler(new Euler(lean[0] / 5, 0, lean[2] / 5)));
        const got = bones[5]!.getWorldQuaternion(new Quaternion()).multiply(rest.clone().invert());
        expect(got.angleTo(wanted)).toBeLessThan(1e-5);
      }
    }),
    { numRuns: 60 },
  );
});

test('angles follow R = Ry·Rx·Rz and a shifted person leans and moves that way', () => {
  const face = createSolvedFace();
  face.yaw = 0.5;
  face.pitch = 0.2;
  face.roll = -0.3;
  face.x = 0.1;
  const pose = new BodyPose().set(face, 2);
  const [y, x, z] = [
    [0, 1, 0, 0.5],
    [1, 0, 0, 0.2],
    [0, 0, 1, -0.3],
  ].map(
    ([ax, ay, az, a]) =>
      new Quaternion(
        ax! * Math.sin(a! / 2),
        ay! * Math.sin(a! / 2),
        az! * Math.sin(a! / 2),
        Math.cos(a! / 2),
      ),
  );
  expect(pose.head.angleTo(y!.multiply(x!).multiply(z!))).toBeLessThan(1e-6);
  expect(pose.shift.x).toBeGreaterThan(0);
  expect(new Euler().setFromQuaternion(pose.lean).z).toBeLessThan(0);
});

test('a T-pose arm comes down on its own side; a hanging arm is left alone', () => {
  const upper = new Object3D();
  const lower = new Object3D();
  const hand = new Object3D();
  upper.add(lower);
  lower.add(hand);
  upper.rotation.set(0.3, 1, -0.4);
  lower.position.set(0.3, 0, 0).applyQuaternion(upper.quaternion.clone().invert());
  hand.position.copy(lower.position);
  lowerArm({ upper, lower, hand });
  const elbow = lower.getWorldPosition(lower.position.clone());
  expect(elbow.y).toBeLessThan(-0.25);
  expect(elbow.x).toBeGreaterThan(0);

  const before = upper.quaternion.clone();
  lowerArm({ upper, lower, hand });
  expect(upper.quaternion.angleTo(before)).toBe(0);
  aimBone(upper, lower, 0, 0, 1);
  expect(lower.getWorldPosition(elbow).z).toBeCloseTo(0.3, 5);
});
