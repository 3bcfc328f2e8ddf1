/**
 * A recorded performance: what the face landmarker said, frame by frame, without any picture.
 *
 * File (`.perf`, little endian):
 * - 4 bytes `V3PF`, u16 format version (1), u16 zero, u32 length H of the header
 * - H bytes of UTF-8 JSON: `{ fps, frames, landmarks, names }`
 * - `frames` records, each f32 t (seconds) · u8 found (0 or 1) · u8 zero ·
 *   `landmarks`×3 i16 (x, y, z in units of 1/16384 of the picture width, MediaPipe's normalised frame) ·
 *   16 f32 (facial transformation matrix, column-major) · one u16 per name (score × 65535)
 */
import { z } from 'zod';
import { clamp } from '../math/scalar.ts';

/** MediaPipe's face mesh with irises. */
export const LANDMARKS = 478;
const MATRIX = 16;
const MAGIC = 0x46503356;
const VERSION = 1;
const PREFIX = 12;
const LANDMARK_UNITS = 16384;
const SCORE_UNITS = 65535;

const headerSchema = z.strictObject({
  fps: z.number().positive().max(240),
  frames: z.number().int().min(1).max(100_000),
  landmarks: z.literal(LANDMARKS),
  names: z.array(z.string().min(1).max(64)).min(1).max(256),
});

/** One tracked frame; where no face was found every number but `t` is zero. */
export interface PerformanceFrame {
  /** Seconds from the start, strictly increasing. */
  readonly t: number;
  readonly found: boolean;
  /** 478 × (x, y, z), normalised to the picture; x and y grow right and down. */
  readonly landmarks: Float32Array;
  /** Column-major 4×4, face to camera, centimetres. */
  readonly matrix: Float32Array;
  /** One score in [0, 1] per name, in the order of `names`. */
  readonly scores: Float32Array;
}

export interface Performance {
  readonly fps: number;
  /** Score names in MediaPipe's category order, `_neutral` first. */
  readonly names: readonly string[];
  readonly frames: readonly PerformanceFrame[];
}

const frameBytes = (names: number): number => 6 + LANDMARKS * 3 * 2 + MATRIX * 4 + names * 2;

const refuse = (fault: string): never => {
  throw new Error(`not a performance file: ${fault}`);
};

const readHeader = (text: string): z.infer<typeof headerSchema> => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse('the header is not JSON');
  }
  const parsed = headerSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refuse(`header ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  return parsed.data;
};

/**
 * Reads a `.perf` file.
 * @throws Error naming the fault when the bytes are not such a file, are cut short or hold impossible values.
 */
export const parsePerformance = (bytes: Uint8Array): Performance => {
  if (bytes.byteLength < PREFIX) refuse('shorter than its fixed header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) refuse('the magic bytes are wrong');
  const version = view.getUint16(4, true);
  if (version !== VERSION) refuse(`format version ${version} is unknown`);
  const headerLength = view.getUint32(8, true);
  if (PREFIX + headerLength > bytes.byteLength) refuse('the header is cut short');
  const header = readHeader(new TextDecoder().decode(bytes.subarray(PREFIX, PREFIX + headerLength)));
  const size = frameBytes(header.names.length);
  const expected = PREFIX + headerLength + size * header.frames;
  if (bytes.byteLength !== expected) {
    refuse(`${header.frames} frames need ${expected} bytes, it has ${bytes.byteLength}`);
  }
  const frames: PerformanceFrame[] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < header.frames; i++) {
    let at = PREFIX + headerLength + i * size;
    const t = view.getFloat32(at, true);
    if (!Number.isFinite(t) || t <= before) refuse(`the time of frame ${i} does not increase`);
    before = t;
    const found = view.getUint8(at + 4);
    if (found > 1) refuse(`the found flag of frame ${i} is ${found}`);
    at += 6;
    const landmarks = new Float32Array(LANDMARKS * 3);
    for (let k = 0; k < landmarks.length; k++, at += 2) {
      landmarks[k] = view.getInt16(at, true) / LANDMARK_UNITS;
    }
    const matrix = new Float32Array(MATRIX);
    for (let k = 0; k < MATRIX; k++, at += 4) {
      matrix[k] = view.getFloat32(at, true);
      if (!Number.isFinite(matrix[k])) refuse(`the matrix of frame ${i} is not finite`);
    }
    const scores = new Float32Array(header.names.length);
    for (let k = 0; k < scores.length; k++, at += 2) scores[k] = view.getUint16(at, true) / SCORE_UNITS;
    frames.push({ t, found: found === 1, landmarks, matrix, scores });
  }
  return { fps: header.fps, names: header.names, frames };
};

/**
 * Writes a `.perf` file. Landmarks are kept to 1/16384 within ±2, scores to 1/65535.
 * @throws Error when a frame has the wrong number of values or the header is out of range.
 */
export const encodePerformance = (performance: Performance): Uint8Array => {
  const { fps, names, frames } = performance;
  const header = headerSchema.parse({ fps, frames: frames.length, landmarks: LANDMARKS, names });
  const text = new TextEncoder().encode(JSON.stringify(header));
  const size = frameBytes(names.length);
  const out = new Uint8Array(PREFIX + text.length + size * frames.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint32(8, text.length, true);
  out.set(text, PREFIX);
  frames.forEach((frame, i) => {
    if (
      frame.landmarks.length !== LANDMARKS * 3 ||
      frame.matrix.length !== MATRIX ||
      frame.scores.length !== names.length
    ) {
      throw new Error(`cannot write a performance: frame ${i} has the wrong number of values`);
    }
    let at = PREFIX + text.length + i * size;
    view.setFloat32(at, frame.t, true);
    view.setUint8(at + 4, frame.found ? 1 : 0);
    at += 6;
    for (const v of frame.landmarks) {
      view.setInt16(at, clamp(Math.round(v * LANDMARK_UNITS), -32768, 32767), true);
      at += 2;
    }
    for (const v of frame.matrix) {
      view.setFloat32(at, v, true);
      at += 4;
    }
    for (const v of frame.scores) {
      view.setUint16(at, clamp(Math.round(v * SCORE_UNITS), 0, SCORE_UNITS), true);
      at += 2;
    }
  });
  return out;
};
