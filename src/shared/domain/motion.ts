/**
 * Motions: what the idle library and a recording give the avatar.
 *
 * A recording is a file (`.vmotion`, little endian):
 * - 4 bytes `V3MO`, u16 format version (1), u16 zero, u32 length H of the header
 * - H bytes of UTF-8 JSON: `{ fps, frames, loop, channels, scalars, bones, expressions }`; `fps` is nominal, the four
 *   lists name the tracks that the file holds, each at most once: ARKit channels, MOTION_SCALARS, HUMAN_BONES and
 *   the avatar's own expressions by the names of its file. What is not named is not driven by it.
 * - `frames` records, each f32 t (seconds from the start, strictly increasing) · one u16 per channel (value × 65535) ·
 *   one f32 per scalar · four i16 per bone (x, y, z, w of the local rotation in the normalised pose × 32767) ·
 *   one u16 per expression (weight × 65535)
 *
 * Angles are radians, places metres, frames as of avatar-pose.ts. A reader refuses what is longer than MAX_MOTION_S,
 * has more than MAX_MOTION_FRAMES or is larger than MAX_MOTION_BYTES.
 */
import { z } from 'zod';
import { ARKIT_CHANNELS, type ArkitChannel } from './arkit.ts';
import { MAX_EXPRESSIONS } from './avatar-pose.ts';
import { HUMAN_BONE_COUNT, HUMAN_BONES, type HumanBone } from './human-bones.ts';

/** A body in motion, against the T-pose: what a motion says of the bones and of the hips' place. Reused by its owner. */
export interface MotionSample {
  /** Unit quaternions of HUMAN_BONES as in AvatarPose. */
  readonly rotations: Float32Array;
  /** Metres of the avatar, as in AvatarPose. */
  hipsX: number;
  hipsY: number;
  hipsZ: number;
}

/** In the T-pose. */
export function createMotionSample(): MotionSample {
  const rotations = new Float32Array(HUMAN_BONE_COUNT * 4);
  for (let i = 3; i < rotations.length; i += 4) rotations[i] = 1;
  return { rotations, hipsX: 0, hipsY: 0, hipsZ: 0 };
}

/** Single numbers of an AvatarPose that a recording holds. */
export const MOTION_SCALARS = [
  'yaw',
  'pitch',
  'roll',
  'x',
  'y',
  'z',
  'gazeYaw',
  'gazePitch',
  'breath',
  'hipsX',
  'hipsY',
  'hipsZ',
] as const;
export type MotionScalar = (typeof MOTION_SCALARS)[number];

/** The tracks of a recording, by name. */
export interface MotionTracks {
  readonly channels: readonly ArkitChannel[];
  readonly scalars: readonly MotionScalar[];
  readonly bones: readonly HumanBone[];
  readonly expressions: readonly string[];
}

/** A recording in memory. */
export interface Motion extends MotionTracks {
  readonly fps: number;
  /** Meant to be repeated: its end goes over into its start. */
  readonly loop: boolean;
  /** Seconds, strictly increasing from 0 or later. */
  readonly times: Float32Array;
  /** One row per time, `motionStride` long: channels, scalars, rotations (x, y, z, w each), expressions. */
  readonly values: Float32Array;
}

export const MOTION_EXTENSION = 'vmotion';
export const MAX_MOTION_S = 600;
/** Ten minutes at 30 pictures a second, and a few for uneven ticks. */
export const MAX_MOTION_FRAMES = 18_100;
export const MAX_MOTION_BYTES = 16 * 1024 * 1024;
/** Characters of an expression's name. */
export const MAX_EXPRESSION_NAME = 120;

/** Numbers of one row. */
export function motionStride(tracks: MotionTracks): number {
  return tracks.channels.length + tracks.scalars.length + tracks.bones.length * 4 + tracks.expressions.length;
}

/** How long it lasts, seconds; a looping one begins again one frame after its last. */
export function motionSeconds(motion: Motion): number {
  const last = motion.times[motion.times.length - 1] ?? 0;
  return motion.loop ? last + 1 / motion.fps : last;
}

