/** A picture a backend can look at: a camera frame, or RGBA pixels of a decoded file. */
export type TrackerPicture = VideoFrame | ImageData;

/** What every result has; the loop sets both, ms on the programme clock. */
export interface Observation {
  capturedAtMs: number;
  trackedAtMs: number;
}

/** What finds something in a picture. The tracker knows this interface and no library. */
export interface LandmarkBackend<O extends Observation> {
  readonly delegate: 'CPU' | 'GPU';
  /**
   * Looks at one picture and fills `out`; where nothing was found it says so and leaves the landmarks as they were.
   * Times are the caller's.
   * @param timestampMs must grow strictly from call to call
   * @throws Error when the library fails; the backend cannot be used after that
   */
  detect(picture: TrackerPicture, timestampMs: number, out: O): void;
  close(): void;
}
