import type { Grade, PoseState } from '../presets/harness/protocol.ts';
import { smoothstep } from '../presets/model/maths.ts';

export const FPS = 30;
export const SECONDS = 6.5;

const TAU = 2 * Math.PI;

/** What a script says of one moment; all that it leaves out is at rest. */
type Script = Partial<Pick<PoseState, 'yaw' | 'pitch' | 'roll' | 'x' | 'y' | 'weights'>>;

/** A performance of our own figure in front of a webcam. */
export interface Clip {
  readonly name: string;
  readonly about: string;
  readonly glasses: boolean;
  readonly grade: Grade;
  /** Seconds in which the head is exactly still, [from, to]. */
  readonly still: readonly (readonly [number, number])[];
  readonly at: (t: number) => Script;
}

/** From `a` to `b` between two moments, beginning and ending at rest. */
const move = (t: number, from: number, to: number, a: number, b: number): number =>
  a + (b - a) * smoothstep(from, to, t);

/** 1 between `from` and `to`, falling to 0 over `ramp` seconds inside. */
const during = (t: number, from: number, to: number, ramp: number): number =>
  smoothstep(from, from + ramp, t) * smoothstep(to, to - ramp, t);

/** Lids closed around each moment: a blink of 0.3 s. */
const blinks = (t: number, at: readonly number[]): Record<string, number> => {
  const closed = Math.max(0, ...at.map((moment) => during(t, moment - 0.15, moment + 0.17, 0.12)));
  return { eyeBlinkLeft: closed, eyeBlinkRight: closed };
};

const jaw = (t: number): number =>
  Math.max(0, 0.42 * Math.sin(TAU * 2.3 * t) + 0.25 * Math.sin(TAU * 1.1 * t + 1) + 0.16);

const webcam = (seed: number): Grade => ({ exposure: 1, noise: 4, seed });

const turns: Clip = {
  name: 'turns',
  about: 'turns to 45 degrees on either side',
  glasses: false,
  grade: webcam(1),
  still: [
    [0, 1.6],
    [2.5, 4.1],
  ],
  at: (t) => ({
    yaw: move(t, 1.6, 2.5, 0, 45) + move(t, 4.1, 5.3, 0, -90) + move(t, 5.5, 6.4, 0, 45),
  }),
};

const nods: Clip = {
  name: 'nods',
  about: 'fast nods, 2.2 a second',
  glasses: false,
  grade: webcam(2),
  still: [
    [0, 1.6],
    [4.9, 6.5],
  ],
  at: (t) => ({ pitch: 13 * during(t, 1.6, 4.9, 0.5) * Math.sin(TAU * 2.2 * (t - 1.6)) }),
};

const turnedBlinks: Clip = {
  name: 'blinks-turned',
  about: 'blinks with the head turned by 30 degrees',
  glasses: false,
  grade: webcam(3),
  still: [
    [1.2, 2.8],
    [4.9, 6.5],
  ],
  at: (t) => ({
    yaw: move(t, 0.3, 1.2, 0, 30),
    weights: blinks(t, [3, 3.45, 4, 4.35, 4.7]),
  }),
};

const talk: Clip = {
  name: 'talk-smile',
  about: 'talks with a smile',
  glasses: false,
  grade: webcam(4),
  still: [
    [0, 1.6],
    [4.9, 6.5],
  ],
  at: (t) => {
    const talking = during(t, 1.6, 4.9, 0.35);
    const smile = during(t, 2, 4.8, 0.5);
    return {
      yaw: talking * 9 * Math.sin(TAU * 0.55 * t),
      pitch: talking * 5 * Math.sin(TAU * 0.9 * t),
      roll: talking * 6 * Math.sin(TAU * 0.7 * t + 1),
      weights: {
        ...blinks(t, [2.1, 3.6]),
        jawOpen: Math.min(1, talking * jaw(t)),
        mouthSmileLeft: 0.8 * smile,
        mouthSmileRight: 0.8 * smile,
        cheekSquintLeft: 0.4 * smile,
        cheekSquintRight: 0.4 * smile,
      },
    };
  },
};

const glasses: Clip = {
  name: 'glasses',
  about: 'dark thick rims; turns, nods, blinks and talks',
  glasses: true,
  grade: webcam(5),
  still: [
    [0, 1.6],
    [4.9, 6.5],
  ],
  at: (t) => {
    const moving = during(t, 1.6, 4.9, 0.4);
    return {
      yaw: moving * 24 * Math.sin(TAU * 0.6 * (t - 1.6)),
      pitch: moving * 8 * Math.sin(TAU * 1.2 * (t - 1.6)),
      roll: moving * 7 * Math.sin(TAU * 0.45 * t),
      weights: { ...blinks(t, [1.9, 2.7, 3.5, 4.3]), jawOpen: Math.min(1, moving * jaw(t)) },
    };
  },
};

const lowLight: Clip = {
  name: 'low-light',
  about: 'a dark room: a fifth of the light and strong noise',
  glasses: false,
  grade: { exposure: 0.22, noise: 11, seed: 6 },
  still: [
    [0, 1.6],
    [4.9, 6.5],
  ],
  at: (t) => {
    const moving = during(t, 1.6, 4.9, 0.4);
    return {
      yaw: moving * 22 * Math.sin(TAU * 0.55 * (t - 1.6)),
      pitch: moving * 10 * Math.sin(TAU * 0.9 * (t - 1.6)),
      roll: moving * 10 * Math.sin(TAU * 0.7 * t),
      weights: { ...blinks(t, [2.4, 3.8]), jawOpen: Math.min(1, moving * jaw(t)) },
    };
  },
};

/** Where the picture's right edge runs through the middle of the face, metres. */
const EDGE = 0.305;

const halfOut: Clip = {
  name: 'half-out',
  about: 'slides until half of the face is out of the picture, and moves there',
  glasses: false,
  grade: webcam(7),
  still: [
    [1, 2.6],
    [4.9, 6.5],
  ],
  at: (t) => {
    const moving = during(t, 2.6, 4.9, 0.35);
    return {
      x: move(t, 0.2, 1, 0, EDGE),
      yaw: moving * -11 * Math.sin(TAU * 0.6 * (t - 2.6)),
      pitch: moving * 8 * Math.sin(TAU * 1.1 * (t - 2.6)),
      roll: moving * 8 * Math.sin(TAU * 0.8 * (t - 2.6)),
    };
  },
};

export const CLIPS: readonly Clip[] = [turns, nods, turnedBlinks, talk, glasses, lowLight, halfOut];

/** Every frame of a clip, at rest where its script says nothing. */
export const framesOf = (clip: Clip): { readonly t: number; readonly state: PoseState }[] =>
  Array.from({ length: Math.round(SECONDS * FPS) }, (_, i) => {
    const t = i / FPS;
    const { yaw = 0, pitch = 0, roll = 0, x = 0, y = 0, weights = {} } = clip.at(t);
    return {
      t,
      state: { yaw, pitch, roll, x, y, weights, gazeYaw: 0, gazePitch: 0, breath: 0, dt: 1 / FPS },
    };
  });
