import { programmeNowMs } from '../src/renderer/pipeline/clock.ts';
import { createStageTimes, type Inspection, SolvedChannel } from '../src/renderer/pipeline/inspection.ts';
import {
  createHandsObservation,
  createPoseObservation,
  HandsChannel,
  PoseChannel,
} from '../src/renderer/pipeline/part-channels.ts';
import { createFaceObservation, TrackingChannel } from '../src/renderer/pipeline/tracking-channel.ts';
import { FACE_LINES } from '../src/renderer/ui/features/tracking/inspector/landmark-lines.ts';
import { ARKIT_INDEX } from '../src/shared/domain/arkit.ts';
import { createAvatarPose } from '../src/shared/domain/avatar-pose.ts';
import type { RigNaming } from '../src/shared/domain/rig-naming.ts';

/*
 * A person made of sines in shared memory, as the tracker and the stage would leave one there, and a drawn room as
 * the camera's picture.
 */

const faces = new TrackingChannel();
const poses = new PoseChannel();
const hands = new HandsChannel();
const solved = new SolvedChannel();

/** Where each outline of the face lies: x, y of its centre and its two radii, in units of the face. */
const OUTLINES: readonly (readonly [number, number, number, number])[] = [
  [0, 0, 1, 1.3],
  [0, 0.62, 0.38, 0.16],
  [0, 0.62, 0.3, 0.08],
  [-0.42, -0.25, 0.2, 0.1],
  [0.42, -0.25, 0.2, 0.1],
  [-0.42, -0.5, 0.24, 0.06],
  [0.42, -0.5, 0.24, 0.06],
  [0, 0.05, 0.05, 0.3],
  [-0.42, -0.25, 0.08, 0.08],
  [0.42, -0.25, 0.08, 0.08],
];

function layOutFace(points: Float32Array, turn: number): void {
  const place = (point: number, x: number, y: number) => {
    points[point * 3] = 0.5 + turn * 0.05 + x * 0.11;
    points[point * 3 + 1] = 0.42 + y * 0.19;
  };
  for (let point = 0; point < points.length / 3; point++) {
    const round = point * 2.4;
    const out = Math.sqrt(point / 478) * 0.95;
    place(point, Math.cos(round) * out, Math.sin(round) * out * 1.25);
  }
  FACE_LINES.forEach((line, which) => {
    const [x, y, rx, ry] = OUTLINES[which]!;
    line.forEach((point, at) => {
      const angle = (at / (line.length - 1)) * Math.PI * 2 - Math.PI / 2;
      place(point, x + Math.cos(angle) * rx, y + Math.sin(angle) * ry);
    });
  });
}

const BODY: Readonly<Record<number, readonly [number, number]>> = {
  11: [0.68, 0.78],
  12: [0.32, 0.78],
  13: [0.78, 0.95],
  14: [0.22, 0.95],
  15: [0.8, 0.72],
  16: [0.2, 0.72],
};

function layOutHand(points: Float32Array, x: number, y: number): void {
  points[0] = x;
  points[1] = y;
  for (let finger = 0; finger < 5; finger++) {
    for (let joint = 0; joint < 4; joint++) {
      const at = (1 + finger * 4 + joint) * 3;
      points[at] = x + (finger - 2) * 0.018 * (1 + joint * 0.25);
      points[at + 1] = y - 0.04 - joint * 0.028;
    }
  }
}

