import type { Accessor } from './accessors.ts';
import { FLOAT } from './accessors.ts';
import type { AvatarLimits } from './limits.ts';
import {
  asIndex,
  asObject,
  checkNumbers,
  get,
  indexAt,
  isObject,
  type JsonObject,
  listAt,
  objectAt,
  objectsAt,
  refuse,
  textAt,
} from './read.ts';

export interface Primitive {
  readonly mode: number;
  readonly position: Accessor;
  readonly attributes: ReadonlyMap<string, Accessor>;
  readonly indices: Accessor | null;
  readonly targets: readonly ReadonlyMap<string, Accessor>[];
}

export interface Mesh {
  readonly primitives: readonly Primitive[];
  readonly targetNames: readonly string[];
}

export interface Node {
  readonly name: string | null;
  readonly children: readonly number[];
  readonly mesh: number | null;
  readonly skin: number | null;
}

export interface Skin {
  readonly joints: readonly number[];
  readonly inverseBindMatrices: Accessor | null;
}

/** The graph of an avatar, every reference in it proven to lead somewhere. */
export interface Structure {
  readonly nodes: readonly Node[];
  readonly meshes: readonly Mesh[];
  readonly skins: readonly Skin[];
  /** Nodes of the scene that is shown, with all below them. */
  readonly shown: readonly number[];
  /** Nodes at and below each node. */
  readonly subtree: readonly number[];
  readonly materials: number;
  readonly textures: number;
  readonly animations: number;
}

const ALLOWED_EXTENSIONS: ReadonlySet<string> = new Set([
  'VRM',
  'VRMC_vrm',
  'VRMC_springBone',
  'VRMC_springBone_extended_collider',
  'VRMC_springBone_limit',
  'VRMC_node_constraint',
  'VRMC_materials_mtoon',
  'VRMC_materials_hdr_emissiveMultiplier',
  'VRMC_vrm_animation',
  'KHR_materials_unlit',
  'KHR_texture_transform',
  'KHR_materials_emissive_strength',
  'KHR_materials_clearcoat',
  'KHR_materials_dispersion',
  'KHR_materials_ior',
  'KHR_materials_sheen',
  'KHR_materials_specular',
  'KHR_materials_transmission',
  'KHR_materials_volume',
  'KHR_materials_iridescence',
  'KHR_materials_anisotropy',
  'KHR_materials_variants',
  'KHR_mesh_quantization',
  'KHR_lights_punctual',
  'EXT_texture_webp',
]);

/** @throws ReasonError `avatar.unsupported-extension` */
export function checkExtensions(root: JsonObject): void {
  for (const name of listAt(root, 'extensionsRequired', '', 256)) {
    if (typeof name !== 'string' || !ALLOWED_EXTENSIONS.has(name)) {
      refuse('avatar.unsupported-extension', String(name).slice(0, 80));
    }
  }
  // The loader decodes Draco wherever it is used, required or not.
  if (listAt(root, 'extensionsUsed', '', 256).includes('KHR_draco_mesh_compression')) {
    refuse('avatar.unsupported-extension', 'KHR_draco_mesh_compression');
  }
}

/**
 * Reads the graph: scenes, nodes, meshes, skins, materials, textures, animations.
 * @throws ReasonError `avatar.bad-structure`, `avatar.too-complex`, `avatar.too-big`, `avatar.bad-geometry`,
 *   `avatar.nothing-to-show`
 */
