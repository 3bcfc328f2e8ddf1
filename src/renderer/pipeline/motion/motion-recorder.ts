import { ARKIT_CHANNELS, ARKIT_COUNT } from '../../../shared/domain/arkit.ts';
import { type AvatarPose, MAX_EXPRESSIONS } from '../../../shared/domain/avatar-pose.ts';
import { HUMAN_BONE_COUNT, HUMAN_BONES } from '../../../shared/domain/human-bones.ts';
import {
  encodeMotion,
  MAX_MOTION_FRAMES,
  MAX_MOTION_S,
  MOTION_SCALARS,
  motionStride,
} from '../../../shared/domain/motion.ts';

const SCALARS_AT = ARKIT_COUNT;
const ROTATIONS_AT = SCALARS_AT + MOTION_SCALARS.length;
const EXPRESSIONS_AT = ROTATIONS_AT + HUMAN_BONE_COUNT * 4;
const STRIDE = EXPRESSIONS_AT + MAX_EXPRESSIONS;

const FPS = 30;
/** The slack keeps a tick that is a little early from being left out. */
const EVERY_MS = 1000 / FPS - 8;
/** Half a minute: memory grows in steps that are seldom, not with every picture. */
const CHUNK_FRAMES = 900;
/** What changes less than this in a whole recording stands still. */
const STILL = 1e-4;

/** Records what the avatar does, at most 30 pictures a second for at most ten minutes. */
export class MotionRecorder {
  private chunks: Float32Array[] = [];
  private readonly times = new Float32Array(MAX_MOTION_FRAMES);
  private frames = 0;
  private startMs = 0;
  private lastMs = Number.NEGATIVE_INFINITY;
  private names: readonly string[] = [];
  private on = false;

  get recording(): boolean {
    return this.on;
  }

  /** Seconds of what is recorded so far. */
  get seconds(): number {
    return this.frames > 0 ? this.times[this.frames - 1]! : 0;
  }

  /** Begins anew. @param expressions which ones `AvatarPose.expressions` means, by place */
  start(expressions: readonly string[] = []): void {
    this.chunks = [];
    this.frames = 0;
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
    if (atMs - this.lastMs < EVERY_MS) return true;
    if (this.frames === 0) this.startMs = atMs;
    const t = (atMs - this.startMs) / 1000;
    if (this.frames >= MAX_MOTION_FRAMES || t > MAX_MOTION_S) return false;
    this.lastMs = atMs;
    const place = this.frames % CHUNK_FRAMES;
    if (place === 0) this.chunks.push(new Float32Array(CHUNK_FRAMES * STRIDE));
    const chunk = this.chunks[this.chunks.length - 1]!;
    const at = place * STRIDE;
    chunk.set(pose.channels, at);
    for (let i = 0; i < MOTION_SCALARS.length; i++) chunk[at + SCALARS_AT + i] = pose[MOTION_SCALARS[i]!];
    chunk.set(pose.rotations, at + ROTATIONS_AT);
    chunk.set(pose.expressions, at + EXPRESSIONS_AT);
    this.times[this.frames++] = t;
    return true;
  }

  /** Ends the recording and gives its file (see motion.ts) without the tracks that stood still; null: there is nothing in it. */
  stop(): Uint8Array<ArrayBuffer> | null {
    this.on = false;
    const { frames } = this;
    const used = frames > 0 ? this.usedTracks() : null;
    const file = used ? this.encode(used) : null;
    this.chunks = [];
    this.frames = 0;
    return file;
  }

  private row(frame: number): Float32Array {
    const at = (frame % CHUNK_FRAMES) * STRIDE;
    return this.chunks[Math.floor(frame / CHUNK_FRAMES)]!.subarray(at, at + STRIDE);
  }

  /** Whether each number of a row is worth a track: it is not at rest all the time. */
  private usedTracks(): Uint8Array {
    const used = new Uint8Array(STRIDE);
    for (let frame = 0; frame < this.frames; frame++) {
      const row = this.row(frame);
      for (let i = 0; i < STRIDE; i++) {
        const isW = i >= ROTATIONS_AT && i < EXPRESSIONS_AT && (i - ROTATIONS_AT) % 4 === 3;
        if (Math.abs(row[i]! - (isW ? 1 : 0)) > STILL) used[i] = 1;
      }
    }
    return used;
  }

  private encode(used: Uint8Array): Uint8Array<ArrayBuffer> {
    // The face and the head's turn are what every avatar shows: a recording without a smile is one, too.
    const channels = [...ARKIT_CHANNELS];
    const scalars = [...MOTION_SCALARS];
    const bones = HUMAN_BONES.filter((_, bone) => {
      const at = ROTATIONS_AT + bone * 4;
      return used[at] || used[at + 1] || used[at + 2] || used[at + 3];
    });
    const expressions: string[] = [];
    const places: number[] = [];
    this.names.forEach((name, i) => {
      // Two slots may mean the same expression; the first of them speaks for it.
      if (!used[EXPRESSIONS_AT + i] || expressions.includes(name)) return;
      expressions.push(name);
      places.push(EXPRESSIONS_AT + i);
    });
    const tracks = { channels, scalars, bones, expressions };
    const stride = motionStride(tracks);
    const values = new Float32Array(stride * this.frames);
    const boneAt = bones.map((bone) => ROTATIONS_AT + HUMAN_BONES.indexOf(bone) * 4);
    for (let frame = 0; frame < this.frames; frame++) {
      const row = this.row(frame);
      let to = frame * stride;
      values.set(row.subarray(0, ROTATIONS_AT), to);
      to += ROTATIONS_AT;
      for (let i = 0; i < boneAt.length; i++, to += 4)
        values.set(row.subarray(boneAt[i]!, boneAt[i]! + 4), to);
      for (let i = 0; i < places.length; i++) values[to++] = row[places[i]!]!;
    }
    return encodeMotion({
      ...tracks,
      fps: FPS,
      loop: false,
      times: this.times.slice(0, this.frames),
      values,
    });
  }
}
