import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reason } from '../../../../shared/errors.ts';
import { checkAvatar } from './gate.ts';
import { REQUIRED_BONES } from './humanoid.ts';
import { AVATAR_LIMITS } from './limits.ts';
import { packGlb, pngHeader, type TestDocument, triangle } from './make-glb.ts';

type Bend = (json: TestDocument, bin: Uint8Array<ArrayBuffer>) => unknown;

/** The report of a triangle that `bend` changed in one place; what it returns replaces the binary chunk. */
function check(bend: Bend) {
  const { json, bin } = triangle();
  const result = bend(json, bin);
  return checkAvatar(packGlb(json, result instanceof Uint8Array ? result : bin));
}

function addView(json: TestDocument, bin: Uint8Array, bytes: Uint8Array): { view: number; bin: Uint8Array } {
  const joined = new Uint8Array(bin.length + bytes.length);
  joined.set(bin);
  joined.set(bytes, bin.length);
  json.bufferViews.push({ buffer: 0, byteOffset: bin.length, byteLength: bytes.length });
  json.buffers[0]!['byteLength'] = joined.length;
  return { view: json.bufferViews.length - 1, bin: joined };
}

function addImage(json: TestDocument, bin: Uint8Array, bytes: Uint8Array): Uint8Array {
  const added = addView(json, bin, bytes);
  json['images'] = [{ bufferView: added.view, mimeType: 'image/png' }];
  return added.bin;
}

const primitive = (json: TestDocument) => (json.meshes[0]!['primitives'] as Record<string, unknown>[])[0]!;

/** Joints and weights for the three vertices, and a skin of one joint. */
function addSkin(json: TestDocument, bin: Uint8Array, joint: number, weight = 1): Uint8Array {
  const joints = addView(json, bin, new Uint8Array([0, 0, 0, 0, joint, 0, 0, 0, 0, 0, 0, 0]));
  const weights = new Float32Array([1, 0, 0, 0, weight, 0, 0, 0, 1, 0, 0, 0]);
  const added = addView(json, joints.bin, new Uint8Array(weights.buffer));
  json.accessors.push({ bufferView: joints.view, componentType: 5121, count: 3, type: 'VEC4' });
  json.accessors.push({ bufferView: added.view, componentType: 5126, count: 3, type: 'VEC4' });
  Object.assign(primitive(json)['attributes'] as object, { JOINTS_0: 1, WEIGHTS_0: 2 });
  json.nodes[0]!['skin'] = 0;
  json.nodes.push({});
  json['skins'] = [{ joints: [1] }];
  return added.bin;
}