export function readStructure(
  root: JsonObject,
  accessors: readonly Accessor[],
  limits: AvatarLimits,
): Structure {
  const meshes = readMeshes(root, accessors, limits);
  const images = objectsAt(root, 'images', '', limits.images);
  const textures = readTextures(root, images.length, limits);
  const materials = objectsAt(root, 'materials', '', limits.materials);
  for (const [index, material] of materials.entries())
    checkTextureUses(material, textures, `materials[${index}]`);
  for (const mesh of objectsAt(root, 'meshes', '', limits.meshes)) {
    for (const primitive of objectsAt(mesh, 'primitives', '', limits.primitives)) {
      indexAt(primitive, 'material', materials.length, 'primitive');
    }
  }
  const skinCount = listAt(root, 'skins', '', limits.skins).length;
  const nodes = readNodes(root, meshes.length, skinCount, limits);
  const skins = readSkins(root, nodes.length, accessors, limits);
  const animations = checkAnimations(root, nodes.length, accessors.length, limits);
  const { roots, subtree } = checkTree(nodes, limits);
  const shown = readShown(root, nodes, roots, limits);
  if (!shown.some((node) => meshes[nodes[node]!.mesh ?? -1])) {
    refuse('avatar.nothing-to-show', 'the scene holds no mesh');
  }
  return { nodes, meshes, skins, shown, subtree, materials: materials.length, textures, animations };
}

function readMeshes(root: JsonObject, accessors: readonly Accessor[], limits: AvatarLimits): Mesh[] {
  let primitiveCount = 0;
  let morphVertices = 0;
  return objectsAt(root, 'meshes', '', limits.meshes).map((json, index) => {
    const where = `meshes[${index}]`;
    const primitives = objectsAt(json, 'primitives', `${where}.`, limits.primitives).map((primitive) =>
      readPrimitive(primitive, accessors, limits, where),
    );
    if (primitives.length === 0) refuse('avatar.bad-structure', `${where} has no primitive`);
    primitiveCount += primitives.length;
    if (primitiveCount > limits.primitives)
      refuse('avatar.too-complex', `over ${limits.primitives} primitives`);
    for (const primitive of primitives) {
      const widest = Math.max(0, ...primitive.targets.map((target) => target.size));
      morphVertices += primitive.position.count * primitive.targets.length * widest;
    }
    if (morphVertices > limits.morphVertices) refuse('avatar.too-big', `${morphVertices} morph vertices`);
    return { primitives, targetNames: readTargetNames(json, primitives) };
  });
}

function readPrimitive(
  json: JsonObject,
  accessors: readonly Accessor[],
  limits: AvatarLimits,
  where: string,
): Primitive {
  const mode = get(json, 'mode') ?? 4;
  if (typeof mode !== 'number' || !Number.isInteger(mode) || mode < 0 || mode > 6) {
    return refuse('avatar.bad-structure', `${where} has mode ${String(mode)}`);
  }
  const attributes = readAttributes(get(json, 'attributes'), accessors, where);
  const position = attributes.get('POSITION');
  if (!position) return refuse('avatar.bad-geometry', `${where} has no positions`);
  const indicesAt = indexAt(json, 'indices', accessors.length, where);
  const indices = indicesAt === null ? null : accessors[indicesAt]!;
  if (indices && (indices.type !== 'SCALAR' || ![5121, 5123, 5125].includes(indices.componentType))) {
    refuse('avatar.bad-structure', `${where} has indices of a wrong type`);
  }
  const targets = objectsAt(json, 'targets', `${where}.`, limits.morphTargets).map((target) =>
    readAttributes(target, accessors, where),
  );
  for (const [name, accessor] of attributes) checkAttribute(name, accessor, position.count, where);
  for (const target of targets) {
    for (const [name, accessor] of target) checkAttribute(name, accessor, position.count, `${where} target`);
  }
  return { mode, position, attributes, indices, targets };
}

function readAttributes(
  value: unknown,
  accessors: readonly Accessor[],
  where: string,
): Map<string, Accessor> {
  const json = asObject(value, `${where}.attributes`);
  const names = Object.keys(json);
  if (names.length > 32) refuse('avatar.too-complex', `${where} has ${names.length} attributes`);
  return new Map(
    names.map((name) => [name, accessors[asIndex(json[name], accessors.length, `${where}.${name}`)]!]),
  );
}

