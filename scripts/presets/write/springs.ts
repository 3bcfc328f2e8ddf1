import type { Figure } from '../model/figure.ts';
import { jointName } from '../model/hair.ts';
import { sub, type V3 } from '../model/maths.ts';
import { type Bone, HEAD_SCALE, toWorld } from '../model/skeleton.ts';
import { type Obj, round } from './glb.ts';

interface Collider {
  readonly node: string;
  readonly at: V3;
  readonly radius: number;
  readonly tail?: V3;
}

/** Spheres and capsules the hair must stay out of; head-space centimetres, node by name. */
const COLLIDERS: readonly Collider[] = [
  { node: 'head', at: [0, 2, -0.8], radius: 7.6 },
  { node: 'head', at: [0, -3, 1.0], radius: 5.8 },
  { node: 'neck', at: [0, -11, -3], tail: [0, -16, -3.2], radius: 6.0 },
  { node: 'leftShoulder', at: [3, -16.4, -3], tail: [10, -17.2, -2.4], radius: 3.8 },
  { node: 'rightShoulder', at: [-3, -16.4, -3], tail: [-10, -17.2, -2.4], radius: 3.8 },
];

/** The VRMC_springBone extension of a figure's hair. */
export const springJson = (figure: Figure, nodeOf: (name: string) => number): Obj => {
  const boneOf = (name: string): Bone => {
    const bone = figure.bones.find((b) => b.name === name);
    if (bone === undefined) throw new Error(`no bone named ${name}`);
    return bone;
  };
  const place = (p: V3): V3 => sub(toWorld(p), [0, figure.sink, 0]);
  const colliders = COLLIDERS.map((c): Obj => {
    const offset = round(sub(place(c.at), boneOf(c.node).at));
    const radius = c.radius * HEAD_SCALE;
    return {
      node: nodeOf(c.node),
      shape:
        c.tail === undefined
          ? { sphere: { offset, radius } }
          : { capsule: { offset, radius, tail: round(sub(place(c.tail), boneOf(c.node).at)) } },
    };
  });
  return {
    specVersion: '1.0',
    colliders,
    colliderGroups: [{ name: 'head and shoulders', colliders: colliders.map((_, i) => i) }],
    springs: figure.chains.map((chain) => ({
      name: chain.name,
      joints: chain.points.map((_, i) => ({
        node: nodeOf(jointName(chain, i)),
        hitRadius: 0.006,
        stiffness: chain.stiffness,
        gravityPower: 0.12,
        gravityDir: [0, -1, 0],
        dragForce: 0.45,
      })),
      // The fringe lies on the skull by design; only hanging hair is pushed away.
      ...(chain.name === 'hairFringe' || chain.free === true ? {} : { colliderGroups: [0] }),
      center: nodeOf('hips'),
    })),
  };
};
