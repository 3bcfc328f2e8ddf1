import fc from 'fast-check';
import { Euler, Matrix4, Quaternion, Vector3 } from 'three';
import { describe, expect, test } from 'vitest';
import {
  between,
  dot,
  fromAngles,
  fromColumns,
  IDENTITY,
  multiply,
  part,
  relative,
  rotate,
  slerp,
  unrotate,
} from './quaternion.ts';

const angle = fc.double({ min: -3, max: 3, noNaN: true });
const angles = fc.tuple(angle, angle, angle);
const euler = ([yaw, pitch, roll]: readonly [number, number, number]): Quaternion =>
  new Quaternion().setFromEuler(new Euler(pitch, yaw, roll, 'YXZ'));
const flat = ({ x, y, z, w }: Quaternion): Float64Array => Float64Array.of(x, y, z, w);
const read = (q: Float64Array, at = 0): Quaternion => new Quaternion().fromArray(q, at);

const expectSame = (found: Quaternion, wanted: Quaternion): void => {
  expect(found.length()).toBeCloseTo(1, 9);
  // The angle itself is not found to better than the root of what numbers can hold.
  expect(Math.abs(found.dot(wanted))).toBeCloseTo(1, 9);
};

describe('against three', () => {
  test('products, at other places of an array and in place', () => {
    fc.assert(
      fc.property(angles, angles, (first, second) => {
        const [a, b] = [euler(first), euler(second)];
        const both = Float64Array.of(...flat(a), ...flat(b), 0, 0, 0, 0);
        multiply(both, 8, both, 0, both, 4);
        expectSame(read(both, 8), a.clone().multiply(b));
        relative(both, 4, both, 0, both, 4);
        expectSame(read(both, 4), a.clone().invert().multiply(b));
      }),
    );
  });

  test('the way from one to another', () => {
    fc.assert(
      fc.property(angles, angles, fc.double({ min: 0, max: 1, noNaN: true }), (first, second, weight) => {
        const [a, b] = [euler(first), euler(second)];
        // Opposite ones have no way that is shorter.
        fc.pre(Math.abs(a.dot(b)) > 0.01);
        const out = flat(a);
        slerp(out, 0, out, 0, flat(b), 0, weight);
        expectSame(read(out), a.clone().slerp(b, weight));
        part(out, 0, flat(b), 0, weight);
        if (Math.abs(b.w) > 0.01) expectSame(read(out), new Quaternion().slerp(b, weight));
        expect(dot(flat(a), 0, flat(b), 0)).toBeCloseTo(a.dot(b), 12);
      }),
    );
  });

  test('vectors turned, and turned back', () => {
    fc.assert(
      fc.property(angles, angles, (turn, [x, y, z]) => {
        const q = flat(euler(turn));
        const v = Float64Array.of(0, x, y, z);
        rotate(v, 1, q, 0, v, 1);
        expect(
          new Vector3().fromArray(v, 1).distanceTo(new Vector3(x, y, z).applyQuaternion(read(q))),
        ).toBeCloseTo(0, 9);
        unrotate(v, 1, q, 0, v, 1);
        expect(new Vector3().fromArray(v, 1).distanceTo(new Vector3(x, y, z))).toBeCloseTo(0, 9);
      }),
    );
  });

  test('rotations from angles, from columns and between directions', () => {
    fc.assert(
      fc.property(angles, (turn) => {
        const wanted = euler(turn);
        const out = new Float64Array(4);
        fromAngles(out, 0, ...turn);
        expectSame(read(out), wanted);
        const { elements: e } = new Matrix4().makeRotationFromQuaternion(wanted);
        fromColumns(out, 0, Float64Array.of(e[0], e[1], e[2], e[4], e[5], e[6], e[8], e[9], e[10]), 0);
        expectSame(read(out), wanted);
        const to = new Vector3(1, 0, 0).applyQuaternion(wanted);
        between(out, 0, Float64Array.of(1, 0, 0), 0, Float64Array.of(to.x, to.y, to.z), 0);
        expect(new Vector3(1, 0, 0).applyQuaternion(read(out)).distanceTo(to)).toBeLessThan(1e-5);
      }),
    );
  });

  test('half a turn lies between opposite directions', () => {
    const out = new Float64Array(4);
    for (const v of [Float64Array.of(1, 0, 0), Float64Array.of(0, 1, 0), Float64Array.of(0, 0, -1)]) {
      const opposite = v.map((value) => -value);
      between(out, 0, v, 0, opposite, 0);
      rotate(v, 0, out, 0, v, 0);
      expect([...v].map((value, i) => Math.abs(value - opposite[i]!) < 1e-12)).toEqual([true, true, true]);
    }
    expect([...IDENTITY]).toEqual([0, 0, 0, 1]);
  });
});
