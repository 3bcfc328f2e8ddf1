import { ARKIT_CHANNELS } from '../../../shared/domain/arkit.ts';
import type { SolvedFace } from '../../../shared/domain/solved-face.ts';
import type { TrackLine } from '../../../shared/ipc/track.ts';
import { createHeadPose, readHeadPose } from '../solver/head-pose.ts';
import type { FaceObservation } from '../tracking-channel.ts';

const DIGITS = 1e5;
const DEGREES = 180 / Math.PI;

/** One line of `npm run track`: the pose straight from the matrix, the scores as they came, and the solver's. */
export function trackLine(t: number, face: FaceObservation, solved: SolvedFace): TrackLine {
  const pose = createHeadPose();
  const found = face.found && readHeadPose(face.matrix, pose);
  return {
    t: round(t),
    found,
    yaw: found ? round(pose.yaw * DEGREES) : null,
    pitch: found ? round(pose.pitch * DEGREES) : null,
    roll: found ? round(pose.roll * DEGREES) : null,
    raw: byName((i) => (found ? face.scores[i]! : 0)),
    solved: byName((i) => solved.channels[i]!),
  };
}

function byName(value: (index: number) => number): Record<string, number> {
  return Object.fromEntries(ARKIT_CHANNELS.map((name, index) => [name, round(value(index))]));
}

function round(value: number): number {
  return Math.round(value * DIGITS) / DIGITS;
}
