import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePerformance, type Performance } from '../../src/shared/domain/performance.ts';
import { compare, report } from './correlate.ts';
import { startEncoder } from './ffmpeg.ts';
import type { DetectedFrame, PoseState, StageOptions, TimedPose } from './harness/protocol.ts';
import { buildFigure } from './model/figure.ts';
import { PERFORMER } from './model/looks.ts';
import { encodePng } from './model/png.ts';
import { eyeLineOf } from './model/toon/proportions.ts';
import { FPS, motionAt, motionFrames } from './motion.ts';
import { paintRoom } from './scene.ts';
import {
  avatarFile,
  FACES,
  inBatches,
  kilobytes,
  RESOURCES,
  REST,
  round,
  save,
  say,
  WEBCAM,
  withHarness,
} from './step-kit.ts';
import { trackClip } from './track-clip.ts';
import { writeVrm } from './write/vrm.ts';

const CLIP = join(RESOURCES, 'performance/performer.mp4');
const TRUTH = join(RESOURCES, 'performance/performer.truth.json');
const RECORDING = join(RESOURCES, 'performance/performer.perf');

const { width: WIDTH, height: HEIGHT } = WEBCAM;

const TRUTH_CHANNELS = Object.keys(motionAt(0).weights);

/** Renders the sample performer's clip and writes the truth beside it. */
export const makePerformer = async (): Promise<void> => {
  const bytes = writeVrm(buildFigure(PERFORMER));
  const frames = motionFrames();
  await withHarness(async (h) => {
    const backdrop = h.offer('room.png', encodePng(paintRoom(WIDTH, HEIGHT)));
    await h.call('stage', h.offer('performer.vrm', bytes), { ...WEBCAM, shadows: true, backdrop });
    const encoder = startEncoder([
      ...['-f', 'rawvideo', '-pix_fmt', 'rgba', '-s', `${WIDTH}x${HEIGHT}`, '-r', String(FPS), '-i', '-'],
      // A little sensor noise: webcams have it, and detectors expect it.
      ...[
        '-vf',
        'gblur=sigma=0.5,noise=alls=3:allf=t:all_seed=7',
        '-an',
        '-c:v',
        'libx264',
        '-preset',
        'slow',
      ],
      ...[
        '-crf',
        '23',
        '-pix_fmt',
        'yuv420p',
        '-g',
        '60',
        '-movflags',
        '+faststart',
        '-fflags',
        '+bitexact',
        CLIP,
      ],
    ]);
    h.onUpload = (raw) => encoder.write(raw);
    for (const batch of inBatches(frames)) await h.call('film', batch);
    await encoder.end();
  });
  say(kilobytes(CLIP));
  save(
    TRUTH,
    JSON.stringify({
      clip: 'performer.mp4',
      fps: FPS,
      note: 'exact truth: R=Ry(yaw)Rx(pitch)Rz(roll) degrees, camera vfov 63 deg, ARKit weights applied to mesh; unlisted weights 0',
      frames: frames.map(({ t, state }) => ({
        t: round(t, 4),
        yaw: round(state.yaw, 3),
        pitch: round(state.pitch, 3),
        roll: round(state.roll, 3),
        bs: Object.fromEntries(TRUTH_CHANNELS.map((n) => [n, round(state.weights[n] ?? 0, 4)])),
      })),
    }),
  );
};

const readClip = (): Promise<DetectedFrame[]> => trackClip(CLIP, { width: WIDTH, height: HEIGHT, fps: FPS });

/** Runs the face landmarker over the clip and writes what it said. */
export const makePerformance = async (): Promise<void> => {
  const seen = await readClip();
  const names = seen.find((f) => f.found)?.names ?? [];
  const values = (list: readonly number[], length: number): Float32Array => {
    const out = new Float32Array(length);
    out.set(list);
    return out;
  };
  const performance: Performance = {
    fps: FPS,
    names,
    frames: seen.map((f) => ({
      t: f.t,
      found: f.found,
      landmarks: values(f.landmarks, 478 * 3),
      matrix: values(f.matrix, 16),
      scores: values(f.scores, names.length),
    })),
  };
  save(RECORDING, encodePerformance(performance));
  say(report('performer.mp4', compare(motionFrames(), seen)));
};

/** Poses at the limits of what the tracker must follow. */
const HARD: readonly (readonly [string, Partial<PoseState>])[] = [
  ['neutral', {}],
  ['yaw +30', { yaw: 30 }],
  ['yaw -30', { yaw: -30 }],
  ['pitch +15', { pitch: 15 }],
  ['pitch -15', { pitch: -15 }],
  ['roll +20', { roll: 20 }],
  ['roll -20', { roll: -20 }],
  ['eyes closed', { weights: { eyeBlinkLeft: 1, eyeBlinkRight: 1 } }],
  ['mouth open', { weights: { jawOpen: 1 } }],
];

/** The webcam before a figure of another height. */
const webcamFor = (eyeLine: number): StageOptions => ({
  ...WEBCAM,
  camera: [0, eyeLine - 0.015, 0.48],
  target: [0, eyeLine - 0.015, 0],
  colour: '#3a3f55',
});

/** Prints how the face landmarker follows the avatars and the clip. */
export const check = async (): Promise<void> => {
  for (const { id, look } of FACES) {
    const file = `${id}.vrm`;
    const bytes = readFileSync(avatarFile(id, 'vrm'));
    await withHarness(async (h) => {
      const stage = webcamFor(eyeLineOf(look));
      const triangles = await h.call('stage', h.offer(file, bytes), stage);
      say(`${file}: ${triangles} triangles`);
      for (const [name, change] of HARD) {
        await h.call('track');
        const state = { ...REST, ...change };
        const hold: TimedPose[] = Array.from({ length: 3 }, (_, i) => ({ t: i / 15, state }));
        const seen = await h.call('measure', hold);
        say(`  ${name.padEnd(12)} ${seen.at(-1)?.found === true ? 'found' : 'NOT FOUND'}`);
      }
      await h.call('track');
      const frames = motionFrames();
      const seen: DetectedFrame[] = [];
      for (const batch of inBatches(frames)) seen.push(...(await h.call('measure', batch)));
      say(report(file, compare(frames, seen)));
      say(`  stage alone ${(await h.call('speed', 60)).toFixed(0)} fps at ${WIDTH}x${HEIGHT}`);
    });
  }
  say(report('performer.mp4', compare(motionFrames(), await readClip())));
};