const refusals: [string, Reason, Bend][] = [
  ['glTF 1.0', 'avatar.not-a-model', (json) => Object.assign(json, { asset: { version: '1.0' } })],
  ['no asset', 'avatar.bad-structure', (json) => Object.assign(json, { asset: 7 })],
  [
    'an http buffer',
    'avatar.external-resource',
    (json) => Object.assign(json.buffers[0]!, { uri: 'http://a/b.bin' }),
  ],
  [
    'a file buffer',
    'avatar.external-resource',
    (json) => Object.assign(json.buffers[0]!, { uri: 'file:///etc/passwd' }),
  ],
  [
    'a relative buffer',
    'avatar.external-resource',
    (json) => Object.assign(json.buffers[0]!, { uri: 'mesh.bin' }),
  ],
  [
    'an http image',
    'avatar.external-resource',
    (json) => Object.assign(json, { images: [{ uri: '//host/i.png' }] }),
  ],
  [
    'an address in an extension',
    'avatar.external-resource',
    (json) => Object.assign(json, { extensions: { X_audio: { source: { uri: 'https://host/a.mp3' } } } }),
  ],
  [
    'Draco required',
    'avatar.unsupported-extension',
    (json) => Object.assign(json, { extensionsRequired: ['KHR_draco_mesh_compression'] }),
  ],
  [
    'Draco used',
    'avatar.unsupported-extension',
    (json) => Object.assign(json, { extensionsUsed: ['KHR_draco_mesh_compression'] }),
  ],
  [
    'meshopt required',
    'avatar.unsupported-extension',
    (json) => Object.assign(json, { extensionsRequired: ['EXT_meshopt_compression'] }),
  ],
  [
    'a node that is its own child',
    'avatar.bad-structure',
    (json) => Object.assign(json.nodes[0]!, { children: [0] }),
  ],
  [
    'a cycle beside the scene',
    'avatar.bad-structure',
    (json) => json.nodes.push({ children: [2] }, { children: [1] }),
  ],
  [
    'a node with two parents',
    'avatar.bad-structure',
    (json) => {
      json.nodes.push({ children: [2] }, {});
      json.nodes[0]!['children'] = [1, 2];
    },
  ],
  [
    'a child that is none',
    'avatar.bad-structure',
    (json) => Object.assign(json.nodes[0]!, { children: [9] }),
  ],
  ['a negative child', 'avatar.bad-structure', (json) => Object.assign(json.nodes[0]!, { children: [-1] })],
  ['half a child', 'avatar.bad-structure', (json) => Object.assign(json.nodes[0]!, { children: [0.5] })],
  [
    'a matrix of 15',
    'avatar.bad-structure',
    (json) => Object.assign(json.nodes[0]!, { matrix: Array(15).fill(0) }),
  ],
  [
    'a matrix of text',
    'avatar.bad-structure',
    (json) => Object.assign(json.nodes[0]!, { matrix: Array(16).fill('NaN') }),
  ],
  ['nodes that are no list', 'avatar.bad-structure', (json) => Object.assign(json, { nodes: { length: 1 } })],
  ['nodes of null', 'avatar.bad-structure', (json) => Object.assign(json, { nodes: [null] })],
  ['too many nodes', 'avatar.too-complex', (json) => json.nodes.push(...Array(5000).fill({}))],
  [
    'a chain of nodes without end',
    'avatar.too-complex',
    (json) => {
      for (let i = 0; i < 1000; i++) json.nodes.push(i < 999 ? { children: [i + 2] } : {});
    },
  ],
  [
    'an accessor outside its view',
    'avatar.bad-structure',
    (json) => Object.assign(json.accessors[0]!, { count: 4 }),
  ],
  [
    'an accessor of billions',
    'avatar.too-big',
    (json) => Object.assign(json.accessors[0]!, { count: 1_500_000_000 }),
  ],
  [
    'an accessor not aligned',
    'avatar.bad-structure',
    (json) => Object.assign(json.accessors[0]!, { byteOffset: 1, count: 2 }),
  ],
  ['a negative count', 'avatar.bad-structure', (json) => Object.assign(json.accessors[0]!, { count: -3 })],
  ['a count of 1e308', 'avatar.bad-structure', (json) => Object.assign(json.accessors[0]!, { count: 1e308 })],
  [
    'an unknown component type',
    'avatar.bad-structure',
    (json) => Object.assign(json.accessors[0]!, { componentType: 5130 }),
  ],
  [
    'a type from the prototype',
    'avatar.bad-structure',
    (json) => Object.assign(json.accessors[0]!, { type: 'constructor' }),
  ],
  [
    'bounds of text',
    'avatar.bad-structure',
    (json) => Object.assign(json.accessors[0]!, { min: ['0', 0, 0] }),
  ],
  [
    'a view outside its buffer',
    'avatar.bad-structure',
    (json) => Object.assign(json.bufferViews[0]!, { byteOffset: 1 }),
  ],
  [
    'a view at a negative offset',
    'avatar.bad-structure',
    (json) => Object.assign(json.bufferViews[0]!, { byteOffset: -4 }),
  ],
  [
    'a buffer larger than its chunk',
    'avatar.bad-structure',
    (json) => Object.assign(json.buffers[0]!, { byteLength: 4000 }),
  ],
  [
    'a sparse bomb without a view',
    'avatar.too-big',
    (json) => {
      const part = { bufferView: 0, componentType: 5125 };
      json.accessors[0] = {
        ...{ componentType: 5126, count: 600_000_000, type: 'VEC3' },
        sparse: { count: 1, indices: part, values: { bufferView: 0, byteOffset: 4 } },
      };
    },
  ],
  [
    'a sparse write outside the accessor',
    'avatar.bad-geometry',
    (json, bin) => {
      const added = addView(json, bin, new Uint8Array(new Uint32Array([77]).buffer));
      const indices = { bufferView: added.view, componentType: 5125 };
      json.accessors[0]!['sparse'] = { count: 1, indices, values: { bufferView: 0 } };
      return added.bin;
    },
  ],
  [
    'morphs of many gigabytes from nothing',
    'avatar.too-big',
    (json) => {
      json.accessors.push({ componentType: 5126, count: 900_000, type: 'VEC3' });
      primitive(json)['attributes'] = { POSITION: 1 };
      primitive(json)['targets'] = Array(500).fill({ POSITION: 1 });
    },
  ],
  [
    'a morph of another length',
    'avatar.bad-geometry',
    (json) => {
      json.accessors.push({ bufferView: 0, componentType: 5126, count: 2, type: 'VEC3' });
      primitive(json)['targets'] = [{ POSITION: 1 }];
    },
  ],
  [
    'too many morph targets',
    'avatar.too-complex',
    (json) => Object.assign(primitive(json), { targets: Array(513).fill({ POSITION: 0 }) }),
  ],
  [
    'no positions',
    'avatar.bad-geometry',
    (json) => Object.assign(primitive(json), { attributes: { NORMAL: 0 } }),
  ],
  [
    'positions that are none',
    'avatar.bad-geometry',
    (_, bin) => new DataView(bin.buffer).setFloat32(4, Number.NaN, true),
  ],
  [
    'endless positions',
    'avatar.bad-geometry',
    (_, bin) => new DataView(bin.buffer).setFloat32(8, -Infinity, true),
  ],
  [
    'an index out of range',
    'avatar.bad-geometry',
    (json, bin) => {
      const added = addView(json, bin, new Uint8Array(new Uint32Array([0, 1, 3]).buffer));
      json.accessors.push({ bufferView: added.view, componentType: 5125, count: 3, type: 'SCALAR' });
      primitive(json)['indices'] = 1;
      return added.bin;
    },
  ],
  ['a joint out of range', 'avatar.bad-geometry', (json, bin) => addSkin(json, bin, 1)],
  [
    'a skin of a node that is none',
    'avatar.bad-structure',
    (json, bin) => {
      const next = addSkin(json, bin, 0);
      json['skins'] = [{ joints: [99] }];
      return next;
    },
  ],
  [
    'an image of 20000 pixels',
    'avatar.bad-texture',
    (json, bin) => addImage(json, bin, pngHeader(20_000, 20_000)),
  ],
  ['an image without pixels', 'avatar.bad-texture', (json, bin) => addImage(json, bin, pngHeader(0, 16))],
  [
    'an image that is none',
    'avatar.bad-texture',
    (json, bin) => addImage(json, bin, new TextEncoder().encode('<svg onload=x>  ')),
  ],
  [
    'many images of 8192 pixels',
    'avatar.bad-texture',
    (json, bin) => {
      const next = addImage(json, bin, pngHeader(8192, 8192));
      json['images'] = Array(5).fill({ bufferView: 1 });
      return next;
    },
  ],
  [
    'a material with a texture that is none',
    'avatar.bad-structure',
    (json) =>
      Object.assign(json, { materials: [{ pbrMetallicRoughness: { baseColorTexture: { index: 3 } } }] }),
  ],
  [
    'a material that is none',
    'avatar.bad-structure',
    (json) => Object.assign(primitive(json), { material: 0 }),
  ],
  ['no mesh', 'avatar.nothing-to-show', (json) => Object.assign(json, { nodes: [{}] })],
  [
    'no scene',
    'avatar.nothing-to-show',
    (json) => Object.assign(json, { scenes: undefined, scene: undefined }),
  ],
  ['a scene that is none', 'avatar.bad-structure', (json) => Object.assign(json, { scene: 5 })],
  [
    'a name of ten megabytes',
    'avatar.bad-structure',
    (json) => Object.assign(json.nodes[0]!, { name: 'x'.repeat(1e7) }),
  ],
  [
    'a VRM bone that is no node',
    'avatar.bad-structure',
    (json) =>
      Object.assign(json, { extensions: { VRMC_vrm: { humanoid: { humanBones: { hips: { node: 9 } } } } } }),
  ],
  [
    'spring bones without end',
    'avatar.too-complex',
    (json) => {
      json.nodes.push(...Array(1000).fill({}));
      json.nodes[0]!['children'] = Array.from({ length: 1000 }, (_, index) => index + 1);
      const group = { bones: Array(100).fill(0) };
      json['extensions'] = { VRM: { secondaryAnimation: { boneGroups: [group] } } };
    },
  ],
];

