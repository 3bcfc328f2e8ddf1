/// <reference path="../../src/main/services/library/inspect/gltf-validator.d.ts" />
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import validator from 'gltf-validator';
import { describe, expect, test } from 'vitest';
import { ARKIT_CHANNELS } from '../../src/shared/domain/arkit.ts';
import { HUMAN_BONES } from '../../src/shared/domain/human-bones.ts';
import { parsePerformance } from '../../src/shared/domain/performance.ts';
import { buildFigure, type Figure } from './model/figure.ts';
import { PERFORMER } from './model/looks.ts';
import type { Bitmap } from './model/png.ts';
import { buildRobot } from './model/robot/robot.ts';
import { avatarFile, FACES, RESOURCES } from './step-kit.ts';
import { writeRobot } from './write/robot.ts';
import { writeVrm } from './write/vrm.ts';

interface Accessor {
  readonly count: number;
  readonly sparse?: { readonly count: number };
  readonly min?: readonly number[];
  readonly max?: readonly number[];
}

interface Document {
  readonly bufferViews: readonly { readonly byteOffset?: number; readonly byteLength: number }[];
  readonly images?: readonly { readonly bufferView: number }[];
  readonly nodes: readonly {
    readonly name: string;
    readonly translation?: readonly number[];
    readonly children?: readonly number[];
  }[];
  readonly materials: readonly {
    readonly emissiveTexture?: { readonly index: number };
    readonly emissiveFactor: readonly number[];
    readonly pbrMetallicRoughness: { readonly baseColorTexture?: { readonly index: number } };
  }[];
  readonly meshes: readonly {
    readonly name: string;
    readonly extras?: { readonly targetNames: readonly string[] };
    readonly primitives: readonly {
      readonly attributes: Readonly<Record<string, number>>;
      readonly indices: number;
      readonly targets?: readonly { readonly POSITION: number }[];
    }[];
  }[];
  readonly accessors: readonly Accessor[];
  readonly extensions: {
    readonly VRMC_vrm: {
      readonly specVersion: string;
      readonly meta: Readonly<Record<string, unknown>>;
      readonly humanoid: { readonly humanBones: Readonly<Record<string, { readonly node: number }>> };
      readonly lookAt: { readonly type: string };
      readonly expressions: {
        readonly preset: Readonly<Record<string, unknown>>;
        readonly custom: Readonly<
          Record<
            string,
            { readonly morphTargetBinds: readonly { readonly index: number; readonly weight: number }[] }
          >
        >;
      };
    };
    readonly VRMC_springBone?: {
      readonly springs: readonly { readonly joints: readonly unknown[] }[];
      readonly colliders: readonly unknown[];
    };
  };
}

/** The first two are looked at in full; what they share with the others is not looked at again. */
const PEOPLE = FACES.filter(({ id }) => id === 'vida' || id === 'sol');

const documentText = (bytes: Uint8Array): string => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new TextDecoder().decode(bytes.subarray(20, 20 + view.getUint32(12, true)));
};

/**
 * A figure as a file, with a dot for every texture: compressing them takes longer than all the rest, and deflate may
 * differ between builds of zlib, so they are not compared with the file's.
 */
function made(figure: Figure): Uint8Array {
  const dot: Bitmap = { width: 1, height: 1, rgb: new Uint8Array(3) };
  return writeVrm({
    ...figure,
    faceTexture: dot,
    eyeTexture: dot,
    ...(figure.bodyTexture && { bodyTexture: dot }),
    ...(figure.hairTexture && { hairTexture: dot }),
  });
}

/** The bytes of every view of a file that is not a picture. */
function geometry(bytes: Uint8Array): Uint8Array[] {
  const { bufferViews, images = [] } = JSON.parse(documentText(bytes)) as Document;
  const pictures = new Set(images.map(({ bufferView }) => bufferView));
  const start = 28 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true);
  return bufferViews.flatMap(({ byteOffset = 0, byteLength }, view) =>
    pictures.has(view) ? [] : [bytes.subarray(start + byteOffset, start + byteOffset + byteLength)],
  );
}

