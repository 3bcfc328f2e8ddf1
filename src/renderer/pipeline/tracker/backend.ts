import type { FaceObservation } from '../tracking-channel.ts';

/** A picture a backend can look at: a camera frame, or RGBA pixels of a decoded file. */
export type TrackerPicture = VideoFrame | ImageData;

/** What finds a face in a picture. The tracker knows this interface and no library. */
export interface LandmarkBackend {
  readonly delegate: 'CPU' | 'GPU';
  /**
   * Looks for one face and fills `out` (found, faces, confidence, matrix, scores, landmarks); without a face only
   * found, faces and confidence are set. Times are the caller's.
   * @param timestampMs must grow strictly from call to call
   * @throws Error when the library fails; the backend cannot be used after that
   */
  detect(picture: TrackerPicture, timestampMs: number, out: FaceObservation): void;
  close(): void;
}
