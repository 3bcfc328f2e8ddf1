import { HandLandmarker, type HandLandmarkerResult } from '@mediapipe/tasks-vision';
import {
  createHandsObservation,
  HAND_LANDMARKS,
  type HandObservation,
  HandsChannel,
  type HandsObservation,
} from '../part-channels.ts';
import type { LandmarkBackend, TrackerPicture } from './backend.ts';
import { drawnHands } from './drawn-picture.ts';
import { HandSides } from './hand-sides.ts';
import type { TrackedPart } from './part.ts';
import { copyPoints } from './points.ts';

/** Both hands, each as the person's own left or right one. */
export const HANDS_PART: TrackedPart<HandsObservation> = {
  name: 'hands',
  async create(fileset, model, delegate) {
    const landmarker = await HandLandmarker.createFromOptions(fileset, {
      baseOptions: { modelAssetBuffer: model, delegate },
      runningMode: 'VIDEO',
      numHands: 2,
    });
    return new HandsBackend(landmarker, delegate);
  },
  observation: createHandsObservation,
  count: ({ left, right }) => (left.found ? 1 : 0) + (right.found ? 1 : 0),
  landmarks: ({ left, right }) => (left.found ? left.points : right.points),
  writer: (buffer) => new HandsChannel(buffer),
  drawn: drawnHands,
};

class HandsBackend implements LandmarkBackend<HandsObservation> {
  readonly delegate: 'CPU' | 'GPU';
  private readonly landmarker: HandLandmarker;
  private readonly sides = new HandSides();

  constructor(landmarker: HandLandmarker, delegate: 'CPU' | 'GPU') {
    this.landmarker = landmarker;
    this.delegate = delegate;
  }

  detect(picture: TrackerPicture, timestampMs: number, out: HandsObservation): void {
    const result = this.landmarker.detectForVideo(picture, timestampMs);
    const { sides } = this;
    sides.begin(timestampMs);
    for (let i = 0; i < result.landmarks.length && i < 2; i++) {
      const wrist = result.landmarks[i]![0]!;
      const side = result.handedness[i]?.[0];
      // MediaPipe names the person's own side for a picture that is not mirrored, as cameras give it.
      const left = side ? (side.categoryName === 'Left' ? side.score : 1 - side.score) : 0.5;
      sides.add(wrist.x, wrist.y, left);
    }
    sides.assign();
    read(result, sides.left, sides.leftScore, out.left);
    read(result, sides.right, sides.rightScore, out.right);
  }

  close(): void {
    this.landmarker.close();
  }
}

function read(result: HandLandmarkerResult, index: number, score: number, out: HandObservation): void {
  const points = result.landmarks[index];
  const world = result.worldLandmarks[index];
  out.found = points?.length === HAND_LANDMARKS && world?.length === HAND_LANDMARKS;
  out.score = out.found ? score : 0;
  if (!out.found || !points || !world) return;
  copyPoints(points, out.points);
  copyPoints(world, out.world);
}