/** glTF 2.0, 3.7.2.1, as far as a wrong one would break the picture or the loader. */
function checkAttribute(name: string, accessor: Accessor, count: number, where: string): void {
  if (accessor.count !== count) {
    refuse(
      'avatar.bad-geometry',
      `${where}: ${name.slice(0, 40)} has ${accessor.count} of ${count} vertices`,
    );
  }
  const semantic = name.replace(/_\d+$/, '');
  const wanted = semantic === 'POSITION' || semantic === 'NORMAL' ? 'VEC3' : undefined;
  const isSkin = semantic === 'JOINTS' || semantic === 'WEIGHTS';
  if ((wanted && accessor.type !== wanted) || (isSkin && accessor.type !== 'VEC4')) {
    refuse('avatar.bad-structure', `${where}: ${semantic} is ${accessor.type}`);
  }
  if (semantic === 'JOINTS' && accessor.componentType !== 5121 && accessor.componentType !== 5123) {
    refuse('avatar.bad-structure', `${where}: joints of type ${accessor.componentType}`);
  }
}

function readTargetNames(mesh: JsonObject, primitives: readonly Primitive[]): string[] {
  const count = Math.max(...primitives.map((primitive) => primitive.targets.length));
  const raw = listAt(mesh, 'primitives', '', Number.POSITIVE_INFINITY);
  // Names stand at the mesh (Blender) or at its primitives (UniVRM).
  const extras = [mesh, ...raw].map((holder) => (isObject(holder) ? get(holder, 'extras') : undefined));
  const names = extras
    .map((extra) => (isObject(extra) ? get(extra, 'targetNames') : undefined))
    .find(Array.isArray);
  return Array.from({ length: count }, (_, index) => {
    const name: unknown = names?.[index];
    return typeof name === 'string' ? name.slice(0, 120) : `#${index}`;
  });
}

function readTextures(root: JsonObject, images: number, limits: AvatarLimits): number {
  const textures = objectsAt(root, 'textures', '', limits.textures);
  for (const [index, texture] of textures.entries()) {
    const where = `textures[${index}]`;
    const webp = objectAt(objectAt(texture, 'extensions', where), 'EXT_texture_webp', where);
    const source = indexAt(texture, 'source', images, where) ?? indexAt(webp, 'source', images, where);
    if (source === null) refuse('avatar.bad-texture', `${where} has no image this studio can read`);
  }
  return textures.length;
}

/** A texture that a material names but the file does not hold makes the loader fail. */
function checkTextureUses(value: unknown, textures: number, where: string): void {
  if (!isObject(value)) return;
  for (const key of Object.keys(value)) {
    if (key === 'extras') continue;
    const child = value[key];
    if (key.endsWith('Texture') && isObject(child)) asIndex(get(child, 'index'), textures, `${where}.${key}`);
    checkTextureUses(child, textures, where);
  }
}

function readNodes(root: JsonObject, meshes: number, skins: number, limits: AvatarLimits): Node[] {
  const list = objectsAt(root, 'nodes', '', limits.nodes);
  return list.map((json, index) => {
    const where = `nodes[${index}]`;
    checkNumbers(json, 'matrix', 16, where);
    checkNumbers(json, 'translation', 3, where);
    checkNumbers(json, 'rotation', 4, where);
    checkNumbers(json, 'scale', 3, where);
    const weights = listAt(json, 'weights', `${where}.`, limits.morphTargets);
    if (!weights.every((weight) => typeof weight === 'number'))
      refuse('avatar.bad-structure', `${where}.weights`);
    return {
      name: textAt(json, 'name'),
      children: listAt(json, 'children', `${where}.`, limits.nodes).map((child) =>
        asIndex(child, list.length, `${where}.children`),
      ),
      mesh: indexAt(json, 'mesh', meshes, where),
      skin: indexAt(json, 'skin', skins, where),
    };
  });
}

