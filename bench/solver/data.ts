import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { fixturesDir } from '../../e2e/support/fixtures.ts';
import { ARKIT_COUNT, ARKIT_INDEX, type ArkitChannel } from '../../src/shared/domain/arkit.ts';
import { parsePerformance } from '../../src/shared/domain/performance.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const STORED = path.join(ROOT, 'bench/performances');
/** Where a fixture that was tracked by `npm run performances -- synth_ict` lies; not part of the repository. */
export const TRACKED_FIXTURE = path.join(ROOT, '.cache/performances/synth_ict.perf');

/** One frame of what the landmarker said. */
export interface SeenFrame {
  readonly found: boolean;
  /** Column-major 4×4, face to camera, centimetres. */
  readonly matrix: Float32Array;
  /** In the order of ARKIT_CHANNELS. */
  readonly scores: Float32Array;
  /** 478 × (x, y, z); null where only the reference numbers of a clip are at hand. */
  readonly landmarks: Float32Array | null;
}

const truthSchema = z.object({
  fps: z.number(),
  still: z.array(z.tuple([z.number(), z.number()])).optional(),
  frames: z.array(
    z.object({
      t: z.number(),
      yaw: z.number(),
      pitch: z.number(),
      roll: z.number(),
      bs: z.record(z.string(), z.number()),
    }),
  ),
});
export type Truth = z.infer<typeof truthSchema>;

/** A performance with what is known to be true of it. */
export interface KnownPerformance {
  readonly name: string;
  readonly fps: number;
  readonly seen: readonly SeenFrame[];
  readonly truth: Truth;
}

const readTruth = (file: string): Truth => truthSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

/** The scores of MediaPipe's names in the order of ARKIT_CHANNELS. */
const inOurOrder = (names: readonly string[], scores: ArrayLike<number>): Float32Array => {
  const out = new Float32Array(ARKIT_COUNT);
  names.forEach((name, i) => {
    const place = ARKIT_INDEX[name as ArkitChannel];
    if (place !== undefined) out[place] = scores[i]!;
  });
  return out;
};

const seenFrames = (bytes: Uint8Array): SeenFrame[] => {
  const { names, frames } = parsePerformance(bytes);
  return frames.map((f) => ({
    found: f.found,
    matrix: f.matrix,
    scores: inOurOrder(names, f.scores),
    landmarks: f.landmarks,
  }));
};

/** The names of the performances in the repository. */
export const storedNames = (): string[] =>
  readdirSync(STORED)
    .filter((file) => file.endsWith('.perf.br'))
    .map((file) => file.slice(0, -'.perf.br'.length))
    .sort();

/** A performance of the repository. */
export const stored = (name: string): KnownPerformance => {
  const truth = readTruth(path.join(STORED, `${name}.truth.json`));
  const seen = seenFrames(brotliDecompressSync(readFileSync(path.join(STORED, `${name}.perf.br`))));
  return { name, fps: truth.fps, seen, truth };
};

const referenceSchema = z.object({
  fps: z.number(),
  names: z.array(z.string()),
  frames: z.array(
    z.object({
      f: z.array(z.object({ p: z.array(z.number()), t: z.array(z.number()), b: z.array(z.number()) })),
    }),
  ),
});

/**
 * A head's matrix as the landmarker gives it: column-major, R = Ry(yaw)·Rx(pitch)·Rz(roll), degrees, and the place in
 * centimetres.
 */
export const headMatrix = (angles: readonly number[], place: readonly number[]): Float32Array => {
  const [y = 0, p = 0, r = 0] = angles.map((a) => (a * Math.PI) / 180);
  const [cy, sy, cp, sp, cr, sr] = [
    Math.cos(y),
    Math.sin(y),
    Math.cos(p),
    Math.sin(p),
    Math.cos(r),
    Math.sin(r),
  ];
  return Float32Array.of(
    ...[cy * cr + sy * sp * sr, cp * sr, -sy * cr + cy * sp * sr, 0],
    ...[-cy * sr + sy * sp * cr, cp * cr, sy * sr + cy * sp * cr, 0],
    ...[sy * cp, -sp, cy * cp, 0],
    ...[place[0] ?? 0, place[1] ?? 0, place[2] ?? 0, 1],
  );
};

const clipFile = (name: string, ending: string): string =>
  path.join(fixturesDir ?? '', 'clips', `${name}.${ending}.json`);

/** A clip of the test data by its reference numbers; null without it. */
export const referenceClip = (
  name: string,
): { readonly fps: number; readonly seen: readonly SeenFrame[] } | null => {
  const file = clipFile(name, 'ref');
  if (fixturesDir === null || !existsSync(file)) return null;
  const { fps, names, frames } = referenceSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const seen = frames.map(({ f: [face] }) => ({
    found: face !== undefined,
    matrix: face ? headMatrix(face.p, face.t) : new Float32Array(16),
    scores: face ? inOurOrder(names, face.b) : new Float32Array(ARKIT_COUNT),
    landmarks: null,
  }));
  return { fps, seen };
};

/**
 * The rendered head of the test data, by its reference numbers; null without the test data.
 * `withLandmarks`: as it was tracked by `npm run performances -- synth_ict`; null when it was not.
 */
export const fixture = (withLandmarks = false): KnownPerformance | null => {
  const name = 'synth_ict';
  const reference = referenceClip(name);
  if (reference === null || (withLandmarks && !existsSync(TRACKED_FIXTURE))) return null;
  const truth = readTruth(clipFile(name, 'truth'));
  const seen = withLandmarks ? seenFrames(readFileSync(TRACKED_FIXTURE)) : reference.seen;
  return { name, fps: truth.fps, seen, truth };
};