function writeFrame(): void {
  const now = programmeNowMs();
  const wave = Math.sin(now / 500);
  const noise = () => (Math.random() - 0.5) * 0.12;
  const yaw = wave * 0.4 + noise();
  const face = createFaceObservation();
  face.found = true;
  face.faces = 1;
  face.confidence = 1;
  face.capturedAtMs = now - 41;
  face.trackedAtMs = now - 20;
  face.matrix.set([
    Math.cos(yaw),
    0,
    -Math.sin(yaw),
    0,
    0,
    1,
    0,
    0,
    Math.sin(yaw),
    0,
    Math.cos(yaw),
    0,
    0,
    0,
    -45,
    1,
  ]);
  face.scores[ARKIT_INDEX.jawOpen] = Math.abs(wave) * 0.7 + Math.abs(noise());
  face.scores[ARKIT_INDEX.eyeBlinkLeft] = Math.sin(now / 900) > 0.9 ? 0.8 : 0.1 + Math.abs(noise());
  face.scores[ARKIT_INDEX.mouthSmileLeft] = 0.4 + 0.3 * Math.sin(now / 1300) + noise();
  layOutFace(face.landmarks, wave);
  faces.write(face);

  const body = createPoseObservation();
  body.found = true;
  body.trackedAtMs = now - 20;
  for (const [point, [x, y]] of Object.entries(BODY)) {
    body.points[Number(point) * 3] = x;
    body.points[Number(point) * 3 + 1] = y;
    body.visibility[Number(point)] = 1;
  }
  poses.write(body);

  const both = createHandsObservation();
  both.trackedAtMs = now - 20;
  both.left.found = true;
  both.right.found = true;
  layOutHand(both.left.points, 0.8, 0.7);
  layOutHand(both.right.points, 0.2, 0.7);
  hands.write(both);

  const pose = createAvatarPose();
  pose.yaw = wave * 0.4;
  pose.channels[ARKIT_INDEX.jawOpen] = Math.abs(wave) * 0.9;
  pose.channels[ARKIT_INDEX.eyeBlinkLeft] = Math.sin(now / 900) > 0.9 ? 1 : 0;
  pose.channels[ARKIT_INDEX.mouthSmileLeft] = 0.4 + 0.3 * Math.sin(now / 1300);
  solved.write(pose, {
    ...createStageTimes(),
    capturedAtMs: face.capturedAtMs,
    trackedAtMs: face.trackedAtMs,
    solvedAtMs: now - 14,
    solveMs: 0.03,
    drawMs: 6.4,
  });
}

/** A room with somebody in it, as a camera sees it. */
function drawnCamera(): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 360;
  const paint = canvas.getContext('2d')!;
  const draw = () => {
    paint.fillStyle = '#39424f';
    paint.fillRect(0, 0, 640, 360);
    paint.fillStyle = '#566274';
    paint.fillRect(40, 30, 150, 110);
    paint.fillStyle = '#27303b';
    paint.fillRect(0, 300, 640, 60);
    const blob = (color: string, x: number, y: number, rx: number, ry: number) => {
      paint.fillStyle = color;
      paint.beginPath();
      paint.ellipse(x, y, rx, ry, 0, 0, Math.PI * 2);
      paint.fill();
    };
    const x = 320 + Math.sin(programmeNowMs() / 500) * 32;
    blob('#7a4f6b', 320, 390, 150, 120);
    blob('#c99c7c', x, 150, 72, 92);
  };
  draw();
  setInterval(draw, 50);
  return canvas.captureStream(20).getVideoTracks()[0]!;
}

export const NAMING: RigNaming = {
  boneFamily: 'mixamo',
  boneConfidence: 0.93,
  morphFamily: 'generic',
  morphConfidence: 0.6,
  bones: {
    hips: { name: 'mixamorig:Hips', confidence: 1 },
    spine: { name: 'mixamorig:Spine', confidence: 1 },
    head: { name: 'mixamorig:Head', confidence: 1 },
    jaw: { name: 'Bone.021', confidence: 0.41 },
  },
  channels: {
    jawOpen: { name: 'Mouth_Open', confidence: 0.92 },
    eyeBlinkLeft: { name: 'Wink', confidence: 0.5 },
  },
  expressions: [
    'happy',
    'angry',
    'relaxed',
    'Wink',
    'A very long name of an expression that somebody gave it',
  ],
  nodes: ['mixamorig:Hips', 'mixamorig:Spine', 'mixamorig:Head', 'Bone.021', 'Jaw_M', ...many('Bone')],
  morphs: ['Mouth_Open', 'Wink', 'Wink_L', 'Wink_R', ...many('Shape')],
  degraded: ['no-chest', 'no-fingers'],
};

function many(name: string): string[] {
  return Array.from({ length: 120 }, (_, at) => `${name}.${String(100 + at)}`);
}

let camera: MediaStreamTrack | null = null;
let timer: ReturnType<typeof setInterval> | null = null;

/** Somebody sits in front of a camera from now on, or has gone. */
export function somebody(there: boolean): void {
  if (timer) clearInterval(timer);
  timer = there ? setInterval(writeFrame, 33) : null;
  camera?.stop();
  camera = there ? drawnCamera() : null;
}

export function inspection(): Inspection {
  return {
    camera,
    face: faces.buffer,
    pose: poses.buffer,
    hands: hands.buffer,
    solved: solved.buffer,
  };
}
