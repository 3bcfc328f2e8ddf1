import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { encodePerformance, LANDMARKS } from '../../src/shared/domain/performance.ts';
import type { DetectedFrame } from '../presets/harness/protocol.ts';

export const PERFORMANCES = join(import.meta.dirname, '../../bench/performances');

const MATRIX = 16;

const values = (list: readonly number[], length: number): Float32Array => {
  const out = new Float32Array(length);
  out.set(list);
  return out;
};

/** What the landmarker said, as a performance file. @throws Error when it found no face at all */
export const performanceBytes = (fps: number, seen: readonly DetectedFrame[]): Uint8Array => {
  const names = seen.find((f) => f.found)?.names;
  if (names === undefined) throw new Error('the face landmarker found no face in any frame');
  return encodePerformance({
    fps,
    names,
    frames: seen.map((f) => ({
      t: f.t,
      found: f.found,
      landmarks: values(f.landmarks, LANDMARKS * 3),
      matrix: values(f.matrix, MATRIX),
      scores: values(f.scores, names.length),
    })),
  });
};

/** A performance file as it lies in the repository: `.perf`, compressed with Brotli. */
export const packed = (bytes: Uint8Array): Uint8Array =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });

/** Writes a file of the bench's performances; returns its size in bytes. */
export const store = (name: string, content: Uint8Array | string): number => {
  mkdirSync(PERFORMANCES, { recursive: true });
  writeFileSync(join(PERFORMANCES, name), content);
  return Buffer.byteLength(content);
};
