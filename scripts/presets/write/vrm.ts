import { ARKIT_CHANNELS, type ArkitChannel } from '../../../src/shared/domain/arkit.ts';
import type { Figure } from '../model/figure.ts';
import { jointName } from '../model/hair.ts';
import type { Rgb } from '../model/looks.ts';
import { sub, type V3 } from '../model/maths.ts';
import { encodePng } from '../model/png.ts';
import { type Bone, HEAD_SCALE, toWorld } from '../model/skeleton.ts';
import type { Surface } from '../model/surface.ts';
import { BinaryBuilder, type Json, packGlb } from './glb.ts';

type Obj = { [key: string]: Json };

/** sRGB byte → linear byte, as glTF wants vertex colours. */
const linear = (c: Rgb): [number, number, number] =>
  c.map((v) => {
    const s = Math.min(255, Math.max(0, v)) / 255;
    return Math.round((s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4) * 255);
  }) as [number, number, number];

/** VRM presets made of ARKit shapes. */
const PRESETS: Readonly<Record<string, readonly (readonly [ArkitChannel, number])[]>> = {
  happy: [
    ['mouthSmileLeft', 0.85],
    ['mouthSmileRight', 0.85],
    ['cheekSquintLeft', 0.7],
    ['cheekSquintRight', 0.7],
    ['eyeSquintLeft', 0.35],
    ['eyeSquintRight', 0.35],
    ['jawOpen', 0.12],
    ['browOuterUpLeft', 0.2],
    ['browOuterUpRight', 0.2],
  ],
  angry: [
    ['browDownLeft', 1],
    ['browDownRight', 1],
    ['noseSneerLeft', 0.5],
    ['noseSneerRight', 0.5],
    ['mouthFrownLeft', 0.5],
    ['mouthFrownRight', 0.5],
    ['mouthPressLeft', 0.4],
    ['mouthPressRight', 0.4],
    ['eyeSquintLeft', 0.3],
    ['eyeSquintRight', 0.3],
  ],
  sad: [
    ['browInnerUp', 0.95],
    ['mouthFrownLeft', 0.7],
    ['mouthFrownRight', 0.7],
    ['mouthShrugLower', 0.35],
    ['eyeLookDownLeft', 0.35],
    ['eyeLookDownRight', 0.35],
  ],
  relaxed: [
    ['mouthSmileLeft', 0.4],
    ['mouthSmileRight', 0.4],
    ['eyeBlinkLeft', 0.35],
    ['eyeBlinkRight', 0.35],
    ['browInnerUp', 0.15],
  ],
  surprised: [
    ['eyeWideLeft', 1],
    ['eyeWideRight', 1],
    ['browInnerUp', 0.8],
    ['browOuterUpLeft', 0.8],
    ['browOuterUpRight', 0.8],
    ['jawOpen', 0.4],
    ['mouthFunnel', 0.25],
  ],
  neutral: [],
  aa: [
    ['jawOpen', 0.62],
    ['mouthLowerDownLeft', 0.25],
    ['mouthLowerDownRight', 0.25],
    ['mouthUpperUpLeft', 0.15],
    ['mouthUpperUpRight', 0.15],
  ],
  ih: [
    ['jawOpen', 0.16],
    ['mouthStretchLeft', 0.5],
    ['mouthStretchRight', 0.5],
    ['mouthUpperUpLeft', 0.25],
    ['mouthUpperUpRight', 0.25],
    ['mouthLowerDownLeft', 0.35],
    ['mouthLowerDownRight', 0.35],
  ],
  ou: [
    ['jawOpen', 0.14],
    ['mouthPucker', 0.85],
    ['mouthFunnel', 0.3],
  ],
  ee: [
    ['jawOpen', 0.2],
    ['mouthSmileLeft', 0.45],
    ['mouthSmileRight', 0.45],
    ['mouthUpperUpLeft', 0.3],
    ['mouthUpperUpRight', 0.3],
    ['mouthLowerDownLeft', 0.4],
    ['mouthLowerDownRight', 0.4],
  ],
  oh: [
    ['jawOpen', 0.45],
    ['mouthFunnel', 0.65],
    ['mouthPucker', 0.2],
  ],
  blink: [
    ['eyeBlinkLeft', 1],
    ['eyeBlinkRight', 1],
  ],
  blinkLeft: [['eyeBlinkLeft', 1]],
  blinkRight: [['eyeBlinkRight', 1]],
  lookUp: [
    ['eyeLookUpLeft', 1],
    ['eyeLookUpRight', 1],
  ],
  lookDown: [
    ['eyeLookDownLeft', 1],
    ['eyeLookDownRight', 1],
  ],
  lookLeft: [
    ['eyeLookOutLeft', 1],
    ['eyeLookInRight', 1],
  ],
  lookRight: [
    ['eyeLookInLeft', 1],
    ['eyeLookOutRight', 1],
  ],
};

const material = (name: string, rest: Obj, roughness: number): Obj => ({
  name,
  pbrMetallicRoughness: { ...rest, metallicFactor: 0, roughnessFactor: roughness },
});

