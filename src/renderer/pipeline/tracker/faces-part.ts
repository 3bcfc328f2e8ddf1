import { FaceLandmarker } from '@mediapipe/tasks-vision';
import type { LandmarkBackend, Observation, TrackerPicture } from './backend.ts';
import { drawnFace } from './drawn-picture.ts';
import type { TrackedPart } from './part.ts';

const COUNTED_MAX = 4;
const NO_LANDMARKS = new Float32Array(0);

/** How many faces a picture has. */
export interface FaceCount extends Observation {
  faces: number;
}

/**
 * Counts the faces in the picture, slowly and beside the landmarker that follows one of them: that one smooths over
 * time only while it looks for a single face. Its counts go out with the metrics.
 */
export const FACES_PART: TrackedPart<FaceCount> = {
  name: 'faces',
  async create(fileset, model, delegate) {
    const landmarker = await FaceLandmarker.createFromOptions(fileset, {
      baseOptions: { modelAssetBuffer: model, delegate },
      // Every picture is searched anew: seconds lie between two of them.
      runningMode: 'IMAGE',
      numFaces: COUNTED_MAX,
    });
    return new FaceCounter(landmarker, delegate);
  },
  observation: () => ({ capturedAtMs: 0, trackedAtMs: 0, faces: 0 }),
  count: (result) => result.faces,
  landmarks: () => NO_LANDMARKS,
  writer: () => ({ write: () => undefined }),
  drawn: drawnFace,
};

class FaceCounter implements LandmarkBackend<FaceCount> {
  readonly delegate: 'CPU' | 'GPU';
  private readonly landmarker: FaceLandmarker;

  constructor(landmarker: FaceLandmarker, delegate: 'CPU' | 'GPU') {
    this.landmarker = landmarker;
    this.delegate = delegate;
  }

  detect(picture: TrackerPicture, _timestampMs: number, out: FaceCount): void {
    out.faces = this.landmarker.detect(picture).faceLandmarks.length;
  }

  close(): void {
    this.landmarker.close();
  }
}
