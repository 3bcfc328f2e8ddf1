import type { Rgb } from '../model/looks.ts';
import { sub, type V3 } from '../model/maths.ts';
import { LIGHT } from '../model/robot/paint.ts';
import type { Machine } from '../model/robot/robot.ts';
import type { Surface } from '../model/surface.ts';
import { boneNodes, humanoidJson, linear, metaJson, skinJson } from './document.ts';
import { BinaryBuilder, type Obj, packGlb, round } from './glb.ts';

const BODY = 0;
const GLOW = 1;
const LEFT = 2;
const RIGHT = 3;

/** Linear factor of a light's colour. */
const factor = (c: Rgb): number[] => [...linear(c).map((v) => v / 255), 1];

const light = (name: string): Obj => ({
  name,
  pbrMetallicRoughness: { baseColorFactor: factor(LIGHT), metallicFactor: 0, roughnessFactor: 1 },
  extensions: { KHR_materials_unlit: {} },
});

/** A shut eye is as dark as the visor; a mood tints every light. */
const SHUT: Rgb = [30, 34, 52];
const MOODS: Readonly<Record<string, Rgb>> = {
  happy: [150, 255, 140],
  angry: [255, 60, 44],
  sad: [70, 130, 255],
  relaxed: [110, 255, 196],
  surprised: [140, 236, 236],
};

const expressionsJson = (): Obj => {
  const binds = (materials: readonly number[], to: Rgb): Obj => ({
    isBinary: false,
    overrideBlink: 'none',
    overrideLookAt: 'none',
    overrideMouth: 'none',
    materialColorBinds: materials.map((material) => ({ material, type: 'color', targetValue: factor(to) })),
  });
  return {
    preset: {
      blink: binds([LEFT, RIGHT], SHUT),
      blinkLeft: binds([LEFT], SHUT),
      blinkRight: binds([RIGHT], SHUT),
      ...Object.fromEntries(
        Object.entries(MOODS).map(([name, colour]) => [name, binds([GLOW, LEFT, RIGHT], colour)]),
      ),
    },
    custom: {},
  };
};

/** Writes a machine as a VRM 1.0 file: rigid parts, no morph targets, expressions by colour. */
export const writeRobot = (machine: Machine): Uint8Array => {
  const bin = new BinaryBuilder();
  const { nodes, nodeOf, withChildren } = boneNodes(machine.bones);
  const materials: Obj[] = [
    {
      name: 'Body',
      pbrMetallicRoughness: { metallicFactor: 0, roughnessFactor: 0.5 },
      emissiveFactor: [0.012, 0.012, 0.016],
    },
    light('Glow'),
    light('Eye left'),
    light('Eye right'),
  ];
  const meshes: Obj[] = [];
  const roots = [nodeOf('hips')];
  const add = (name: string, surface: Surface, material: number): void => {
    const [joints, weights] = bin.skin(
      surface.weights.map((list) => list.map(([bone, w]) => [nodeOf(bone), w] as const)),
    );
    meshes.push({
      name,
      primitives: [
        {
          attributes: {
            POSITION: bin.floats(surface.positions, 'VEC3', true),
            NORMAL: bin.floats(surface.normals, 'VEC3'),
            JOINTS_0: joints,
            WEIGHTS_0: weights,
            COLOR_0: bin.colours(surface.colours.map(linear)),
          },
          indices: bin.indices(surface.triangles),
          material,
        },
      ],
    });
    nodes.push({ name, mesh: meshes.length - 1, skin: 0 });
    roots.push(nodes.length - 1);
  };
  add('Body', machine.body, BODY);
  add('Lights', machine.lights, GLOW);
  add('LeftEyeTile', machine.leftEye, LEFT);
  add('RightEyeTile', machine.rightEye, RIGHT);
  withChildren();
  const skin = skinJson(machine.bones, nodeOf, bin);
  const binary = bin.bytes();
  const at = (name: string): V3 => machine.bones.find((b) => b.name === name)?.at as V3;
  const eyes = sub(at('leftEye'), at('head'));
  const map = { inputMaxValue: 90, outputScale: 9 };
  return packGlb(
    {
      asset: { version: '2.0', generator: 'VIDA3 Studio presets' },
      extensionsUsed: ['VRMC_vrm', 'KHR_materials_unlit'],
      scene: 0,
      scenes: [{ nodes: roots }],
      nodes,
      meshes,
      skins: [skin],
      materials,
      accessors: bin.accessors,
      bufferViews: bin.views,
      buffers: [{ byteLength: Math.ceil(binary.length / 4) * 4 }],
      extensions: {
        VRMC_vrm: {
          specVersion: '1.0',
          meta: metaJson(machine.name),
          humanoid: humanoidJson(machine.bones, nodeOf),
          firstPerson: { meshAnnotations: roots.slice(1).map((node) => ({ node, type: 'auto' })) },
          lookAt: {
            type: 'bone',
            offsetFromHeadBone: round([0, eyes[1], eyes[2]]),
            rangeMapHorizontalInner: map,
            rangeMapHorizontalOuter: map,
            rangeMapVerticalDown: map,
            rangeMapVerticalUp: map,
          },
          expressions: expressionsJson(),
        },
      },
    },
    binary,
  );
};