/** Down to the last bit of every vertex. */
function expectMade(generated: Uint8Array, shipped: Uint8Array): void {
  const [once, file] = [generated, shipped].map((bytes) => JSON.parse(documentText(bytes)) as Document);
  expect(once!.nodes).toEqual(file!.nodes);
  expect(once!.meshes).toEqual(file!.meshes);
  expect(once!.accessors.map(({ count, min, max }) => ({ count, min, max }))).toEqual(
    file!.accessors.map(({ count, min, max }) => ({ count, min, max })),
  );
  const [now, then] = [geometry(generated), geometry(shipped)];
  expect(now.map(({ length }) => length)).toEqual(then.map(({ length }) => length));
  now.forEach((view, i) => {
    expect(Buffer.compare(view, then[i]!), `view ${i}`).toBe(0);
  });
}

const REQUIRED = [
  'hips',
  'spine',
  'head',
  ...['left', 'right'].flatMap((s) =>
    ['UpperArm', 'LowerArm', 'Hand', 'UpperLeg', 'LowerLeg', 'Foot'].map((b) => s + b),
  ),
];

const PRESETS = [
  ...['happy', 'angry', 'sad', 'relaxed', 'surprised', 'neutral', 'aa', 'ih', 'ou', 'ee', 'oh'],
  ...['blink', 'blinkLeft', 'blinkRight', 'lookUp', 'lookDown', 'lookLeft', 'lookRight'],
];

describe.each(PEOPLE)('the shipped avatar $id', ({ id, look }) => {
  const bytes = new Uint8Array(readFileSync(avatarFile(id, 'vrm')));
  const text = documentText(bytes);
  const vrm = JSON.parse(text) as Document;
  const face = vrm.meshes.find((m) => m.name === 'Face');
  const targets = face?.primitives[0]?.targets ?? [];

  test('is a valid glTF without external files', async () => {
    const result = await validator.validateBytes(bytes, {});
    expect(result.issues.numErrors).toBe(0);
    expect(text).not.toContain('"uri"');
    expect(bytes.length).toBeLessThan(2_500_000);
  });

  test('is what the generator makes', () => {
    expectMade(made(buildFigure(look)), bytes);
  }, 120_000);

  test('stays under 11,200 triangles and eight draw calls', () => {
    const drawn = vrm.meshes.flatMap((m) => m.primitives.map((p) => ({ name: m.name, p })));
    const triangles = drawn.reduce(
      (sum, { name, p }) => sum + ((vrm.accessors[p.indices]?.count ?? 0) / 3) * (name === 'Eye' ? 2 : 1),
      0,
    );
    expect(triangles).toBeGreaterThan(3_000);
    expect(triangles).toBeLessThanOrEqual(11_200);
    expect(drawn.length + 1).toBeLessThanOrEqual(8);
  });

  test('has the humanoid bones, eyes, jaw and fingers', () => {
    const bones = vrm.extensions.VRMC_vrm.humanoid.humanBones;
    const optional = ['chest', 'upperChest', 'neck', 'jaw', 'leftEye', 'rightEye', 'leftLittleDistal'];
    for (const name of [...REQUIRED, ...optional]) {
      expect(bones[name], name).toBeDefined();
      expect(vrm.nodes[bones[name]?.node ?? -1], name).toBeDefined();
    }
    expect(vrm.extensions.VRMC_vrm.specVersion).toBe('1.0');
    expect(vrm.extensions.VRMC_vrm.lookAt.type).toBe('bone');
  });

  test('has all 52 ARKit shapes as morph targets and expressions, and each moves the face', () => {
    expect(face?.extras?.targetNames).toEqual([...ARKIT_CHANNELS]);
    expect(targets).toHaveLength(52);
    ARKIT_CHANNELS.forEach((name, i) => {
      expect(vrm.extensions.VRMC_vrm.expressions.custom[name]?.morphTargetBinds[0]).toMatchObject({
        index: i,
        weight: 1,
      });
      const accessor = vrm.accessors[targets[i]?.POSITION ?? -1];
      const reach = Math.max(
        ...(accessor?.max ?? [0]).map(Math.abs),
        ...(accessor?.min ?? [0]).map(Math.abs),
      );
      expect(reach, name).toBeGreaterThan(0.0002);
      // A jaw turns and slides back, which moves the chin most of all.
      expect(reach, name).toBeLessThan(name === 'jawOpen' ? 0.09 : 0.06);
    });
    for (const name of PRESETS) {
      expect(vrm.extensions.VRMC_vrm.expressions.preset[name], name).toBeDefined();
    }
  });

  test('stands on the ground with the head above the shoulders', () => {
    const bones = vrm.extensions.VRMC_vrm.humanoid.humanBones;
    const heightOf = (name: string): number => {
      const node = bones[name]?.node ?? -1;
      const parent = vrm.nodes.findIndex((n) => n.children?.includes(node) === true);
      const parentName = Object.keys(bones).find((b) => bones[b]?.node === parent);
      return (vrm.nodes[node]?.translation?.[1] ?? 0) + (parentName === undefined ? 0 : heightOf(parentName));
    };
    expect(heightOf('leftToes')).toBeGreaterThan(0);
    expect(heightOf('leftToes')).toBeLessThan(0.05);
    expect(heightOf('leftUpperArm')).toBeLessThan(heightOf('head'));
    expect(heightOf('leftEye')).toBeGreaterThan(1);
  });

  test('shines a little by itself, so that plain shading stays soft', () => {
    expect(vrm.materials).toHaveLength(4);
    // Face and eyes by their picture; reading one twice for cloth and hair would halve a software renderer's speed.
    const pictures = vrm.materials.map((m) => m.emissiveTexture?.index);
    expect(pictures).toEqual([0, 1, undefined, undefined]);
    for (const { emissiveFactor } of vrm.materials) expect(Math.max(...emissiveFactor)).toBeGreaterThan(0);
  });

  test('has a thumbnail of 512 by 512 pixels below 250 kB', () => {
    const png = readFileSync(avatarFile(id, 'png'));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([512, 512]);
    expect(png.length).toBeLessThan(250_000);
  });

  test('may be used, changed and passed on by everyone', () => {
    expect(vrm.extensions.VRMC_vrm.meta).toMatchObject({
      name: look.name,
      licenseUrl: 'https://vrm.dev/licenses/1.0/',
      avatarPermission: 'everyone',
      commercialUsage: 'corporation',
      allowRedistribution: true,
      modification: 'allowModificationRedistribution',
      authors: ['VIDA³ Studio'],
    });
  });
});

