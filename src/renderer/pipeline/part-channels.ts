import { ResultRing } from './result-ring.ts';

/** MediaPipe's pose model. */
export const POSE_LANDMARKS = 33;
/** MediaPipe's hand model. */
export const HAND_LANDMARKS = 21;

const POSE_FLOATS = POSE_LANDMARKS * 7;
const HAND_FLOATS = HAND_LANDMARKS * 6;

/** A body as the pose landmarker found it. Buffers are reused: copy what must be kept. */
export interface PoseObservation {
  /** Grows with every result; 0: none yet. */
  sequence: number;
  /** When the camera frame was taken and when the result was ready, ms on the programme clock. */
  capturedAtMs: number;
  trackedAtMs: number;
  found: boolean;
  /** x, y, z of 33 points, normalised to the picture: x right, y down. */
  readonly points: Float32Array;
  /** x, y, z of 33 points, metres, origin between the hips: x right in the picture, y down, z away from the camera. */
  readonly world: Float32Array;
  /** 0..1 per point. */
  readonly visibility: Float32Array;
}

/** One hand as the hand landmarker found it. */
export interface HandObservation {
  found: boolean;
  /** 0..1, how sure the landmarker is of the side. */
  score: number;
  /** x, y, z of 21 points, normalised to the picture. */
  readonly points: Float32Array;
  /** x, y, z of 21 points, metres, origin at the hand's centre: x right in the picture, y down, z away from the camera. */
  readonly world: Float32Array;
}

/** Both hands of one picture; left is the person's left. */
export interface HandsObservation {
  sequence: number;
  capturedAtMs: number;
  trackedAtMs: number;
  readonly left: HandObservation;
  readonly right: HandObservation;
}

export function createPoseObservation(): PoseObservation {
  return {
    sequence: 0,
    capturedAtMs: 0,
    trackedAtMs: 0,
    found: false,
    points: new Float32Array(POSE_LANDMARKS * 3),
    world: new Float32Array(POSE_LANDMARKS * 3),
    visibility: new Float32Array(POSE_LANDMARKS),
  };
}

function createHand(): HandObservation {
  return {
    found: false,
    score: 0,
    points: new Float32Array(HAND_LANDMARKS * 3),
    world: new Float32Array(HAND_LANDMARKS * 3),
  };
}

export function createHandsObservation(): HandsObservation {
  return { sequence: 0, capturedAtMs: 0, trackedAtMs: 0, left: createHand(), right: createHand() };
}

/** Poses from the pose worker to the stage and the inspector. */
export class PoseChannel {
  private readonly ring: ResultRing;
  private readonly head = new Float64Array(3);
  private readonly body = new Float32Array(POSE_FLOATS);

  constructor(buffer?: SharedArrayBuffer) {
    this.ring = new ResultRing(3, POSE_FLOATS, buffer);
  }

  get buffer(): SharedArrayBuffer {
    return this.ring.buffer;
  }

  get sequence(): number {
    return this.ring.sequence;
  }

  /** Publishes a result; its sequence number is set here. */
  write(pose: PoseObservation): void {
    const { head, body } = this;
    head[0] = pose.capturedAtMs;
    head[1] = pose.trackedAtMs;
    head[2] = pose.found ? 1 : 0;
    body.set(pose.points, 0);
    body.set(pose.world, POSE_LANDMARKS * 3);
    body.set(pose.visibility, POSE_LANDMARKS * 6);
    pose.sequence = this.ring.write(head, body);
  }

  /** Copies the next result after `pose.sequence` into `pose`. @returns false when there is none */
  read(pose: PoseObservation): boolean {
    const { head, body } = this;
    const sequence = this.ring.read(pose.sequence, head, body);
    if (sequence === 0) return false;
    pose.sequence = sequence;
    pose.capturedAtMs = head[0]!;
    pose.trackedAtMs = head[1]!;
    pose.found = head[2] === 1;
    copy(body, 0, pose.points);
    copy(body, POSE_LANDMARKS * 3, pose.world);
    copy(body, POSE_LANDMARKS * 6, pose.visibility);
    return true;
  }
}