const round = (v: V3): number[] => v.map((x) => Math.round(x * 1e6) / 1e6);

const expressionsJson = (faceNode: number): Obj => {
  const bind = ([name, weight]: readonly [ArkitChannel, number]): Obj => ({
    node: faceNode,
    index: ARKIT_CHANNELS.indexOf(name),
    weight,
  });
  const expression = (binds: readonly (readonly [ArkitChannel, number])[]): Obj => ({
    isBinary: false,
    ...(binds.length > 0 ? { morphTargetBinds: binds.map(bind) } : {}),
    overrideBlink: 'none',
    overrideLookAt: 'none',
    overrideMouth: 'none',
  });
  return {
    preset: Object.fromEntries(Object.entries(PRESETS).map(([n, b]) => [n, expression(b)])),
    custom: Object.fromEntries(ARKIT_CHANNELS.map((n) => [n, expression([[n, 1]])])),
  };
};

/** Sphere and capsule colliders the hair must stay out of; head-space centimetres, node by name. */
const COLLIDERS: readonly { node: string; at: V3; radius: number; tail?: V3 }[] = [
  { node: 'head', at: [0, 2, -0.8], radius: 7.4 },
  { node: 'head', at: [0, -4, 1.6], radius: 6.0 },
  { node: 'neck', at: [0, -10, -3], tail: [0, -17, -3.5], radius: 5.2 },
  { node: 'leftShoulder', at: [3, -19.8, -3], tail: [11.5, -20.5, -2], radius: 4.6 },
  { node: 'rightShoulder', at: [-3, -19.8, -3], tail: [-11.5, -20.5, -2], radius: 4.6 },
];

const springJson = (figure: Figure, nodeOf: (name: string) => number): Obj => {
  const boneOf = (name: string): Bone => {
    const bone = figure.bones.find((b) => b.name === name);
    if (bone === undefined) throw new Error(`no bone named ${name}`);
    return bone;
  };
  const colliders = COLLIDERS.map((c): Obj => {
    const offset = round(sub(toWorld(c.at), boneOf(c.node).at));
    const radius = c.radius * HEAD_SCALE;
    return {
      node: nodeOf(c.node),
      shape:
        c.tail === undefined
          ? { sphere: { offset, radius } }
          : { capsule: { offset, radius, tail: round(sub(toWorld(c.tail), boneOf(c.node).at)) } },
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
      ...(chain.name === 'hairFringe' ? {} : { colliderGroups: [0] }),
      center: nodeOf('hips'),
    })),
  };
};