function readSkins(
  root: JsonObject,
  nodes: number,
  accessors: readonly Accessor[],
  limits: AvatarLimits,
): Skin[] {
  return objectsAt(root, 'skins', '', limits.skins).map((json, index) => {
    const where = `skins[${index}]`;
    const joints = listAt(json, 'joints', `${where}.`, limits.joints).map((joint) =>
      asIndex(joint, nodes, `${where}.joints`),
    );
    if (joints.length === 0) refuse('avatar.bad-structure', `${where} has no joints`);
    indexAt(json, 'skeleton', nodes, where);
    const at = indexAt(json, 'inverseBindMatrices', accessors.length, where);
    const matrices = at === null ? null : accessors[at]!;
    const fits =
      !matrices ||
      (matrices.type === 'MAT4' && matrices.componentType === FLOAT && matrices.count >= joints.length);
    if (!fits) refuse('avatar.bad-structure', `${where} has no matrix for each joint`);
    return { joints, inverseBindMatrices: matrices };
  });
}

function checkAnimations(root: JsonObject, nodes: number, accessors: number, limits: AvatarLimits): number {
  let channelCount = 0;
  const animations = objectsAt(root, 'animations', '', limits.animations);
  for (const [index, json] of animations.entries()) {
    const where = `animations[${index}]`;
    const samplers = objectsAt(json, 'samplers', `${where}.`, limits.animationChannels);
    for (const sampler of samplers) {
      asIndex(get(sampler, 'input'), accessors, `${where}.input`);
      asIndex(get(sampler, 'output'), accessors, `${where}.output`);
    }
    const channels = objectsAt(json, 'channels', `${where}.`, limits.animationChannels);
    channelCount += channels.length;
    if (channelCount > limits.animationChannels)
      refuse('avatar.too-complex', `${channelCount} animation channels`);
    for (const channel of channels) {
      asIndex(get(channel, 'sampler'), samplers.length, `${where}.sampler`);
      indexAt(asObject(get(channel, 'target'), `${where}.target`), 'node', nodes, where);
    }
  }
  return animations.length;
}

/** Every node has at most one parent and none is its own ancestor; without recursion, whatever the depth. */
function checkTree(nodes: readonly Node[], limits: AvatarLimits): { roots: boolean[]; subtree: number[] } {
  const roots = nodes.map(() => true);
  for (const node of nodes) {
    for (const child of node.children) {
      if (!roots[child]) refuse('avatar.bad-structure', `nodes[${child}] has two parents`);
      roots[child] = false;
    }
  }
  const depth = nodes.map(() => 0);
  const order: number[] = [];
  for (let root = 0; root < nodes.length; root++) {
    if (roots[root]) order.push(root);
  }
  for (let at = 0; at < order.length; at++) {
    const node = order[at]!;
    if (depth[node]! > limits.nodeDepth) refuse('avatar.too-complex', `nodes over ${limits.nodeDepth} deep`);
    for (const child of nodes[node]!.children) {
      depth[child] = depth[node]! + 1;
      order.push(child);
    }
  }
  // A node that no root leads to has an ancestor below itself.
  if (order.length !== nodes.length) refuse('avatar.bad-structure', 'the nodes form a cycle');
  const subtree = nodes.map(() => 1);
  for (const node of order.toReversed()) {
    for (const child of nodes[node]!.children) subtree[node]! += subtree[child]!;
  }
  return { roots, subtree };
}

function readShown(
  root: JsonObject,
  nodes: readonly Node[],
  roots: boolean[],
  limits: AvatarLimits,
): number[] {
  const scenes = objectsAt(root, 'scenes', '', limits.scenes).map((scene, index) => {
    const members = listAt(scene, 'nodes', `scenes[${index}].`, limits.nodes).map((node) =>
      asIndex(node, nodes.length, `scenes[${index}].nodes`),
    );
    const isForest = members.every((node) => roots[node]) && new Set(members).size === members.length;
    if (!isForest) refuse('avatar.bad-structure', `scenes[${index}] shows a node twice`);
    return members;
  });
  const scene = indexAt(root, 'scene', scenes.length, '') ?? 0;
  const shown = [...(scenes[scene] ?? [])];
  for (let at = 0; at < shown.length; at++) shown.push(...nodes[shown[at]!]!.children);
  return shown;
}
