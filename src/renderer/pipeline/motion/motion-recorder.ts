import { ARKIT_CHANNELS, ARKIT_COUNT } from '../../../shared/domain/arkit.ts';
import { type AvatarPose, MAX_EXPRESSIONS } from '../../../shared/domain/avatar-pose.ts';
import { HUMAN_BONE_COUNT, HUMAN_BONES } from '../../../shared/domain/human-bones.ts';
import {
  encodeMotionHead,
  MAX_EXPRESSION_NAME,
  MAX_MOTION_FRAMES,
  MAX_MOTION_S,
  MOTION_SCALARS,
  packRotation,
  packUnit,
} from '../../../shared/domain/motion.ts';

/** A record of all tracks as a file has it (see motion.ts), in words of 16 bits: time, channels, scalars, … */
const SCALARS_AT = 2 + ARKIT_COUNT;
const ROTATIONS_AT = SCALARS_AT + MOTION_SCALARS.length * 2;
const EXPRESSIONS_AT = ROTATIONS_AT + HUMAN_BONE_COUNT * 4;
const WORDS = EXPRESSIONS_AT + MAX_EXPRESSIONS;

const FPS = 30;
/** The slack keeps a tick that is a little early from being left out. */
const EVERY_MS = 1000 / FPS - 8;
/** Half a minute: memory grows in steps that are seldom, not with every picture. */
const CHUNK_FRAMES = 900;
/** What changes less than this in a whole recording stands still. */
const STILL = 1e-4;

/**
 * Records what the avatar does, at most 30 pictures a second for at most ten minutes. Every picture is written as the
 * file will have it, because the stage has no time at the end of ten minutes to do so with all of them.
 */
export class MotionRecorder {
  private chunks: Uint16Array[] = [];
  /** Of the newest chunk. */
  private view = new DataView(new ArrayBuffer(0));
  /** Bones and places of expressions that were not at rest all the time. */
  private readonly moved = new Uint8Array(HUMAN_BONE_COUNT);
  private readonly shown = new Uint8Array(MAX_EXPRESSIONS);
  private frames = 0;
  private lastS = 0;
  private startMs = 0;
  private lastMs = Number.NEGATIVE_INFINITY;
  private names: readonly string[] = [];
  private on = false;

  get recording(): boolean {
    return this.on;
  }

  /** Seconds of what is recorded so far. */
  get seconds(): number {
    return this.lastS;
  }

  /** Begins anew. @param expressions which ones `AvatarPose.expressions` means, by place */
  start(expressions: readonly string[] = []): void {
    this.clear();
    this.lastMs = Number.NEGATIVE_INFINITY;
    this.names = expressions.slice(0, MAX_EXPRESSIONS);
    this.on = true;
  }

  /**
   * Takes the pose of a tick.
   * @param atMs ms on the programme clock
   * @returns false when nothing more is taken: not recording, or ten minutes are full
   */
  add(pose: AvatarPose, atMs: number): boolean {
    if (!this.on) return false;
    if (!(atMs - this.lastMs >= EVERY_MS)) return true;
    if (this.frames === 0) this.startMs = atMs;
    const t = (atMs - this.startMs) / 1000;
    if (this.frames >= MAX_MOTION_FRAMES || t > MAX_MOTION_S) return false;
    this.lastMs = atMs;
    this.lastS = t;
    const place = this.frames++ % CHUNK_FRAMES;
    if (place === 0) this.grow();
    this.write(pose, t, place * WORDS * 2);
    return true;
  }

  /** Ends the recording and gives its file (see motion.ts) without the tracks that stood still; null: there is nothing in it. */
  stop(): Uint8Array<ArrayBuffer> | null {
    this.on = false;
    const file = this.frames > 0 ? this.file() : null;
    this.clear();
    return file;
  }

  private clear(): void {
    this.chunks = [];
    this.view = new DataView(new ArrayBuffer(0));
    this.moved.fill(0);
    this.shown.fill(0);
    this.frames = 0;
    this.lastS = 0;
  }

  private grow(): void {
    const chunk = new Uint16Array(CHUNK_FRAMES * WORDS);
    this.chunks.push(chunk);
    this.view = new DataView(chunk.buffer);
  }

  private write(pose: AvatarPose, t: number, from: number): void {
    const { view, moved, shown } = this;
    const { channels, rotations, expressions } = pose;
    let at = from;
    view.setFloat32(at, t, true);
    at += 4;
    for (let i = 0; i < ARKIT_COUNT; i++, at += 2) view.setUint16(at, packUnit(channels[i]!), true);
    for (let i = 0; i < MOTION_SCALARS.length; i++, at += 4) {
      view.setFloat32(at, pose[MOTION_SCALARS[i]!], true);
    }
    for (let i = 0; i < rotations.length; i++, at += 2) {
      const value = rotations[i]!;
      view.setInt16(at, packRotation(value), true);
      if (Math.abs(value - ((i & 3) === 3 ? 1 : 0)) > STILL) moved[i >> 2] = 1;
    }
    for (let i = 0; i < MAX_EXPRESSIONS; i++, at += 2) {
      const value = expressions[i]!;
      view.setUint16(at, packUnit(value), true);
      if (Math.abs(value) > STILL) shown[i] = 1;
    }
  }

  private file(): Uint8Array<ArrayBuffer> {
    const { names, moved, shown, frames } = this;
    const bones = HUMAN_BONES.filter((_, bone) => moved[bone]);
    const expressions: string[] = [];
    const kept: number[] = [];
    // The face and the head's turn are what every avatar shows: a recording without a smile is one, too.
    for (let i = 0; i < ROTATIONS_AT; i++) kept.push(i);
    for (let bone = 0; bone < HUMAN_BONE_COUNT; bone++) {
      const at = ROTATIONS_AT + bone * 4;
      if (moved[bone]) kept.push(at, at + 1, at + 2, at + 3);
    }
    names.forEach((name, i) => {
      // Two slots may mean the same expression; the first of them speaks for it. Not every name fits into a file.
      if (!shown[i] || expressions.includes(name) || name === '' || name.length > MAX_EXPRESSION_NAME) return;
      expressions.push(name);
      kept.push(EXPRESSIONS_AT + i);
    });
    const tracks = { channels: ARKIT_CHANNELS, scalars: MOTION_SCALARS, bones, expressions };
    const head = encodeMotionHead({ ...tracks, fps: FPS, loop: false }, frames);
    // Words stand at even places only; the head may be of any length.
    const odd = head.length % 2;
    const buffer = new ArrayBuffer(odd + head.length + frames * kept.length * 2);
    const file = new Uint8Array(buffer, odd);
    file.set(head);
    this.gather(Uint16Array.from(kept), new Uint16Array(buffer, odd + head.length));
    return file;
  }

  /** Copies these words of every record. */
  private gather(kept: Uint16Array, out: Uint16Array): void {
    let to = 0;
    for (let frame = 0; frame < this.frames; frame++) {
      const chunk = this.chunks[Math.floor(frame / CHUNK_FRAMES)]!;
      const from = (frame % CHUNK_FRAMES) * WORDS;
      for (let i = 0; i < kept.length; i++) out[to++] = chunk[from + kept[i]!]!;
    }
  }
}