test('a plain triangle is ok', () => {
  const report = check(() => {});
  expect(report).toMatchObject({ ok: true, family: 'glb', counts: { vertices: 3, triangles: 1, meshes: 1 } });
});

describe('refused by name', () => {
  test.each(refusals)('%s: %s', (_, reason, bend) => {
    expect(check(bend)).toMatchObject({ ok: false, reason, family: null });
  });

  test('a container that is none, cut short, or whose chunk overflows it', () => {
    const good = packGlb(triangle().json, triangle().bin);
    const patched = (at: number, value: number) => {
      const copy = good.slice();
      new DataView(copy.buffer).setUint32(at, value, true);
      return checkAvatar(copy).reason;
    };
    expect(checkAvatar(new Uint8Array(0)).reason).toBe('avatar.not-a-model');
    for (const [text, format] of [
      ['{"asset":{}}', 'gltf'],
      ['# made by hand\nmtllib a.mtl\nv 0 0 1\nv 1 0 0\n', 'obj'],
      ['v 0.1 -2e-3 1\nvn 0 0 1\n', 'obj'],
      ['Kaydara FBX Binary  \0', 'fbx'],
      ['BLENDER-v402', 'blend'],
    ] as const) {
      expect(checkAvatar(new TextEncoder().encode(text))).toMatchObject({
        reason: 'avatar.unsupported-format',
        detail: format,
      });
    }
    expect(patched(0, 0x58546c67)).toBe('avatar.not-a-model');
    expect(patched(4, 1)).toBe('avatar.not-a-model');
    expect(checkAvatar(good.slice(0, 8)).reason).toBe('avatar.truncated');
    expect(checkAvatar(good.slice(0, 100)).reason).toBe('avatar.truncated');
    expect(patched(12, 0xfffffff0)).toBe('avatar.bad-structure');
    expect(patched(16, 0x004e4942)).toBe('avatar.bad-structure');
    expect(checkAvatar(good, { ...AVATAR_LIMITS, fileBytes: 100 }).reason).toBe('avatar.too-big');
    expect(checkAvatar(good, { ...AVATAR_LIMITS, jsonBytes: 100 }).reason).toBe('avatar.too-big');
  });

  test.each<[string, Reason, string]>([
    ['no JSON', 'avatar.bad-structure', '{"asset":'],
    ['a list', 'avatar.bad-structure', '[]'],
    ['nested without end', 'avatar.bad-structure', '['.repeat(1_000_000)],
    ['a million empty objects', 'avatar.too-complex', `{"a":[${'{},'.repeat(1_100_000)}0]}`],
    ['a __proto__ key', 'avatar.bad-structure', '{"asset":{"version":"2.0","__proto__":{"polluted":1}}}'],
    [
      'a __proto__ key in disguise',
      'avatar.bad-structure',
      '{"asset":{"version":"2.0","\\u005f_proto__":{"a":1}}}',
    ],
    ['a number beyond all numbers', 'avatar.bad-structure', '{"asset":{"version":"2.0"},"scene":1e999}'],
  ])('JSON that is %s: %s', (_, reason, json) => {
    expect(checkAvatar(packGlb(json, null)).reason).toBe(reason);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('accepted', () => {
  test('a buffer and an image in data URIs', () => {
    const report = check((json, bin) => {
      const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
      json.buffers[0]!['uri'] = `data:application/octet-stream;base64,${base64(bin)}`;
      json['images'] = [{ uri: `data:image/png;base64,${base64(pngHeader(64, 32))}` }];
      json['textures'] = [{ source: 0 }];
    });
    expect(report).toMatchObject({ ok: true, counts: { texturePixels: 2048, textures: 1 } });
  });

  test('keys that come twice, keys named like methods, an address in extras', () => {
    const text = JSON.stringify(triangle().json).replace('"scene":0', '"scene":7,"scene":0,"constructor":1');
    const json = text.replace('"mesh":0', '"mesh":0,"extras":{"uri":"https://example.org/","toString":1}');
    expect(checkAvatar(packGlb(json, triangle().bin))).toMatchObject({ ok: true });
  });

  test('a skin, also with a wild joint where the weight is zero', () => {
    expect(check((json, bin) => addSkin(json, bin, 0))).toMatchObject({ ok: true, counts: { joints: 1 } });
    expect(check((json, bin) => addSkin(json, bin, 200, 0))).toMatchObject({ ok: true });
  });

  /** A VRM 1.0 with its face, bones, springs and licence; `change` bends it. */
  const checkVrm = (change: (vrm: Record<string, unknown>, json: TestDocument) => void) =>
    check((json) => {
      Object.assign(json.meshes[0]!, { extras: { targetNames: ['jawOpen', 'eyeBlink_L'] } });
      primitive(json)['targets'] = [{ POSITION: 0 }, { POSITION: 0 }];
      const bind = { morphTargetBinds: [{ node: 0, index: 0, weight: 1 }] };
      const vrm = {
        specVersion: '1.0',
        meta: { name: 'X', authors: ['A', 'B'], licenseUrl: 'https://vrm.dev/licenses/1.0/' },
        humanoid: { humanBones: Object.fromEntries(REQUIRED_BONES.map((bone) => [bone, { node: 0 }])) },
        expressions: { preset: { blink: bind, happy: {} }, custom: { browInnerUp: bind } },
      };
      json['extensionsUsed'] = ['VRMC_vrm'];
      json['extensions'] = {
        VRMC_vrm: vrm,
        VRMC_springBone: { springs: [{ joints: [{ node: 0 }, { node: 0 }] }] },
      };
      change(vrm, json);
    });

  test('a VRM 1.0 with its face, bones, springs and licence', () => {
    const report = checkVrm(() => {});
    expect(report).toMatchObject({
      ok: true,
      family: 'vrm1',
      counts: { morphTargets: 2, springBones: 2 },
      humanoid: { missingRequired: [] },
      expressions: ['blink', 'happy', 'browInnerUp'],
      arkit: { found: 3 },
      licence: { name: 'VRM Public License 1.0', author: 'A, B', commercial: false, redistribution: false },
    });
    expect(report.problems.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['not-commercial', 'empty-expressions']),
    );
  });

  test.each<[string, string, (vrm: Record<string, unknown>, json: TestDocument) => void]>([
    [
      'too few bones',
      'missing-bones',
      (vrm) => Object.assign(vrm, { humanoid: { humanBones: { hips: { node: 0 } } } }),
    ],
    ['no licence', 'broken-vrm', (vrm) => Object.assign(vrm, { meta: undefined })],
    [
      'another licence',
      'broken-vrm',
      (vrm) => Object.assign(vrm, { meta: { licenseUrl: 'https://a.example/' } }),
    ],
    ['an unknown version', 'broken-vrm', (vrm) => Object.assign(vrm, { specVersion: '7' })],
    ['an undeclared extension', 'broken-vrm', (_, json) => Object.assign(json, { extensionsUsed: [] })],
  ])('a VRM with %s, as a plain model with the problem %s', (_, code, change) => {
    const report = checkVrm(change);
    expect(report).toMatchObject({ ok: true, family: 'glb' });
    expect(report.problems[0]).toMatchObject({ code, severity: 'error' });
  });
});

describe('whatever the bytes', () => {
  const good = packGlb(triangle().json, triangle().bin);

  test('flipped ones end in a report', () => {
    const flips = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = good.slice();
        for (const [at, value] of changes) bytes[at] = value;
        const report = checkAvatar(bytes);
        return report.ok ? report.family !== null : report.reason?.startsWith('avatar.') === true;
      }),
      { numRuns: 3000, seed: 3 },
    );
  });

  test('any JSON in any place ends in a report that foresaw it', () => {
    const keys = [
      'nodes',
      'meshes',
      'accessors',
      'bufferViews',
      'buffers',
      'scenes',
      'skins',
      'images',
      'textures',
    ];
    const more = ['materials', 'animations', 'extensions', 'scene', 'asset', 'extensionsUsed'];
    fc.assert(
      fc.property(fc.constantFrom(...keys, ...more), fc.jsonValue(), fc.boolean(), (key, value, wrapped) => {
        const { json, bin } = triangle();
        json[key] = wrapped ? [value] : value;
        const report = checkAvatar(packGlb(json, bin));
        return report.ok || !report.detail?.startsWith('unforeseen');
      }),
      { numRuns: 2000, seed: 3 },
    );
  });
});
