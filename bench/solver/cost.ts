import {
  createHandsObservation,
  createPoseObservation,
  type HandObservation,
} from '../../src/renderer/pipeline/part-channels.ts';
import { BodySolver } from '../../src/renderer/pipeline/solver/body/body-solver.ts';
import { createSolvedBody } from '../../src/renderer/pipeline/solver/body/solved-body.ts';
import { PoseComposer } from '../../src/renderer/pipeline/solver/compose/pose-composer.ts';
import { FaceSolver } from '../../src/renderer/pipeline/solver/face-solver.ts';
import { createFaceObservation, type FaceObservation } from '../../src/renderer/pipeline/tracking-channel.ts';
import { createAvatarPose } from '../../src/shared/domain/avatar-pose.ts';
import { createMotionSample } from '../../src/shared/domain/motion.ts';
import { LANDMARKS } from '../../src/shared/domain/performance.ts';
import { createSolvedFace } from '../../src/shared/domain/solved-face.ts';
import { DEFAULT_PROFILE } from '../../src/shared/domain/tracking-settings.ts';
import { allocators, bytesPerFrame } from './allocation.ts';
import { bodyFilm } from './body-frames.ts';
import { type SeenFrame, stored } from './data.ts';
import { Face, fill, Hand, IMAGE_SIZE, Pose, points } from './kalidokit.ts';

const WARM_UP = 3000;
const ROUNDS = 6000;
const FRAME_MS = 1000 / 30;

/** Something that is done for every frame: `load` brings the frame's data in, `solve` is what is measured. */
interface Candidate {
  readonly load: (frame: number) => void;
  readonly solve: () => void;
}

interface Cost {
  readonly p50Us: number;
  readonly p95Us: number;
  readonly bytesPerFrame: number;
}

const loadFace = (face: FaceObservation, faces: readonly SeenFrame[], frame: number): void => {
  const seen = faces[frame % faces.length]!;
  face.sequence = frame + 1;
  face.capturedAtMs = 1000 + frame * FRAME_MS;
  face.trackedAtMs = face.capturedAtMs;
  face.found = seen.found;
  face.faces = 1;
  face.confidence = 1;
  face.matrix.set(seen.matrix);
  face.scores.set(seen.scores);
  face.landmarks.set(seen.landmarks!);
};

const ours = (faces: readonly SeenFrame[], bodies: ReturnType<typeof bodyFilm>): Candidate => {
  const faceSolver = new FaceSolver({});
  const bodySolver = new BodySolver();
  const composer = new PoseComposer();
  faceSolver.setProfile(DEFAULT_PROFILE);
  bodySolver.setProfile(DEFAULT_PROFILE);
  bodySolver.setParts({ body: 'full', hands: true, gaze: true });
  const face = createFaceObservation();
  const body = createPoseObservation();
  const hands = createHandsObservation();
  const solvedFace = createSolvedFace();
  const solvedBody = createSolvedBody();
  const still = createMotionSample();
  const pose = createAvatarPose();
  // A plain number in a closure would be a new object on the heap at every frame.
  const atMs = new Float64Array(1);
  const loadHand = (into: HandObservation, from: { points: Float32Array; world: Float32Array }): void => {
    into.found = true;
    into.score = 0.95;
    into.points.set(from.points);
    into.world.set(from.world);
  };
  return {
    load: (frame) => {
      loadFace(face, faces, frame);
      const moved = bodies[frame % bodies.length]!;
      atMs[0] = face.capturedAtMs;
      body.sequence = hands.sequence = face.sequence;
      body.capturedAtMs = hands.capturedAtMs = face.capturedAtMs;
      body.trackedAtMs = hands.trackedAtMs = face.capturedAtMs;
      body.found = true;
      body.points.set(moved.points);
      body.world.set(moved.world);
      body.visibility.set(moved.visibility);
      loadHand(hands.left, moved.hands.left);
      loadHand(hands.right, moved.hands.right);
    },
    solve: () => {
      faceSolver.observe(face);
      bodySolver.observePose(body);
      bodySolver.observeHands(hands);
      faceSolver.solve(atMs[0]!, solvedFace);
      bodySolver.solve(atMs[0]!, solvedBody);
      composer.compose(solvedFace, solvedBody, still, pose);
    },
  };
};