const MAGIC = 0x4f4d3356;
const VERSION = 1;
const PREFIX = 12;
const UNIT = 65_535;
const QUATERNION_UNIT = 32_767;
/** Longer than any header that can be valid. */
const MAX_HEADER = 32_768;

const listOf = <T extends z.ZodType>(item: T, max: number) =>
  z
    .array(item)
    .max(max)
    .refine((list) => new Set(list).size === list.length, 'a track is named twice');

const headerSchema = z
  .strictObject({
    fps: z.number().min(1).max(240),
    frames: z.int().min(1).max(MAX_MOTION_FRAMES),
    loop: z.boolean(),
    channels: listOf(z.enum(ARKIT_CHANNELS), ARKIT_CHANNELS.length),
    scalars: listOf(z.enum(MOTION_SCALARS), MOTION_SCALARS.length),
    bones: listOf(z.enum(HUMAN_BONES), HUMAN_BONE_COUNT),
    expressions: listOf(z.string().min(1).max(MAX_EXPRESSION_NAME), MAX_EXPRESSIONS),
  })
  .refine((header) => motionStride(header) > 0, 'it holds no track');
type Header = z.infer<typeof headerSchema>;

const frameBytes = ({ channels, scalars, bones, expressions }: MotionTracks): number =>
  4 + channels.length * 2 + scalars.length * 4 + bones.length * 8 + expressions.length * 2;

const refuse = (fault: string): never => {
  throw new Error(`not a motion file: ${fault}`);
};

