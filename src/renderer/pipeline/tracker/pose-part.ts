import { PoseLandmarker } from '@mediapipe/tasks-vision';
import {
  createPoseObservation,
  POSE_LANDMARKS,
  PoseChannel,
  type PoseObservation,
} from '../part-channels.ts';
import type { LandmarkBackend, TrackerPicture } from './backend.ts';
import { drawnBody } from './drawn-picture.ts';
import type { TrackedPart } from './part.ts';
import { copyPoints } from './points.ts';

/** The body of the person who is nearest to the middle of MediaPipe's attention: 33 points in space. */
export const POSE_PART: TrackedPart<PoseObservation> = {
  name: 'pose',
  async create(fileset, model, delegate) {
    const landmarker = await PoseLandmarker.createFromOptions(fileset, {
      baseOptions: { modelAssetBuffer: model, delegate },
      runningMode: 'VIDEO',
      numPoses: 1,
    });
    return new PoseBackend(landmarker, delegate);
  },
  observation: createPoseObservation,
  count: (pose) => (pose.found ? 1 : 0),
  landmarks: (pose) => pose.points,
  writer: (buffer) => new PoseChannel(buffer),
  drawn: drawnBody,
};

class PoseBackend implements LandmarkBackend<PoseObservation> {
  readonly delegate: 'CPU' | 'GPU';
  private readonly landmarker: PoseLandmarker;

  constructor(landmarker: PoseLandmarker, delegate: 'CPU' | 'GPU') {
    this.landmarker = landmarker;
    this.delegate = delegate;
  }

  detect(picture: TrackerPicture, timestampMs: number, out: PoseObservation): void {
    const result = this.landmarker.detectForVideo(picture, timestampMs);
    const points = result.landmarks[0];
    const world = result.worldLandmarks[0];
    out.found = points?.length === POSE_LANDMARKS && world?.length === POSE_LANDMARKS;
    if (!out.found || !points || !world) return;
    copyPoints(points, out.points);
    copyPoints(world, out.world);
    for (let i = 0; i < POSE_LANDMARKS; i++) out.visibility[i] = points[i]!.visibility ?? 0;
  }

  close(): void {
    this.landmarker.close();
  }
}
