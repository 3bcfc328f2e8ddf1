import { idleMotion } from '../../src/renderer/pipeline/motion/idle-motions.ts';
import { MotionRecorder } from '../../src/renderer/pipeline/motion/motion-recorder.ts';
import { createSolvedBody } from '../../src/renderer/pipeline/solver/body/solved-body.ts';
import { PoseComposer } from '../../src/renderer/pipeline/solver/compose/pose-composer.ts';
import { FaceSolver } from '../../src/renderer/pipeline/solver/face-solver.ts';
import { createHeadPose, readHeadPose } from '../../src/renderer/pipeline/solver/head-pose.ts';
import { emphasise } from '../../src/renderer/pipeline/stage/emphasis.ts';
import { confidenceOf } from '../../src/renderer/pipeline/tracker/confidence.ts';
import { createFaceObservation, type FaceObservation } from '../../src/renderer/pipeline/tracking-channel.ts';
import { ARKIT_INDEX, type ArkitChannel } from '../../src/shared/domain/arkit.ts';
import { createAvatarPose } from '../../src/shared/domain/avatar-pose.ts';
import type { HumanBone } from '../../src/shared/domain/human-bones.ts';
import {
  createMotionSample,
  encodeMotion,
  type Motion,
  motionStride,
  parseMotion,
} from '../../src/shared/domain/motion.ts';
import type { Performance } from '../../src/shared/domain/performance.ts';

/** What a face moves; arms and legs stay with the idle motion, which a repeated clip would make jump. */
const CHAIN: readonly HumanBone[] = ['spine', 'chest', 'upperChest', 'neck', 'head'];

/** Passes through the performance before the one that is recorded: the solver's filters have settled by then. */
const PASSES = 2;

/**
 * Solves a recorded performance as the stage does and gives it as a motion file that repeats without end.
 * @throws Error when nothing of it can be solved
 */
export function motionFromPerformance(performance: Performance): Uint8Array {
  const { fps, frames } = performance;
  const solver = new FaceSolver({});
  const composer = new PoseComposer();
  const recorder = new MotionRecorder();
  const seen = createFaceObservation();
  const pose = createAvatarPose();
  const body = createSolvedBody();
  const motion = createMotionSample();
  idleMotion('still', 0, motion);
  const stepMs = 1000 / fps;
  for (let pass = 0; pass < PASSES; pass++) {
    if (pass === PASSES - 1) recorder.start();
    frames.forEach((_, i) => {
      // Far from zero: a time of 0 means «none» to the solver.
      const atMs = 10_000 + (pass * frames.length + i) * stepMs;
      observe(performance, i, atMs, seen);
      solver.observe(seen);
      solver.solve(atMs, pose);
      emphasise(pose);
      composer.compose(pose, body, motion, pose);
      recorder.add(pose, atMs);
    });
  }
  const file = recorder.stop();
  if (!file) throw new Error('the performance has no frames');
  return encodeMotion(repeating(parseMotion(file), fps));
}

function observe({ frames, names }: Performance, i: number, atMs: number, out: FaceObservation): void {
  const frame = frames[i]!;
  const head = createHeadPose();
  out.sequence++;
  out.capturedAtMs = atMs;
  out.trackedAtMs = atMs;
  out.found = frame.found && readHeadPose(frame.matrix, head);
  out.faces = out.found ? 1 : 0;
  out.matrix.set(frame.matrix);
  out.landmarks.set(frame.landmarks);
  out.confidence = out.found ? confidenceOf(out.landmarks, head.yaw) : 0;
  out.scores.fill(0);
  names.forEach((name, k) => {
    const place = ARKIT_INDEX[name as ArkitChannel];
    if (place !== undefined) out.scores[place] = frame.scores[k]!;
  });
}

/** The tracks of the face and of the bones it moves, to be repeated. */
function repeating(motion: Motion, fps: number): Motion {
  const bones = motion.bones.filter((bone) => CHAIN.includes(bone));
  const scalars = motion.scalars.filter((scalar) => !scalar.startsWith('hips') && scalar !== 'breath');
  const picked: number[] = motion.channels.map((_, i) => i);
  let at = picked.length;
  for (const scalar of motion.scalars) {
    if (scalars.includes(scalar)) picked.push(at);
    at++;
  }
  for (const bone of motion.bones) {
    if (bones.includes(bone)) picked.push(at, at + 1, at + 2, at + 3);
    at += 4;
  }
  const tracks = { channels: motion.channels, scalars, bones, expressions: [] };
  const before = motionStride(motion);
  const stride = motionStride(tracks);
  const values = new Float32Array(stride * motion.times.length);
  motion.times.forEach((_, frame) => {
    picked.forEach((from, to) => {
      values[frame * stride + to] = motion.values[frame * before + from]!;
    });
  });
  return { ...tracks, fps, loop: true, times: motion.times, values };
}