/** Writes a figure as a VRM 1.0 file. */
export const writeVrm = (figure: Figure): Uint8Array => {
  const bin = new BinaryBuilder();
  const nodes: Obj[] = [];
  const index = new Map<string, number>();
  for (const bone of figure.bones) {
    index.set(bone.name, nodes.length);
    const parent = bone.parent === null ? undefined : figure.bones.find((b) => b.name === bone.parent);
    const local = parent === undefined ? bone.at : sub(bone.at, parent.at);
    nodes.push({ name: bone.name, translation: round(local) });
  }
  const nodeOf = (name: string): number => {
    const i = index.get(name);
    if (i === undefined) throw new Error(`no node named ${name}`);
    return i;
  };
  const children = new Map<number, number[]>();
  const attach = (parent: number, child: number): void => {
    children.set(parent, [...(children.get(parent) ?? []), child]);
  };
  for (const bone of figure.bones) {
    if (bone.parent !== null) attach(nodeOf(bone.parent), nodeOf(bone.name));
  }

  const images = [figure.faceTexture, figure.eyeTexture].map(
    (bitmap, i): Obj => ({
      name: ['face', 'eye'][i] as string,
      mimeType: 'image/png',
      bufferView: bin.view(encodePng(bitmap)),
    }),
  );
  const materials: Obj[] = [
    material('Face', { baseColorTexture: { index: 0 } }, 0.62),
    material('Eye', { baseColorTexture: { index: 1 } }, 0.28),
    material('Body', {}, 0.78),
    material('Hair', {}, 0.55),
  ];

  const meshes: Obj[] = [];
  const geometry = (surface: Surface, origin: V3): Obj => ({
    POSITION: bin.floats(
      surface.positions.map((p) => sub(p, origin)),
      'VEC3',
      true,
    ),
    NORMAL: bin.floats(surface.normals, 'VEC3'),
  });
  const skinned = (surface: Surface): Obj => {
    const [joints, weights] = bin.skin(
      surface.weights.map((list) => list.map(([name, w]) => [nodeOf(name), w] as const)),
    );
    return { JOINTS_0: joints, WEIGHTS_0: weights, COLOR_0: bin.colours(surface.colours.map(linear)) };
  };
  const addMesh = (name: string, primitive: Obj, rest: Obj = {}): number => {
    meshes.push({ name, primitives: [primitive], ...rest });
    return meshes.length - 1;
  };
  const addNode = (node: Obj): number => {
    nodes.push(node);
    return nodes.length - 1;
  };

  // The face and the eyes follow one bone each: plain children are cheaper than skinning.
  const headAt = figure.bones.find((b) => b.name === 'head')?.at as V3;
  const count = figure.face.positions.length;
  const faceMesh = addMesh(
    'Face',
    {
      attributes: {
        ...geometry(figure.face, headAt),
        TEXCOORD_0: bin.floats(figure.face.uvs, 'VEC2'),
      },
      indices: bin.indices(figure.face.triangles),
      material: 0,
      targets: figure.morphs.map((m) => ({
        POSITION: bin.sparse(count, m.indices, m.positions),
        NORMAL: bin.sparse(count, m.indices, m.normals),
      })),
    },
    { extras: { targetNames: [...ARKIT_CHANNELS] }, weights: ARKIT_CHANNELS.map(() => 0) },
  );
  const faceNode = addNode({ name: 'Face', mesh: faceMesh });
  attach(nodeOf('head'), faceNode);
  const eyeMesh = addMesh('Eye', {
    attributes: {
      ...geometry(figure.eye, [0, 0, 0]),
      TEXCOORD_0: bin.floats(figure.eye.uvs, 'VEC2'),
    },
    indices: bin.indices(figure.eye.triangles),
    material: 1,
  });
  for (const side of ['left', 'right']) {
    attach(nodeOf(`${side}Eye`), addNode({ name: `${side}Eyeball`, mesh: eyeMesh }));
  }
  const roots = [nodeOf('hips')];
  for (const [name, surface, slot] of [
    ['Body', figure.body, 2],
    ['Hair', figure.hair, 3],
  ] as const) {
    const mesh = addMesh(name, {
      attributes: { ...geometry(surface, [0, 0, 0]), ...skinned(surface) },
      indices: bin.indices(surface.triangles),
      material: slot,
    });
    roots.push(addNode({ name, mesh, skin: 0 }));
  }
  for (const [parent, list] of children) (nodes[parent] as Obj).children = list;

  const inverse = figure.bones.map((b) => [
    1,
    0,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    1,
    0,
    -b.at[0],
    -b.at[1],
    -b.at[2],
    1,
  ]);
  const skin: Obj = {
    joints: figure.bones.map((b) => nodeOf(b.name)),
    skeleton: nodeOf('hips'),
    inverseBindMatrices: bin.floats(inverse, 'MAT4'),
  };
  const binary = bin.bytes();
  const eyeCentre = round(sub(toWorld([0, 0, figure.look.shape.eyeZ]), headAt));
  const json: Obj = {
    asset: { version: '2.0', generator: 'VIDA3 Studio presets' },
    extensionsUsed: ['VRMC_vrm', ...(figure.chains.length > 0 ? ['VRMC_springBone'] : [])],
    scene: 0,
    scenes: [{ nodes: roots }],
    nodes,
    meshes,
    skins: [skin],
    materials,
    textures: [
      { source: 0, sampler: 0 },
      { source: 1, sampler: 0 },
    ],
    samplers: [{ magFilter: 9729, minFilter: 9987, wrapS: 33071, wrapT: 33071 }],
    images,
    accessors: bin.accessors,
    bufferViews: bin.views,
    buffers: [{ byteLength: Math.ceil(binary.length / 4) * 4 }],
    extensions: {
      VRMC_vrm: {
        specVersion: '1.0',
        meta: {
          name: figure.look.name,
          version: '1.0',
          authors: ['VIDA³ Studio'],
          copyrightInformation: 'VIDA³ Studio',
          licenseUrl: 'https://vrm.dev/licenses/1.0/',
          avatarPermission: 'everyone',
          allowExcessivelyViolentUsage: false,
          allowExcessivelySexualUsage: false,
          commercialUsage: 'corporation',
          allowPoliticalOrReligiousUsage: false,
          allowAntisocialOrHateUsage: false,
          creditNotation: 'unnecessary',
          allowRedistribution: true,
          modification: 'allowModificationRedistribution',
        },
        humanoid: {
          humanBones: Object.fromEntries(
            figure.bones
              .filter((b) => b.humanoid !== undefined)
              .map((b) => [b.humanoid as string, { node: nodeOf(b.name) }]),
          ),
        },
        firstPerson: {
          meshAnnotations: [
            { node: faceNode, type: 'auto' },
            ...roots.slice(1).map((node) => ({ node, type: 'auto' })),
          ],
        },
        lookAt: {
          type: 'bone',
          offsetFromHeadBone: eyeCentre,
          rangeMapHorizontalInner: { inputMaxValue: 90, outputScale: 14 },
          rangeMapHorizontalOuter: { inputMaxValue: 90, outputScale: 16 },
          rangeMapVerticalDown: { inputMaxValue: 90, outputScale: 12 },
          rangeMapVerticalUp: { inputMaxValue: 90, outputScale: 12 },
        },
        expressions: expressionsJson(faceNode),
      },
      ...(figure.chains.length > 0 ? { VRMC_springBone: springJson(figure, nodeOf) } : {}),
    },
  };
  return packGlb(json, binary);
};
