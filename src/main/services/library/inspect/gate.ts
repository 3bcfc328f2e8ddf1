import type { AvatarCounts, AvatarReport } from '../../../../shared/domain/avatar-report.ts';
import { ReasonError } from '../../../../shared/errors.ts';
import { type BufferView, decodeDataUri, readAccessors, readBuffers, readViews } from './accessors.ts';
import { checkGeometry, countGeometry } from './geometry.ts';
import { splitGlb } from './glb.ts';
import { findArkit, missingBones, readHumanoid, vrmFault } from './humanoid.ts';
import { readImageHeader } from './images.ts';
import { parseJsonChunk } from './json.ts';
import { AVATAR_LIMITS, type AvatarLimits } from './limits.ts';
import { readNaming } from './naming.ts';
import { findProblems } from './problems.ts';
import { asObject, get, indexAt, type JsonObject, objectsAt, refuse } from './read.ts';
import { checkExtensions, readStructure } from './structure.ts';

/** What the gate says; who runs it adds what it cost. */
export type GateReport = Omit<AvatarReport, 'cost'>;

const NO_COUNTS: AvatarCounts = {
  bytes: 0,
  nodes: 0,
  meshes: 0,
  primitives: 0,
  vertices: 0,
  triangles: 0,
  morphTargets: 0,
  joints: 0,
  materials: 0,
  textures: 0,
  texturePixels: 0,
  springBones: 0,
};

/** The report of a file that is refused. */
export function refusal(error: ReasonError, bytes: number): GateReport {
  return {
    ok: false,
    reason: error.reason,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    family: null,
    problems: [],
    counts: { ...NO_COUNTS, bytes },
    humanoid: { bones: [], missingRequired: [] },
    expressions: [],
    arkit: findArkit([]),
    licence: null,
    naming: null,
    degraded: [],
  };
}

/**
 * The gate every avatar file passes before anything loads it: container, JSON, graph, geometry, image headers,
 * each bounded before anything of its size is made. Pure and total: whatever the bytes, it answers with a report.
 * `probe` is called between the steps, for whoever measures.
 */
export function checkAvatar(
  bytes: Uint8Array,
  limits: AvatarLimits = AVATAR_LIMITS,
  probe: () => void = () => {},
): GateReport {
  try {
    return inspect(bytes, limits, probe);
  } catch (error) {
    // What no check foresaw is refused too: an unknown file is the one that must not pass.
    const known = error instanceof ReasonError;
    return refusal(
      known ? error : new ReasonError('avatar.bad-structure', `unforeseen: ${error}`),
      bytes.length,
    );
  }
}

function inspect(bytes: Uint8Array, limits: AvatarLimits, probe: () => void): GateReport {
  if (bytes.length > limits.fileBytes) refuse('avatar.too-big', `${bytes.length} bytes`);
  const glb = splitGlb(bytes, limits);
  const root = parseJsonChunk(glb.json, limits);
  probe();
  const version = get(asObject(get(root, 'asset'), 'asset'), 'version');
  if (typeof version !== 'string' || !/^2\.\d+$/.test(version)) {
    refuse('avatar.not-a-model', `glTF version ${String(version).slice(0, 20)}`);
  }
  checkExtensions(root);
  const views = readViews(root, readBuffers(root, glb.bin, limits), limits);
  const accessors = readAccessors(root, views, limits);
  const structure = readStructure(root, accessors, limits);
  const geometry = countGeometry(structure, limits);
  const humanoid = readHumanoid(root, structure, limits);
  const images = checkImages(root, views, limits);
  probe();
  const brokenAttributes = checkGeometry(structure);
  probe();

  const morphNames = new Set(structure.meshes.flatMap((mesh) => mesh.targetNames));
  const counts: AvatarCounts = {
    bytes: bytes.length,
    nodes: structure.nodes.length,
    meshes: structure.meshes.length,
    primitives: geometry.primitives,
    vertices: geometry.vertices,
    triangles: geometry.triangles,
    morphTargets: morphNames.size,
    joints: new Set(structure.skins.flatMap((skin) => skin.joints)).size,
    materials: structure.materials,
    textures: structure.textures,
    texturePixels: images.pixels,
    springBones: humanoid.springBones,
  };
  const { family, bones, expressions, licence } = humanoid;
  const arkit = findArkit([...morphNames, ...expressions.map(({ name }) => name)]);
  const fault = vrmFault(root, humanoid);
  const { drawCalls } = geometry;
  const { largestSide } = images;
  return {
    ok: true,
    family: fault === null ? family : 'glb',
    problems: findProblems({
      family,
      vrmFault: fault,
      counts,
      drawCalls,
      largestSide,
      bones,
      expressions,
      arkit,
      licence,
      structure,
      brokenAttributes,
    }),
    counts,
    humanoid: { bones: [...bones], missingRequired: missingBones(family, bones) },
    expressions: expressions.map(({ name }) => name),
    arkit,
    licence,
    ...readNaming(structure, humanoid, [...morphNames], family === 'glb' || fault !== null),
  };
}

/** @throws ReasonError `avatar.bad-texture`, `avatar.bad-structure`, `avatar.too-complex` */
function checkImages(
  root: JsonObject,
  views: readonly BufferView[],
  limits: AvatarLimits,
): { pixels: number; largestSide: number } {
  let pixels = 0;
  let largestSide = 0;
  for (const [index, image] of objectsAt(root, 'images', '', limits.images).entries()) {
    const where = `images[${index}]`;
    const at = indexAt(image, 'bufferView', views.length, where);
    const uri = get(image, 'uri');
    const bytes = at !== null ? views[at]!.bytes : typeof uri === 'string' ? decodeDataUri(uri) : null;
    const header = bytes && readImageHeader(bytes);
    if (!header || header.type === 'image/ktx2')
      refuse('avatar.bad-texture', `${where} is no PNG, JPEG or WebP`);
    const { width, height } = header;
    pixels += width * height;
    largestSide = Math.max(largestSide, width, height);
    if (largestSide > limits.imageSide)
      refuse('avatar.bad-texture', `${where} has ${width}x${height} pixels`);
    if (pixels > limits.imagePixels)
      refuse('avatar.bad-texture', `the images have over ${limits.imagePixels} pixels`);
  }
  return { pixels, largestSide };
}
