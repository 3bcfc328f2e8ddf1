/// <reference lib="dom" />
import {
  FilesetResolver,
  HandLandmarker,
  type Landmark,
  type NormalizedLandmark,
  PoseLandmarker,
} from '@mediapipe/tasks-vision';
import type { DetectedBody } from './protocol.ts';

let pose: PoseLandmarker | undefined;
let hands: HandLandmarker | undefined;
let last = 0;

/** Starts fresh landmarkers of body and hands. */
export const trackBody = async (): Promise<void> => {
  pose?.close();
  hands?.close();
  const fileset = await FilesetResolver.forVisionTasks('/node_modules/@mediapipe/tasks-vision/wasm');
  pose = await PoseLandmarker.createFromOptions(fileset, {
    baseOptions: { modelAssetPath: '/models/pose_landmarker_full.task', delegate: 'CPU' },
    runningMode: 'VIDEO',
    numPoses: 1,
  });
  hands = await HandLandmarker.createFromOptions(fileset, {
    baseOptions: { modelAssetPath: '/models/hand_landmarker.task', delegate: 'CPU' },
    runningMode: 'VIDEO',
    numHands: 2,
  });
  last = 0;
};

/** Five digits: 0.01 mm of a world point, 0.006 px of a picture point. */
const flat = (points: readonly (Landmark | NormalizedLandmark)[] | undefined): number[] =>
  (points ?? []).flatMap(({ x, y, z }) => [x, y, z]).map((v) => Number(v.toFixed(5)));

/** What both landmarkers say of the picture, the next of a film of 30 a second. */
export const detectBody = (picture: HTMLCanvasElement): DetectedBody => {
  if (pose === undefined || hands === undefined) throw new Error('detectBody: no landmarkers');
  last += 33;
  const body = pose.detectForVideo(picture, last);
  const both = hands.detectForVideo(picture, last);
  return {
    found: body.landmarks.length > 0,
    points: flat(body.landmarks[0]),
    world: flat(body.worldLandmarks[0]),
    visibility: (body.landmarks[0] ?? []).map((p) => Number((p.visibility ?? 0).toFixed(4))),
    hands: both.landmarks.map((points, i) => ({
      handedness: both.handedness[i]?.[0]?.categoryName ?? '',
      score: Number((both.handedness[i]?.[0]?.score ?? 0).toFixed(4)),
      points: flat(points),
      world: flat(both.worldLandmarks[i]),
    })),
  };
};