describe.each([
  { id: 'pip', name: 'Pip', morphs: 52, springs: 2 },
  { id: 'fenn', name: 'Fenn', morphs: 52, springs: 3 },
  { id: 'byte', name: 'Byte', morphs: 0, springs: 0 },
])('the shipped avatar $id', ({ id, name, morphs, springs }) => {
  const bytes = new Uint8Array(readFileSync(avatarFile(id, 'vrm')));
  const text = documentText(bytes);
  const vrm = JSON.parse(text) as Document;

  test('is a valid, small glTF that is what the generator makes', async () => {
    const result = await validator.validateBytes(bytes, {});
    expect(result.issues.numErrors).toBe(0);
    expect(text).not.toContain('"uri"');
    expect(bytes.length).toBeLessThan(1_500_000);
    const face = FACES.find((each) => each.id === id);
    expectMade(face ? made(buildFigure(face.look)) : writeRobot(buildRobot()), bytes);
  }, 120_000);

  test('has every humanoid bone, few draw calls, its shapes and what swings', () => {
    const { humanoid, meta, lookAt } = vrm.extensions.VRMC_vrm;
    expect(Object.keys(humanoid.humanBones).sort()).toEqual([...HUMAN_BONES].sort());
    expect(meta).toMatchObject({ name, avatarPermission: 'everyone', authors: ['VIDA³ Studio'] });
    expect(lookAt.type).toBe('bone');
    const drawn = vrm.meshes.flatMap((m) => m.primitives);
    expect(drawn.length).toBeLessThanOrEqual(5);
    const triangles = drawn.reduce((sum, p) => sum + (vrm.accessors[p.indices]?.count ?? 0) / 3, 0);
    expect(triangles).toBeLessThan(25_000);
    expect(Math.max(0, ...drawn.map((p) => p.targets?.length ?? 0))).toBe(morphs);
    expect(vrm.extensions.VRMC_springBone?.springs.length ?? 0).toBe(springs);
    const png = readFileSync(avatarFile(id, 'png'));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([512, 512]);
    expect(png.length).toBeLessThan(300_000);
  });
});

