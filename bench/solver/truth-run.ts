import { FaceSolver } from '../../src/renderer/pipeline/solver/face-solver.ts';
import { createHeadPose, readHeadPose } from '../../src/renderer/pipeline/solver/head-pose.ts';
import { confidenceOf } from '../../src/renderer/pipeline/tracker/confidence.ts';
import { createFaceObservation } from '../../src/renderer/pipeline/tracking-channel.ts';
import { ARKIT_COUNT, ARKIT_INDEX } from '../../src/shared/domain/arkit.ts';
import { createSolvedFace } from '../../src/shared/domain/solved-face.ts';
import type { KnownPerformance, SeenFrame } from './data.ts';
import { type Stretch, spread, stillStretches } from './truth-metrics.ts';

/** Channels over a clip: angles in degrees, R = Ry(yaw)·Rx(pitch)·Rz(roll); lids 0..1. */
export interface Track {
  readonly yaw: number[];
  readonly pitch: number[];
  readonly roll: number[];
  readonly blinkLeft: number[];
  readonly blinkRight: number[];
}

export const ANGLES = ['yaw', 'pitch', 'roll'] as const;
export type Angle = (typeof ANGLES)[number];

/** How long a head takes to come to rest, and the pose to blend in when the face has just been found. */
const SETTLE_S = 0.5;
/** What moves less has no slope, lag or correlation that means anything, degrees of standard deviation. */
const MOVES = 2;
/** How long a picture is tracked in what is measured of the live solver, ms. */
export const TRACKER_MS = 25;

const DEGREES = 180 / Math.PI;
/** Clip time zero on the programme clock. */
const START_MS = 1000;

const emptyTrack = (): Track => ({ yaw: [], pitch: [], roll: [], blinkLeft: [], blinkRight: [] });

/** The landmarker's own numbers; where no face was found the ones before stay. */
export function rawTrack(seen: readonly SeenFrame[]): Track {
  const out = emptyTrack();
  const pose = createHeadPose();
  let scores: Float32Array = new Float32Array(ARKIT_COUNT);
  for (const face of seen) {
    if (face.found && readHeadPose(face.matrix, pose)) scores = face.scores;
    for (const angle of ANGLES) out[angle].push(pose[angle] * DEGREES);
    out.blinkLeft.push(scores[ARKIT_INDEX.eyeBlinkLeft]!);
    out.blinkRight.push(scores[ARKIT_INDEX.eyeBlinkRight]!);
  }
  return out;
}

/** Frames at the beginning of a clip in which the pose blends in, that nothing is measured in. */
export const settlingFrames = ({ fps }: KnownPerformance): number => Math.round(SETTLE_S * fps);

/** What is true of an angle from the moment it can be measured, degrees. */
export const truthOf = (known: KnownPerformance, angle: Angle): number[] =>
  known.truth.frames.slice(settlingFrames(known)).map((frame) => frame[angle]);

/** Whether enough of it changes to be followed. */
export const moves = (truth: ArrayLike<number>): boolean => spread(truth) > MOVES;

/**
 * Where a head rests, without the time in which the landmarker's smoothing and ours come to rest. A clip that names no
 * such stretches never rests in all three angles: one counts as still while it alone does not change.
 */
export const stillFor = ({ truth, fps }: KnownPerformance, angle: Angle): readonly Stretch[] =>
  truth.still
    ? truth.still.map(([from, to]) => [Math.ceil((from + SETTLE_S) * fps), Math.floor(to * fps)])
    : stillStretches(
        truth.frames.map((frame) => frame[angle]),
        fps,
        SETTLE_S * fps,
      );

/** A solver as the stage has it, told of a tracker that takes its time. */
export const liveTrack = (seen: readonly SeenFrame[], fps: number, trackerMs = TRACKER_MS): Track =>
  solvedTrack(seen, fps, new FaceSolver({ steadyDelay: true }), trackerMs);

/**
 * The clip through a solver, in clip time: what is shown at the moment at which each frame's result comes stands at
 * that frame's place. So an angle's lag in it counts from the picture that was tracked last; from the camera it is
 * `trackerMs` more.
 */
export function solvedTrack(
  seen: readonly SeenFrame[],
  fps: number,
  solver = new FaceSolver({}),
  trackerMs = 0,
): Track {
  const out = emptyTrack();
  const face = createFaceObservation();
  const pose = createHeadPose();
  const shown = createSolvedFace();
  seen.forEach((frame, i) => {
    face.sequence = i + 1;
    face.capturedAtMs = START_MS + (i * 1000) / fps;
    face.trackedAtMs = face.capturedAtMs + trackerMs;
    face.found = frame.found && readHeadPose(frame.matrix, pose);
    face.faces = face.found ? 1 : 0;
    face.confidence = 0;
    if (face.found) {
      face.matrix.set(frame.matrix);
      face.scores.set(frame.scores);
      if (frame.landmarks) face.landmarks.set(frame.landmarks);
      face.confidence = frame.landmarks ? confidenceOf(frame.landmarks, pose.yaw) : 1;
    }
    solver.observe(face);
    solver.solve(face.trackedAtMs, shown);
    for (const angle of ANGLES) out[angle].push(shown[angle] * DEGREES);
    out.blinkLeft.push(shown.channels[ARKIT_INDEX.eyeBlinkLeft]!);
    out.blinkRight.push(shown.channels[ARKIT_INDEX.eyeBlinkRight]!);
  });
  return out;
}