function readHeader(text: string): Header {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse('the header is not JSON');
  }
  const parsed = headerSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return refuse(`header ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}

/**
 * Reads a `.vmotion` file.
 * @throws Error naming the fault when the bytes are not such a file, are cut short or hold impossible values
 */
export function parseMotion(bytes: Uint8Array): Motion {
  if (bytes.byteLength < PREFIX) refuse('shorter than its fixed header');
  if (bytes.byteLength > MAX_MOTION_BYTES) refuse('larger than a motion may be');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) refuse('the magic bytes are wrong');
  const version = view.getUint16(4, true);
  if (version !== VERSION) refuse(`format version ${version} is unknown`);
  const headerLength = view.getUint32(8, true);
  if (headerLength > MAX_HEADER) refuse('the header is too long');
  if (PREFIX + headerLength > bytes.byteLength) refuse('the header is cut short');
  const header = readHeader(new TextDecoder().decode(bytes.subarray(PREFIX, PREFIX + headerLength)));
  const expected = PREFIX + headerLength + frameBytes(header) * header.frames;
  if (bytes.byteLength !== expected) {
    refuse(`${header.frames} frames need ${expected} bytes, it has ${bytes.byteLength}`);
  }
  const { frames, ...rest } = header;
  const motion: Motion = {
    ...rest,
    times: new Float32Array(frames),
    values: new Float32Array(frames * motionStride(header)),
  };
  let at = PREFIX + headerLength;
  for (let frame = 0; frame < frames; frame++) at = readFrame(view, at, frame, motion);
  return motion;
}

function readFrame(view: DataView, from: number, frame: number, motion: Motion): number {
  const { times, values, channels, scalars, bones, expressions } = motion;
  let at = from;
  const t = view.getFloat32(at, true);
  const before = frame === 0 ? -1e-9 : times[frame - 1]!;
  if (!(t > before && t <= MAX_MOTION_S + 1)) refuse(`the time of frame ${frame} does not increase`);
  times[frame] = t;
  at += 4;
  let to = frame * motionStride(motion);
  for (let i = 0; i < channels.length; i++, at += 2) values[to++] = view.getUint16(at, true) / UNIT;
  for (let i = 0; i < scalars.length; i++, at += 4) {
    const value = view.getFloat32(at, true);
    if (!(Math.abs(value) <= 100)) refuse(`${scalars[i]} of frame ${frame} is no possible number`);
    values[to++] = value;
  }
  for (let i = 0; i < bones.length; i++, at += 8, to += 4) readRotation(view, at, values, to);
  for (let i = 0; i < expressions.length; i++, at += 2) values[to++] = view.getUint16(at, true) / UNIT;
  return at;
}

/** A unit quaternion again after rounding; one that is zero is the identity. */
function readRotation(view: DataView, at: number, values: Float32Array, to: number): void {
  const x = view.getInt16(at, true);
  const y = view.getInt16(at + 2, true);
  const z = view.getInt16(at + 4, true);
  const w = view.getInt16(at + 6, true);
  // A million times in ten minutes of recording, at the start of playing it: Math.hypot takes three times as long.
  const length = Math.sqrt(x * x + y * y + z * z + w * w);
  values[to] = length > 0 ? x / length : 0;
  values[to + 1] = length > 0 ? y / length : 0;
  values[to + 2] = length > 0 ? z / length : 0;
  values[to + 3] = length > 0 ? w / length : 1;
}

const rounded = (value: number, unit: number, least: number): number =>
  Math.min(unit, Math.max(least, Math.round(value * unit)));

/** A channel or expression as a file has it: 0..1 in a u16. */
export const packUnit = (value: number): number => rounded(value, UNIT, 0);

/** A part of a rotation as a file has it: -1..1 in an i16. */
export const packRotation = (value: number): number => rounded(value, QUATERNION_UNIT, -QUATERNION_UNIT);

/**
 * The bytes of a `.vmotion` file before its first record.
 * @throws Error when the tracks or the number of frames are none that a file may have
 */
export function encodeMotionHead(
  { fps, loop, channels, scalars, bones, expressions }: Omit<Motion, 'times' | 'values'>,
  frames: number,
): Uint8Array<ArrayBuffer> {
  const header = headerSchema.parse({ fps, frames, loop, channels, scalars, bones, expressions });
  const text = new TextEncoder().encode(JSON.stringify(header));
  const out = new Uint8Array(PREFIX + text.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint32(8, text.length, true);
  out.set(text, PREFIX);
  return out;
}

/**
 * Writes a `.vmotion` file: channels and expressions to 1/65535 within 0..1, rotations to 1/32767.
 * @throws Error when the tracks, times and values do not fit together or are out of range
 */
export function encodeMotion(motion: Motion): Uint8Array<ArrayBuffer> {
  const { channels, scalars, bones, expressions, times, values } = motion;
  const head = encodeMotionHead(motion, times.length);
  const stride = motionStride(motion);
  if (values.length !== stride * times.length) {
    throw new Error(`cannot write a motion: ${times.length} frames need ${stride * times.length} values`);
  }
  const out = new Uint8Array(head.length + frameBytes(motion) * times.length);
  const view = new DataView(out.buffer);
  out.set(head);
  let at = head.length;
  let from = 0;
  for (let frame = 0; frame < times.length; frame++) {
    const t = times[frame]!;
    if (!(t > (frame === 0 ? -1e-9 : times[frame - 1]!) && t <= MAX_MOTION_S + 1)) {
      throw new Error(`cannot write a motion: the time of frame ${frame} does not increase`);
    }
    view.setFloat32(at, t, true);
    at += 4;
    for (let i = 0; i < channels.length; i++, at += 2) view.setUint16(at, packUnit(values[from++]!), true);
    for (let i = 0; i < scalars.length; i++, at += 4) view.setFloat32(at, values[from++]!, true);
    for (let i = 0; i < bones.length * 4; i++, at += 2)
      view.setInt16(at, packRotation(values[from++]!), true);
    for (let i = 0; i < expressions.length; i++, at += 2) view.setUint16(at, packUnit(values[from++]!), true);
  }
  return out;
}

/** The idle motions that come with the program; see renderer/pipeline/motion/idle-motions.ts. */
export const IDLE_MOTIONS = ['calm', 'lively', 'sleepy', 'still'] as const;
export type IdleMotion = (typeof IDLE_MOTIONS)[number];

/** What `idleMotion` of the settings names: one of the library, else `calm`. */
export function idleMotionOf(name: string): IdleMotion {
  return IDLE_MOTIONS.find((each) => each === name) ?? 'calm';
}