/** Hands from the hand worker to the stage and the inspector. */
export class HandsChannel {
  private readonly ring: ResultRing;
  private readonly head = new Float64Array(6);
  private readonly body = new Float32Array(HAND_FLOATS * 2);

  constructor(buffer?: SharedArrayBuffer) {
    this.ring = new ResultRing(6, HAND_FLOATS * 2, buffer);
  }

  get buffer(): SharedArrayBuffer {
    return this.ring.buffer;
  }

  get sequence(): number {
    return this.ring.sequence;
  }

  /** Publishes a result; its sequence number is set here. */
  write(hands: HandsObservation): void {
    const { head, body } = this;
    const { left, right } = hands;
    head[0] = hands.capturedAtMs;
    head[1] = hands.trackedAtMs;
    head[2] = left.found ? 1 : 0;
    head[3] = left.score;
    head[4] = right.found ? 1 : 0;
    head[5] = right.score;
    body.set(left.points, 0);
    body.set(left.world, HAND_LANDMARKS * 3);
    body.set(right.points, HAND_FLOATS);
    body.set(right.world, HAND_FLOATS + HAND_LANDMARKS * 3);
    hands.sequence = this.ring.write(head, body);
  }

  /** Copies the next result after `hands.sequence` into `hands`. @returns false when there is none */
  read(hands: HandsObservation): boolean {
    const { head, body } = this;
    const sequence = this.ring.read(hands.sequence, head, body);
    if (sequence === 0) return false;
    hands.sequence = sequence;
    hands.capturedAtMs = head[0]!;
    hands.trackedAtMs = head[1]!;
    const { left, right } = hands;
    left.found = head[2] === 1;
    left.score = head[3]!;
    right.found = head[4] === 1;
    right.score = head[5]!;
    copy(body, 0, left.points);
    copy(body, HAND_LANDMARKS * 3, left.world);
    copy(body, HAND_FLOATS, right.points);
    copy(body, HAND_FLOATS + HAND_LANDMARKS * 3, right.world);
    return true;
  }
}

/** Mouth shapes heard in the microphone. */
export interface VoiceObservation {
  sequence: number;
  /** When the sound was said, ms on the programme clock. */
  atMs: number;
  /** 0..1: how loud against the user's own silence and voice. */
  volume: number;
  /** 0..1 each, in the order of VOWELS: A, I, U, E, O. */
  readonly vowels: Float32Array;
}

const VOICE_VOWELS = 5;

export function createVoiceObservation(): VoiceObservation {
  return { sequence: 0, atMs: 0, volume: 0, vowels: new Float32Array(VOICE_VOWELS) };
}

/** Mouth shapes from the window's sound graph to the stage. */
export class VoiceChannel {
  private readonly ring: ResultRing;
  private readonly head = new Float64Array(2);

  constructor(buffer?: SharedArrayBuffer) {
    this.ring = new ResultRing(2, VOICE_VOWELS, buffer);
  }

  get buffer(): SharedArrayBuffer {
    return this.ring.buffer;
  }

  write(voice: VoiceObservation): void {
    this.head[0] = voice.atMs;
    this.head[1] = voice.volume;
    voice.sequence = this.ring.write(this.head, voice.vowels);
  }

  read(voice: VoiceObservation): boolean {
    const sequence = this.ring.read(voice.sequence, this.head, voice.vowels);
    if (sequence === 0) return false;
    voice.sequence = sequence;
    voice.atMs = this.head[0]!;
    voice.volume = this.head[1]!;
    return true;
  }
}

function copy(from: Float32Array, at: number, to: Float32Array): void {
  for (let i = 0; i < to.length; i++) to[i] = from[at + i]!;
}
