import type { PoseState, TimedPose } from './harness/protocol.ts';
import { smoothstep } from './model/maths.ts';

/** The sample performance: ten seconds that begin and end at rest, so that it loops without a jump. */
export const SECONDS = 10;
export const FPS = 30;

const TAU = 2 * Math.PI;

/** Rises from 0 at `from`, holds 1, falls to 0 at `to`; `ramp` seconds each way. */
const window = (t: number, from: number, to: number, ramp: number): number =>
  smoothstep(from, from + ramp, t) * smoothstep(to, to - ramp, t);

const BLINKS = [0.75, 2.55, 4.75, 5.15, 7.35, 8.95];

const blink = (t: number): number => Math.max(...BLINKS.map((at) => window(t, at - 0.15, at + 0.2, 0.12)));

const syllables = (t: number): number =>
  Math.max(0, 0.44 * Math.sin(TAU * 1.4 * t) + 0.26 * Math.sin(TAU * 0.8 * t + 1) + 0.12);

/** The scripted pose at `t` seconds. Weights are ARKit names of the performer. */
export const motionAt = (t: number): PoseState => {
  const u = (t % SECONDS) / SECONDS;
  const calm = smoothstep(0, 1.1, t % SECONDS) * smoothstep(SECONDS, SECONDS - 0.9, t % SECONDS);
  const now = t % SECONDS;
  const talk = Math.max(window(now, 0.9, 4.4, 0.3), window(now, 6.9, 9.4, 0.3));
  const smile = window(now, 4.3, 6.3, 0.5);
  const open = window(now, 6.25, 6.95, 0.28);
  const brows = Math.max(window(now, 2.8, 3.9, 0.3), window(now, 7.8, 8.7, 0.3));
  const frown = window(now, 1.5, 2.3, 0.3);
  const pucker = window(now, 3.9, 4.5, 0.22);
  const closed = blink(now);
  const jaw = Math.min(1, syllables(now) * talk + 0.78 * open);
  return {
    yaw: calm * (17 * Math.sin(TAU * 2 * u) + 8 * Math.sin(TAU * u)),
    pitch: calm * (10 * Math.sin(TAU * 3 * u) + 2.2 * Math.sin(TAU * 5 * u)),
    roll: calm * (10 * Math.sin(TAU * 4 * u + 0.4) - 5 * Math.sin(TAU * u)),
    gazeYaw: calm * (-7 * Math.sin(TAU * 2 * u) + 6 * Math.sin(TAU * 5 * u)),
    gazePitch: calm * -3 * Math.sin(TAU * 3 * u),
    breath: 0.5 * Math.sin(TAU * 3 * u),
    dt: 1 / FPS,
    weights: {
      jawOpen: jaw,
      mouthFunnel: 0.06 * talk * Math.max(0, Math.sin(TAU * 1.1 * now)) * Math.min(1, jaw * 3),
      eyeBlinkLeft: closed,
      eyeBlinkRight: closed,
      mouthSmileLeft: 0.9 * smile,
      mouthSmileRight: 0.9 * smile,
      cheekSquintLeft: 0.5 * smile,
      cheekSquintRight: 0.5 * smile,
      browInnerUp: 0.85 * brows,
      browOuterUpLeft: 0.85 * brows,
      browOuterUpRight: 0.85 * brows,
      browDownLeft: 0.8 * frown,
      browDownRight: 0.8 * frown,
      mouthPucker: 0.55 * pucker,
    },
  };
};

/** Every frame of the clip. */
export const motionFrames = (): TimedPose[] =>
  Array.from({ length: SECONDS * FPS }, (_, i) => ({ t: i / FPS, state: motionAt(i / FPS) }));
