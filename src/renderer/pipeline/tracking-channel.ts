import { ARKIT_COUNT } from '../../shared/domain/arkit.ts';
import { ResultRing } from './result-ring.ts';

/** MediaPipe's face mesh with irises. */
export const LANDMARK_COUNT = 478;

const HEADS = 5;
const SCORES_AT = 16;
const LANDMARKS_AT = SCORES_AT + ARKIT_COUNT;
const FLOATS = LANDMARKS_AT + LANDMARK_COUNT * 3;

/** A result of the tracker, as the stage reads it. Buffers are reused: copy what must be kept. */
export interface FaceObservation {
  /** Grows with every result; 0: none yet. */
  sequence: number;
  /** When the camera frame was taken, ms on the programme clock. */
  capturedAtMs: number;
  /** When the result was ready, ms on the programme clock. */
  trackedAtMs: number;
  found: boolean;
  /** Of the one that is followed: 0 or 1. Others in the picture are counted apart. */
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

/** Faces from the face worker to the stage and the inspector. */
export class TrackingChannel {
  private readonly ring: ResultRing;
  private readonly head = new Float64Array(HEADS);
  private readonly body = new Float32Array(FLOATS);

  constructor(buffer?: SharedArrayBuffer) {
    this.ring = new ResultRing(HEADS, FLOATS, buffer);
  }

  get buffer(): SharedArrayBuffer {
    return this.ring.buffer;
  }

  /** Sequence number of the newest result, without reading it. */
  get sequence(): number {
    return this.ring.sequence;
  }

  /** Publishes a result; its sequence number is set here. */
  write(face: FaceObservation): void {
    const { head, body } = this;
    head[0] = face.capturedAtMs;
    head[1] = face.trackedAtMs;
    head[2] = face.found ? 1 : 0;
    head[3] = face.faces;
    head[4] = face.confidence;
    body.set(face.matrix, 0);
    body.set(face.scores, SCORES_AT);
    body.set(face.landmarks, LANDMARKS_AT);
    face.sequence = this.ring.write(head, body);
  }

  /**
   * Copies the next result after `face.sequence` into `face`, the oldest one that is still there.
   * @returns false when there is none
   */
  read(face: FaceObservation): boolean {
    const { head, body } = this;
    const sequence = this.ring.read(face.sequence, head, body);
    if (sequence === 0) return false;
    face.sequence = sequence;
    face.capturedAtMs = head[0]!;
    face.trackedAtMs = head[1]!;
    face.found = head[2] === 1;
    face.faces = head[3]!;
    face.confidence = head[4]!;
    const { matrix, scores, landmarks } = face;
    for (let i = 0; i < matrix.length; i++) matrix[i] = body[i]!;
    for (let i = 0; i < scores.length; i++) scores[i] = body[SCORES_AT + i]!;
    for (let i = 0; i < landmarks.length; i++) landmarks[i] = body[LANDMARKS_AT + i]!;
    return true;
  }
}