const oursOfFaces = (faces: readonly SeenFrame[]): Candidate => {
  const solver = new FaceSolver({});
  const face = createFaceObservation();
  const solved = createSolvedFace();
  const atMs = new Float64Array(1);
  return {
    load: (frame) => {
      loadFace(face, faces, frame);
      atMs[0] = face.capturedAtMs;
    },
    solve: () => {
      solver.observe(face);
      solver.solve(atMs[0]!, solved);
    },
  };
};

const kalidokitsOfFaces = (faces: readonly SeenFrame[]): Candidate => {
  const face = points(LANDMARKS);
  const options = { runtime: 'mediapipe', imageSize: IMAGE_SIZE } as const;
  return {
    load: (frame) => fill(face, faces[frame % faces.length]!.landmarks!),
    solve: () => {
      Face.solve(face, options);
    },
  };
};

const kalidokits = (faces: readonly SeenFrame[], bodies: ReturnType<typeof bodyFilm>): Candidate => {
  const face = points(LANDMARKS);
  const body = points(33);
  const world = points(33);
  const hands = { left: points(21), right: points(21) };
  const options = { runtime: 'mediapipe', imageSize: IMAGE_SIZE } as const;
  return {
    load: (frame) => {
      const moved = bodies[frame % bodies.length]!;
      fill(face, faces[frame % faces.length]!.landmarks!);
      fill(body, moved.points);
      fill(world, moved.world);
      moved.visibility.forEach((value, i) => {
        body[i]!.visibility = value;
        world[i]!.visibility = value;
      });
      fill(hands.left, moved.hands.left.points);
      fill(hands.right, moved.hands.right.points);
    },
    solve: () => {
      Face.solve(face, options);
      Pose.solve(world, body, options);
      Hand.solve(hands.left, 'Left');
      Hand.solve(hands.right, 'Right');
    },
  };
};

const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;

const perFrame =
  ({ load, solve }: Candidate) =>
  (frame: number): void => {
    load(frame);
    solve();
  };

/** All in turns, frame by frame, so that whatever else the machine does hits all of them. */
const compare = (candidates: Readonly<Record<string, Candidate>>): Record<string, Cost> => {
  const names = Object.keys(candidates);
  const times = Object.fromEntries(names.map((name) => [name, new Float64Array(ROUNDS)]));
  for (let frame = 0; frame < WARM_UP + ROUNDS; frame++) {
    for (const name of names) {
      const { load, solve } = candidates[name]!;
      load(frame);
      const from = performance.now();
      solve();
      const took = performance.now() - from;
      if (frame >= WARM_UP) times[name]![frame - WARM_UP] = took * 1000;
    }
  }
  return Object.fromEntries(
    names.map((name) => {
      const sorted = times[name]!.sort();
      return [
        name,
        {
          p50Us: quantile(sorted, 0.5),
          p95Us: quantile(sorted, 0.95),
          bytesPerFrame: bytesPerFrame(perFrame(candidates[name]!)),
        },
      ];
    }),
  );
};

const WIDTHS = [24, 10, 10, 13] as const;

const line = (...cells: readonly string[]): string =>
  cells.map((text, i) => (i === 0 ? text.padEnd(WIDTHS[0]) : text.padStart(WIDTHS[i] ?? 0))).join('');

/** Face, pose and two hands: wall time and allocation per frame, ours with all filters against kalidokit's calls. */
export const benchCost = async (): Promise<Record<string, Cost>> => {
  const faces = stored('talk-smile').seen.filter((f) => f.found);
  const bodies = bodyFilm(12);
  const mine = ours(faces, bodies);
  const costs = compare({
    ours: mine,
    kalidokit: kalidokits(faces, bodies),
    'ours, face alone': oursOfFaces(faces),
    'kalidokit, face alone': kalidokitsOfFaces(faces),
  });
  console.log(`\nFace + pose + two hands, ${ROUNDS} frames in turns on this machine`);
  console.log(line('', 'p50 µs', 'p95 µs', 'bytes/frame'));
  for (const [name, cost] of Object.entries(costs)) {
    console.log(line(name, cost.p50Us.toFixed(1), cost.p95Us.toFixed(1), cost.bytesPerFrame.toFixed(0)));
  }
  const ratio = (costs['ours']?.p50Us ?? Number.NaN) / (costs['kalidokit']?.p50Us ?? Number.NaN);
  console.log(`ours / kalidokit: ${ratio.toFixed(2)} at the median`);
  const found = await allocators(perFrame(mine));
  if (found.length > 0) console.log('what allocates in ours, bytes per frame:');
  for (const { where, bytes } of found.slice(0, 12)) console.log(`${bytes.toFixed(0).padStart(8)}  ${where}`);
  return costs;
};
