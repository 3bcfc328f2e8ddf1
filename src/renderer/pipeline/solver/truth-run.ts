import { ARKIT_COUNT, ARKIT_INDEX } from '../../../shared/domain/arkit.ts';
import { createSolvedFace } from '../../../shared/domain/solved-face.ts';
import { confidenceOf } from '../tracker/confidence.ts';
import { createFaceObservation } from '../tracking-channel.ts';
import { FaceSolver } from './face-solver.ts';
import { createHeadPose, readHeadPose } from './head-pose.ts';

/** What the landmarker said of one frame, as FaceObservation has it. */
export interface SeenFace {
  readonly found: boolean;
  readonly matrix: Float32Array;
  readonly scores: Float32Array;
  /** Null where they are not known: the face then counts as seen well. */
  readonly landmarks: Float32Array | null;
}

/** Channels over a clip: angles in degrees, R = Ry(yaw)·Rx(pitch)·Rz(roll); lids 0..1. */
export interface Track {
  readonly yaw: number[];
  readonly pitch: number[];
  readonly roll: number[];
  readonly blinkLeft: number[];
  readonly blinkRight: number[];
}

export const ANGLES = ['yaw', 'pitch', 'roll'] as const;

const DEGREES = 180 / Math.PI;
/** Clip time zero on the programme clock. */
const START_MS = 1000;

const emptyTrack = (): Track => ({ yaw: [], pitch: [], roll: [], blinkLeft: [], blinkRight: [] });

/** The landmarker's own numbers; where no face was found the ones before stay. */
export function rawTrack(seen: readonly SeenFace[]): Track {
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

/** The clip through a solver as it comes from the box, in clip time: each frame is shown when it was taken. */
export function solvedTrack(seen: readonly SeenFace[], fps: number, solver = new FaceSolver({})): Track {
  const out = emptyTrack();
  const face = createFaceObservation();
  const pose = createHeadPose();
  const shown = createSolvedFace();
  seen.forEach((frame, i) => {
    face.sequence = i + 1;
    face.capturedAtMs = START_MS + (i * 1000) / fps;
    face.trackedAtMs = face.capturedAtMs;
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
    solver.solve(face.capturedAtMs, shown);
    for (const angle of ANGLES) out[angle].push(shown[angle] * DEGREES);
    out.blinkLeft.push(shown.channels[ARKIT_INDEX.eyeBlinkLeft]!);
    out.blinkRight.push(shown.channels[ARKIT_INDEX.eyeBlinkRight]!);
  });
  return out;
}
