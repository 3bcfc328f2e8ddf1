import { FaceLandmarker, type FaceLandmarkerResult } from '@mediapipe/tasks-vision';
import { ARKIT_COUNT, ARKIT_INDEX, type ArkitChannel } from '../../../shared/domain/arkit.ts';
import { createHeadPose, readHeadPose } from '../solver/head-pose.ts';
import {
  createFaceObservation,
  type FaceObservation,
  LANDMARK_COUNT,
  TrackingChannel,
} from '../tracking-channel.ts';
import type { LandmarkBackend, TrackerPicture } from './backend.ts';
import { confidenceOf } from './confidence.ts';
import { drawnFace } from './drawn-picture.ts';
import type { TrackedPart } from './part.ts';

/** The face that is followed: mesh, ARKit scores and the head's matrix. */
export const FACE_PART: TrackedPart<FaceObservation> = {
  name: 'face',
  async create(fileset, model, delegate) {
    const landmarker = await FaceLandmarker.createFromOptions(fileset, {
      baseOptions: { modelAssetBuffer: model, delegate },
      runningMode: 'VIDEO',
      // Smoothing over time exists for one face only.
      numFaces: 1,
      outputFaceBlendshapes: true,
      outputFacialTransformationMatrixes: true,
    });
    return new FaceBackend(landmarker, delegate);
  },
  observation: createFaceObservation,
  count: (face) => (face.found ? face.faces : 0),
  landmarks: (face) => face.landmarks,
  writer: (buffer) => new TrackingChannel(buffer),
  drawn: drawnFace,
};

class FaceBackend implements LandmarkBackend<FaceObservation> {
  readonly delegate: 'CPU' | 'GPU';
  private readonly landmarker: FaceLandmarker;
  private readonly pose = createHeadPose();
  /** Place of each of MediaPipe's categories among the channels, −1 for `_neutral`; filled at the first face. */
  private readonly places: number[] = [];

  constructor(landmarker: FaceLandmarker, delegate: 'CPU' | 'GPU') {
    this.landmarker = landmarker;
    this.delegate = delegate;
  }

  detect(picture: TrackerPicture, timestampMs: number, out: FaceObservation): void {
    const result = this.landmarker.detectForVideo(picture, timestampMs);
    out.faces = result.faceLandmarks.length;
    out.found = this.read(result, out);
    out.confidence = out.found ? confidenceOf(out.landmarks, this.pose.yaw) : 0;
  }

  close(): void {
    this.landmarker.close();
  }

  private read(result: FaceLandmarkerResult, out: FaceObservation): boolean {
    const points = result.faceLandmarks[0];
    const categories = result.faceBlendshapes[0]?.categories;
    const matrix = result.facialTransformationMatrixes[0]?.data;
    if (!points || !categories || !matrix || !readHeadPose(matrix, this.pose)) return false;
    for (let i = 0; i < 16; i++) out.matrix[i] = matrix[i]!;
    for (let i = 0; i < LANDMARK_COUNT; i++) {
      const point = points[i]!;
      out.landmarks[i * 3] = point.x;
      out.landmarks[i * 3 + 1] = point.y;
      out.landmarks[i * 3 + 2] = point.z;
    }
    if (this.places.length === 0) {
      for (const category of categories) {
        this.places.push(ARKIT_INDEX[category.categoryName as ArkitChannel] ?? -1);
      }
    }
    for (let i = 0; i < ARKIT_COUNT; i++) out.scores[i] = 0;
    for (let i = 0; i < categories.length; i++) {
      const place = this.places[i]!;
      if (place >= 0) out.scores[place] = categories[i]!.score;
    }
    return true;
  }
}
