import { ARKIT_CHANNELS, type ArkitChannel } from '../../../src/shared/domain/arkit.ts';
import { buildBody, neckWeights } from './body.ts';
import { buildEars } from './ears.ts';
import { buildEye, paintEye } from './eyes.ts';
import { buildExtras } from './face-extras.ts';
import { buildHair, type HairChain, hairBones, hairChains } from './hair.ts';
import { buildHead, type HeadVertex, smoothNormals } from './head-topology.ts';
import type { Look } from './looks.ts';
import { mul, normalise, sub, type V3 } from './maths.ts';
import { morphDeltas } from './morphs.ts';
import { faceUv, paintFace, skinColour } from './paint-face.ts';
import type { Bitmap } from './png.ts';
import { type Bone, HEAD_SCALE, humanoidBones, toWorld } from './skeleton.ts';
import { append, emptySurface, type Surface } from './surface.ts';
import { bare, skinPlace } from './toon/atlas.ts';
import { toonShade } from './toon/face-paint.ts';
import { buildGlasses } from './toon/glasses.ts';
import { paintHair } from './toon/hair-paint.ts';
import { buildOutfit, paintOutfit } from './toon/outfit.ts';
import { scaledBone, scaledSurface, sinkOf, sunkBone, sunkSurface } from './toon/proportions.ts';

/** One morph target in world metres; only the moved points are listed. */
export interface Morph {
  readonly name: ArkitChannel;
  readonly indices: number[];
  readonly positions: V3[];
  readonly normals: V3[];
}

/** The generated person, ready to be written. */
export interface Figure {
  readonly look: Look;
  /** How far the figure was lowered from head space's own height to stand on the ground, metres. */
  readonly sink: number;
  readonly bones: Bone[];
  readonly chains: HairChain[];
  readonly face: Surface;
  readonly morphs: Morph[];
  readonly faceTexture: Bitmap;
  readonly eye: Surface;
  readonly eyeTexture: Bitmap;
  readonly body: Surface;
  readonly hair: Surface;
  /** Cloth and bare skin of a stylised look. */
  readonly bodyTexture?: Bitmap;
  /** Strands of a stylised look; its hair carries texture coordinates for it. */
  readonly hairTexture?: Bitmap;
}

/** The part of the head that can move: face, lids and mouth; the rest needs no morph targets. */
const inMask = (v: HeadVertex): boolean =>
  v.part !== 'neck' &&
  (v.part !== 'skin' || (Math.hypot(v.domain[0], v.domain[1]) < 12.6 && v.domain[1] > -11));

/** Without shadows a light behind the head would shine into the mouth: its depths look away from all of them. */
const isDeep = (v: HeadVertex): boolean => v.part === 'mouth' && v.mouthRow <= 2;
const DOWN: V3 = [0, -1, 0];

