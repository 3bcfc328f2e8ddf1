import type { HeadShape } from './head-shape.ts';
import type { V3 } from './maths.ts';

/** World metres; the rest pose is a T-pose looking along +Z. */
export interface Bone {
  readonly name: string;
  readonly parent: string | null;
  readonly at: V3;
  /** VRM 1.0 humanoid bone name, absent for hair bones. */
  readonly humanoid?: string;
}

export const HEAD_SCALE = 0.0105;
export const EYE_LINE = 1.44;

/** Head-space centimetres → world metres. */
export const toWorld = (p: V3): V3 => [p[0] * HEAD_SCALE, EYE_LINE + p[1] * HEAD_SCALE, p[2] * HEAD_SCALE];

const side = (s: 1 | -1): Bone[] => {
  const n = s === 1 ? 'left' : 'right';
  const at = (x: number, y: number, z: number): V3 => [s * x, y, z];
  const bone = (name: string, parent: string, p: V3): Bone => ({
    name: `${n}${name}`,
    parent,
    at: p,
    humanoid: `${n}${name}`,
  });
  const fingers: Bone[] = [];
  const finger = (name: string, names: readonly string[], points: readonly V3[]): void => {
    let parent = `${n}Hand`;
    names.forEach((part, i) => {
      const b = bone(`${name}${part}`, parent, points[i] as V3);
      fingers.push(b);
      parent = b.name;
    });
  };
  finger(
    'Thumb',
    ['Metacarpal', 'Proximal', 'Distal'],
    [at(0.607, 1.215, 0.012), at(0.634, 1.209, 0.034), at(0.657, 1.207, 0.048)],
  );
  const long = ['Proximal', 'Intermediate', 'Distal'];
  const row = (z: number, x: number, l: number): V3[] => [
    at(x, 1.226, z),
    at(x + l, 1.226, z * 1.05),
    at(x + l * 1.65, 1.226, z * 1.08),
  ];
  finger('Index', long, row(0.022, 0.668, 0.034));
  finger('Middle', long, row(0.001, 0.672, 0.037));
  finger('Ring', long, row(-0.02, 0.668, 0.034));
  finger('Little', long, row(-0.039, 0.658, 0.027));
  return [
    bone('Shoulder', 'upperChest', at(0.03, 1.238, -0.018)),
    bone('UpperArm', `${n}Shoulder`, at(0.142, 1.226, -0.018)),
    bone('LowerArm', `${n}UpperArm`, at(0.372, 1.226, -0.02)),
    bone('Hand', `${n}LowerArm`, at(0.588, 1.226, -0.01)),
    ...fingers,
    bone('UpperLeg', 'hips', at(0.082, 0.83, 0)),
    bone('LowerLeg', `${n}UpperLeg`, at(0.085, 0.455, 0.004)),
    bone('Foot', `${n}LowerLeg`, at(0.088, 0.085, -0.018)),
    bone('Toes', `${n}Foot`, at(0.09, 0.025, 0.085)),
  ];
};

/** The humanoid skeleton for a head of shape `s`; parents come before children. */
export const humanoidBones = (s: HeadShape): Bone[] => {
  const bone = (name: string, parent: string | null, at: V3): Bone => ({
    name,
    parent,
    at,
    humanoid: name,
  });
  return [
    bone('hips', null, [0, 0.87, 0]),
    bone('spine', 'hips', [0, 0.965, 0]),
    bone('chest', 'spine', [0, 1.065, -0.004]),
    bone('upperChest', 'chest', [0, 1.16, -0.01]),
    bone('neck', 'upperChest', [0, 1.268, -0.03]),
    bone('head', 'neck', [0, 1.345, -0.015]),
    bone('leftEye', 'head', toWorld([s.eyeX, 0, s.eyeZ])),
    bone('rightEye', 'head', toWorld([-s.eyeX, 0, s.eyeZ])),
    bone('jaw', 'head', toWorld([0, -3.2, -0.5])),
    ...side(1),
    ...side(-1),
  ];
};