describe('the machine', () => {
  test('shows what it cannot move by the colours of its lights, and leaves its mouth to the jaw bone', () => {
    const vrm = JSON.parse(documentText(new Uint8Array(readFileSync(avatarFile('byte', 'vrm'))))) as Document;
    const { preset, custom } = vrm.extensions.VRMC_vrm.expressions as unknown as {
      preset: Readonly<
        Record<string, { materialColorBinds: { material: number; type: string; targetValue: number[] }[] }>
      >;
      custom: object;
    };
    expect(custom).toEqual({});
    expect(Object.keys(preset).sort()).toEqual(
      ['angry', 'blink', 'blinkLeft', 'blinkRight', 'happy', 'relaxed', 'sad', 'surprised'].sort(),
    );
    const of = (name: string): number[] => preset[name]?.materialColorBinds.map((b) => b.material) ?? [];
    expect([...of('blinkLeft'), ...of('blinkRight')]).toEqual(of('blink'));
    expect(new Set(of('blink')).size).toBe(2);
    for (const bind of preset['blink']?.materialColorBinds ?? []) {
      expect(bind.type).toBe('color');
      expect(Math.max(...bind.targetValue.slice(0, 3))).toBeLessThan(0.1);
    }
  });
});

describe('the mascot', () => {
  test('has swinging hair with colliders', () => {
    const vrm = JSON.parse(documentText(new Uint8Array(readFileSync(avatarFile('vida', 'vrm'))))) as Document;
    const spring = vrm.extensions.VRMC_springBone;
    expect(spring?.springs.length).toBeGreaterThanOrEqual(4);
    for (const s of spring?.springs ?? []) expect(s.joints.length).toBeGreaterThanOrEqual(3);
    expect(spring?.colliders.length).toBeGreaterThanOrEqual(2);
  });
});

describe('the sample performer', () => {
  test('is still the one of the recorded clip', () => {
    const figure = buildFigure(PERFORMER);
    const hash = createHash('sha256');
    for (const surface of [figure.face, figure.body, figure.hair]) hash.update(JSON.stringify(surface));
    hash.update(figure.faceTexture.rgb);
    expect(hash.digest('hex')).toBe('8bd23ba02648feff57fc87beb11da6375ed8cd7700ff2c3892383601fd26b707');
  }, 180_000);

  test('the recorded performance has a face on at least 95 % of its frames', () => {
    const recording = parsePerformance(
      new Uint8Array(readFileSync(join(RESOURCES, 'performance/performer.perf'))),
    );
    const found = recording.frames.filter((f) => f.found).length;
    expect(found / recording.frames.length).toBeGreaterThanOrEqual(0.95);
  });

  test('the truth has one entry per frame and ends where it begins', () => {
    const truth = JSON.parse(readFileSync(join(RESOURCES, 'performance/performer.truth.json'), 'utf8')) as {
      fps: number;
      frames: { t: number; yaw: number; pitch: number; roll: number }[];
    };
    expect(truth.frames).toHaveLength(10 * truth.fps);
    const [first, last] = [truth.frames[0], truth.frames.at(-1)];
    for (const k of ['yaw', 'pitch', 'roll'] as const) {
      expect(Math.abs((first?.[k] ?? 99) - (last?.[k] ?? 0))).toBeLessThan(1);
    }
    expect(Math.max(...truth.frames.map((f) => f.yaw))).toBeGreaterThan(20);
  });
});