/** Builds every mesh, morph target and texture of a look. Deterministic. */
export const buildFigure = (look: Look): Figure => {
  const s = look.shape;
  const { toon } = look;
  const sink = toon === undefined ? 0 : sinkOf(toon.bodyScale);
  const head = buildHead(s);
  const headPoints = head.vertices.map((v) => v.p);
  const headNormals = smoothNormals(headPoints, head.triangles);
  const masked = head.vertices.map(inMask);
  const isFace = (t: readonly [number, number, number]): boolean => t.every((i) => masked[i] === true);

  // Face: masked triangles, then teeth, tongue and lashes.
  const extras = buildExtras(s, look.lashes);
  const all: HeadVertex[] = [...head.vertices, ...extras.vertices];
  const base = head.vertices.length;
  const extraTriangles = extras.triangles.map(([a, b, c]): [number, number, number] => [
    a + base,
    b + base,
    c + base,
  ]);
  const allTriangles = [...head.triangles, ...extraTriangles];
  const allNormals = smoothNormals(
    all.map((v) => v.p),
    allTriangles,
  );
  const faceTriangles = [...head.triangles.filter(isFace), ...extraTriangles];
  const used = [...new Set(faceTriangles.flat())].sort((a, b) => a - b);
  const compact = new Map(used.map((i, k) => [i, k]));
  const face = emptySurface();
  for (const i of used) {
    const v = all[i] as HeadVertex;
    face.positions.push(toWorld(v.p));
    face.normals.push(isDeep(v) ? DOWN : (allNormals[i] as V3));
    face.colours.push([255, 255, 255]);
    face.uvs.push(i < base ? faceUv(v.domain) : v.domain);
    face.weights.push([['head', 1]]);
  }
  for (const t of faceTriangles) {
    face.triangles.push(t.map((i) => compact.get(i) as number) as [number, number, number]);
  }

  const morphs = ARKIT_CHANNELS.map((name): Morph => {
    const deltas = morphDeltas(s, name, all);
    const moved = all.map((v, i): V3 => {
      const d = deltas[i] as V3;
      return [v.p[0] + d[0], v.p[1] + d[1], v.p[2] + d[2]];
    });
    const normals = smoothNormals(moved, allTriangles);
    const morph: Morph = { name, indices: [], positions: [], normals: [] };
    used.forEach((i, k) => {
      const d = deltas[i] as V3;
      const n = sub(normals[i] as V3, allNormals[i] as V3);
      const turned = Math.hypot(n[0], n[1], n[2]) > 0.02;
      if (d.every((x) => x === 0) && !turned) return;
      const dark = isDeep(all[i] as HeadVertex);
      morph.indices.push(k);
      morph.positions.push(mul(d, HEAD_SCALE));
      morph.normals.push(turned && !dark ? n : [0, 0, 0]);
    });
    return morph;
  });

  // Back of the head and the rest of the body: no texture, no morphs.
  const body = emptySurface();
  const isCovered = (i: number): boolean => {
    const v = head.vertices[i] as HeadVertex;
    return v.part === 'skin' && look.earsCovered && v.domain[1] > -7 && v.p[2] < 1.5;
  };
  const backTriangles = head.triangles.filter((t) => !isFace(t) && !t.every(isCovered));
  const backUsed = [...new Set(backTriangles.flat())].sort((a, b) => a - b);
  const backCompact = new Map(backUsed.map((i, k) => [i, k]));
  for (const i of backUsed) {
    const v = head.vertices[i] as HeadVertex;
    body.positions.push(toWorld(v.p));
    body.normals.push(normalise(headNormals[i] as V3));
    const shade = toon === undefined ? null : toonShade(look, v.p, headNormals[i] as V3);
    body.colours.push(shade === null ? skinColour(look, v.p, headNormals[i] as V3) : [255, 255, 255]);
    body.uvs.push(shade === null ? [0, 0] : skinPlace(shade));
    body.weights.push(masked[i] === true ? [['head', 1]] : neckWeights(v.p[1]));
  }
  for (const t of backTriangles) {
    body.triangles.push(t.map((i) => backCompact.get(i) as number) as [number, number, number]);
  }
  if (!look.earsCovered) append(body, toon === undefined ? buildEars(look) : bare(buildEars(look), look));
  append(body, toon === undefined ? buildBody(look) : scaledSurface(toon.bodyScale, buildOutfit(look, toon)));
  if (toon?.glasses !== undefined) append(body, buildGlasses(s));

  return {
    look,
    sink,
    bones: [...humanoidBones(s), ...hairBones(look)].map((b) =>
      toon === undefined ? b : sunkBone(scaledBone(toon.bodyScale, b), sink),
    ),
    chains: hairChains(look),
    face: sunkSurface(face, sink),
    morphs,
    faceTexture: paintFace(look, head.vertices, headNormals, head.triangles.filter(isFace)),
    eye: buildEye(s),
    eyeTexture: paintEye(look),
    body: sunkSurface(body, sink),
    hair: sunkSurface(buildHair(look), sink),
    ...(toon === undefined
      ? {}
      : { bodyTexture: paintOutfit(look, toon), hairTexture: paintHair(look, toon) }),
  };
};
