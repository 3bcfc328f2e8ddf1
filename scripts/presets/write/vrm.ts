import { ARKIT_CHANNELS } from '../../../src/shared/domain/arkit.ts';
import type { Figure } from '../model/figure.ts';
import { sub, type V3 } from '../model/maths.ts';
import { type Bitmap, encodePng } from '../model/png.ts';
import { toWorld } from '../model/skeleton.ts';
import type { Surface } from '../model/surface.ts';
import { boneNodes, humanoidJson, linear, metaJson, skinJson } from './document.ts';
import { expressionsJson } from './expressions.ts';
import { BinaryBuilder, type Obj, packGlb, round } from './glb.ts';
import { BODY_GLOW, EYE_GLOW, HAIR_GLOW, material, SKIN_GLOW } from './materials.ts';
import { springJson } from './springs.ts';

/** Writes a figure as a VRM 1.0 file. */
export const writeVrm = (figure: Figure): Uint8Array => {
  const bin = new BinaryBuilder();
  const { nodes, nodeOf, attach, withChildren } = boneNodes(figure.bones);

  const pictures: readonly (readonly [string, Bitmap | undefined])[] = [
    ['face', figure.faceTexture],
    ['eye', figure.eyeTexture],
    ['body', figure.bodyTexture],
    ['hair', figure.hairTexture],
  ];
  const images: Obj[] = [];
  const indexOfPicture = new Map<string, number>();
  for (const [name, bitmap] of pictures) {
    if (bitmap === undefined) continue;
    indexOfPicture.set(name, images.length);
    images.push({ name, mimeType: 'image/png', bufferView: bin.view(encodePng(bitmap)) });
  }
  const glow = figure.look.toon !== undefined;
  const materials: Obj[] = [
    material('Face', indexOfPicture.get('face'), 0.62, glow ? SKIN_GLOW : undefined),
    material('Eye', indexOfPicture.get('eye'), 0.28, glow ? EYE_GLOW : undefined),
    material('Body', indexOfPicture.get('body'), 0.78, glow ? BODY_GLOW : undefined),
    material('Hair', indexOfPicture.get('hair'), 0.55, glow ? HAIR_GLOW : undefined),
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
  const skinned = (surface: Surface, uvs: boolean): Obj => {
    const [joints, weights] = bin.skin(
      surface.weights.map((list) => list.map(([name, w]) => [nodeOf(name), w] as const)),
    );
    return {
      ...(uvs ? { TEXCOORD_0: bin.floats(surface.uvs, 'VEC2') } : {}),
      JOINTS_0: joints,
      WEIGHTS_0: weights,
      COLOR_0: bin.colours(surface.colours.map(linear)),
    };
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
      attributes: {
        ...geometry(surface, [0, 0, 0]),
        ...skinned(surface, indexOfPicture.has(name.toLowerCase())),
      },
      indices: bin.indices(surface.triangles),
      material: slot,
    });
    roots.push(addNode({ name, mesh, skin: 0 }));
  }
  withChildren();

  const skin = skinJson(figure.bones, nodeOf, bin);
  const binary = bin.bytes();
  const eyeCentre = round(sub(sub(toWorld([0, 0, figure.look.shape.eyeZ]), [0, figure.sink, 0]), headAt));
  const json: Obj = {
    asset: { version: '2.0', generator: 'VIDA3 Studio presets' },
    extensionsUsed: ['VRMC_vrm', ...(figure.chains.length > 0 ? ['VRMC_springBone'] : [])],
    scene: 0,
    scenes: [{ nodes: roots }],
    nodes,
    meshes,
    skins: [skin],
    materials,
    textures: images.map((_, source) => ({ source, sampler: 0 })),
    samplers: [{ magFilter: 9729, minFilter: glow ? 9985 : 9987, wrapS: 33071, wrapT: 33071 }],
    images,
    accessors: bin.accessors,
    bufferViews: bin.views,
    buffers: [{ byteLength: Math.ceil(binary.length / 4) * 4 }],
    extensions: {
      VRMC_vrm: {
        specVersion: '1.0',
        meta: metaJson(figure.look.name),
        humanoid: humanoidJson(figure.bones, nodeOf),
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
