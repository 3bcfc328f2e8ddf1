import { ARKIT_COUNT } from '../../shared/domain/arkit.ts';

/** MediaPipe's face mesh with irises. */
export const LANDMARK_COUNT = 478;

const SLOTS = 8;
const HEAD_DOUBLES = 6;
const FLOATS = 16 + ARKIT_COUNT + LANDMARK_COUNT * 3;
const SLOT_BYTES = HEAD_DOUBLES * 8 + Math.ceil((FLOATS * 4) / 8) * 8;
const CONTROL_BYTES = 16;

/** A result of the tracker, as the stage reads it. Buffers are reused: copy what must be kept. */
export interface FaceObservation {
  /** Grows with every result; 0: none yet. */
  sequence: number;
  /** When the camera frame was taken, ms on the programme clock. */
  capturedAtMs: number;
  /** When the result was ready, ms on the programme clock. */
  trackedAtMs: number;
  found: boolean;
  faces: number;
  /** 0..1, how far the landmarks can be trusted. */
  confidence: number;
  /** Facial transformation matrix, column-major, centimetres, camera at the origin looking along −Z. */
  readonly matrix: Float32Array;
  /** Raw scores in the order of ARKIT_CHANNELS; MediaPipe has no tongueOut, it is 0. */
  readonly scores: Float32Array;
  /** x, y, z of 478 landmarks, normalised to the picture. */
  readonly landmarks: Float32Array;
}

export function createFaceObservation(): FaceObservation {
  return {
    sequence: 0,
    capturedAtMs: 0,
    trackedAtMs: 0,
    found: false,
    faces: 0,
    confidence: 0,
    matrix: new Float32Array(16),
    scores: new Float32Array(ARKIT_COUNT),
    landmarks: new Float32Array(LANDMARK_COUNT * 3),
  };
}

/**
 * One writer (tracker worker), one reader (stage worker): a ring of slots in shared memory and one atomic word, so
 * that no result is cloned, queued or collected. The word holds the sequence number of the newest complete slot;
 * slot = sequence mod SLOTS. The reader gets every result in order, and only those that are lost to it when it was
 * away for longer than the ring lasts are left out. A slot that the writer reached while it was copied is noticed
 * and skipped.
 */
export class TrackingChannel {
  readonly buffer: SharedArrayBuffer;
  private readonly control: Int32Array;
  private readonly heads: Float64Array[] = [];
  private readonly floats: Float32Array[] = [];

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(CONTROL_BYTES + SLOTS * SLOT_BYTES)) {
    this.buffer = buffer;
    this.control = new Int32Array(buffer, 0, 1);
    for (let slot = 0; slot < SLOTS; slot++) {
      const at = CONTROL_BYTES + slot * SLOT_BYTES;
      this.heads.push(new Float64Array(buffer, at, HEAD_DOUBLES));
      this.floats.push(new Float32Array(buffer, at + HEAD_DOUBLES * 8, FLOATS));
    }
  }

  /** Sequence number of the newest result, without reading it. */
  get sequence(): number {
    return Atomics.load(this.control, 0);
  }

  /** Publishes a result; its sequence number is set here. */
  write(face: FaceObservation): void {
    const sequence = Atomics.load(this.control, 0) + 1;
    const slot = sequence % SLOTS;
    const head = this.heads[slot]!;
    head[0] = sequence;
    head[1] = face.capturedAtMs;
    head[2] = face.trackedAtMs;
    head[3] = face.found ? 1 : 0;
    head[4] = face.faces;
    head[5] = face.confidence;
    const floats = this.floats[slot]!;
    floats.set(face.matrix, 0);
    floats.set(face.scores, 16);
    floats.set(face.landmarks, 16 + ARKIT_COUNT);
    face.sequence = sequence;
    Atomics.store(this.control, 0, sequence);
  }

  /**
   * Copies the next result after `face.sequence` into `face`, the oldest one that is still there.
   * @returns false when there is none
   */
  read(face: FaceObservation): boolean {
    for (;;) {
      const newest = Atomics.load(this.control, 0);
      if (newest <= face.sequence) return false;
      const sequence = Math.max(face.sequence + 1, newest - SLOTS + 2);
      const slot = sequence % SLOTS;
      const head = this.heads[slot]!;
      const floats = this.floats[slot]!;
      face.capturedAtMs = head[1]!;
      face.trackedAtMs = head[2]!;
      face.found = head[3] === 1;
      face.faces = head[4]!;
      face.confidence = head[5]!;
      for (let i = 0; i < 16; i++) face.matrix[i] = floats[i]!;
      for (let i = 0; i < ARKIT_COUNT; i++) face.scores[i] = floats[16 + i]!;
      for (let i = 0, at = 16 + ARKIT_COUNT; i < face.landmarks.length; i++)
        face.landmarks[i] = floats[at + i]!;
      if (Atomics.load(this.control, 0) - sequence < SLOTS - 1) {
        face.sequence = sequence;
        return true;
      }
    }
  }
}
