import { createSolvedFace } from '../../../shared/domain/solved-face.ts';
import type { TrackJob } from '../../../shared/ipc/track.ts';
import { FaceSolver } from '../solver/face-solver.ts';
import { createFaceObservation } from '../tracking-channel.ts';
import { FACE_PART } from './face-part.ts';
import type { FromFileTracker } from './file-messages.ts';
import { FrameReader } from './frame-reader.ts';
import { startMediaPipe } from './mediapipe.ts';
import { trackLine } from './track-line.ts';

/** Looks at every frame of a file in order, as fast as it can, on the file's own clock. */
async function trackFile(job: TrackJob): Promise<void> {
  // One delegate everywhere: two machines must write the same lines for the same file.
  const { backend } = await startMediaPipe(FACE_PART, { ...job, delegate: 'CPU' });
  const response = await fetch(job.framesUrl);
  if (!response.ok || !response.body) throw new Error(`the pictures answered ${response.status}`);
  const reader = new FrameReader(response.body, job.width * job.height * 4);
  const face = createFaceObservation();
  const solved = createSolvedFace();
  const solver = new FaceSolver();
  for (let index = 0; ; index++) {
    const pixels = await reader.next();
    if (!pixels) break;
    const atMs = (index * 1000) / job.fps;
    backend.detect(new ImageData(pixels, job.width, job.height), atMs, face);
    face.sequence = index + 1;
    face.capturedAtMs = atMs;
    face.trackedAtMs = atMs;
    solver.observe(face);
    solver.solve(atMs, solved);
    post({ type: 'line', line: trackLine(atMs / 1000, face, solved) });
  }
  backend.close();
  post({ type: 'done' });
}

function post(message: FromFileTracker): void {
  self.postMessage(message);
}

self.onmessage = ({ data }: MessageEvent<TrackJob>) => {
  trackFile(data).catch((error: unknown) => {
    post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
};
